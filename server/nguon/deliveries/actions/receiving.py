"""Receipts: each is checked, kept word for word, and moves what is known of an airing at its loudspeaker."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
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
Good = dict[int, tuple[Receipt, str]]
"""Receipts of one loudspeaker by number, each with its envelope."""


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
    devices = Device.objects.in_bulk(list(envelopes))
    good = {name: _verified(device, envelopes[name]) for name, device in devices.items()}
    acknowledged = _keep({name: dict(own) for name, own in good.items()}, at) if good else {}
    return {
        name: Received(acknowledged.get(name, 0), len(given) - len(good.get(name, ())))
        for name, given in envelopes.items()
    }


def _verified(device: Device, given: Iterable[str]) -> list[tuple[int, tuple[Receipt, str]]]:
    """Give those that this loudspeaker signed for itself, each behind its number; one may be there twice."""
    key = PublicKey.from_hex(device.alg, device.public_key)
    own, wrong = [], []
    for text in given:
        try:
            receipt = receipts.verify(text, key)
        except ProtocolError as error:
            wrong.append(error)
            continue
        if receipt.device == str(device.pk):
            own.append((receipt.n, (receipt, text)))
    if wrong:  # one line, however many somebody sends
        log.warning("%d receipts of %s rejected, the last: %s", len(wrong), device.pk, wrong[-1])
    return own


@transaction.atomic
def _keep(good: Mapping[UUID, Good], at: datetime) -> dict[UUID, int]:
    # One writer a device: two paths (broker and HTTP) may carry the same receipts at once.
    devices = fleet.take_in_hand(good)
    numbers = {n for own in good.values() for n in own}
    known = set(Row.objects.filter(device__in=devices, n__in=numbers).values_list("device", "n"))
    fresh = [
        (devices[name], *good[name][n])
        for name in devices
        for n in sorted(good[name])
        if (name, n) not in known
    ]
    Row.objects.bulk_create(_row(device, receipt, text, at) for device, receipt, text in fresh)
    move([(one.pk, receipt) for one, receipt, _text in fresh if not _after_revocation(one, receipt)], at)
    acknowledged = _acknowledged(devices)
    fleet.note_receipts(devices=devices.values(), acknowledged=acknowledged, at=at)
    if fresh:
        tell("receipt", receipts=len(fresh))
    return acknowledged


def _acknowledged(devices: Mapping[UUID, Device]) -> dict[UUID, int]:
    """Give the highest number up to which every receipt of each loudspeaker is here (0: none)."""
    whole = {name: device.acknowledged_n for name, device in devices.items()}
    ended: set[UUID] = set()
    believed = Row.objects.filter(
        device__in=devices, n__gt=F("device__acknowledged_n"), after_revocation=False
    ).order_by("device", "n")
    later = believed.values_list("device", "n", "event", "reason")
    for name, n, event, reason in later.iterator(chunk_size=5000):
        # A loudspeaker that lost its journal begins again with a higher number: what lies between is lost.
        if n != whole[name] + 1 and (event, reason) != ("info", receipts.JOURNAL_LOST):
            ended.add(name)
        if name not in ended:
            whole[name] = n
    return whole


def _row(device: Device, receipt: Receipt, text: str, at: datetime) -> Row:
    return Row(
        device=device,
        n=receipt.n,
        previous=receipt.prev,
        sha256=receipt.sha256,
        event=receipt.event,
        item=uuid_of(receipt.item),
        document=receipt.doc or "",
        at=instant(receipt.at * 1000),
        started_at=started_at(receipt),
        seconds_ms=whole_ms(receipt.seconds_ms),
        reason=reason_of(receipt),
        clock=receipt.clock,
        envelope=text,
        received_at=at,
        after_revocation=_after_revocation(device, receipt),
    )


def _after_revocation(device: Device, receipt: Receipt) -> bool:
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
