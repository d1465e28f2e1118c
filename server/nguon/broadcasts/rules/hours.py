"""Who sets the broadcast hours and the days off of an area, and what makes sense as one: pure yes or no."""

from datetime import date, datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.broadcasts.states import DayKind

LONGEST_MINUTES, MOST_SESSIONS, LONGEST_OFF = 360, 24, 30
_LUNAR_MONTH = 30


def may_set_hours(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may set the hours and the days off of an area: who administers
    the whole of it."""
    return has_role(user, Role.ADMINISTRATOR, area, at)


def hours_make_sense(minutes: int, sessions: int | None, weekdays: str) -> bool:
    """This function will say whether so much may be a rule: a session of 1 to 360 minutes, at most 24 a day,
    on some day of the week."""
    fits = 1 <= minutes <= LONGEST_MINUTES and (sessions is None or 1 <= sessions <= MOST_SESSIONS)
    return fits and bool(weekdays) and set(weekdays) <= set("0123456")


def day_makes_sense(kind: str, month: int, day: int, days: int, before: int, year: int | None = None) -> bool:
    """This function will say whether there is such a day, by its calendar: 29 February and the 30th of a
    lunar month are there in some years."""
    if not (1 <= days <= LONGEST_OFF and 0 <= before <= LONGEST_OFF and 1 <= month <= 12):
        return False
    if kind == DayKind.LUNAR:
        return 1 <= day <= _LUNAR_MONTH
    leap = 2028
    try:
        date(year if kind == DayKind.ONCE and year else leap, month, day)
    except ValueError:
        return False
    return kind == DayKind.YEARLY or year is not None
