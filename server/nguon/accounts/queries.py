"""Questions about people.  The first argument is the scope."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from nguon.accounts.errors import UserNotFound
from nguon.accounts.models import Invitation, Passkey, RoleAssignment, Session, User
from nguon.accounts.states import Role, Shown
from nguon.areas.reach import everything
from nguon.kernel.clock import local
from nguon.kernel.text import fold, sort_key
from nguon.organisations.rules import is_area, lineage, outermost


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


def free_username(full_name: str) -> str:
    """This function will return a user name that nobody has, as offices make them (lannt)."""
    words = fold(full_name).split() or ["ban"]
    base = (words[-1] + "".join(word[0] for word in words[:-1]))[:40]
    base = "".join(sign for sign in base if sign.isascii() and sign.isalnum()) or "ban"
    base = base if len(base) > 1 else f"{base}1"
    with everything():  # a name that somebody of another area has is taken too
        taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    numbers = (f"{base}{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (base, *numbers) if name not in taken)


def people_in(
    areas: Collection[str], at: datetime, *, words: str = "", show: Shown = Shown.NOW
) -> QuerySet[User]:
    """This function will return the people with a role in the areas, in the order of given names.

    Every word must begin a word of the full name or of the user name; tone marks do not matter. `show` keeps
    those whose role there is in force or to come (the default), those locked, those who have not come in yet,
    or those whose roles there are over.
    """
    held = RoleAssignment.objects.within(areas)
    open_ = held.not_over(local(at).date())
    rows = User.objects.filter(pk__in=(held if show == Shown.PAST else open_).values("user"))
    if show == Shown.PAST:
        rows = rows.exclude(pk__in=open_.values("user"))
    elif show == Shown.LOCKED:
        rows = rows.filter(is_active=False)
    elif show == Shown.INVITED:
        rows = rows.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    for word in fold(words).split()[:8]:
        rows = rows.filter(search__contains=f" {word}")
    return rows.order_by("sort_key", "id")


def roles_in(areas: Collection[str], people: Iterable[User], at: datetime) -> dict[int, list[RoleAssignment]]:
    """This function will return, by person, the roles in the areas in force or to come, with places."""
    rows = RoleAssignment.objects.within(areas).not_over(local(at).date()).filter(user__in=list(people))
    found: dict[int, list[RoleAssignment]] = {}
    for row in rows.select_related("place__parent").order_by("role", "place__sort_key", "pk"):
        found.setdefault(row.user_id, []).append(row)
    return found


def all_assignments_of(user: User, areas: Collection[str]) -> list[RoleAssignment]:
    """This function will return every role that the person has or had in the areas, latest first."""
    rows = RoleAssignment.objects.within(areas).filter(user=user)
    return list(rows.select_related("place__parent", "on_behalf_of").order_by("-valid_from", "role", "pk"))


def areas_of_work(user: User, at: datetime) -> list[str]:
    """This function will return the areas of a person's roles in force or to come, or of the last ones when
    all are over: where the journal tells what happens to the account.
    """
    rows = RoleAssignment.objects.filter(user=user)
    open_ = list(rows.not_over(local(at).date()).values_list("area", flat=True))
    return outermost(open_ or list(rows.order_by("-valid_to", "-pk").values_list("area", flat=True)[:1]))


def identities_of(user: User) -> list[datetime]:
    """This function will return when each identity of a person elsewhere was linked (single sign-on)."""
    rows = SocialAccount.objects.filter(user=user).order_by("date_joined")
    return list(rows.values_list("date_joined", flat=True))


def acting_for(user: User, role: Role, area: str, at: datetime) -> User | None:
    """This function will return on whose behalf a deputy acts in a role over an area, or None when the
    person has the role there in the own right too (or not at all).
    """
    rows = RoleAssignment.objects.on(local(at).date()).filter(user=user, role=role, area__in=lineage(area))
    held = [row.on_behalf_of for row in rows.select_related("on_behalf_of").order_by("pk")]
    return held[0] if held and all(held) else None


def sessions_of(user: User, at: datetime) -> list[Session]:
    """This function will return the sessions of a person that have not run out, newest first."""
    rows = Session.objects.filter(user=user, expire_date__gt=at)
    return list(rows.defer("session_data").order_by("-began_at", "-expire_date"))


def second_step_of(user: User) -> int | None:
    """This function will return how many recovery codes a person has left, or None without a second step."""
    kept = {row.type: row for row in Authenticator.objects.filter(user=user)}
    if Authenticator.Type.TOTP not in kept:
        return None
    codes = kept.get(Authenticator.Type.RECOVERY_CODES)
    return len(codes.wrap().get_unused_codes()) if codes else 0


def session_name(session_key: str | None) -> str:
    """This function will return a name for a session that may stand in a page: the key itself opens it."""
    return hashlib.sha256(f"session {session_key}".encode()).hexdigest()[:24]


def open_invitation(user: User, at: datetime) -> Invitation | None:
    """This function will return the link of a person that can still be used, or None."""
    rows = Invitation.objects.filter(
        user=user, used_at__isnull=True, ended_at__isnull=True, expires_at__gt=at
    )
    return rows.first()


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
    people = RoleAssignment.objects.on(local(at).date()).within(areas)
    rows = Passkey.objects.filter(user__in=people.values("user"), revoked_at__isnull=True)
    shown = rows.select_related("user").prefetch_related("grants__place", "grants__by")
    return list(shown.order_by("-added_at"))
