"""When a person moves or is away: the work is handed over for good, or delegated for some days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from nguon.accounts.actions.entering import end_sessions
from nguon.accounts.actions.roles import cut_role, give_role
from nguon.accounts.errors import (
    AccountLocked,
    BadPeriod,
    MayNotAssign,
    NothingToHandOver,
    SamePerson,
)
from nguon.accounts.models import RoleAssignment, RoleAssignmentQuerySet, User
from nguon.accounts.rules import can_assign, free_periods, must_manage
from nguon.accounts.states import Role
from nguon.areas.reach import everything
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.organisations.rules import outermost

# What another app hangs on a person's own work: called with (leaver, successor), inside the transaction;
# it returns how much moved.
Mover = Callable[[User, User], int]
LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True)
class HandedOver:
    """How many roles ended, the assignments that the successor got, and what else moved, by its name."""

    ended: int
    given: tuple[RoleAssignment, ...]
    moved: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def hand_over(
    *,
    user: User,
    successor: User,
    last_day: date,
    by: User,
    at: datetime,
    movers: Mapping[str, Mover] | None = None,
) -> HandedOver:
    """This function will end all that a person may do with `last_day`, and give it to the successor from the
    day after; drafts and the like (`movers`) move at once.

    What the successor has already is left as it is. Delegated work is not passed on, it ends; so does the
    work of this person's deputies. Raises SamePerson, AccountLocked, MayNotManage, BadPeriod,
    NothingToHandOver.
    """
    _check_people(user, successor)
    must_manage(by, user, at)
    if last_day < local(at).date() - timedelta(days=1):
        raise BadPeriod
    rows = list(_open(RoleAssignment.objects.filter(user=user), last_day))
    if not rows:
        raise NothingToHandOver(user=user)
    if last_day < local(at).date():
        end_sessions(user=user, by=by, at=at)
    given: list[RoleAssignment] = []
    for row in rows:
        # First of all the old one ends: whoever hands over the own kind of work stays within one rule a day.
        first, last = max(row.valid_from, last_day + timedelta(days=1)), row.valid_to
        cut_role(row, last_day, by=by, at=at)
        if row.on_behalf_of_id is None:
            given += _give(row, successor, first, last, None, by, at)
    for row in _open(RoleAssignment.objects.filter(on_behalf_of=user), last_day):
        cut_role(row, last_day, by=by, at=at)
    with everything():  # nobody sees another's drafts, also not to hand them on
        moved = {name: move(user, successor) for name, move in (movers or {}).items()}
    areas = outermost([row.area for row in rows])
    data = {"to": successor.pk, "last_day": last_day, "roles": len(rows), "moved": moved, "areas": areas}
    record(fact="user.handed_over", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return HandedOver(len(rows), tuple(given), moved)


@transaction.atomic
def delegate(
    *, user: User, deputy: User, first_day: date, last_day: date, by: User, at: datetime
) -> tuple[RoleAssignment, ...]:
    """This function will let a deputy do a person's work on these days (both included) and no longer.

    Only what the person may do on each of the days is given, and only what the deputy has not got already;
    delegated work is not delegated again. The journal tells what a deputy does as done on behalf of the
    person. Raises SamePerson, AccountLocked, MayNotAssign, BadPeriod, NothingToHandOver.
    """
    _check_people(user, deputy)
    if not local(at).date() <= first_day <= last_day or last_day - first_day > LONGEST_LEAVE:
        raise BadPeriod
    held = RoleAssignment.objects.filter(user=user, on_behalf_of__isnull=True, valid_from__lte=last_day)
    rows = list(held.not_over(first_day).select_related("place").order_by("pk"))
    for row in rows:
        if not can_assign(by, row.area, at):
            raise MayNotAssign(place=row.place)
    given: list[RoleAssignment] = []
    for row in rows:
        first, last = max(first_day, row.valid_from), min(last_day, row.valid_to or last_day)
        given += _give(row, deputy, first, last, user, by, at)
    if not given:
        raise NothingToHandOver(user=user)
    areas = outermost([row.area for row in given])
    data = {"to": deputy.pk, "from": first_day, "until": last_day, "roles": len(given), "areas": areas}
    record(fact="user.delegated", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return tuple(given)


def _check_people(user: User, other: User) -> None:
    if user.pk == other.pk:
        raise SamePerson
    if not other.is_active:
        raise AccountLocked(user=other)


def _open(rows: RoleAssignmentQuerySet, last_day: date) -> Sequence[RoleAssignment]:
    """What would still be in force after the last day, the rows locked."""
    later = rows.not_over(last_day + timedelta(days=1))
    return list(later.select_for_update(of=("self",)).select_related("place").order_by("pk"))


def _give(
    row: RoleAssignment,
    to: User,
    first: date,
    last: date | None,
    on_behalf_of: User | None,
    by: User,
    at: datetime,
) -> list[RoleAssignment]:
    """Give the role of a row for the days that the other person does not have it yet in the own right."""
    there = RoleAssignment.objects.filter(user=to, role=row.role, place=row.place)
    there = there.filter(Q(on_behalf_of__isnull=True) | Q(on_behalf_of=on_behalf_of))
    taken = list(there.values_list("valid_from", "valid_to"))
    return [
        give_role(
            user=to,
            role=Role(row.role),
            place=row.place,
            first=start,
            last=end,
            on_behalf_of=on_behalf_of,
            by=by,
            at=at,
        )
        for start, end in free_periods(first, last, taken)
    ]
