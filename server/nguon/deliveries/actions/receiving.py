"""Receipts: each is checked, kept word for word, and moves what is known of an airing at its loudspeaker."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from nguon.broadcasts.models import Airing
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Delivery, Document
from nguon.deliveries.models import Receipt as Row
from nguon.deliveries.states import MOVES, DeliveryState
from nguon.devices import actions as fleet
from nguon.devices.models import Device
from nguon.kernel.clock import from_epoch
from nguon_protocol import receipts
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_protocol.receipts import Receipt

log = logging.getLogger(__name__)

_STATE_OF_EVENT = {
    "ready": DeliveryState.DELIVERED,
    "started": DeliveryState.PLAYING,
    "played": DeliveryState.PLAYED,
    "partly": DeliveryState.PARTLY,
    "missed": DeliveryState.REFUSED,
    "cancelled": DeliveryState.CANCELLED,
}


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
    device = Device.objects.filter(pk=device_id).first()
    if device is None:
        return Received(0, len(list(envelopes)))
    good: dict[int, tuple[Receipt, str]] = {}
    rejected = 0
    key = PublicKey.from_hex(device.alg, device.public_key)
    for text in envelopes:
        try:
            receipt = receipts.verify(text, key)
        except ProtocolError as error:
            log.warning("receipt of %s rejected: %s", device.pk, error)
            rejected += 1
            continue
        if receipt.device == str(device.pk):
            good[receipt.n] = (receipt, text)
        else:
            rejected += 1
    return Received(_keep(device, good, at), rejected)


@transaction.atomic
def _keep(device: Device, good: dict[int, tuple[Receipt, str]], at: datetime) -> int:
    # One writer a device: two paths (broker and HTTP) may carry the same receipts at once.
    device = Device.objects.select_for_update().get(pk=device.pk)
    known = set(Row.objects.filter(device=device, n__in=good).values_list("n", flat=True))
    fresh = [good[n] for n in sorted(good) if n not in known]
    Row.objects.bulk_create(_row(device, receipt, text, at) for receipt, text in fresh)
    for receipt, _text in fresh:
        if not _after_revocation(device, receipt):
            _apply(device, receipt, at)
    fleet.seen(device_id=device.pk, at=at)
    if fresh:
        tell("receipt", device=device.pk)
    return acknowledged(device)


def acknowledged(device: Device) -> int:
    """This function will return the highest number up to which every receipt of a loudspeaker is here (0:
    none).
    """
    whole = device.acknowledged_n
    believed = Row.objects.filter(device=device, n__gt=whole, after_revocation=False)
    later = believed.order_by("n").values_list("n", "event", "reason")
    for n, event, reason in later.iterator(chunk_size=5000):
        # A loudspeaker that lost its journal begins again with a higher number: what lies between is lost.
        if n != whole + 1 and (event, reason) != ("info", receipts.JOURNAL_LOST):
            break
        whole = n
    if whole != device.acknowledged_n:
        Device.objects.filter(pk=device.pk).update(acknowledged_n=whole)
    return whole


def _row(device: Device, receipt: Receipt, text: str, at: datetime) -> Row:
    return Row(
        device=device,
        n=receipt.n,
        previous=receipt.prev,
        sha256=receipt.sha256,
        event=receipt.event,
        item=_uuid(receipt.item),
        document=receipt.doc or "",
        at=from_epoch(receipt.at),
        started_at=_instant(receipt.started_at_ms),
        seconds_ms=receipt.seconds_ms,
        reason=(receipt.reason or "")[:40],
        clock=receipt.clock,
        envelope=text,
        received_at=at,
        after_revocation=_after_revocation(device, receipt),
    )


def _after_revocation(device: Device, receipt: Receipt) -> bool:
    return device.revoked_at is not None and receipt.n > (device.revoked_n or 0)


def _apply(device: Device, receipt: Receipt, at: datetime) -> None:
    if receipt.event == "refused" and receipt.doc:
        document = Document.objects.filter(sha256=receipt.doc).first()
        for item in document.items if document else []:
            _move(device, item["id"], DeliveryState.REFUSED, receipt, at)
    elif receipt.item and receipt.event in _STATE_OF_EVENT:
        _move(device, receipt.item, _STATE_OF_EVENT[receipt.event], receipt, at)


def _move(device: Device, item: str, state: DeliveryState, receipt: Receipt, at: datetime) -> None:
    airing_id = _uuid(item)
    if airing_id is None or not Airing.objects.filter(pk=airing_id).exists():
        return
    delivery, _made = Delivery.objects.select_for_update().get_or_create(
        airing_id=airing_id, device=device, defaults={"changed_at": at}
    )
    if state not in MOVES[DeliveryState(delivery.state)] or receipt.n <= delivery.receipt_n:
        return
    delivery.state, delivery.receipt_n, delivery.changed_at = state, receipt.n, at
    delivery.reason = (receipt.reason or ("unknown" if state == DeliveryState.REFUSED else ""))[:40]
    delivery.started_at = _instant(receipt.started_at_ms) or delivery.started_at
    if receipt.seconds_ms is not None:
        delivery.seconds_ms = receipt.seconds_ms
    if receipt.event in receipts.ENDS:
        delivery.ended_at = from_epoch(receipt.at)
    delivery.save()


def _instant(millis: int | None) -> datetime | None:
    return None if millis is None else datetime.fromtimestamp(millis / 1000, UTC)


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def hear_health(*, device_id: UUID | str, health: Mapping[str, Any], at: datetime) -> None:
    """This function will store what a loudspeaker says of itself, and wake the pages that watch if it is
    news.
    """
    if fleet.note_health(device_id=device_id, health=health, at=at):
        tell("health", device=device_id)
