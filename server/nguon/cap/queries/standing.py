"""How a message would be met here before anybody reads it: whose it is, its signature, what it refers to."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from nguon.adapters.cap.checking import of_tree
from nguon.adapters.cap.faults import NotCap
from nguon.adapters.cap.model import Kind, Message
from nguon.adapters.cap.writing import triple
from nguon.cap.errors import FromTheFuture, sentence
from nguon.cap.models import Received, Sender
from nguon.cap.queries.inbox import was_made
from nguon.cap.rules import is_ahead, nature, standing
from nguon.cap.states import State, Why
from nguon.kernel.later import later

if TYPE_CHECKING:
    from nguon.adapters.cap import signing
else:
    signing = later("nguon.adapters.cap.signing")

_SPEAKING = {Kind.UPDATE, Kind.CANCEL}


def standing_of(message: Message, data: bytes, *, at: datetime) -> tuple[str, ...]:
    """This function will say of a message, word for word `data`, who sends it as this installation knows it,
    and which messages it speaks of that never came; in sentences, changing nothing."""
    sender = Sender.objects.filter(sender=message.sender, ended_at__isnull=True).first()
    if sender is None:
        return (_("Nơi gửi {sender} chưa được ghim ở đây: tin sẽ bị từ chối.").format(sender=message.sender),)
    return (_signature(sender, message, data, at), *_unseen(message))


def fate_of(message: Message, *, here: bool, at: datetime) -> tuple[str, str]:
    """This function will say what a message of a pinned sender would come to now, changing nothing, as a
    state's slug and a sentence; `here`: it is for a place of ours, perhaps."""
    if is_ahead(message, at):
        return "refused", str(FromTheFuture(sent=message.sent.isoformat()))
    keys = Q(pk__in=[])
    for one in message.references if message.kind in _SPEAKING else ():
        keys |= Q(identifier=one.identifier, sent=one.sent)
    rows = list(Received.objects.filter(keys, sender__sender=message.sender, nature=nature(message)))
    made = any(was_made(row) for row in rows)
    state, why = standing(message, known=bool(rows), made=made, here=here, at=at)
    if state == State.WAITING:
        return str(state), _("Ở đây: chờ người trực quyết định, không loa nào tự phát.")
    return str(state), _("Ở đây: chỉ ghi lại, không phát ({why}).").format(why=Why(why).label)


def _signature(sender: Sender, message: Message, data: bytes, at: datetime) -> str:
    """Only what the pinned key has signed counts: what stands around it is never looked at."""
    if not sender.certificate:
        return _("Nơi gửi đã ghim: {name}; không phải ký số.").format(name=sender.name)
    try:
        signed = of_tree(signing.signed_tree(data, sender.certificate, at=at)).message
    except NotCap as reason:
        return _("Tin sẽ bị từ chối: {why}").format(why=sentence(reason.faults[0]))
    if signed != message:
        return _("Phần được ký khác phần đang đọc: chỉ phần được ký mới được xét.")
    return _("Nơi gửi đã ghim: {name}; chữ ký số đúng.").format(name=sender.name)


def _unseen(message: Message) -> list[str]:
    if message.kind not in _SPEAKING:
        return []
    names = [one.identifier for one in message.references]
    rows = Received.objects.filter(sender__sender=message.sender, identifier__in=names)
    known = set(rows.values_list("identifier", "sent"))
    return [
        _("Chưa từng nhận tin {key} mà tin này nói tới.").format(key=triple(one))
        for one in message.references
        if (one.identifier, one.sent) not in known
    ]
