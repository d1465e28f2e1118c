"""The compile law: a programme becomes exactly the instants that its rules name, in order, whole,
and once.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.broadcasts.rules.layout import Line, Off, Times, check_rule, days_off, length, sittings
from nguon.broadcasts.states import DayKind
from nguon.kernel.clock import VIETNAM

DAY = date(2026, 3, 2)
FIVE = Times(time(5), 15, "0123456", DAY)
RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=DAILY;COUNT=4",
    ]
)


def line(
    n: int, seconds: float, rule: str = "FREQ=DAILY", *, filler: bool = False, first: date = DAY
) -> Line:
    return Line(UUID(int=n), UUID(int=100 + n), int(seconds * 1000), rule, first, None, filler)


LINES = st.lists(st.tuples(st.floats(0.5, 900), RULES, st.booleans(), st.integers(0, 20)), max_size=8).map(
    lambda rows: [
        line(n, s, r, filler=f, first=DAY + timedelta(days=d)) for n, (s, r, f, d) in enumerate(rows)
    ]
)
TIMES = st.builds(
    Times,
    st.times(time(0), time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(1, 120),
    st.sampled_from(["0123456", "01234", "6"]),
    st.just(DAY),
)


@settings(max_examples=30, deadline=None)
@given(TIMES, LINES)
def test_each_day_plays_what_its_rules_name_whole_in_order_and_once(times: Times, lines: list[Line]) -> None:
    last = DAY + timedelta(days=34)
    for sitting in sittings(times, lines, DAY, last):
        assert str(sitting.day.weekday()) in times.weekdays
        midnight = datetime.combine(sitting.day, time())
        named = {
            one.key
            for one in lines
            if midnight in rrulestr(one.rule, dtstart=datetime.combine(one.first, time()))
        }
        laid = [one.line.key for one in sitting.laid]
        assert len(laid) == len(set(laid))
        items = {one.key for one in lines if one.key in named and not one.filler}
        assert {key for key in laid if key in items} | {one.key for one in sitting.left_out} == items
        assert set(laid) <= named
        for one, after in zip(sitting.laid, sitting.laid[1:], strict=False):
            assert one.ends_at <= after.at
            assert (one.line.filler, after.line.filler) != (True, False)
        assert all(sitting.starts_at <= one.at and one.ends_at <= sitting.ends_at for one in sitting.laid)
        assert all(one.at.microsecond == 0 for one in sitting.laid)


@settings(max_examples=20, deadline=None)
@given(TIMES, LINES, st.integers(0, 34))
def test_a_window_cut_in_two_says_the_same(times: Times, lines: list[Line], cut: int) -> None:
    middle, last = DAY + timedelta(days=cut), DAY + timedelta(days=35)
    halves = sittings(times, lines, DAY, middle) + sittings(times, lines, middle + timedelta(days=1), last)
    assert halves == sittings(times, lines, DAY, last)


def test_fillers_play_where_there_is_room_for_the_whole() -> None:
    lines = [line(1, 600), line(2, 400, filler=True), line(3, 200, filler=True)]
    (sitting,) = sittings(FIVE, lines, DAY, DAY)
    assert [one.line.key.int for one in sitting.laid] == [1, 3]
    assert sitting.rest == timedelta(seconds=100)


def test_what_is_too_long_is_left_out_and_never_cut() -> None:
    (sitting,) = sittings(FIVE, [line(1, 600), line(2, 301), line(3, 300)], DAY, DAY)
    assert [one.line.key.int for one in sitting.laid] == [1, 3]
    assert [one.key.int for one in sitting.left_out] == [2]
    assert length([line(1, 600.2), line(2, 1)]) == timedelta(seconds=602)


def test_a_session_across_midnight_belongs_to_its_day_and_plays_whole() -> None:
    late = Times(time(23, 50), 30, "0", DAY)
    lines = [line(1, 540), line(2, 600)]
    (sitting,) = sittings(late, lines, DAY, DAY + timedelta(days=6))
    assert sitting.laid[1].at == datetime(2026, 3, 2, 23, 59, tzinfo=VIETNAM)
    assert sitting.laid[1].ends_at == datetime(2026, 3, 3, 0, 9, tzinfo=VIETNAM)


def test_yearly_on_29_february_plays_in_leap_years_alone() -> None:
    leap = line(1, 10, "FREQ=YEARLY", first=date(2024, 2, 29))
    days = [
        one.day
        for one in sittings(
            Times(time(5), 15, "0123456", date(2024, 1, 1)), [leap], date(2024, 1, 1), date(2028, 12, 31)
        )
        if one.laid
    ]
    assert days == [date(2024, 2, 29), date(2028, 2, 29)]


def test_days_off_of_both_calendars_silence_what_does_not_play_on_them() -> None:
    tet = Off(DayKind.LUNAR, None, 1, 1, days=4, before=1)
    off = days_off(
        [tet, Off(DayKind.YEARLY, None, 1, 1), Off(DayKind.ONCE, 2026, 3, 4)],
        DAY - timedelta(days=61),
        DAY + timedelta(days=7),
    )
    assert sorted(off) == [
        date(2026, 1, 1),
        *(date(2026, 2, 16) + timedelta(days=n) for n in range(5)),
        date(2026, 3, 4),
    ]
    working = Times(time(5), 15, "0123456", DAY, on_days_off=False)
    three, lines = DAY + timedelta(days=3), [line(1, 10)]
    silent = [one.day for one in sittings(working, lines, DAY, three, off)]
    assert date(2026, 3, 4) not in silent
    assert len(sittings(FIVE, lines, DAY, three, off)) == len(silent) + 1
    assert [one.day for one in sittings(FIVE, lines, DAY, three, off, off)] == silent


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=5",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY\nFREQ=DAILY",
    ],
)
def test_what_is_no_rule_of_days_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        check_rule(rule, DAY)
