"""Accounts and the identities of people elsewhere (single sign-on): how one is linked, and let go again.

Only two ways lead to a link: the e-mail address that an administrator wrote down and the identity provider
has verified, or the administrator's invitation. Whoever comes with neither gets no account.
"""

from datetime import datetime
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from nguon.accounts.actions.entering import managed
from nguon.accounts.actions.invitations import end_all_sessions, end_links, usable_invitations
from nguon.accounts.errors import (
    BadEmail,
    EmailTaken,
    IdentityChanged,
    IdentityTaken,
    LinkUnknown,
    NobodyHere,
)
from nguon.accounts.models import Invitation, User
from nguon.accounts.queries import areas_of_work
from nguon.journal.actions import record


@transaction.atomic
def set_email(*, user: User, email: str, by: User, at: datetime) -> User:
    """This function will keep a person's e-mail address at work, or none; by it an identity may be linked.

    The address is not told to the journal. Raises OwnAccount, MayNotManage, BadEmail or EmailTaken.
    """
    row = managed(user, by, at)
    address = email.strip().lower()
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise BadEmail from error
    if row.email == address:
        return row
    row.email = address
    try:
        with transaction.atomic():
            row.save(update_fields=["email"])
    except IntegrityError as error:
        raise EmailTaken from error
    data = {"what": "set" if address else "removed", "areas": areas_of_work(row, at)}
    record(fact="user.email", subject=f"user:{row.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def link_by_email(*, provider: str, subject: str, email: str, at: datetime) -> User:
    """This function will link an identity to the account with this e-mail address, which the provider has
    verified, and return its person; that of a locked account without a link.

    Raises NobodyHere, or IdentityChanged for a person who is linked to another identity already: addresses
    are given out again when somebody leaves.
    """
    row = User.objects.select_for_update().filter(email__iexact=email).exclude(email="").first()
    if row is None:
        raise NobodyHere
    if row.is_active:
        if SocialAccount.objects.filter(user=row, provider=provider).exists():
            raise IdentityChanged
        _link(row, provider, subject, "email", at)
    return row


@transaction.atomic
def enter_by_identity(*, invitation_id: UUID, provider: str, subject: str, at: datetime) -> User:
    """This function will let the person of an invitation come in by an identity instead of a password; an
    older password and an older link end, whoever was signed in is signed out.

    Raises LinkUnknown or IdentityTaken.
    """
    list(Invitation.objects.select_for_update().filter(pk=invitation_id))  # opened twice at once: used once
    found = usable_invitations(at).filter(pk=invitation_id).first()
    if found is None:
        raise LinkUnknown
    user = found.user
    SocialAccount.objects.filter(user=user, provider=provider).delete()
    _link(user, provider, subject, "invitation", at)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    found.used_at = at
    found.save(update_fields=["used_at"])
    end_links(user, at)
    end_all_sessions(user)
    return user


@transaction.atomic
def unlink_identity(*, user: User, by: User, at: datetime) -> bool:
    """This function will let go of a person's identities and end the sessions; by e-mail or invitation a new
    one may be linked.

    Raises OwnAccount or MayNotManage. It returns False when there was none.
    """
    row = managed(user, by, at)
    removed, _each = SocialAccount.objects.filter(user=row).delete()
    if removed:
        row.sessions.all().delete()
        data = {"areas": areas_of_work(row, at)}
        record(fact="user.unlinked", subject=f"user:{row.pk}", by=by, at=at, data=data)
    return bool(removed)


def _link(user: User, provider: str, subject: str, how: str, at: datetime) -> None:
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=provider, uid=subject)
    except IntegrityError as error:
        raise IdentityTaken from error
    data = {"how": how, "areas": areas_of_work(user, at)}
    record(fact="user.linked", subject=f"user:{user.pk}", by=user, at=at, data=data)
