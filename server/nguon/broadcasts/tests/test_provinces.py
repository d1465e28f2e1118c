"""A line for the sessions of many communes: the same airings, refusals and facts as one by one, in a number
of questions to the database that does not grow with the communes."""

from datetime import date, time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.accounts.actions import assign_role
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.broadcasts import actions, rules
from nguon.broadcasts.actions import Line, SessionTimes
from nguon.broadcasts.models import Airing, DayOff, HourRule, Session, Slot
from nguon.broadcasts.states import AiringState, DayKind, SlotKind
from nguon.broadcasts.tests.cast import DAY, to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
TODAY = local(AT).date()


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def communes(room: Newsroom, count: int) -> list[str]:
    """More communes of the room's province, in which lan writes and minh approves."""
    parent = room.people.places.province
    units = [Place(kind="commune", parent=parent, name=f"Xã {n}") for n in range(count)]
    for number, unit in enumerate(units):
        unit.pk = 1_000_000 + number
        unit.area, unit.valid_from = f"{parent.area}.{unit.pk}", date(2025, 7, 1)
        unit.search, unit.sort_key = f" xa {number} ", b"%06d" % number
    Place.objects.bulk_create(units)
    assign_role(user=room.people.lan, role=Role.WRITER, place=parent, by=None, at=AT)
    assign_role(user=room.people.minh, role=Role.APPROVER, place=parent, by=None, at=AT)
    return [unit.area for unit in units]


def wide(room: Newsroom, areas: list[str], seconds: float) -> Revision:
    """A bulletin for some communes, approved by as many people as it needs."""
    made = to_place(room, room.commune, *areas, seconds=seconds, approve=False)
    third = person("hoa", "Vũ Thị Hoa", (Role.APPROVER, room.people.places.province))
    for who in (room.people.minh, third)[: 2 if len(areas) > 2 else 1]:
        bulletins.approve(
            revision_id=made.pk, content_sha256=made.content_sha256, by=who, at=AT, unheard="test"
        )
    return made


def session(room: Newsroom, area: str, starts: time = time(17), minutes: int = 15, **more: Any) -> Session:
    given = SessionTimes(name="Chiều", starts=starts, minutes=minutes, first=TODAY, **more)
    return actions.make_session(area=area, given=given, by=room.people.lan, at=AT)


def told(since: int) -> list[tuple[str, Any]]:
    """What the journal says since then, as far as it is about sessions, whoever came first."""
    rows = Entry.objects.filter(sequence__gt=since, fact="slot.made").values_list("subject", "data")
    return sorted(((subject, data) for subject, data in rows), key=str)


def standing() -> list[tuple[Any, ...]]:
    rows = Airing.objects.filter(state=AiringState.PLANNED).order_by("area", "at", "pk")
    return list(rows.values_list("pk", "area", "at", "ends_at", "slot__session", "by", "placed_at"))


SESSIONS = st.tuples(
    st.sampled_from([time(5), time(16, 50), time(20, 55), time(23, 50)]),
    st.integers(1, 12),
    st.sampled_from(["0123456", "01234", "6"]),
    st.booleans(),
)
LINES = st.tuples(
    st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYMONTHDAY=29", "FREQ=DAILY;COUNT=4"]
    ),
    st.sampled_from([SlotKind.ITEM, SlotKind.FILLER]),
    st.integers(0, 9),
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SESSIONS, min_size=2, max_size=4), st.lists(LINES, min_size=1, max_size=3), st.integers(0, 3))
def test_many_communes_together_are_what_they_are_one_by_one(
    room: Newsroom, hours: list[Any], lines: list[Any], elsewhere: int
) -> None:
    with transaction.atomic():
        areas = communes(room, len(hours))
        made = wide(room, [area for n, area in enumerate(areas) if n != elsewhere], seconds=200)
        DayOff.objects.create(area=areas[0], name="Hội làng", kind=DayKind.ONCE, year=2026, month=3, day=5)
        DayOff.objects.create(area="vn", name="Lễ", kind=DayKind.YEARLY, month=3, day=8)
        rows = [
            Session.objects.create(
                place=Place.objects.get(area=area), area=area, name="Chiều", starts=starts, minutes=minutes,
                weekdays=weekdays, on_days_off=off, first=TODAY, by=room.people.lan, made_at=AT,
            )
            for area, (starts, minutes, weekdays, off) in zip(areas, hours, strict=True)
        ]  # fmt: skip
        together: list[Any] = []
        alone: list[Any] = []
        head = Entry.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
        mark = transaction.savepoint()
        for rule, kind, days in lines:
            line = Line(revision_id=made.pk, rrule=rule, kind=kind, first=TODAY + days * DAY)
            done = actions.add_slots(
                session_ids=[row.pk for row in rows], line=line, by=room.people.lan, at=AT
            )
            together.extend((one.session_id, str(one.why or ""), one.touched) for one in done)
        grown = standing(), told(head)
        transaction.savepoint_rollback(mark)
        for rule, kind, days in lines:
            for row in rows:
                try:
                    _slot, touched = actions.add_slot(
                        session_id=row.pk, revision_id=made.pk, by=room.people.lan, at=AT,
                        rrule=rule, kind=kind, first=TODAY + days * DAY,
                    )  # fmt: skip
                    alone.append((row.pk, "", touched))
                except DomainError as why:
                    alone.append((row.pk, str(why), actions.Touched()))
        assert together == alone
        assert grown == (standing(), told(head))
        transaction.set_rollback(True)


def test_a_province_asks_the_database_no_more_than_a_commune(room: Newsroom) -> None:
    areas = communes(room, 12)
    made = wide(room, areas, seconds=20)
    rows = [session(room, area) for area in areas]
    actions.top_up(place_ids=[row.place_id for row in rows[:1]], at=AT)  # what is read once for all is read
    with CaptureQueriesContext(
        connection,
    ) as few:
        actions.add_slot(session_id=rows[0].pk, revision_id=made.pk, by=room.people.lan, at=AT)
    with CaptureQueriesContext(connection) as many:
        done = actions.add_slots(
            session_ids=[row.pk for row in rows[1:]],
            line=Line(revision_id=made.pk),
            by=room.people.lan,
            at=AT,
        )
    assert {one.touched.added for one in done} == {35}
    assert len(many) <= len(few)
    with CaptureQueriesContext(connection) as filled:
        assert actions.top_up(place_ids=[row.place_id for row in rows], at=AT + DAY).added == 12
    assert len(filled) <= 20


def test_where_it_cannot_stand_is_said_and_the_rest_is_laid_down(room: Newsroom) -> None:
    areas = communes(room, 3)
    made = wide(room, areas[:2], seconds=200)
    short, right, other = session(room, areas[0], minutes=3), session(room, areas[1]), session(room, areas[2])
    gone = made.pk
    done = actions.add_slots(
        session_ids=[short.pk, right.pk, other.pk, gone],
        line=Line(revision_id=made.pk),
        by=room.people.lan,
        at=AT,
    )
    assert [one.touched.added for one in done] == [0, 35, 0, 0]
    words = ["sẽ dài 3:20 phút", "", "không được duyệt để phát ở", "không còn trong chương trình"]
    assert all(word in str(one.why or "") for one, word in zip(done, words, strict=True))
    assert list(Slot.objects.values_list("session", flat=True)) == [right.pk]


def test_a_group_of_the_whole_commune_stays_a_group_as_the_signer_has_it() -> None:
    aims = [("vn.5.120", "g/1"), ("vn.5.120.7", "d/2"), ("vn.5.121", "vn.5.121"), ("vn.6", "vn.6")]
    assert rules.within(aims, "vn.5.120") == ["d/2", "g/1"]
    assert rules.within(aims, "vn.5.121") == ["vn.5.121"]
    assert rules.within([*aims, ("vn", "vn")], "vn.5.120") == ["d/2", "g/1", "vn.5.120"]


def test_one_bulletin_is_placed_in_many_communes_where_nothing_is_in_the_way(room: Newsroom) -> None:
    areas = communes(room, 12)
    made, own = wide(room, areas, 60), to_place(room, room.commune, seconds=60)
    tonight = AT.replace(hour=10)  # 17:00 in Vietnam
    actions.place(revision_id=own.pk, area=room.commune, instants=[tonight], by=room.people.lan, at=AT)
    HourRule.objects.create(area=areas[0], minutes=15, weekdays="6")
    HourRule.objects.create(area=areas[1], minutes=15, quiet_from=time(16), quiet_to=time(18))
    HourRule.objects.create(area=areas[2], minutes=15, sessions=1)
    wanted = dict.fromkeys([room.commune, *areas], tonight) | {areas[3]: AT}
    few = dict(list(wanted.items())[:6])
    with CaptureQueriesContext(connection) as small, transaction.atomic():
        actions.place_many(revision_id=made.pk, instants=few, by=room.people.lan, at=AT)
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as all_:
        done = actions.place_many(revision_id=made.pk, instants=wanted, by=room.people.lan, at=AT)
    assert set(done) == {areas[2], *areas[4:]}
    assert len(all_) <= len(small)
    assert {one.at for one in done.values()} == {tonight}
    assert Entry.objects.filter(fact="airing.placed").count() == 1 + len(done)
    for who in (room.people.lan, room.people.hue):
        assert actions.place_many(revision_id=made.pk, instants=wanted, by=who, at=AT) == {}
