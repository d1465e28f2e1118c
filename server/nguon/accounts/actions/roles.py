"""Roles: who gives which to whom, where and for how long."""

from datetime import date, datetime, timedelta

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
    return give_role(user=user, role=role, place=place, first=first_day, last=valid_to, by=by, at=at)


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: date, by: User | None, at: datetime) -> None:
    """This function will make `last_day` the last one of the role; a day before its first drops it.

    Raises MayNotAssign, or BadPeriod for a day that is past or after the last one it has.
    """
    row = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if by is not None and not can_assign(by, row.area, at):
        raise MayNotAssign(place=row.place)
    yesterday = local(at).date() - timedelta(days=1)  # what was, was: the past is not written again
    if last_day < yesterday or (row.valid_to is not None and last_day > row.valid_to):
        raise BadPeriod
    cut_role(row, last_day, by=by, at=at)


def give_role(
    *,
    user: User,
    role: Role,
    place: Place,
    first: date,
    last: date | None,
    by: User | None,
    at: datetime,
    on_behalf_of: User | None = None,
) -> RoleAssignment:
    """This function will make the row of a role and tell the journal; the caller has asked who may.

    Raises RoleOverlaps.
    """
    made = RoleAssignment(
        user=user,
        role=role,
        place=place,
        area=place.area,
        valid_from=first,
        valid_to=last,
        on_behalf_of=on_behalf_of,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise RoleOverlaps(user=user, role=role.label, place=place) from error
    _tell("role.assigned", made, by, at)
    return made


def cut_role(row: RoleAssignment, last_day: date, *, by: User | None, at: datetime) -> None:
    """This function will end a locked row with `last_day`; one that would begin later never begins."""
    if row.valid_from > last_day:
        drop_role(row, by=by, at=at)
        return
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    _tell("role.ended", row, by, at)


def drop_role(row: RoleAssignment, *, by: User | None, at: datetime) -> None:
    """This function will take a locked row out: it never began, or was given by mistake."""
    _tell("role.dropped", row, by, at)
    row.delete()


def _tell(fact: str, row: RoleAssignment, by: User | None, at: datetime) -> None:
    data = {
        "assignment": row.pk,
        "role": str(row.role),
        "area": row.area,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "user": row.user_id,
    }
    if row.on_behalf_of_id:
        data["on_behalf_of"] = row.on_behalf_of_id
    record(fact=fact, subject=f"user:{row.user_id}", by=by, at=at, data=data)
