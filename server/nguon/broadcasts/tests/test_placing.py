"""Placing: what is approved for programmes sounds where and when a commune put it, and nowhere else."""

from datetime import timedelta

import pytest

from nguon.broadcasts import actions, errors, queries
from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import AiringState
from nguon.broadcasts.tests.cast import DAY, to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, newsroom
from nguon.devices import queries as devices
from nguon.journal.queries import facts_of
from nguon.kernel.errors import DomainError
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def test_it_sounds_in_that_commune_alone(room: Newsroom) -> None:
    made = to_place(room, room.commune, room.ward)
    first, second = actions.place(
        revision_id=made.pk, area=room.commune, instants=[LATER + DAY, LATER], by=room.people.lan, at=AT
    )
    assert (first.at, second.at) == (LATER, LATER + DAY)
    assert queries.targets_of(first) == [room.commune]
    assert queries.plan_targets(made) == [room.commune]
    assert queries.next_of_device(room.fleet.first.device, AT) == first
    assert queries.next_of_device(room.fleet.ward.device, AT) is None


def test_two_communes_place_the_same_at_the_same_time_by_themselves(room: Newsroom) -> None:
    made = to_place(room, room.commune, room.ward)
    for area in (room.commune, room.ward):
        actions.place(revision_id=made.pk, area=area, instants=[LATER], by=room.people.lan, at=AT)
    here, there = Airing.objects.order_by("area")
    assert here.pk != there.pk
    actions.unplace(airing_ids=[here.pk], by=room.people.lan, at=AT)
    assert Airing.objects.get(state=AiringState.PLANNED) == there


def test_a_part_of_the_commune_stays_a_part(room: Newsroom) -> None:
    device = f"d/{room.fleet.first.device.pk}"
    made = to_place(room, device, room.ward)
    (airing,) = actions.place(
        revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.lan, at=AT
    )
    # What plays later on one loudspeaker goes to the box that hangs there then: a group of its own.
    assert queries.targets_of(airing) == list(
        made.targets.filter(target__startswith="g/").values_list("target", flat=True)
    )


def test_placing_twice_changes_nothing_and_what_was_taken_out_comes_back(room: Newsroom) -> None:
    made = to_place(room)
    (airing,) = actions.place(
        revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.lan, at=AT
    )
    again = actions.place(
        revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.tuan, at=AT
    )
    assert [one.by for one in again] == [room.people.lan]
    actions.unplace(airing_ids=[airing.pk], by=room.people.lan, at=AT)
    actions.place(revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.tuan, at=AT)
    back = Airing.objects.get()
    assert (back.state, back.by) == (AiringState.PLANNED, room.people.tuan)
    told = [row.fact for row in facts_of(f"bulletin:{made.bulletin_id}") if row.fact.startswith("airing")]
    assert sorted(told) == ["airing.placed", "airing.placed", "airing.unplaced"]


def test_moving_leaves_one_airing_and_tells_from_where(room: Newsroom) -> None:
    made = to_place(room)
    (airing,) = actions.place(
        revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.lan, at=AT
    )
    moved = actions.move(airing_id=airing.pk, to=LATER + DAY, by=room.people.lan, at=AT)
    assert list(Airing.objects.filter(state=AiringState.PLANNED)) == [moved]
    with pytest.raises(errors.AiringBegun):
        actions.move(airing_id=moved.pk, to=LATER + 3 * DAY, by=room.people.lan, at=LATER + DAY)


def test_who_has_no_role_there_places_nothing(room: Newsroom) -> None:
    made = to_place(room)
    with pytest.raises(errors.MayNotPlace, match="Lục Nam"):
        actions.place(revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.hue, at=AT)
    province = room.people.places.province.area
    with pytest.raises(errors.NotACommune):
        actions.place(revision_id=made.pk, area=province, instants=[LATER], by=room.people.tuan, at=AT)


def test_only_what_is_approved_to_be_placed_here_is_placed(room: Newsroom) -> None:
    timed = approved(room, starts_at=LATER)
    waiting, elsewhere = to_place(room, approve=False), to_place(room, room.ward)
    gone = to_place(room)
    bulletins.withdraw(bulletin_id=gone.bulletin_id, reason="sai", by=room.people.lan, at=AT)
    cases: list[tuple[object, type[DomainError]]] = [
        (timed.pk, errors.HasOwnTimes),
        (waiting.pk, errors.NotApproved),
        (gone.pk, errors.NotApproved),
        (elsewhere.pk, errors.NotForHere),
        (room.people.places.commune.pk, errors.NothingToPlace),
    ]
    for key, error in cases:
        with pytest.raises(error):
            actions.place(revision_id=key, area=room.commune, instants=[LATER], by=room.people.lan, at=AT)  # type: ignore[arg-type]
    assert Airing.objects.count() == 0


def test_wrong_times_are_told_in_one_sentence(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "quiet_hours", lambda: [("21:00", "05:00")])
    made = to_place(room, seconds=120, until_at=AT + 20 * DAY)
    evening = AT.replace(hour=13, minute=59)  # 20:59, and the sound ends within the quiet hours
    cases = [
        ([], "Chưa chọn giờ phát"),
        ([AT], "đã qua"),
        ([AT + 21 * DAY], "chỉ được duyệt để phát đến"),
        ([AT + 400 * DAY], "nhiều nhất 366 ngày"),
        ([evening], "giờ yên lặng 21:00-05:00"),
        ([LATER + timedelta(minutes=n) for n in range(13)], "nhiều nhất là 12 lần một ngày"),
    ]
    for instants, words in cases:
        with pytest.raises(DomainError, match=words):
            actions.place(
                revision_id=made.pk, area=room.commune, instants=instants, by=room.people.lan, at=AT
            )
    assert Airing.objects.count() == 0
    early = evening - timedelta(minutes=1)
    assert actions.place(revision_id=made.pk, area=room.commune, instants=[early], by=room.people.lan, at=AT)
