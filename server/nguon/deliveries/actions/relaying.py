"""Carrying on what officers signed themselves: word for word, or with one sentence why not."""

from datetime import datetime, timedelta

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.audio.models import Media
from nguon.deliveries import errors, queries
from nguon.deliveries.actions.signing import Signer
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Document, ReleasedMedia, SigningTask
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import from_epoch, to_epoch
from nguon.organisations import queries as places
from nguon_protocol import relay as rules
from nguon_protocol.acceptance import Accepted, Refused
from nguon_protocol.documents import Root
from nguon_protocol.envelope import parse
from nguon_protocol.errors import ProtocolError
from nguon_signer.client import SignerRefused, SignerUnavailable


def relay(*, text: str, signer: Signer, by: User | None, at: datetime) -> Document:
    """This function will store what officers signed and have it carried to its loudspeakers; an alert's
    cancel and correction are kept beside it until they are needed. The same file again changes nothing.

    `by` is None at the server's own command line: what is believed are the signatures alone. Raises
    NotRelayed, NotOnDutyThere or SignerSilent.
    """
    root = _root(signer)
    try:
        envelopes = rules.envelopes_of(text)
    except ProtocolError:
        raise errors.NotRelayed("parse") from None
    with transaction.atomic():
        rows = [_stored(one, root, by, at) for one in envelopes]
        _send(rows[0], by, at)
    return rows[0]


@transaction.atomic
def end_alert(*, sha256: str, action: str, by: User, at: datetime) -> Document:
    """This function will send the cancel or the correction (`action`: cancel, correct) with which an alert
    was signed. Raises NotRelayed or NotOnDutyThere."""
    alert = queries.relayed([sha256]).get(sha256)
    document = rules.read(alert.envelope) if alert else None
    name = getattr(document, {"cancel": "cancel", "correct": "correction"}.get(action, ""), None)
    end = Document.objects.filter(pk=name).first() if name else None
    if end is None or end.expires_at < at:
        raise errors.NotRelayed("ended")
    _check_duty(end.target, by, at)
    _send(end, by, at)
    return end


@transaction.atomic
def send_ready(*, sha256: str, at: datetime) -> bool:
    """This function will send a document that was signed beforehand and kept, once, before all that waits;
    the caller has asked whether this person may. False when there is none any more."""
    row = Document.objects.select_for_update().filter(pk=sha256).first()
    if row is None or row.expires_at < at:
        return False
    if row.task_id is None:
        row.task = SigningTask.objects.create(
            kind=TaskKind.ADMIT, target=row.target, made_at=at, due_at=at - timedelta(days=1)
        )
        row.save(update_fields=["task"])
    return True


def _root(signer: Signer) -> Root:
    try:
        return Root.parse(parse(signer.call("root")["envelope"]).payload)
    except (SignerUnavailable, SignerRefused) as error:
        raise errors.SignerSilent from error


def _stored(text: str, root: Root, by: User | None, at: datetime) -> Document:
    known = Document.objects.filter(pk=_name(text)).first()
    if known is not None:
        _check_duty(known.target, by, at)
        return known
    judged = rules.judge(text, root, to_epoch(at), _earlier(text))
    if isinstance(judged, Refused):
        raise errors.NotRelayed(judged.reason)
    document = rules.read(text)
    _check_duty(document.target, by, at)
    _release(judged, at)
    return Document.objects.create(
        sha256=judged.sha256,
        type=document.TYPE,
        target=document.target,
        epoch=document.epoch,
        v=document.v,
        issued_at=from_epoch(document.issued),
        expires_at=from_epoch(document.expires),
        envelope=text,
    )


def _name(text: str) -> str:
    try:
        return parse(text).sha256
    except ProtocolError:
        raise errors.NotRelayed("parse") from None


def _earlier(text: str) -> list[tuple[int, int, str]]:
    try:
        document = rules.read(text)
    except ProtocolError:
        return []
    return queries.numbers(document.TYPE, document.target, document.v)


def _check_duty(target: str, by: User | None, at: datetime) -> None:
    area = devices.area_of_target(target)
    place = next(iter(places.places([area], at=at)), None) if area else None
    if place is None:
        raise errors.NotRelayed("target")
    if by is not None and not has_role(by, Role.DUTY, area, at):
        raise errors.NotOnDutyThere(place=str(place))


def _release(judged: Accepted, at: datetime) -> None:
    item = getattr(judged.document, "item", None)
    if item is None:
        return
    if not Media.objects.filter(pk=item.media.sha256).exists():
        raise errors.NotRelayed("media")
    ReleasedMedia.objects.get_or_create(sha256=item.media.sha256, defaults={"released_at": at})


def _send(row: Document, by: User | None, at: datetime) -> None:
    """Queue it for the dispatcher, once."""
    row = Document.objects.select_for_update().get(pk=row.pk)
    if row.task_id is not None:
        return
    document = rules.read(row.envelope)
    row.task = SigningTask.objects.create(kind=TaskKind.ADMIT, target=row.target, made_at=at, due_at=at)
    row.save(update_fields=["task"])
    data = {
        "kind": document.TYPE,
        "action": document.action,
        "sha256": row.sha256,
        "v": row.v,
        "area": devices.area_of_target(row.target),
    }
    record(fact="document.relayed", subject=f"target:{row.target}", by=by, at=at, data=data)
    tell("relayed", target=row.target)
