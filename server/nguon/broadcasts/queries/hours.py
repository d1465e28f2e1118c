"""Reads about broadcast hours and days off: what holds in an area and whose word it is, and what a new word
would touch."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from nguon.areas.paths import covers, lineage
from nguon.broadcasts.models import Airing, DayOff, HourRule, Session
from nguon.broadcasts.rules import layout, quiet_touched
from nguon.broadcasts.states import WINDOW_DAYS, AiringState, DayKind
from nguon.kernel.clock import VIETNAM, local

NAMED, LONGEST_TOLD = 5, 10


@dataclass(frozen=True)
class Touches:
    """What stands in programmes and would go beyond new hours: sessions of each fault, in how many communes,
    and the names of some."""

    sessions: int
    communes: int
    too_long: int
    wrong_day: int
    too_many: int
    quiet: int
    some: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """This property will say whether all that stands fits."""
        return not (self.too_long or self.wrong_day or self.too_many or self.quiet)


@dataclass(frozen=True)
class Silences:
    """What a day off would do: on which days next, and how many airings of the next 35 days would go."""

    days: tuple[date, ...]
    airings: int
    communes: int


def rules_around(area: str) -> list[HourRule]:
    """This function will return the broadcast hours of an area and of all around it, the narrowest first."""
    rows = HourRule.objects.filter(area__in=lineage(area))
    return sorted(rows, key=lambda row: (-len(row.area), row.designation))


def days_off_around(area: str) -> list[DayOff]:
    """This function will return the days off of an area and of all around it that are not over for good, the
    narrowest area first, then by month and day."""
    rows = DayOff.objects.filter(area__in=lineage(area))
    return sorted(rows, key=lambda row: (-len(row.area), row.year or 0, row.month, row.day))


def touched_by_hours(area: str, rule: HourRule) -> Touches:
    """This function will tell what stands in the programmes of an area that a rule, kept or not, would not
    allow; communes with a narrower rule of their own are left out."""
    held = _held(area, rule)
    faults: Counter[str] = Counter()
    bad: dict[str, Session] = {}
    for sessions in held.values():
        for fault, session in _faults(sessions, rule):
            faults[fault] += 1
            bad.setdefault(f"{session.place} {session.starts:%H:%M}", session)
    return Touches(
        sessions=sum(map(len, held.values())),
        communes=len(held),
        too_long=faults["long"],
        wrong_day=faults["day"],
        too_many=faults["many"],
        quiet=faults["quiet"],
        some=tuple(sorted(bad)[:NAMED]),
    )


def silenced_by(area: str, off: layout.Off, at: datetime) -> Silences:
    """This function will tell which days a day off names next, and how many planned airings of sessions in an
    area would not play on them."""
    today = local(at).date()
    days = sorted(layout.days_off([off], today, today + timedelta(days=400)))
    near = [day for day in days if day <= today + timedelta(days=WINDOW_DAYS)]
    rows = Airing.objects.filter(
        area__within=[area], slot__isnull=False, state=AiringState.PLANNED, at__gt=at
    )
    if off.kind != DayKind.ONCE:
        rows = rows.filter(slot__session__on_days_off=False)
    spans = [datetime.combine(day, time(), VIETNAM) for day in near]
    found = [
        area_
        for begin in spans
        for area_ in rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1)).values_list(
            "area", flat=True
        )
    ]
    return Silences(tuple(days[:LONGEST_TOLD]), len(found), len(set(found)))


def _held(area: str, rule: HourRule) -> dict[str, list[Session]]:
    """The open sessions of the communes for which the rule would be the narrowest, by commune."""
    others = [
        (row.area, row.designation)
        for row in HourRule.objects.filter(area__within=[area]).exclude(pk=rule.pk)
        if (row.area, row.designation) != (area, rule.designation)
    ]
    held: dict[str, list[Session]] = {}
    rows = Session.objects.filter(area__within=[area], ended_at__isnull=True).select_related("place")
    for session in rows.order_by("area", "starts"):
        kind = session.place.designation
        if rule.designation not in ("", kind) or _narrower(
            others, area, session.area, kind, rule.designation
        ):
            continue
        held.setdefault(session.area, []).append(session)
    return held


def _narrower(others: Iterable[tuple[str, str]], area: str, commune: str, kind: str, own: str) -> bool:
    for where, designation in others:
        if designation not in ("", kind) or not covers(where, commune):
            continue
        if len(where) > len(area) or (where == area and designation and not own):
            return True
    return False


def _faults(sessions: Sequence[Session], rule: HourRule) -> Iterable[tuple[str, Session]]:
    quiet = []
    if rule.quiet_from and rule.quiet_to:
        quiet = [(f"{rule.quiet_from:%H:%M}", f"{rule.quiet_to:%H:%M}")]
    for number, session in enumerate(sessions):
        if session.minutes > rule.minutes:
            yield "long", session
        if not set(session.weekdays) <= set(rule.weekdays):
            yield "day", session
        begins = datetime.combine(session.first, session.starts, VIETNAM)
        if quiet_touched(quiet, begins, timedelta(minutes=session.minutes)):
            yield "quiet", session
        if rule.sessions is not None and any(
            sum(day in one.weekdays for one in sessions[:number]) >= rule.sessions for day in session.weekdays
        ):
            yield "many", session
