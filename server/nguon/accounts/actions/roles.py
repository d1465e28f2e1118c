"""Roles: who gives which to whom, where and for how long."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from nguon.accounts.errors import BadPeriod, MayNotAssign, RoleOverlaps
from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.rules import can_assign
from nguon.accounts.states import Role
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.organisations.models import Place


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: Role,
    place: Place,
    by: User | None,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleAssignment:
    """This function will give the person a role over a place and all in it, from today unless told otherwise.

    Raises MayNotAssign, BadPeriod, or RoleOverlaps if the person has the role there on one of the days.
    """
    if by is not None and not can_assign(by, place.area, at):
        raise MayNotAssign(place=place)
    first_day = valid_from or local(at).date()
    if valid_to is not None and valid_to < first_day:
        raise BadPeriod
    made = RoleAssignment(
        user=user, role=role, place=place, area=place.area, valid_from=first_day, valid_to=valid_to
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise RoleOverlaps(user=user, role=role.label, place=place) from error
    _tell("role.assigned", made, by, at)
    return made


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: date, by: User | None, at: datetime) -> None:
    """This function will make `last_day` the last one of the role.  Raises MayNotAssign or BadPeriod."""
    row = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if by is not None and not can_assign(by, row.area, at):
        raise MayNotAssign(place=row.place)
    if last_day < row.valid_from or (row.valid_to is not None and last_day > row.valid_to):
        raise BadPeriod
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    _tell("role.ended", row, by, at)


def _tell(fact: str, row: RoleAssignment, by: User | None, at: datetime) -> None:
    data = {
        "assignment": row.pk,
        "role": str(row.role),
        "area": row.area,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
    record(fact=fact, subject=f"user:{row.user_id}", by=by, at=at, data=data)
