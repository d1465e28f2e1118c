"""Who may send, and what an area has authorised beforehand: an administrator's word."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.adapters.radio.faults import RadioFault
from nguon.adapters.radio.rules import checked
from nguon.cap import errors
from nguon.cap.models import Authorisation, Sender
from nguon.cap.states import Hazard
from nguon.journal.actions import record
from nguon.kernel.later import later
from nguon.organisations import queries as places
from nguon.organisations.models import Place

if TYPE_CHECKING:
    from nguon.adapters.cap import signing
else:
    signing = later("nguon.adapters.cap.signing")

TOKEN = "cap_"  # noqa: S105 - how every credential begins, so that a search for secrets finds it
_SENDER = re.compile(r"[^\s,<&]{1,300}")


@dataclass(frozen=True, slots=True)
class NewSender:
    """A sender with its credential, which is shown once and kept as its hash alone."""

    sender: Sender
    token: str


@transaction.atomic
def add_sender(
    *, name: str, sender: str, area: str, feed: str, certificate_pem: str, by: User, at: datetime
) -> NewSender:
    """This function will pin one that may send messages: by POST with its own credential, or from a feed.

    Raises NotAdministrator, BadSender, SenderTaken, BadFeed or BadCertificate.
    """
    place = _administered(area, by, at)
    if not _SENDER.fullmatch(sender):
        raise errors.BadSender
    if Sender.objects.filter(sender=sender, ended_at__isnull=True).exists():
        raise errors.SenderTaken(sender=sender)
    if feed:
        try:
            checked(feed)
        except RadioFault:
            raise errors.BadFeed from None
    if certificate_pem.strip():
        try:
            signing.certificate(certificate_pem)
        except signing.NoCertificate:
            raise errors.BadCertificate from None
    token = "" if feed else TOKEN + secrets.token_urlsafe(32)
    made = Sender.objects.create(
        name=name.strip()[:100] or sender[:100],
        sender=sender,
        place=place,
        area=place.area,
        feed=feed,
        token_sha256=hash_of(token) if token else "",
        certificate=certificate_pem.strip(),
        made_by=by,
        made_at=at,
    )
    data = {"name": made.name, "sender": sender, "area": place.area, "signs": bool(made.certificate)}
    record(fact="cap.sender_added", subject=f"cap_sender:{made.pk}", by=by, at=at, data=data)
    return NewSender(made, token)


@transaction.atomic
def end_sender(*, sender_id: UUID, by: User, at: datetime) -> Sender:
    """This function will take nothing more from a sender; what was authorised for it ends too.

    Raises SenderUnknown or NotAdministrator.
    """
    row = Sender.objects.select_for_update().filter(pk=sender_id, ended_at__isnull=True).first()
    if row is None:
        raise errors.SenderUnknown
    _administered(row.area, by, at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    Authorisation.objects.filter(sender=row, ended_at__isnull=True).update(ended_at=at)
    data = {"name": row.name, "area": row.area}
    record(fact="cap.sender_ended", subject=f"cap_sender:{row.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def authorise(
    *,
    sender_id: UUID,
    hazard: str,
    area: str,
    officer: User,
    first_day: date,
    last_day: date,
    by: User,
    at: datetime,
) -> Authorisation:
    """This function will have the alerts of a sender and hazard prepared at once for an area, in the name of
    an officer on duty there, on these days (both included).

    Raises NotAdministrator, SenderUnknown, NotOnDuty, BadDays or AlreadyAuthorised.
    """
    place = _administered(area, by, at)
    sender = Sender.objects.filter(pk=sender_id, ended_at__isnull=True).first()
    if sender is None or hazard not in Hazard.values:
        raise errors.SenderUnknown
    if not has_role(officer, Role.DUTY, area, at):
        raise errors.NotOnDuty(name=str(officer), place=str(place))
    if first_day > last_day:
        raise errors.BadDays
    rows = Authorisation.objects.filter(sender=sender, hazard=hazard, area=area, ended_at__isnull=True)
    if rows.exists():
        raise errors.AlreadyAuthorised
    made = Authorisation.objects.create(
        sender=sender,
        hazard=hazard,
        place=place,
        area=area,
        officer=officer,
        first_day=first_day,
        last_day=last_day,
        by=by,
        at=at,
    )
    data = {
        "name": sender.name,
        "hazard": hazard,
        "area": area,
        "officer": officer.pk,
        "first_day": first_day,
        "last_day": last_day,
    }
    record(fact="cap.authorised", subject=f"cap_authorisation:{made.pk}", by=by, at=at, data=data)
    return made


@transaction.atomic
def end_authorisation(*, authorisation_id: UUID, by: User, at: datetime) -> Authorisation:
    """This function will take an authorisation back. Raises SenderUnknown or NotAdministrator."""
    rows = Authorisation.objects.select_for_update(of=("self",)).select_related("sender")
    row = rows.filter(pk=authorisation_id, ended_at__isnull=True).first()
    if row is None:
        raise errors.SenderUnknown
    _administered(row.area, by, at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    data = {"name": row.sender.name, "hazard": row.hazard, "area": row.area}
    record(fact="cap.authorisation_ended", subject=f"cap_authorisation:{row.pk}", by=by, at=at, data=data)
    return row


def sender_of_token(token: str) -> Sender | None:
    """This function will return whose credential this is, by its hash; None when it is nobody's."""
    if not token.startswith(TOKEN) or len(token) > 100:
        return None
    return Sender.objects.filter(token_sha256=hash_of(token), ended_at__isnull=True).first()


def hash_of(token: str) -> str:
    """This function will return what is kept of a credential (32 random bytes need no slow hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _administered(area: str, by: User, at: datetime) -> Place:
    if not has_role(by, Role.ADMINISTRATOR, area, at):
        raise errors.NotAdministrator(place=places.labels([area]).get(area, area))
    return places.place(area, at=at)
