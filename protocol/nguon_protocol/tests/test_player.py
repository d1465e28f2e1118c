"""What sounds now: single moments in a table, and whole days at random."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_protocol.documents import PlanItem, Policy
from nguon_protocol.ids import item_id
from nguon_protocol.player import Conditions, Cue, Level, decide, order_cue, plan_cues
from nguon_protocol.tests.cast import NOON, a_plan, a_stop, an_item, an_order

T = NOON * 1000
MEDIA = an_item().media.sha256
ALWAYS = Policy(quiet=())


def cue(name: str, start_s: float = 0, level: Level = Level.PLAN, late_s: float = 60, **changes: Any) -> Cue:
    start = T + int(start_s * 1000)
    return Cue(an_item(name, **changes), level, start, start + int(late_s * 1000), "d" * 64)


def conditions(**changes: Any) -> Conditions:
    return replace(Conditions(policy=ALWAYS, ready={MEDIA}), **changes)


def sounding(at_s: float, cues: Sequence[Cue], **changes: Any) -> tuple[str, float] | None:
    found = decide(T + int(at_s * 1000), cues, conditions(**changes)).sound
    return None if found is None else (found.cue.item.id, found.offset_ms / 1000)


A, B = item_id("a", 0), item_id("b", 0)


def test_an_item_starts_at_its_instant_and_not_before() -> None:
    assert sounding(-0.001, [cue("a")]) is None
    assert decide(T - 1, [cue("a")], conditions()).next_ms == T
    assert sounding(0, [cue("a")]) == (A, 0)


def test_what_sounds_goes_on_when_the_clock_is_set_back_before_its_instant() -> None:
    item, earlier = cue("later", 10), cue("earlier", 5)
    begun = {item.item.id: item.start_ms}
    now_ms = item.start_ms - 7000
    found = decide(now_ms, [earlier, item], conditions(begun=begun, sounding=item.item.id))
    assert found.sound is not None
    assert (found.sound.cue.item.id, found.sound.offset_ms) == (item.item.id, 0)
    assert found.next_ms == earlier.start_ms
    assert decide(now_ms, [earlier, item], conditions(begun=begun)).sound is None


def test_a_late_item_starts_from_its_beginning_until_its_late() -> None:
    assert sounding(60, [cue("a")]) == (A, 0)
    assert sounding(5, [cue("a", late_s=5)]) == (A, 0)
    assert decide(T + 60_001, [cue("a")], conditions()).missed[0][1] == "late"


def test_an_order_goes_before_the_plan_and_the_plan_goes_on_where_it_would_be() -> None:
    plan, order = cue("a"), cue("b", 10, Level.ORDER, 900)
    begun = {A: T}
    assert sounding(10, [plan, order], begun=begun, sounding=A) == (B, 0)
    begun[B] = T + 10_000
    assert sounding(20, [plan, order], begun=begun, sounding=B) == (B, 10)
    assert sounding(40, [plan], begun=begun) == (A, 40)
    assert decide(T + 61_000, [plan], conditions(begun=begun)).over == (plan,)


def test_an_order_waits_for_an_order_but_an_emergency_and_an_urgent_do_not() -> None:
    first, second = cue("a", 0, Level.ORDER), cue("b", 1, Level.ORDER, priority=2)
    assert sounding(2, [first, second], begun={A: T}, sounding=A) == (A, 2)
    emergency = cue("b", 1, Level.ORDER, priority=1)
    assert sounding(2, [first, emergency], begun={A: T}, sounding=A) == (B, 0)
    assert sounding(3, [first, emergency], begun={A: T, B: T + 2000}, sounding=B) == (B, 1)
    urgent = replace(second, level=Level.URGENT)
    assert sounding(2, [first, urgent], begun={A: T}, sounding=A) == (B, 0)


def test_of_two_items_due_together_the_weightier_goes_first_and_the_other_waits() -> None:
    both = [cue("a", 0), cue("b", 0, priority=1)]
    found = decide(T, both, conditions())
    assert found.sound is not None
    assert found.sound.cue.item.id == B
    assert found.blocked == {A: "busy"}


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("media", {"ready": set()}),
        ("quiet", {"policy": Policy(quiet=(("12:00", "12:30"),))}),
        ("limit", {"policy": Policy(quiet=(), minutes_per_day=0)}),
    ],
)
def test_what_is_in_the_way_is_waited_for_and_then_the_reason_of_the_miss(
    reason: str, changes: dict[str, Any]
) -> None:
    due = decide(T, [cue("a")], conditions(**changes))
    assert due.sound is None
    assert due.blocked == {A: reason}
    missed = decide(T + 60_001, [cue("a")], conditions(**changes, blocked=due.blocked)).missed
    assert [(one.item.id, why) for one, why in missed] == [(A, reason)]


def test_without_a_clock_no_plan_item_begins_and_none_is_missed() -> None:
    found = decide(T + 90_000, [cue("a")], conditions(clock_known=False))
    assert (found.sound, found.missed) == (None, ())


def test_nothing_that_was_due_before_a_stop_begins_except_urgent() -> None:
    stopped = {"stopped_ms": T + 1000}
    found = decide(T + 2000, [cue("a"), cue("b", 1, Level.ORDER)], conditions(**stopped))
    assert [why for _, why in found.missed] == ["stopped", "stopped"]
    assert sounding(2, [cue("a", 0, Level.URGENT)], **stopped) == (A, 0)
    assert sounding(2, [cue("a", 2)], **stopped) == (A, 0)


def test_an_order_that_nobody_could_hear_in_time_has_expired() -> None:
    order = order_cue(an_order(), "d" * 64)
    assert order is not None
    assert decide(T + 900_001, [order], conditions()).missed[0][1] == "expired"
    assert order_cue(a_stop(), "d" * 64) is None


def test_a_plan_does_not_look_back_before_it_was_issued() -> None:
    old, new = NOON - 61, NOON - 60
    plan = a_plan(items=(PlanItem(old, an_item("r", old)), PlanItem(new, an_item("r", new))))
    assert [one.item.id for one in plan_cues(plan, "d" * 64)] == [item_id("r", new)]


def test_an_item_that_comes_twice_counts_once() -> None:
    assert decide(T, [cue("a"), cue("a")], conditions()).blocked == {}


class Day:
    """A device in small: it follows decide() through a day and keeps what it heard."""

    def __init__(self, cues: Sequence[Cue], stops: Mapping[int, int]) -> None:
        self.cues = sorted(cues, key=lambda one: (one.level, one.start_ms))
        self.stops = stops
        self.begun: dict[str, int] = {}
        self.ended: set[str] = set()
        self.sounding: str | None = None
        self.starts: list[str] = []
        self.stopped_ms = -1
        self.blocked: Mapping[str, str] = {}

    def step(self, now_ms: int) -> None:
        if now_ms in self.stops:
            self.stopped_ms = now_ms
            self.ended |= set(self.begun)
        live = [one for one in self.cues if one.item.id not in self.ended]
        begun = {name: at for name, at in self.begun.items() if name not in self.ended}
        known = conditions(
            begun=begun,
            sounding=self.sounding if self.sounding in begun else None,
            stopped_ms=self.stopped_ms,
            blocked=self.blocked,
        )
        found = decide(now_ms, live, known)
        self.blocked = found.blocked
        self.ended |= {one.item.id for one in found.over} | {one.item.id for one, _ in found.missed}
        self.sounding = None
        if found.sound is None:
            return
        name = found.sound.cue.item.id
        if found.sound.offset_ms >= found.sound.cue.item.dur_ms:
            self.ended.add(name)
            return
        if name not in self.begun:
            assert found.sound.cue.start_ms <= now_ms or found.sound.cue.level is Level.ORDER
            assert now_ms <= found.sound.cue.latest_ms
            assert self.stopped_ms < found.sound.cue.start_ms
            self.starts.append(name)
            self.begun[name] = now_ms
        self.sounding = name


cues_of_a_day = st.lists(
    st.builds(
        lambda name, start, dur, level, priority: cue(
            str(name), start, level, 60, dur_ms=dur * 1000, priority=priority
        ),
        st.integers(0, 6),
        st.integers(0, 120),
        st.integers(1, 60),
        st.sampled_from([Level.ORDER, Level.PLAN]),
        st.integers(1, 3),
    ),
    max_size=8,
)


@given(cues_of_a_day, st.dictionaries(st.integers(0, 150).map(lambda s: T + s * 1000), st.none(), max_size=2))
def test_over_a_random_day_each_item_begins_at_most_once_and_ends(cues: list[Cue], stops: Any) -> None:
    day = Day(cues, stops)
    for second in range(0, 700, 1):
        day.step(T + second * 1000)
    assert len(day.starts) == len(set(day.starts))
    assert day.ended == {one.item.id for one in cues}
