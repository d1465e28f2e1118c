"""Programmes of communes: what a change touches, what is refused in one sentence, and that a recompile after
any change is the same as compiling anew."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.broadcasts import actions, errors
from nguon.broadcasts.actions import Hours, SessionTimes
from nguon.broadcasts.models import Airing, Clash, Session, Slot
from nguon.broadcasts.states import AiringState, SlotKind
from nguon.broadcasts.tests.cast import DAY, to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.devices import queries as devices
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
TODAY = local(AT).date()  # Monday 2 March 2026, 08:00 in Viet Nam


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def session(room: Newsroom, starts: time = time(17), minutes: int = 15, **more: Any) -> Session:
    given = SessionTimes(name=f"Phiên {starts:%H:%M}", starts=starts, minutes=minutes, first=TODAY, **more)
    return actions.make_session(area=room.commune, given=given, by=room.people.lan, at=AT)


def add(room: Newsroom, to: Session, seconds: float = 60, **more: Any) -> Slot:
    made = to_place(room, seconds=seconds)
    return actions.add_slot(session_id=to.pk, revision_id=made.pk, by=room.people.lan, at=AT, **more)[0]


def standing() -> list[tuple[Any, ...]]:
    rows = Airing.objects.filter(state=AiringState.PLANNED).order_by("at", "pk")
    return list(rows.values_list("pk", "at", "slot", "by", "placed_at"))


def test_a_line_plays_each_day_of_the_next_35(room: Newsroom) -> None:
    slot = add(room, session(room))
    days = [local(at) for at in Airing.objects.filter(slot=slot).values_list("at", flat=True)]
    assert sorted(day.date() for day in days) == [TODAY + n * DAY for n in range(35)]
    assert {f"{day:%H:%M:%S}" for day in days} == {"17:00:00"}
    assert actions.top_up(place_ids=[room.people.places.commune.pk], at=AT + DAY).added == 1
    assert actions.top_up(place_ids=[room.people.places.commune.pk], at=AT + DAY).added == 0


def test_a_change_recompiles_what_it_touches_and_nothing_else(room: Newsroom) -> None:
    early, late = session(room, time(6)), session(room, time(17))
    first = add(room, early)
    add(room, late)
    before = {row[0] for row in standing() if row[2] != first.pk}
    made = to_place(room, seconds=30)
    _slot, touched = actions.add_slot(
        session_id=early.pk, revision_id=made.pk, by=room.people.lan, at=AT, last=TODAY + 4 * DAY
    )
    assert (touched.added, touched.removed) == (4, 0)  # today's 06:00 is over
    assert before <= {row[0] for row in standing()}
    gone = actions.skip(slot_id=first.pk, day=TODAY + 2 * DAY, by=room.people.lan, at=AT)
    assert (gone.added, gone.removed) == (1, 2)  # the one left out, and the next one that moves up
    assert gone.targets == {room.commune}


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=6))
def test_a_recompile_after_any_change_is_compiling_anew(room: Newsroom, moves: list[tuple[int, int]]) -> None:
    Airing.objects.all().delete()
    Session.objects.all().delete()
    sessions = [session(room, time(6)), session(room, time(17))]
    made = Revision.objects.filter(title="Họp thôn").first() or to_place(room, seconds=60)
    slots = [
        actions.add_slot(session_id=one.pk, revision_id=made.pk, by=room.people.lan, at=AT)[0]
        for one in sessions
    ]
    at = AT
    for kind, n in moves:
        at += timedelta(hours=5)
        slot, day = slots[n % 2], TODAY + n * DAY
        by = room.people.lan
        if kind == 0:
            actions.skip(slot_id=slot.pk, day=day, by=by, at=at)
        elif kind == 1:
            actions.unskip(slot_id=slot.pk, day=day, by=by, at=at)
        elif kind == 2:
            actions.set_day_off(area=room.commune, name="Nghỉ", day=day, by=by, at=at)
        elif kind == 3 and Slot.objects.get(pk=slot.pk).ended_at is None:
            actions.end_slot(slot_id=slot.pk, by=by, at=at)
        else:
            actions.top_up(place_ids=[room.people.places.commune.pk], at=at)
    actions.top_up(place_ids=[room.people.places.commune.pk], at=at)
    grown = [row for row in standing() if row[1] > at]
    Airing.objects.all().delete()
    actions.top_up(place_ids=[room.people.places.commune.pk], at=at)
    assert standing() == grown


def test_fillers_give_way_and_what_is_withdrawn_is_no_longer_laid_down(room: Newsroom) -> None:
    here = session(room)
    add(room, here, 800, kind=SlotKind.FILLER)
    item = add(room, here, 200)
    assert set(Airing.objects.filter(state=AiringState.PLANNED).values_list("slot", flat=True)) == {item.pk}
    bulletins.withdraw(bulletin_id=item.revision.bulletin_id, reason="sai", by=room.people.lan, at=AT)
    touched = actions.top_up(place_ids=[room.people.places.commune.pk], at=AT)
    assert (touched.added, touched.removed) == (35, 35)


def test_wrong_programmes_are_told_in_one_sentence(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "quiet_hours", lambda: [("21:00", "05:00")])
    here = session(room)
    long = to_place(room, seconds=901)
    lan = room.people.lan
    wrong: dict[str, Any] = {"by": lan, "at": AT}

    def slot(**more: Any) -> Any:
        return lambda: actions.add_slot(session_id=here.pk, revision_id=long.pk, **wrong, **more)

    def opened(starts: time, minutes: int = 15, **more: Any) -> Any:
        return lambda: session(room, starts, minutes, **more)

    cases = [
        (slot(), "sẽ dài 15:01 phút, nhiều hơn 15 phút"),
        (slot(rrule="FREQ=HOURLY"), "Không hiểu cách lặp"),
        (slot(last=TODAY - DAY), "không phát ngày nào"),
        (opened(time(20, 50)), "chạm giờ yên lặng 21:00-05:00"),
        (opened(time(23, 50), 30), "chạm giờ yên lặng"),
        (opened(time(17, 10)), "chồng lên phiên “Phiên 17:00”"),
        (opened(time(9), 0), "dài từ 1 đến 360 phút"),
        (
            lambda: actions.set_day_off(area=room.commune, name="x", day=TODAY, seen=0, **wrong),
            "vừa sửa chương trình",
        ),
        (lambda: actions.end_slot(slot_id=here.pk, **wrong), "Hãy tải lại trang"),
    ]
    for act, words in cases:
        with pytest.raises(DomainError, match=words):
            act()
    assert (Slot.objects.count(), Airing.objects.count(), lan.username) == (0, 0, "lan")


def test_broadcast_hours_of_the_area_hold(room: Newsroom) -> None:
    province = room.people.places.province.area
    actions.set_hours(area=province, given=Hours(minutes=45, source="chung"), by=room.people.binh, at=AT)
    own = Hours(minutes=15, sessions=2, weekdays="01234", quiet=(time(11, 30), time(13)), source="Hà Nội")
    actions.set_hours(area=room.commune, given=own, by=room.people.binh, at=AT)
    cases: list[tuple[time, int, str, type[DomainError]]] = [
        (time(6), 16, "01234", errors.HoursTooLong),
        (time(6), 15, "0123456", errors.HoursWrongDay),
        (time(11, 20), 15, "01234", errors.SessionQuiet),
    ]
    for starts, minutes, weekdays, error in cases:
        with pytest.raises(error):
            session(room, starts, minutes, weekdays=weekdays)
    made = to_place(room, seconds=60)
    with pytest.raises(errors.InQuietHours, match="giờ yên lặng 11:30-13:00"):
        actions.place(
            revision_id=made.pk, area=room.commune, instants=[AT.replace(hour=5)], by=room.people.lan, at=AT
        )
    session(room, time(6), weekdays="01234")
    session(room, time(17), weekdays="0")
    with pytest.raises(errors.HoursTooMany, match="nhiều nhất 2 phiên"):
        session(room, time(18), weekdays="01")
    assert session(room, time(18), weekdays="1").minutes == 15


def test_a_clash_from_above_is_the_communes_to_decide(room: Newsroom) -> None:
    add(room, session(room), 120)
    above = to_place(room, title="Bão số 3", seconds=30, priority=2)
    wanted = AT.replace(hour=10, minute=1)  # 17:01
    asked = actions.offer(revision_id=above.pk, area=room.commune, instant=wanted, by=room.people.tuan, at=AT)
    again = actions.offer(revision_id=above.pk, area=room.commune, instant=wanted, by=room.people.tuan, at=AT)
    assert isinstance(asked, Clash)
    assert asked == again
    assert Airing.objects.filter(revision=above).count() == 0
    with pytest.raises(errors.NotYoursToDecide):
        actions.decide(clash_id=asked.pk, decision="before", by=room.people.tuan, at=AT)
    with pytest.raises(errors.NotAChoice):
        actions.decide(clash_id=asked.pk, decision="shorten", by=room.people.lan, at=AT)
    done = actions.decide(clash_id=asked.pk, decision="before", by=room.people.lan, at=AT)
    today = Airing.objects.filter(state=AiringState.PLANNED, at__lt=AT + DAY).order_by("at")
    assert [(local(row.at).strftime("%H:%M:%S"), row.revision_id == above.pk) for row in today] == [
        ("17:00:00", True),
        ("17:00:30", False),
    ]
    assert (done.decision, done.decided_by, done.airing) == ("before", room.people.lan, today[0])
    assert date(2026, 3, 2) == TODAY


@pytest.mark.parametrize(
    ("decision", "times"),
    [
        ("before", ["09:00", "09:01"]),
        ("after", ["09:00", "09:02"]),
        ("leave", ["09:00"]),
        ("move", ["09:00", "10:00"]),
    ],
)
def test_what_was_placed_by_hand_gives_way_as_decided(
    room: Newsroom, decision: str, times: list[str]
) -> None:
    nine = AT.replace(hour=2)
    there, new = to_place(room, seconds=120), to_place(room, seconds=60)
    actions.place(revision_id=there.pk, area=room.commune, instants=[nine], by=room.people.lan, at=AT)
    asked = actions.offer(revision_id=new.pk, area=room.commune, instant=nine, by=room.people.tuan, at=AT)
    assert isinstance(asked, Clash)
    to = AT.replace(hour=3)
    actions.decide(clash_id=asked.pk, decision=decision, by=room.people.lan, at=AT, to=to)
    planned = Airing.objects.filter(state=AiringState.PLANNED).order_by("at")
    assert [f"{local(row.at):%H:%M}" for row in planned] == times
