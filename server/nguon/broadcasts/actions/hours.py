"""Broadcast hours and days off: what comes with the program, and what those who administer an area set."""

import csv
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import errors
from nguon.broadcasts.actions.compiling import TOGETHER, top_up
from nguon.broadcasts.models import DayOff, HourRule, Programme, Session
from nguon.broadcasts.rules.hours import (
    LONGEST_MINUTES,
    MOST_SESSIONS,
    day_makes_sense,
    hours_make_sense,
    may_set_hours,
)
from nguon.broadcasts.rules.layout import Off
from nguon.broadcasts.states import DayKind
from nguon.journal.actions import record
from nguon.kernel.text import clean, tidy
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.states import COUNTRY_AREA

AT_ONCE = 200
"""Programmes of so many communes are laid anew at once; of more, with the next daily round."""
DATA = Path(__file__).resolve().parent.parent / "data"
# Bộ luật Lao động 2019, Article 112: the days off of the whole country (month, day, days, before).
NATIONAL = (
    ("Tết Dương lịch", DayKind.YEARLY, 1, 1, 1, 0),
    ("Tết Nguyên đán", DayKind.LUNAR, 1, 1, 4, 1),
    ("Giỗ Tổ Hùng Vương", DayKind.LUNAR, 3, 10, 1, 0),
    ("Ngày Chiến thắng", DayKind.YEARLY, 4, 30, 1, 0),
    ("Ngày Quốc tế Lao động", DayKind.YEARLY, 5, 1, 1, 0),
    ("Quốc khánh", DayKind.YEARLY, 9, 2, 1, 1),
)


@transaction.atomic
def seed_hours(*, at: datetime) -> int:
    """This function will bring in the broadcast hours and the days off that come with the program, where an
    area has none yet, and return how many are new.
    """
    before = HourRule.objects.count() + DayOff.objects.count()
    with (DATA / "hours.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    known = places.by_codes(sorted({line["province"] for line in lines}), at=at)
    for line in lines:
        place = known.get(line["province"])
        if place is None:
            continue
        HourRule.objects.get_or_create(
            area=place.area,
            designation=line["designation"],
            defaults={
                "sessions": int(line["sessions"]) if line["sessions"] else None,
                "minutes": int(line["minutes"]),
                "weekdays": line["weekdays"],
                "source": line["source"],
            },
        )
    for name, kind, month, day, days, ahead in NATIONAL:
        DayOff.objects.get_or_create(
            area=COUNTRY_AREA,
            kind=kind,
            year=None,
            month=month,
            day=day,
            defaults={"name": name, "days": days, "before": ahead},
        )
    return HourRule.objects.count() + DayOff.objects.count() - before


@dataclass(frozen=True, kw_only=True)
class Hours:
    """How much may be broadcast: minutes of one session, sessions a day (None: any number), weekdays as
    digits (Monday is 0), quiet hours of its own (from, to), and by what."""

    minutes: int
    sessions: int | None = None
    weekdays: str = "0123456"
    designation: str = ""
    quiet: tuple[time, time] | None = None
    source: str = ""


@transaction.atomic
def set_hours(*, area: str, given: Hours, by: User, at: datetime) -> HourRule:
    """This function will set the broadcast hours of an area, for all its communes or those of a designation;
    what stands already in programmes stays until it is changed, and the signer leaves out what goes beyond.

    Raises MayNotSetHours or HoursWrong.
    """
    _check_person(by, area, at)
    weekdays = "".join(sorted(set(given.weekdays)))
    if not hours_make_sense(given.minutes, given.sessions, weekdays):
        raise errors.HoursWrong(limit=LONGEST_MINUTES, sessions=MOST_SESSIONS)
    begin, end = given.quiet or (None, None)
    if given.quiet and begin == end:
        raise errors.QuietWrong
    row, _made = HourRule.objects.update_or_create(
        area=area,
        designation=given.designation[:30],
        defaults={
            "minutes": given.minutes, "sessions": given.sessions, "weekdays": weekdays,
            "source": tidy(clean(given.source))[:200], "quiet_from": begin, "quiet_to": end,
        },
    )  # fmt: skip
    data = {
        "area": area,
        "designation": row.designation,
        "minutes": row.minutes,
        "sessions": row.sessions or 0,
    }
    record(fact="hours.set", subject=f"area:{area}", by=by, at=at, data=data)
    return row


@transaction.atomic
def end_hours(*, rule_id: int, by: User, at: datetime) -> HourRule:
    """This function will take the broadcast hours of an area away: then those of the area around it hold.
    Raises HoursUnknown or MayNotSetHours.
    """
    row = HourRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise errors.HoursUnknown
    _check_person(by, row.area, at)
    HourRule.objects.filter(pk=row.pk).delete()
    data = {"area": row.area, "designation": row.designation}
    record(fact="hours.ended", subject=f"area:{row.area}", by=by, at=at, data=data)
    return row


@transaction.atomic
def add_day_off(*, area: str, given: Off, name: str, by: User, at: datetime) -> DayOff:
    """This function will name a day off of an area, and lay the programmes within it anew: on a yearly one
    only sessions play that say so, on a single one nothing does. The same again changes nothing.

    Raises MayNotSetHours, DayOffWrong or DayOffNameless.
    """
    _check_person(by, area, at)
    once = given.kind == DayKind.ONCE
    if given.kind not in DayKind.values or not day_makes_sense(
        given.kind, given.month, given.day, given.days, given.before, given.year
    ):
        raise errors.DayOffWrong
    name = tidy(clean(name))[:60]
    if not name:
        raise errors.DayOffNameless
    row, made = DayOff.objects.get_or_create(
        area=area,
        kind=given.kind,
        year=given.year if once else None,
        month=given.month,
        day=given.day,
        defaults={"name": name, "days": given.days, "before": given.before},
    )
    if made:
        _lay_anew(area, at)
        data = {"area": area, "name": name, "date": f"{row.day}/{row.month}"}
        record(fact="day_off.added", subject=f"area:{area}", by=by, at=at, data=data)
    return row


@transaction.atomic
def end_day_off(*, day_off_id: int, by: User, at: datetime) -> DayOff:
    """This function will take a day off away again, and lay the programmes of its area anew. Raises
    HoursUnknown or MayNotSetHours.
    """
    row = DayOff.objects.select_for_update().filter(pk=day_off_id).first()
    if row is None:
        raise errors.HoursUnknown
    _check_person(by, row.area, at)
    DayOff.objects.filter(pk=row.pk).delete()
    _lay_anew(row.area, at)
    data = {"area": row.area, "name": row.name, "date": f"{row.day}/{row.month}"}
    record(fact="day_off.ended", subject=f"area:{row.area}", by=by, at=at, data=data)
    return row


def _lay_anew(area: str, at: datetime) -> None:
    """Now, or for very many communes with the next daily round."""
    within = Session.objects.filter(area__within=[area], ended_at__isnull=True)
    keys = sorted(set(within.values_list("place", flat=True)))
    if len(keys) > AT_ONCE:
        Programme.objects.filter(place__in=keys).update(compiled_at=at - timedelta(days=1))
        return
    for first in range(0, len(keys), TOGETHER):
        top_up(place_ids=keys[first : first + TOGETHER], at=at)


def _check_person(by: User, area: str, at: datetime) -> None:
    if not may_set_hours(by, area, at):
        raise errors.MayNotSetHours(place=Place.objects.filter(area=area).first() or area)
