"""What comes in: judged, pinned to its sender, kept once, tied to what it speaks of; whatever the order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from nguon.adapters.cap.checking import Reading, of_tree, read
from nguon.adapters.cap.faults import NotCap
from nguon.adapters.cap.model import Kind, Message
from nguon.cap import errors, queries
from nguon.cap.models import Aim, Received, Reference, Sender
from nguon.cap.rules import (
    NEVER,
    chosen_info,
    expires_at,
    hazard,
    is_ahead,
    nature,
    spoken,
    standing,
    weight,
)
from nguon.cap.states import State, Way, Why
from nguon.journal.actions import record
from nguon.kernel.later import later

if TYPE_CHECKING:
    from nguon.adapters.cap import signing
else:
    signing = later("nguon.adapters.cap.signing")

MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 60
KEPT = timedelta(days=90)
"""What nobody decided is kept so long; a cancel or an update longer, as what it speaks of may come late."""
KEPT_WORDS = timedelta(days=400)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """The message as it is kept; `fresh` is False when it had come before."""

    received: Received
    fresh: bool


def admit(*, sender: Sender, at: datetime) -> bool:
    """This function will say whether a sender may post now: at most MOST_A_MINUTE messages a minute, good
    or not. A storm has some; more is a program gone wrong, or somebody with a stolen credential."""
    row = Sender.objects.filter(pk=sender.pk)
    over = Q(counted_from__isnull=True) | Q(counted_from__lte=at - MINUTE) | Q(counted_from__gt=at)
    if row.filter(over).update(counted_from=at, counted=1):
        return True
    return bool(row.filter(counted__lt=MOST_A_MINUTE).update(counted=F("counted") + 1))


def receive(*, sender: Sender, data: bytes, way: Way, at: datetime) -> Outcome:
    """This function will take one message from a pinned sender, once, however often and in whatever order it
    comes. Nothing sounds by it: an officer decides.

    Raises NotValid, AnotherSender, FromTheFuture or Changed; each is a fact of the journal too.
    """
    try:
        return _receive(sender, data, way, at)
    except (errors.NotValid, errors.AnotherSender, errors.FromTheFuture, errors.Changed) as refusal:
        with transaction.atomic():
            said = {
                "name": sender.name,
                "area": sender.area,
                "code": refusal.code,
                "words": str(refusal)[:300],
            }
            record(fact="cap.refused", subject=f"cap_sender:{sender.pk}", by=None, at=at, data=said)
        raise


@transaction.atomic
def _receive(sender: Sender, data: bytes, way: Way, at: datetime) -> Outcome:
    message = _judged(sender, data, at)
    # One message of a sender at a time: its cancel may come at the same moment.
    Sender.objects.select_for_update().get(pk=sender.pk)
    known = Received.objects.filter(sender=sender, identifier=message.identifier, sent=message.sent).first()
    if known is not None:
        if read(bytes(known.xml)).message != message:
            raise errors.Changed(identifier=message.identifier[:80])
        return Outcome(known, False)
    return Outcome(_keep(sender, message, data, way, at), True)


def _judged(sender: Sender, data: bytes, at: datetime) -> Message:
    reading = _reading(sender, data, at)
    message = reading.message
    if message is None or not reading.valid:
        raise errors.NotValid(faults=reading.faults)
    if message.sender != sender.sender:
        raise errors.AnotherSender(sender=message.sender[:80], pinned=sender.sender)
    if is_ahead(message, at):
        raise errors.FromTheFuture(sent=message.sent.isoformat())
    return message


def _reading(sender: Sender, data: bytes, at: datetime) -> Reading:
    """Of a sender with a pinned certificate only what that key has signed is ever looked at."""
    if not sender.certificate:
        return read(data)
    try:
        return of_tree(signing.signed_tree(data, sender.certificate, at=at))
    except NotCap as reason:
        return Reading(None, reason.faults)


def _keep(sender: Sender, message: Message, data: bytes, way: Way, at: datetime) -> Received:
    found = queries.where(message, at=at)
    own = queries.homes(at)
    ours = [one for one in found.touched if queries.meets(one.area, own)]
    info = chosen_info(message)
    row = Received(
        sender=sender,
        identifier=message.identifier,
        sent=message.sent,
        kind=message.kind,
        nature=nature(message),
        hazard=hazard(message),
        weight=weight(message),
        title=(info.headline or info.event)[:300] if info else message.note[:300],
        text=spoken(message),
        expires_at=expires_at(message),
        xml=data,
        signed=bool(sender.certificate),
        way=way,
        received_at=at,
        unknown=list(found.unknown),
    )
    spoken_of = list(_spoken_of(sender, message))
    made = any(queries.was_made(one) for one in spoken_of)
    here = bool(ours or found.unknown)
    row.state, row.why = standing(message, known=bool(spoken_of), made=made, here=here, at=at)
    if row.state == State.WAITING and (later := _later(sender, message)) is not None:
        row.state, row.closed_by = State.CLOSED, later
        row.why = Why.CANCELLED if later.kind == Kind.CANCEL else Why.UPDATED
    row.save()
    Aim.objects.bulk_create(
        Aim(message=row, area=one.area, sure=one.sure, because=one.why[:300]) for one in ours
    )
    Reference.objects.bulk_create(
        Reference(message=row, sender=one.sender, identifier=one.identifier, sent=one.sent)
        for one in dict.fromkeys(message.references)
    )
    said = {
        "name": sender.name,
        "title": row.title,
        "identifier": row.identifier,
        "kind": row.kind,
        "nature": row.nature,
        "hazard": row.hazard,
        "weight": row.weight,
        "state": row.state,
        "why": row.why,
        "areas": [one.area for one in ours] or [sender.area],
    }
    record(fact="cap.received", subject=f"cap:{row.pk}", by=None, at=at, data=said)
    for earlier in spoken_of:
        _close(earlier, row, message.kind, at)
    return row


def _spoken_of(sender: Sender, message: Message) -> list[Received]:
    """The messages of the same sender that an update or a cancel speaks of; nobody takes back another's."""
    if message.kind not in {Kind.UPDATE, Kind.CANCEL} or nature(message) in NEVER:
        return []
    keys = Q(pk__in=[])
    for one in message.references:
        if one.sender == sender.sender:
            keys |= Q(identifier=one.identifier, sent=one.sent)
    return list(Received.objects.filter(keys, sender=sender, nature=nature(message)).select_for_update())


def _later(sender: Sender, message: Message) -> Received | None:
    """An update or a cancel of this very message that came first."""
    rows = Reference.objects.filter(
        sender=sender.sender, identifier=message.identifier, sent=message.sent, message__sender=sender
    )
    rows = rows.filter(message__kind__in=[Kind.UPDATE, Kind.CANCEL], message__nature=nature(message))
    found = rows.select_related("message").order_by("-message__sent").first()
    return found.message if found else None


def _close(earlier: Received, by_message: Received, kind: Kind, at: datetime) -> None:
    if earlier.state not in {State.WAITING, State.DECIDED}:
        return
    earlier.state, earlier.closed_by = State.CLOSED, by_message
    earlier.why = Why.CANCELLED if kind == Kind.CANCEL else Why.UPDATED
    earlier.save(update_fields=["state", "why", "closed_by"])
    data = {
        "title": earlier.title,
        "why": earlier.why,
        "areas": queries.aims_of(earlier) or [earlier.sender.area],
    }
    record(fact="cap.closed", subject=f"cap:{earlier.pk}", by=None, at=at, data=data)


@transaction.atomic
def expire(*, at: datetime) -> int:
    """This function will close what nobody decided before it expired; returns how many."""
    rows = Received.objects.select_for_update(of=("self",)).select_related("sender")
    gone = list(rows.filter(state=State.WAITING, expires_at__lte=at).exclude(kind=Kind.CANCEL)[:100])
    for row in gone:
        row.state, row.why = State.CLOSED, Why.EXPIRED
        row.save(update_fields=["state", "why"])
        data = {"title": row.title, "why": row.why, "areas": queries.aims_of(row) or [row.sender.area]}
        record(fact="cap.closed", subject=f"cap:{row.pk}", by=None, at=at, data=data)
    return len(gone)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """This function will delete old messages of which nothing was made and that concern nobody any more;
    returns how many. What an officer decided stays for ever, with all that it spoke of."""
    idle = Received.objects.filter(state__in=[State.NOTED, State.CLOSED], decisions__isnull=True)
    idle = idle.filter(Q(expires_at__isnull=True) | Q(expires_at__lt=at))
    short = Q(received_at__lt=at - KEPT) & ~Q(kind__in=[Kind.UPDATE, Kind.CANCEL])
    old = idle.filter(short | Q(received_at__lt=at - KEPT_WORDS))
    named = Received.objects.filter(closed_by__isnull=False).values("closed_by")
    gone = list(old.exclude(pk__in=named).order_by("received_at").values_list("pk", flat=True)[:AT_ONCE])
    if gone:
        Received.objects.filter(pk__in=gone).delete()
        data = {"count": len(gone)}
        record(fact="cap.forgotten", subject="cap:old", by=None, at=at, data=data)
    return len(gone)
