"""Receipts: each is checked, kept word for word, and moves what is known of an airing at its loudspeaker."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from nguon.deliveries.actions.moving import instant, move, reason_of, started_at, uuid_of, whole_ms
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Receipt as Row
from nguon.devices import actions as fleet
from nguon.devices.models import Device
from nguon_protocol import receipts
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_protocol.receipts import Receipt

log = logging.getLogger(__name__)
MOST_WRONG = 100
"""Receipts of one loudspeaker that its key did not sign, among those that came together: each is a signature
to reckon, which takes longer than all else about it."""
Good = dict[int, tuple[Receipt, str]]
"""Receipts of one loudspeaker by number, each with its envelope."""
Later = tuple[int, bool, bool]
"""A receipt's number, whether it is believed, and whether it is the first behind a lost journal."""
_STORE = """
INSERT INTO deliveries_receipt (device_id, n, previous, sha256, event, item, document, at, started_at,
    seconds_ms, reason, clock, envelope, after_revocation, received_at, chained)
SELECT t.*, %s, true FROM json_to_recordset(%s) AS t(device_id uuid, n bigint, previous text, sha256 text,
    event text, item uuid, document text, at timestamptz, started_at timestamptz, seconds_ms int, reason text,
    clock text, envelope text, after_revocation boolean)
"""


@dataclass(frozen=True)
class Received:
    """What came of a batch of one loudspeaker: up to which number it may forget, and how many were not its
    own.
    """

    acknowledged: int
    rejected: int


def receive(*, device_id: UUID | str, envelopes: Iterable[str], at: datetime) -> Received:
    """This function will keep the receipts of one loudspeaker and return the number up to which all are here.

    One that the device's own key did not sign, or that names another device, is dropped and counted.
    A receipt that comes twice changes nothing. What a revoked loudspeaker says above the number of its
    revocation is kept with a flag, and neither moves anything nor is acknowledged.
    """
    name = UUID(str(device_id))
    return receive_many(envelopes={name: list(envelopes)}, at=at)[name]


def receive_many(*, envelopes: Mapping[UUID, Sequence[str]], at: datetime) -> dict[UUID, Received]:
    """This function will do the same for many loudspeakers, by id, in one transaction: what it leaves behind
    is what one call for each would.
    """
    keys = Device.objects.filter(pk__in=list(envelopes)).values_list("pk", "alg", "public_key")
    good = {name: _verified(name, alg, key, envelopes[name]) for name, alg, key in keys}
    acknowledged = _keep({name: dict(own) for name, own in good.items()}, at) if good else {}
    return {
        name: Received(acknowledged.get(name, 0), len(given) - len(good.get(name, ())))
        for name, given in envelopes.items()
    }


def _verified(
    name: UUID, alg: str, public: str, given: Iterable[str]
) -> list[tuple[int, tuple[Receipt, str]]]:
    """Give those that this loudspeaker signed for itself, each behind its number; one may be there twice."""
    key, device = PublicKey.from_hex(alg, public), str(name)
    own: list[tuple[int, tuple[Receipt, str]]] = []
    wrong: list[ProtocolError] = []
    for text in given:
        if len(wrong) >= MOST_WRONG:  # an honest loudspeaker sends none: the rest of these is not looked at
            break
        try:
            receipt = receipts.verify(text, key)
        except ProtocolError as error:
            wrong.append(error)
            continue
        if receipt.device == device:
            own.append((receipt.n, (receipt, text)))
    if wrong:  # one line, however many somebody sends
        log.warning("%d receipts of %s rejected, the last: %s", len(wrong), name, wrong[-1])
    return own


@transaction.atomic
def _keep(good: Mapping[UUID, Good], at: datetime) -> dict[UUID, int]:
    # One writer a device: two paths (broker and HTTP) may carry the same receipts at once.
    devices = fleet.take_in_hand(good)
    later = _later(devices)
    known = {(name, n) for name, rows in later.items() for n, _believed, _lost in rows}
    known |= _earlier(
        {(name, n) for name in devices for n in good[name] if n <= devices[name].acknowledged_n}
    )
    fresh = [
        (devices[name], *good[name][n])
        for name in devices
        for n in sorted(good[name])
        if (name, n) not in known
    ]
    for device, receipt, _text in fresh:
        row = (
            receipt.n,
            not _after_revocation(device, receipt),
            _after_a_loss(receipt.event, receipt.reason),
        )
        later.setdefault(device.pk, []).append(row)
    _store(fresh, at)
    move([(one.pk, receipt) for one, receipt, _text in fresh if not _after_revocation(one, receipt)], at)
    acknowledged = {name: _whole(device, later.get(name, ())) for name, device in devices.items()}
    fleet.note_receipts(acknowledged=acknowledged, at=at)
    if fresh:
        tell("receipt", receipts=len(fresh))
    return acknowledged


def _later(devices: Mapping[UUID, fleet.InHand]) -> dict[UUID, list[Later]]:
    """Give the receipts that are here above what is acknowledged: some only where there is a gap."""
    rows = Row.objects.filter(device__in=list(devices), n__gt=F("device__acknowledged_n"))
    found: dict[UUID, list[Later]] = {}
    words = rows.values_list("device", "n", "event", "reason", "after_revocation")
    for name, n, event, reason, after in words.iterator(chunk_size=5000):
        found.setdefault(name, []).append((n, not after, _after_a_loss(event, reason)))
    return found


def _earlier(asked: set[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Give which of some receipts (loudspeaker, number) are here; those that come again are few."""
    if not asked:
        return set()
    rows = Row.objects.filter(device__in={name for name, _n in asked}, n__in={n for _name, n in asked})
    return set(rows.values_list("device", "n"))


def _whole(device: fleet.InHand, later: Iterable[Later]) -> int:
    """Give the highest number up to which every receipt of a loudspeaker is here (0: none)."""
    whole = device.acknowledged_n
    for n, believed, lost in sorted(later):
        if not believed or n <= whole:
            continue
        # A loudspeaker that lost its journal begins again with a higher number: what lies between is lost.
        if n != whole + 1 and not lost:
            break
        whole = n
    return whole


def _after_a_loss(event: str, reason: str | None) -> bool:
    return (event, reason) == ("info", receipts.JOURNAL_LOST)


def _store(fresh: Sequence[tuple[fleet.InHand, Receipt, str]], at: datetime) -> None:
    """Keep them, all in one statement with one parameter: a model and seventeen parameters for each row cost
    ten times what the database does."""
    if fresh:
        rows = [_row(*one) for one in fresh]
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [at, json.dumps(rows, ensure_ascii=False)])


def _row(device: fleet.InHand, receipt: Receipt, text: str) -> dict[str, object]:
    begun, item = started_at(receipt), uuid_of(receipt.item)
    return {
        "device_id": str(device.pk),
        "n": receipt.n,
        "previous": receipt.prev,
        "sha256": receipt.sha256,
        "event": receipt.event,
        "item": None if item is None else str(item),
        "document": receipt.doc or "",
        "at": instant(receipt.at * 1000).isoformat(),
        "started_at": None if begun is None else begun.isoformat(),
        "seconds_ms": whole_ms(receipt.seconds_ms),
        "reason": reason_of(receipt),
        "clock": receipt.clock,
        "envelope": text,
        "after_revocation": _after_revocation(device, receipt),
    }


def _after_revocation(device: fleet.InHand, receipt: Receipt) -> bool:
    return device.revoked_at is not None and receipt.n > (device.revoked_n or 0)


def hear_health(*, device_id: UUID | str, health: Mapping[str, Any], at: datetime) -> None:
    """This function will store what a loudspeaker says of itself, and wake the pages that watch if it is
    news.
    """
    hear_health_of_many(said=[(UUID(str(device_id)), health)], at=at)


def hear_health_of_many(*, said: Sequence[tuple[UUID, Mapping[str, Any]]], at: datetime) -> None:
    """This function will do the same for many words of many loudspeakers, each in its turn."""
    if news := fleet.note_health_of_many(said=said, at=at):
        tell("health", devices=len(news))
