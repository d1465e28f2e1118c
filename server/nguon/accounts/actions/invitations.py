"""Invitations: a link, used once, with which a person chooses the own password; nobody else knows it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from nguon.accounts.actions.people import change_password, new_user
from nguon.accounts.errors import AccountLocked, LinkUnknown, OwnAccount
from nguon.accounts.models import Invitation, User
from nguon.accounts.queries import areas_of_work
from nguon.accounts.rules import must_manage
from nguon.areas.reach import everything
from nguon.journal.actions import record

LASTS = timedelta(days=7)


class Invited(NamedTuple):
    """A person and the secret of the link; the secret is known here and never again."""

    user: User
    token: str
    expires_at: datetime


@transaction.atomic
def invite(*, username: str, full_name: str, by: User | None, at: datetime, area: str = "") -> Invited:
    """This function will make an account without password and right, and a link to come in by; `area` is
    where the journal tells of it.

    Raises BadUsername, UsernameTaken or BadFullName. The caller gives the first role in the same
    transaction, as nobody's list shows a person without any.
    """
    user = new_user(username=username, full_name=full_name, password=None, at=at)
    areas = [area] if area else []
    data = {"username": user.username, "areas": areas}
    record(fact="user.created", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return _link(user, by, at, areas)


@transaction.atomic
def renew_link(*, user: User, by: User, at: datetime) -> Invited:
    """This function will make a new link for a person who lost the password, or whose link has run out.

    The old password works until the link is used; older links end. Raises OwnAccount, MayNotManage or
    AccountLocked.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.pk == by.pk:
        raise OwnAccount
    must_manage(by, row, at)
    if not row.is_active:
        raise AccountLocked(user=row)
    return _link(row, by, at, areas_of_work(row, at))


def usable_invitations(at: datetime) -> QuerySet[Invitation]:
    """This function will return the invitations that can still be used, with their people."""
    rows = Invitation.objects.select_related("user").filter(user__is_active=True)
    return rows.filter(used_at__isnull=True, ended_at__isnull=True, expires_at__gt=at)


def invited_by(token: str, at: datetime) -> Invitation:
    """This function will return the invitation of a link that can still be used, or raise LinkUnknown."""
    found = usable_invitations(at).filter(token_hash=_hash(token)).first()
    if found is None:
        raise LinkUnknown
    return found


@transaction.atomic
def accept(*, token: str, password: str, at: datetime) -> User:
    """This function will let the person of a link choose a password; whoever was signed in is signed out.

    Raises LinkUnknown or WeakPassword; after a weak password the link may be used again.
    """
    # First of all the row is locked: the same link opened twice at once is used once.
    list(Invitation.objects.select_for_update().filter(token_hash=_hash(token)))
    found = invited_by(token, at)
    change_password(found.user, password)
    found.used_at = at
    found.save(update_fields=["used_at"])
    end_links(found.user, at)
    end_all_sessions(found.user)
    record(
        fact="user.entered",
        subject=f"user:{found.user_id}",
        by=found.user,
        at=at,
        data={"invitation": found.pk, "areas": areas_of_work(found.user, at)},
    )
    return found.user


def end_links(user: User, at: datetime) -> None:
    """This function will end the links of a person that nobody has used."""
    Invitation.objects.filter(user=user, used_at__isnull=True, ended_at__isnull=True).update(ended_at=at)


def end_all_sessions(user: User) -> None:
    """This function will sign a person out everywhere."""
    with everything():  # who comes in is not signed in yet
        user.sessions.all().delete()


def _link(user: User, by: User | None, at: datetime, areas: list[str]) -> Invited:
    end_links(user, at)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        user=user, token_hash=_hash(token), made_by=by, made_at=at, expires_at=at + LASTS
    )
    data = {"invitation": made.pk, "until": made.expires_at, "areas": areas}
    record(fact="user.invited", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return Invited(user, token, made.expires_at)


def _hash(token: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
