"""Agencies and facilities: dates, successors, and everything that is refused in one sentence."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nguon.journal.queries import facts_of
from nguon.kernel.errors import DomainError
from nguon.organisations import errors, queries
from nguon.organisations.actions import (
    BodyFields,
    NewPlace,
    Plan,
    add_body,
    change_body,
    confirm_change,
    draft_change,
    end_body,
    seed_agencies,
    succeed,
)
from nguon.organisations.models import Agency, AgencyStep, Facility
from nguon.organisations.states import AgencyKind, ChangeKind, FacilityKind
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db
SINCE, DAY = date(2025, 7, 1), date(2026, 3, 3)


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def office(places: SmallMap, name: str = "UBND xã Lục Nam", **more: Any) -> BodyFields:
    fields = BodyFields(AgencyKind.OWNER, name, places.commune, SINCE, code=name[:20])
    return replace(fields, **more)


def added(given: BodyFields, model: Any = Agency) -> Any:
    return add_body(model=model, given=given, by=None, at=AT)


def station(places: SmallMap, **more: Any) -> Facility:
    given = BodyFields(FacilityKind.STATION, "Đài truyền thanh", places.commune, SINCE, code="DTT", **more)
    made = added(given, Facility)
    assert isinstance(made, Facility)
    return made


def test_a_successor_takes_over_what_hung_on_two(places: SmallMap) -> None:
    old, other = added(office(places)), added(office(places, "Trung tâm văn hóa"))
    below = added(office(places, "Tổ truyền thanh", above=old))
    owned = station(places, owner=old, operator=other)
    new = succeed(
        origins=[old, other],
        given=office(places, "Trung tâm dịch vụ tổng hợp", valid_from=DAY),
        act="Quyết định 5/QĐ",
        day=DAY,
        by=None,
        at=AT,
    )
    for row in (old, below, owned):
        row.refresh_from_db()
    assert old.valid_to == DAY - timedelta(days=1)
    assert (below.above, owned.owner, owned.operator) == (new, new, new)
    assert set(AgencyStep.objects.values_list("origin", flat=True)) == {old.pk, other.pk}
    assert [entry.fact for entry in facts_of(f"agency:{old.pk}")] == ["agency.added", "agency.succeeded"]
    assert set(queries.bodies([places.commune.area], Agency, day=DAY)) == {new, below}
    assert old in queries.bodies([places.commune.area], Agency, day=SINCE)


def test_one_of_its_own_takes_over(places: SmallMap) -> None:
    top = added(office(places, "Sở"))
    old = added(office(places, above=top))
    below = added(office(places, "Phòng", above=old))
    succeed(origins=[old], given=below, act="", day=DAY, by=None, at=AT)
    below.refresh_from_db()
    assert below.above == top


def test_who_stands_above_sees_no_stranger_and_the_ministry_is_seen_by_all(places: SmallMap) -> None:
    seed_agencies(at=AT)
    own = added(office(places))
    far = added(office(places, "UBND xã A Lưới 1", place=places.other_commune))
    seen = set(queries.bodies([places.commune.area], Agency, day=DAY))
    assert own in seen
    assert far not in seen
    assert "Bộ Văn hóa, Thể thao và Du lịch" in {row.name for row in seen}


def test_the_seed_has_the_change_of_ministries_and_comes_once(places: SmallMap) -> None:
    assert (seed_agencies(at=AT).created, seed_agencies(at=AT).created) == (2, 0)
    step = AgencyStep.objects.get()
    assert (step.origin.valid_to, step.day, step.successor.code) == (
        date(2025, 2, 28),
        date(2025, 3, 1),
        "BVHTTDL",
    )


def test_they_are_found_with_and_without_tone_marks(places: SmallMap) -> None:
    made = station(places)
    for text in ("Đài truyền", "dai truyen thanh", "DTT", "  ĐÀI  "):
        assert list(queries.bodies([places.commune.area], Facility, day=DAY, text=text)) == [made]
    assert not queries.bodies([places.commune.area], Facility, day=DAY, text="phong thu")


def test_they_follow_when_their_commune_is_merged(places: SmallMap) -> None:
    made = added(office(places))
    plan = Plan(
        ChangeKind.MERGE, DAY, places=(places.commune.pk, places.ward.pk), new=NewPlace("Phường", "Lục Vũ")
    )
    later = AT + timedelta(days=2)
    change = draft_change(plan=plan, by=None, at=later)
    area = confirm_change(change_id=change.pk, by=None, at=later).begins[0].area
    made.refresh_from_db()
    assert made.area == made.place.area == area


def refused(error: type[DomainError], **call: Any) -> None:
    action = call.pop("action")
    with pytest.raises(error) as told:
        action(**call, by=None, at=AT)
    assert str(told.value).endswith(".")


def test_what_cannot_be_is_refused(places: SmallMap) -> None:
    one = added(office(places))
    two = added(office(places, "Phòng", above=one))
    over = added(office(places, "Cũ"))
    end_body(body=over, last_day=date(2026, 1, 1), by=None, at=AT)
    for error, given in (
        (errors.BadBodyName, office(places, " \u200b")),
        (errors.BadBodyName, office(places, "x\ny" * 100)),
        (errors.BodyCodeTaken, office(places, "Khác", code=one.code)),
        (errors.BodyEnded, office(places, "Khác", code="K", above=over, valid_from=DAY)),
    ):
        refused(error, action=add_body, model=Agency, given=given)
    refused(errors.BodyCycle, action=change_body, body=one, given=office(places, above=two))
    refused(errors.BodyCycle, action=change_body, body=one, given=office(places, above=one))
    late = office(places, "Cũ", valid_from=date(2026, 2, 1))
    refused(errors.BadBodyPeriod, action=change_body, body=over, given=late)
    refused(errors.LeftBehind, action=end_body, body=one, last_day=DAY)
    refused(errors.BodyEnded, action=end_body, body=over, last_day=DAY)
    refused(errors.BadBodyPeriod, action=end_body, body=two, last_day=date(2025, 6, 1))
    refused(errors.NothingChanges, action=succeed, origins=[one], given=one, act="", day=DAY)
    refused(errors.BodyEnded, action=succeed, origins=[two], given=over, act="", day=DAY)
    two.refresh_from_db()
    assert two.valid_to is None  # the refused succession took nothing along
