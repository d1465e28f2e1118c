"""What a programme says, as explicit instants: pure, so that it can be held to its laws.

A session of a day is a row of whole sounds, one after the other, each on a whole second: its playlist in
order, then the fillers that still fit whole. What would pass the session's end is left out, never cut. A
session that begins on a day belongs to that day, also past midnight. Wall times are Vietnamese.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from uuid import UUID

from dateutil.rrule import rrule, rrulestr

from nguon.broadcasts.rules.lunar import solar_date
from nguon.broadcasts.states import DayKind
from nguon.kernel.clock import VIETNAM

MOST_ITEMS = 200
"""A session plays no more sounds than that, fillers of a second included."""


@dataclass(frozen=True)
class Times:
    """When a session is: `last` None means for good; `weekdays` are digits, Monday is 0."""

    starts: time
    minutes: int
    weekdays: str
    first: date
    last: date | None = None
    on_days_off: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a playlist; `rule` is RFC 5545 without a start, which is midnight of `first`."""

    key: UUID
    revision: UUID
    duration_ms: int
    rule: str
    first: date
    last: date | None
    filler: bool = False
    skips: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Laid:
    """One sound at its instant."""

    line: Line
    at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Sitting:
    """One session of one day: what plays, what found no room, and how many seconds stay empty."""

    day: date
    starts_at: datetime
    ends_at: datetime
    laid: tuple[Laid, ...]
    left_out: tuple[Line, ...]

    @property
    def rest(self) -> timedelta:
        """This function will return how long the session is silent at its end."""
        return self.ends_at - (self.laid[-1].ends_at if self.laid else self.starts_at)


@dataclass(frozen=True)
class Off:
    """A day off as it is told; see `models.DayOff`."""

    kind: str
    year: int | None
    month: int
    day: int
    days: int = 1
    before: int = 0


def sittings(
    times: Times,
    lines: Sequence[Line],
    first: date,
    last: date,
    off: Collection[date] = (),
    closed: Collection[date] = (),
) -> list[Sitting]:
    """This function will lay out a session on each of its days from `first` to `last`, both included; `off`
    are holidays, `closed` the days on which the commune says that nothing plays."""
    days = [day for day in _days(first, last) if day not in closed and _sits(times, day, off)]
    on = {line.key: occurrences(line, first, last) for line in lines}
    return [_sitting(times, day, [line for line in lines if day in on[line.key]]) for day in days]


def occurrences(line: Line, first: date, last: date) -> frozenset[date]:
    """This function will return the days of a line's rule from `first` to `last`, both included; raises
    ValueError for a rule that cannot be read."""
    end = last if line.last is None else min(last, line.last)
    if end < line.first or end < first:
        return frozenset()
    return _named(line.rule, line.first, first, end) - line.skips


@lru_cache(maxsize=1024)
def _named(rule: str, begins: date, first: date, last: date) -> frozenset[date]:
    """The days of one rule: the same line in the sessions of a whole province is worked out once."""
    found = _read(rule, begins).between(_midnight(first), _midnight(last), inc=True)
    return frozenset(one.date() for one in found)


def check_rule(rule: str, first: date) -> None:
    """This function will raise ValueError for what is no rule of days: RFC 5545 from DAILY up, whose end
    stands beside it as a day."""
    parts = dict(piece.partition("=")[::2] for piece in rule.split(";"))
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError("a rule repeats DAILY, WEEKLY, MONTHLY or YEARLY")
    if not set(parts) <= {"FREQ", "INTERVAL", "COUNT", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"}:
        raise ValueError("a rule names days only")
    if not parts.get("INTERVAL", "1").isdecimal() or int(parts.get("INTERVAL", "1")) < 1:
        raise ValueError("INTERVAL is a whole number from 1")
    _read(rule, first)


def days_off(named: Iterable[Off], first: date, last: date) -> set[date]:
    """This function will return the days off from `first` to `last`, both included."""
    found: set[date] = set()
    for off in named:
        for year in range(first.year - 1, last.year + 2):
            start = _start_of(off, year)
            if start is not None:
                begin = start - timedelta(days=off.before)
                found |= {begin + timedelta(days=n) for n in range(off.before + off.days)}
    return {day for day in found if first <= day <= last}


def length(lines: Iterable[Line]) -> timedelta:
    """This function will return how long lines play one after the other, each from a whole second."""
    return sum((_seconds(line) for line in lines), timedelta())


def _start_of(off: Off, year: int) -> date | None:
    if off.kind == DayKind.LUNAR:
        return solar_date(year, off.month, off.day)
    if off.kind == DayKind.ONCE and off.year != year:
        return None
    try:
        return date(year, off.month, off.day)
    except ValueError:  # 29 February
        return None


def _sits(times: Times, day: date, off: Collection[date]) -> bool:
    return (
        times.first <= day
        and (times.last is None or day <= times.last)
        and str(day.weekday()) in times.weekdays
        and (times.on_days_off or day not in off)
    )


def _sitting(times: Times, day: date, lines: Sequence[Line]) -> Sitting:
    starts_at = datetime.combine(day, times.starts, VIETNAM)
    ends_at = starts_at + timedelta(minutes=times.minutes)
    laid: list[Laid] = []
    left_out: list[Line] = []
    clock = starts_at
    for line in [line for line in lines if not line.filler]:
        if clock + _whole(line) > ends_at or len(laid) == MOST_ITEMS:
            left_out.append(line)
            continue
        laid.append(Laid(line, clock, clock + _whole(line)))
        clock += _seconds(line)
    for line in _fitting([line for line in lines if line.filler], clock, ends_at):
        if len(laid) < MOST_ITEMS:
            laid.append(Laid(line, clock, clock + _whole(line)))
            clock += _seconds(line)
    return Sitting(day, starts_at, ends_at, tuple(laid), tuple(left_out))


def _fitting(fillers: Sequence[Line], clock: datetime, ends_at: datetime) -> Iterator[Line]:
    """Each filler once, in order, while there is room for the whole of it."""
    for line in fillers:
        if clock + _whole(line) <= ends_at:
            yield line
            clock += _seconds(line)


def _whole(line: Line) -> timedelta:
    return timedelta(milliseconds=line.duration_ms)


def _seconds(line: Line) -> timedelta:
    return timedelta(seconds=max(1, ceil(line.duration_ms / 1000)))


def _read(rule: str, first: date) -> rrule:
    try:
        found = rrulestr(rule, dtstart=_midnight(first))
    except (TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"the rule cannot be read: {error}") from error
    if not isinstance(found, rrule):
        raise ValueError("one rule, not a set of rules")
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
