"""Who may come in: locking an account, and ending sessions."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from nguon.accounts.actions.invitations import end_links
from nguon.accounts.errors import OwnAccount
from nguon.accounts.models import User
from nguon.accounts.queries import areas_of_work, session_name
from nguon.accounts.rules import must_manage
from nguon.journal.actions import record


@transaction.atomic
def lock_user(*, user: User, reason: str, by: User, at: datetime) -> User:
    """This function will lock an account: its sessions and links end, its roles stay as they are.

    Raises OwnAccount or MayNotManage; locking a locked one changes nothing.
    """
    row = managed(user, by, at)
    if row.is_active:
        _activate(row, False)
        end_links(row, at)
        row.sessions.all().delete()
        data = {"reason": reason.strip(), "areas": areas_of_work(row, at)}
        record(fact="user.locked", subject=f"user:{row.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def unlock_user(*, user: User, by: User, at: datetime) -> User:
    """This function will let a locked person sign in again. Raises OwnAccount or MayNotManage."""
    row = managed(user, by, at)
    if not row.is_active:
        _activate(row, True)
        data = {"areas": areas_of_work(row, at)}
        record(fact="user.unlocked", subject=f"user:{row.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def end_sessions(*, user: User, by: User, at: datetime, keep: str = "", only: str = "") -> int:
    """This function will end a person's sessions and return how many: all but `keep`, or `only` one
    (both are names that `session_name` gives). Everybody may end the own ones; else it raises MayNotManage.
    """
    if user.pk != by.pk:
        must_manage(by, user, at)
    keys = [
        row.session_key
        for row in user.sessions.only("session_key")
        if (not only or session_name(row.session_key) == only) and row.session_key != keep
    ]
    user.sessions.filter(session_key__in=keys).delete()
    if keys:
        data = {"sessions": len(keys), "areas": areas_of_work(user, at)}
        record(fact="user.sessions_ended", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return len(keys)


@transaction.atomic
def remove_second_step(*, user: User, by: User, at: datetime) -> bool:
    """This function will let a person who lost the telephone sign in by password alone, and end the sessions.

    Raises OwnAccount or MayNotManage. It returns False when there was no second step.
    """
    row = managed(user, by, at)
    removed, _each = Authenticator.objects.filter(user=row).delete()
    if removed:
        row.sessions.all().delete()
        data = {"what": "removed", "areas": areas_of_work(row, at)}
        record(fact="user.second_step", subject=f"user:{row.pk}", by=by, at=at, data=data)
    return bool(removed)


def managed(user: User, by: User, at: datetime) -> User:
    """This function will lock the row of a person whom one manages. Raises OwnAccount or MayNotManage."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.pk == by.pk:
        raise OwnAccount
    must_manage(by, row, at)
    return row


def _activate(row: User, active: bool) -> None:
    row.is_active = active
    row.save(update_fields=["is_active"])
