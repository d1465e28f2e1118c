"""When a cue begins, ends, waits and is asked for again, to the millisecond."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_protocol import keys
from nguon_protocol.documents import Drill, Item, PlanItem, Policy, Urgent
from nguon_protocol.documents.live import Live
from nguon_protocol.player import (
    LOUDEST,
    NO_MEDIA,
    Cue,
    Decision,
    Level,
    alert_cue,
    decide,
    order_cue,
    plan_cues,
)
from nguon_protocol.tests.cast import NOON, a_plan, an_item, an_order
from nguon_protocol.tests.test_player import MEDIA, A, B, T, conditions, cue

DOC = "d" * 64
LENGTH = an_item().dur_ms


def test_a_cue_has_the_times_of_its_item_in_milliseconds() -> None:
    first, last = PlanItem(NOON, an_item("a"), 5), PlanItem(NOON + 90, an_item("b"), 60)
    plan = a_plan(items=(first, last), expires=NOON + 100)
    assert plan_cues(plan, DOC) == [
        Cue(first.item, Level.PLAN, T, T + 5000, DOC),
        Cue(last.item, Level.PLAN, T + 90_000, T + 100_000, DOC),
    ]
    order = an_order(issued=NOON + 1, expires=NOON + 7)
    assert order_cue(order, DOC) == Cue(an_item(), Level.ORDER, T + 1000, T + 7000, DOC)


ALERT_ID = "0b1e1c1e-0000-4000-8000-0000000000b1"
LIVES: dict[str, Any] = {"issued": NOON + 1, "expires": NOON + 7, "epoch": 1, "v": 1, "target": "vn.5.120"}
ALERT = Urgent(**LIVES, id=ALERT_ID, action="play", sounds=("siren", "flood"), dur_ms=9000, repeat=3)
WORDS = an_item("w", volume=40, title="Lũ")


def test_an_alert_is_a_cue_of_its_own_name_loudness_and_length() -> None:
    item = Item(ALERT_ID, 9000, NO_MEDIA, LOUDEST, 1, "")
    more: dict[str, Any] = {"sounds": ("siren", "flood"), "repeat": 3}
    assert alert_cue(ALERT, DOC) == Cue(item, Level.URGENT, T + 1000, T + 7000, DOC, **more)
    spoken = alert_cue(replace(ALERT, item=WORDS), DOC)
    assert spoken is not None
    assert spoken.item == Item(ALERT_ID, 9000, WORDS.media, 40, 1, "Lũ")
    assert (spoken.has_media, spoken.silent) == (True, False)
    assert alert_cue(replace(ALERT, action="cancel", dur_ms=None), DOC) is None


@pytest.mark.parametrize(("action", "silent"), [("play", False), ("test", True)])
def test_a_drill_has_the_place_of_an_order_and_a_test_of_it_is_heard_by_nobody(
    action: str, silent: bool
) -> None:
    drill = Drill(**LIVES, id=ALERT_ID, action=action, sounds=("drill",), dur_ms=9000)
    found = alert_cue(drill, DOC)
    assert found is not None
    assert (found.level, found.silent, found.has_media) == (Level.ORDER, silent, False)


def heard(changed: Cue, **more: Any) -> bool:
    return decide(T, [changed], conditions(**more)).sound is not None


@pytest.mark.parametrize(
    ("sounds", "level", "media", "stored", "ready", "said"),
    [
        (("siren",), Level.URGENT, False, {"siren"}, False, True),
        (("siren",), Level.URGENT, False, set(), False, False),
        (("siren", "flood"), Level.URGENT, True, {"flood"}, False, True),
        (("siren",), Level.URGENT, True, set(), True, True),
        (("drill",), Level.URGENT, True, set(), True, True),
        (("drill",), Level.ORDER, False, {"drill"}, False, True),
        (("drill", "flood"), Level.ORDER, False, {"flood"}, False, False),
        (("drill",), Level.ORDER, True, {"drill"}, True, True),
        (("drill",), Level.ORDER, True, {"drill"}, False, False),
        (("drill",), Level.ORDER, True, set(), True, False),
    ],
)
def test_an_alert_begins_with_what_there_is_and_a_drill_only_if_it_can_say_so(
    sounds: tuple[str, ...], level: Level, media: bool, stored: set[str], ready: bool, said: bool
) -> None:
    item = an_item("a") if media else replace(an_item("a"), media=NO_MEDIA)
    one = replace(cue("a", level=level), item=item, sounds=sounds)
    assert heard(one, sounds=stored, ready={MEDIA} if ready else set()) is said


def test_a_silent_test_knows_no_policy_and_waits_for_everything_that_is_heard() -> None:
    silent = replace(cue("a", level=Level.ORDER, priority=1), silent=True)
    assert heard(silent, policy=Policy(quiet=(("12:00", "13:00"),), minutes_per_day=0))
    found = decide(T, [silent, cue("b")], conditions())
    assert found.sound is not None
    assert found.sound.cue.item.id == B
    assert found.blocked == {A: "busy"}


LIVE = Live(keys.generate().public, "/live/1", 70, 2)


def test_going_live_lasts_as_long_as_its_order() -> None:
    order = an_order(action="live", item=None, live=LIVE, issued=NOON + 1, expires=NOON + 7)
    item = Item(order.id, 6000, NO_MEDIA, 70, 2, "")
    live = order_cue(order, DOC)
    assert live == Cue(item, Level.ORDER, T + 1000, T + 7000, DOC, live=LIVE)
    # Whoever joins late is not longer on the air; what has no end of its own ends after its length.
    assert (live.ends_ms(T + 5000), replace(live, live=None).ends_ms(T + 5000)) == (T + 7000, T + 11_000)
    assert decide(T + 2000, [live], conditions()).blocked == {order.id: "media"}
    found = decide(T + 2000, [live], conditions(live={order.id}))
    assert (found.sound is not None, found.next_ms) == (True, T + 7000)
    on_air = conditions(live={order.id}, begun={order.id: T + 2000}, sounding=order.id)
    assert decide(T + 6999, [live], on_air).over == ()
    assert decide(T + 7000, [live], on_air).over == (live,)


def test_what_begins_when_its_plan_expires_is_the_last_of_it() -> None:
    at_the_end, after = PlanItem(NOON + 9, an_item("a")), PlanItem(NOON + 10, an_item("b"))
    plan = a_plan(items=(at_the_end, after), expires=NOON + 9)
    assert [one.item for one in plan_cues(plan, DOC)] == [at_the_end.item]


def test_what_has_begun_is_over_with_its_last_moment_unless_it_still_sounds() -> None:
    end = T + LENGTH
    begun = conditions(begun={A: T})
    assert decide(end - 1, [cue("a")], begun).over == ()
    assert decide(end, [cue("a")], begun).over == (cue("a"),)
    late = decide(end + 50, [cue("a")], replace(begun, sounding=A))
    assert (late.over, late.sound and late.sound.offset_ms) == ((), LENGTH + 50)
    assert late.sound is not None
    assert late.sound.begun_ms == T


def test_of_two_that_have_been_pushed_aside_or_not_the_begun_one_goes_on() -> None:
    found = decide(T + 5000, [cue("a"), cue("b", priority=2)], conditions(begun={A: T}))
    assert found.sound is not None
    assert found.sound.cue.item.id == A
    assert found.blocked == {B: "busy"}


def test_the_last_minute_of_the_day_may_be_used_whole() -> None:
    policy = Policy(quiet=(), minutes_per_day=2)
    used = conditions(policy=policy, heard_ms=60_000)
    assert decide(T, [cue("a")], used).sound is not None
    assert decide(T, [cue("a")], replace(used, heard_ms=60_001)).blocked == {A: "limit"}
    assert decide(T, [cue("a", level=Level.URGENT)], replace(used, heard_ms=10**9)).sound is not None


@pytest.mark.parametrize("level", list(Level))
def test_while_somebody_has_muted_it_nothing_begins_and_the_miss_says_so(level: Level) -> None:
    muted = conditions(muted=True)
    due = decide(T, [cue("a", level=level)], muted)
    assert (due.sound, due.blocked) == (None, {A: "mute"})
    missed = decide(T + 60_001, [cue("a", level=level)], replace(muted, blocked=due.blocked)).missed
    assert [why for _, why in missed] == ["mute"]


def test_it_asks_again_when_the_first_of_its_reasons_may_change() -> None:
    sounds, waits, comes = cue("a"), cue("b", 0, late_s=5), cue("c", 70)
    found = decide(T, [sounds, waits, comes], conditions())
    assert found.next_ms == T + 5001
    assert decide(T, [sounds], conditions()).next_ms == T + LENGTH
    assert decide(T + 9, [sounds], conditions(begun={A: T}, sounding=A)).next_ms == T + LENGTH
    assert decide(T, [waits, sounds], conditions()).next_ms == T + 5001
    assert decide(T, [sounds], conditions(ready={})).next_ms == T + 60_001
    assert decide(T, [comes], conditions()).next_ms == T + 70_000
    assert decide(T, [], conditions()).next_ms is None


def said(found: Decision) -> Any:
    """Give what a decision says, without its moment."""
    return found.sound and found.sound.cue, found.missed, found.over, found.blocked


@given(
    st.lists(
        st.builds(
            lambda name, start, late, length, level: replace(
                cue(str(name), start, level, late), item=an_item(str(name), dur_ms=length)
            ),
            st.integers(0, 4),
            st.integers(0, 20),
            st.integers(0, 9),
            st.integers(1, 20_000),
            st.sampled_from([Level.ORDER, Level.PLAN]),
        ),
        max_size=5,
    ),
    st.integers(0, 25_000),
    st.integers(0, 20_000),
)
def test_between_two_questions_nothing_changes(cues: list[Cue], at: int, step: int) -> None:
    cues = sorted(cues, key=lambda one: (one.level, one.start_ms))
    first = decide(T + at, cues, conditions(ready={MEDIA}))
    then = min(T + at + step, T + at if first.next_ms is None else first.next_ms - 1)
    begun = {first.sound.cue.item.id: first.sound.begun_ms} if first.sound else {}
    gone = {one.item.id for one, _ in first.missed}
    left = [one for one in cues if one.item.id not in gone]
    known = conditions(begun=begun, sounding=next(iter(begun), None), blocked=first.blocked)
    assert then >= T + at
    assert said(decide(then, left, known)) == (*said(first)[:1], (), (), first.blocked)
