"""Questions about people.  The first argument is the scope."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from nguon.accounts.errors import UserNotFound
from nguon.accounts.models import Passkey, RoleAssignment, User
from nguon.accounts.states import Role
from nguon.kernel.clock import local
from nguon.kernel.text import sort_key
from nguon.organisations.rules import is_area, lineage


def user_named(username: str) -> User:
    """This function will return the person who signs in by this name, or raise UserNotFound."""
    login = username.strip().lower()
    found = User.objects.filter(username=login, is_active=True).first() if login.isprintable() else None
    if found is None:
        raise UserNotFound(username=username)
    return found


def people_with(role: Role, area: str, at: datetime) -> list[User]:
    """This function will return who has the role over all of `area` at `at`, in order of given names."""
    if not is_area(area):
        return []
    rows = RoleAssignment.objects.on(local(at).date()).filter(role=role, area__in=lineage(area))
    people = User.objects.filter(is_active=True, pk__in=rows.values("user"))
    return sorted(people, key=lambda person: (sort_key(person.get_short_name()), sort_key(person.full_name)))


def assignments_of(user: User, at: datetime) -> list[RoleAssignment]:
    """This function will return what the person may do where at `at`, with the places."""
    rows = RoleAssignment.objects.on(local(at).date()).filter(user=user)
    return list(rows.select_related("place__parent").order_by("role", "place__sort_key", "pk"))


def passkeys_of(user: User) -> list[Passkey]:
    """This function will return the person's security keys that are in use, oldest first."""
    rows = Passkey.objects.filter(user=user, revoked_at__isnull=True)
    return list(rows.prefetch_related("grants__place", "grants__by").order_by("added_at"))


def passkeys_in(areas: Collection[str], at: datetime) -> list[Passkey]:
    """This function will return the keys in use of people who have a role inside some areas, newest first."""
    inside = Q(pk__in=[])
    for area in areas:
        inside |= Q(area=area) | Q(area__startswith=f"{area}.")
    people = RoleAssignment.objects.on(local(at).date()).filter(inside)
    rows = Passkey.objects.filter(user__in=people.values("user"), revoked_at__isnull=True)
    shown = rows.select_related("user").prefetch_related("grants__place", "grants__by")
    return list(shown.order_by("-added_at"))
