"""Who may do what, where, when: from the assignments alone, by area prefix."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from nguon.accounts.errors import MayNotManage
from nguon.accounts.models import Passkey, RoleAssignment, User
from nguon.accounts.states import Role
from nguon.kernel.clock import local
from nguon.organisations.queries import with_past
from nguon.organisations.rules import covers, is_area, lineage, outermost

Person = User | AnonymousUser
_DAY = timedelta(days=1)
SEES_PEOPLE = (Role.ADMINISTRATOR, Role.AUDITOR)
_KEPT = "rights_of_this_request"


def has_role(user: Person, role: Role, area: str, at: datetime) -> bool:
    """This function will tell whether the person has the role over the whole of `area` at `at`, in one query.

    A role on an area covers everything inside it and nothing outside of it.  The first and the last day of an
    assignment belong to it, by the Vietnamese calendar.
    """
    if user.pk is None or not is_area(area):
        return False
    rows = RoleAssignment.objects.on(local(at).date())
    return rows.filter(user=user.pk, role=role, area__in=lineage(area)).exists()


def areas_of(user: Person, role: Role, at: datetime) -> list[str]:
    """This function will return the outermost areas over which the person has the role."""
    if user.pk is None:
        return []
    rows = RoleAssignment.objects.on(local(at).date()).filter(user=user.pk, role=role)
    return outermost(list(rows.values_list("area", flat=True)))


def can_assign(user: Person, area: str, at: datetime) -> bool:
    """This function will tell whether the person may give and end roles in `area`."""
    return has_role(user, Role.ADMINISTRATOR, area, at)


def can_manage(user: Person, person: User, at: datetime) -> bool:
    """This function will tell whether one may lock another's account, renew the link or end the sessions.

    Such a thing touches all that the person may do, so every role that is not over must lie in the areas
    that the asker administers; when all are over, the latest one.  Else the administrator of a commune could
    take over an account of the province.
    """
    own = areas_of(user, Role.ADMINISTRATOR, at)
    if not own:
        return False
    rows = RoleAssignment.objects.filter(user=person)
    held = list(rows.not_over(local(at).date()).values_list("area", flat=True))
    if not held:
        held = list(rows.order_by("-valid_to", "-pk").values_list("area", flat=True)[:1])
    return bool(held) and all(any(covers(outer, area) for outer in own) for area in held)


def has_left(person: User, at: datetime) -> bool:
    """This function will tell whether all that the person was to do here is over, and so the way in closed:
    there were roles, and none is in force or to come. Who never had one is only new.
    """
    rows = RoleAssignment.objects.filter(user=person)
    return rows.exists() and not rows.not_over(local(at).date()).exists()


def must_manage(user: User, person: User, at: datetime) -> None:
    """This function will raise MayNotManage unless `can_manage`."""
    if not can_manage(user, person, at):
        raise MayNotManage(user=person)


def can_see_person(user: Person, person: User, at: datetime) -> bool:
    """This function will tell whether one may open the page of a person: it has, or had, a role in the areas
    that one administers or audits.
    """
    areas = people_areas(user, at)
    return bool(areas) and RoleAssignment.objects.within(areas).filter(user=person).exists()


def people_areas(user: Person, at: datetime) -> list[str]:
    """This function will return the areas whose people one may see."""
    found = rights(user, at)
    return outermost([area for role in SEES_PEOPLE for area in found.areas_of(role)])


def can_revoke_key(user: Person, passkey: Passkey, at: datetime) -> bool:
    """This function will tell whether the person may end a key: the own one, or that of somebody with a role
    inside the area that the person administers.
    """
    if passkey.user_id == user.pk:
        return True
    held = RoleAssignment.objects.on(local(at).date()).filter(user=passkey.user_id)
    own = areas_of(user, Role.ADMINISTRATOR, at)
    return any(covers(outer, area) for area in held.values_list("area", flat=True) for outer in own)


def free_periods(
    first: date, last: date | None, taken: Iterable[tuple[date, date | None]]
) -> list[tuple[date, date | None]]:
    """This function will return the days from `first` to `last` (None: for good) that no taken period holds,
    as periods in order; both ends of every period belong to it.
    """
    free: list[tuple[date, date | None]] = []
    start = first
    for begin, end in sorted(taken, key=lambda period: period[0]):
        if (last is not None and begin > last) or (end is not None and end < start):
            continue
        if begin > start:
            free.append((start, begin - _DAY))
        if end is None or (last is not None and end >= last):
            return free
        start = max(start, end + _DAY)
    return free if last is not None and start > last else [*free, (start, last)]


class Rights:
    """All rights of one person at one instant: no query until the first question, one for all of them.

    For one page or one request; an action asks `has_role` again.
    """

    def __init__(self, user: Person, at: datetime) -> None:
        self._user, self.day = user, local(at).date()

    @cached_property
    def by_role(self) -> dict[Role, list[str]]:
        """This property will give the outermost areas of every role that the person has."""
        found: dict[Role, list[str]] = {}
        if self._user.pk is not None:
            rows = RoleAssignment.objects.on(self.day).filter(user=self._user.pk)
            for role, area in rows.values_list("role", "area"):
                found.setdefault(Role(role), []).append(area)
        return {role: outermost(areas) for role, areas in found.items()}

    @property
    def roles(self) -> frozenset[Role]:
        """This property will give the roles that the person has anywhere."""
        return frozenset(self.by_role)

    @property
    def areas(self) -> list[str]:
        """This property will give the outermost areas in which the person has any role."""
        return outermost([area for areas in self.by_role.values() for area in areas])

    def areas_of(self, role: Role) -> list[str]:
        """This function will return the outermost areas over which the person has the role."""
        return self.by_role.get(role, [])

    def reads(self, roles: Iterable[Role]) -> list[str]:
        """This function will return the outermost areas whose past one may read with any of the roles: the
        own ones, and the former areas of the land that is in them now.
        """
        return with_past([area for role in roles for area in self.areas_of(role)])

    def may(self, role: Role, area: str) -> bool:
        """This function will tell whether the person has the role over the whole of `area`."""
        return any(covers(outer, area) for outer in self.areas_of(role))


def rights(user: Person, at: datetime) -> Rights:
    """This function will return the rights of `request.user`, read when they are first asked for: once in a
    request, unless it asks for another day.
    """
    kept: Rights | None = getattr(user, _KEPT, None)
    return kept if kept is not None and kept.day == local(at).date() else Rights(user, at)


def keep_rights(user: User, at: datetime) -> Rights:
    """This function will return the rights of `request.user`, and keep them with it for this request."""
    kept = Rights(user, at)
    setattr(user, _KEPT, kept)
    return kept
