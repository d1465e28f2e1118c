"""The gateway: receipts and health from the broker into the database, acknowledgements back."""

import json
import logging
import queue
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DataError, IntegrityError

from nguon.adapters.nats import Message, Pipe, subject_of
from nguon.deliveries import actions
from nguon.gateway.gate import Gate
from nguon.gateway.loops import run, until_told
from nguon.health import actions as fleet_health
from nguon.kernel.clock import now

log = logging.getLogger(__name__)
BATCH = 2000
MOST_WAITING = 10_000
"""Words of health that wait at the most while receipts are crowding in."""
RECEIPTS, HEALTH = "lsp.r.", "lsp.h."
Receipts = dict[UUID, list[str]]
Health = list[tuple[UUID, dict[str, Any]]]


class Gateway:
    """Takes what has come in, a batch at a time; what is not stored is not acknowledged, and comes again."""

    def __init__(self, pipe: Pipe, gate: Gate | None = None) -> None:
        """This function will listen to every loudspeaker, as far as the gate lets through."""
        self._pipe, self._gate = pipe, gate or Gate()
        self._held: list[Message] = []
        self._waiting: Health = []
        pipe.subscribe(f"{RECEIPTS}*", f"{HEALTH}*")

    def step(self) -> bool:
        """This function will store one batch; a batch that failed is held and tried again. While more comes
        in than fits into one, receipts go first: of an alert one wants to know who sounds it.
        """
        if not self._held:
            self._held = self._take()
        receipts, health = sort(self._held, self._gate.rejected)
        self._receive(receipts)
        due = [*self._waiting, *health]
        if len(self._held) < BATCH or len(due) >= MOST_WAITING:
            self._hear(due)  # last: a loudspeaker that went away is away, whatever it proved before
            due = []
        self._waiting = due
        if dropped := self._gate.told(time.monotonic()):
            fleet_health.note_dropped(counts=dropped, at=now())
        worked = bool(self._held)
        self._held = []
        return worked

    def _take(self) -> list[Message]:
        taken: list[Message] = []
        try:
            taken.append(self._pipe.inbox.get(timeout=0.5))
            while len(taken) < BATCH:
                taken.append(self._pipe.inbox.get_nowait())
        except queue.Empty:
            pass
        return taken

    def _hear(self, said: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
        if not said:
            return
        try:
            fleet_health.hear(said=said, at=now())
        except (DataError, IntegrityError):  # what one loudspeaker says must not hold up the others
            if len(said) == 1:
                log.exception("health of %s dropped", said[0][0])
                return
            for one in said:
                self._hear([one])

    def _receive(self, receipts: Receipts) -> None:
        if not receipts:
            return
        try:
            got = actions.receive_many(envelopes=receipts, at=now())
        except (DataError, IntegrityError):
            if len(receipts) == 1:
                log.exception("receipts of %s dropped", *receipts)
                return
            for device, envelopes in receipts.items():
                self._receive({device: envelopes})
            return
        for device, one in got.items():
            if one.rejected:
                self._gate.forged(device, one.rejected)
        self._pipe.publish_many(
            (subject_of(f"d/{device}"), json.dumps({"ack": one.acknowledged}).encode())
            for device, one in got.items()
        )


def sort(
    messages: Iterable[Message], rejected: Callable[[UUID], None] = lambda _device: None
) -> tuple[Receipts, Health]:
    """This function will tell receipts and health apart, by loudspeaker; what is neither is left out, and
    `rejected` is told whose it was.
    """
    receipts: Receipts = {}
    health: Health = []
    for message in messages:
        device = _id(message.subject.rsplit(".", 1)[-1])
        if device is None:
            continue
        if message.subject.startswith(RECEIPTS):
            receipts.setdefault(device, []).append(message.data.decode("utf-8", "replace"))
        elif (said := _object(message.data)) is not None:
            health.append((device, said))
        else:
            rejected(device)
    return receipts, health


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class Command(BaseCommand):
    """Run the gateway until told to stop."""

    help = "Nhận biên nhận và tình trạng của loa."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will run until SIGTERM."""
        gate = Gate()
        credentials = settings.NGUON_NATS_CREDS
        with until_told() as told, Pipe(settings.NATS_URL, credentials, "gateway", gate=gate.passes) as pipe:
            gateway = Gateway(pipe, gate)
            run(gateway.step, lambda: None, told)
