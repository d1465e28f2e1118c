"""What officers signed without the server, judged by whoever carries it on: by the rules of the devices.

A relay can alter nothing and need not be trusted; it judges all the same, so that a person hears at once what
every loudspeaker would refuse, and so that nobody fills the devices' journals with refusals through it.
"""

from collections.abc import Iterable

from nguon_protocol import envelope, strict_json, targets
from nguon_protocol.acceptance import FUTURE_S, Accepted, DeviceState, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import PEOPLES, Counter, counted_by
from nguon_protocol.documents import Document, Order, Root, Urgent
from nguon_protocol.documents.urgent import born
from nguon_protocol.errors import ProtocolError

COUNTRY = "vn"
MAX_BYTES = 4 * 256 * 1024
RELAYED = ("order", "urgent")
_READERS = {envelope.payload_type(one.TYPE): one.parse for one in (Order, Urgent)}

Earlier = Iterable[tuple[int, int, str]]
"""(epoch, v, sha256) of what was carried before under the same counter."""


def envelopes_of(text: str | bytes) -> list[str]:
    """Give the envelopes of a file: one, or a list of an alert with its cancel and correction.

    Raises ProtocolError for anything else; nothing is verified yet.
    """
    data = text.encode() if isinstance(text, str) else text
    found = strict_json.parse(data, MAX_BYTES)
    listed = found if isinstance(found, list) else [found]
    if len(listed) not in {1, 3}:
        raise ProtocolError("a file holds one envelope, or an alert with its cancel and correction")
    made = [strict_json.dumps(one).decode() for one in listed]
    if len(made) == 3:
        _check_alert(made)
    return made


def read(text: str) -> Order | Urgent:
    """Read the body of an envelope, of which nothing is verified yet; ProtocolError when it is neither."""
    parsed = envelope.parse(text)
    reader = _READERS.get(parsed.payload_type)
    if reader is None:
        raise ProtocolError("officers sign orders and alerts")
    return reader(parsed.payload)


def counter_of(document: Order | Urgent) -> tuple[str, str]:
    """Give the (type, target) under which devices count it."""
    return counted_by(document.TYPE, document.target, document.v)


def judge(text: str, root: Root, now: int, earlier: Earlier = ()) -> Accepted | Refused:
    """Say at `now` (epoch s) whether the devices of its target will obey, by `root` and what came before.

    Beyond the rules of a device, what only makes silence must be of now too; the server's own orders, which
    it signs itself, are `type`, and the whole country, for which no pipe has a topic, is `scope`.
    """
    try:
        document = read(text)
    except ProtocolError:
        return accept(text, _state(COUNTRY, root, {}), now, ClockState.SYNCED, RELAYED)
    counter = Counter()
    for epoch, v, sha256 in sorted(earlier):
        counter = counter.after(epoch, v, sha256, windowed=True) or counter
    kept = {counter_of(document): counter} if counter.sha256 else {}
    found = accept(text, _state(document.target, root, kept), now, ClockState.SYNCED, RELAYED)
    if isinstance(found, Refused):
        return found
    reason = _not_carried(document, now)
    return Refused(reason, "", found.type, found.sha256) if reason else found


def _not_carried(document: Order | Urgent, now: int) -> str:
    if document.target == COUNTRY:
        return "scope"
    if isinstance(document, Order) and document.v < PEOPLES:
        return "type"
    if document.issued > now + FUTURE_S:
        return "future"
    return "expired" if now > document.expires else ""


def _state(target: str, root: Root, counters: dict[tuple[str, str], Counter]) -> DeviceState:
    """A device for which the target is meant, and nothing narrower."""
    one = targets.parse(target)
    return DeviceState(
        device=one.name if one.kind == "device" else "",
        area=one.name if one.kind == "area" else COUNTRY,
        groups=frozenset([one.name] if one.kind == "group" else []),
        root=root,
        root_sha256="",
        counters=counters,
    )


def _check_alert(envelopes: list[str]) -> None:
    documents: list[Document] = [read(one) for one in envelopes]
    alert, *ending = [one for one in documents if isinstance(one, Urgent)]
    if len(ending) != 2 or (alert.cancel, alert.correction) != tuple(
        envelope.parse(one).sha256 for one in envelopes[1:]
    ):
        raise ProtocolError("the alert does not name this cancel and this correction")
    born(alert, ending)
