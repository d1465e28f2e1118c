"""When a booking is on, and who may do what with it: pure yes or no."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.kernel.clock import VIETNAM, local
from nguon.relays.models import Booking
from nguon.relays.states import MOVES, State

MOST_COMMUNES = 3
"""So many communes one booking reaches; the signer holds to the same."""
WRITERS = (Role.WRITER, Role.DUTY)


def may_move(booking: Booking, to: State) -> bool:
    """This function will say whether a booking in its state may go to another one."""
    return to in MOVES[State(booking.state)]


def communes(areas: Collection[str]) -> frozenset[str]:
    """This function will return the communes that some areas lie in."""
    return frozenset(".".join(area.split(".")[:3]) for area in areas)


def window(booking: Booking, day: date) -> tuple[datetime, datetime] | None:
    """This function will return when a booking begins and ends on a local day, or None."""
    if not booking.first_day <= day <= booking.last_day or str(day.isoweekday()) not in booking.weekdays:
        return None
    return (
        datetime.combine(day, booking.begins, tzinfo=VIETNAM),
        datetime.combine(day, booking.ends, tzinfo=VIETNAM),
    )


def is_on(booking: Booking, at: datetime, lead: timedelta = timedelta()) -> bool:
    """This function will say whether a booking is on at an instant, or within `lead` of it."""
    for moment in (at, at + lead):
        hours = window(booking, local(moment).date())
        if hours and hours[0] <= moment < hours[1]:
            return True
    return False


def windows(booking: Booking, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """This function will give when a booking is on between two instants, in order."""
    day, last = max(local(since).date(), booking.first_day), min(local(until).date(), booking.last_day)
    while day <= last:
        hours = window(booking, day)
        if hours and hours[0] < until and hours[1] > since:
            yield hours
        day += timedelta(days=1)


def meet(one: Booking, other: Booking) -> bool:
    """This function will say whether two bookings are ever on at the same moment, wherever they are heard."""
    return (
        one.begins < other.ends
        and other.begins < one.ends
        and one.first_day <= other.last_day
        and other.first_day <= one.last_day
        and bool(set(one.weekdays) & set(other.weekdays))
    )


def touches_quiet(begins: str, ends: str, quiet: tuple[str, str]) -> bool:
    """This function will say whether hours of one day ("05:30", "06:00") touch quiet ones, also across
    midnight."""
    start, stop = quiet
    spans = [(start, stop)] if start <= stop else [(start, "24:00"), ("00:00", stop)]
    return any(begins < end and start_ < ends for start_, end in spans)


def may_book(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may book for an area: who writes for it."""
    return has_role(user, Role.WRITER, area, at)


def may_decide(user: User, booking: Booking, areas: Collection[str], at: datetime) -> bool:
    """This function will say whether a person may decide a booking: never the own one."""
    return (
        booking.state == State.WAITING
        and booking.author_id != user.pk
        and all(has_role(user, Role.APPROVER, area, at) for area in areas)
    )


def may_end(user: User, booking: Booking, areas: Collection[str], at: datetime) -> bool:
    """This function will say whether a person may end a booking: the author, who approves or is on duty
    there."""
    if not may_move(booking, State.ENDED):
        return False
    if booking.author_id == user.pk:
        return True
    return any(all(has_role(user, role, area, at) for area in areas) for role in (Role.APPROVER, Role.DUTY))
