"""The gateway: receipts and health from the broker into the database, acknowledgements back."""

import json
import logging
import queue
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand

from nguon.adapters.nats import Message, Pipe, subject_of
from nguon.deliveries import actions
from nguon.gateway.loops import run, until_told
from nguon.kernel.clock import now

log = logging.getLogger(__name__)
BATCH = 500
RECEIPTS, HEALTH = "lsp.r.", "lsp.h."


class Gateway:
    """Takes what has come in, a batch at a time; what is not stored is not acknowledged, and comes again."""

    def __init__(self, pipe: Pipe) -> None:
        """This function will listen to every loudspeaker."""
        self._pipe = pipe
        self._held: list[Message] = []
        pipe.subscribe(f"{RECEIPTS}*", f"{HEALTH}*")

    def step(self) -> bool:
        """This function will store one batch; a batch that failed is held and tried again."""
        if not self._held:
            self._held = self._take()
        receipts: dict[str, list[str]] = {}
        for message in self._held:
            device = message.subject.rsplit(".", 1)[-1]
            if not _is_id(device):
                continue
            if message.subject.startswith(RECEIPTS):
                receipts.setdefault(device, []).append(message.data.decode("utf-8", "replace"))
            else:
                self._health(device, message.data)
        for device, envelopes in receipts.items():
            got = actions.receive(device_id=device, envelopes=envelopes, at=now())
            self._pipe.publish(subject_of(f"d/{device}"), json.dumps({"ack": got.acknowledged}).encode())
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

    def _health(self, device: str, data: bytes) -> None:
        try:
            health = json.loads(data)
        except ValueError:
            return
        if isinstance(health, dict):
            actions.hear_health(device_id=device, health=health, at=now())


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Command(BaseCommand):
    """Run the gateway until told to stop."""

    help = "Nhận biên nhận và tình trạng của loa."

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will run until SIGTERM."""
        with until_told() as told, Pipe(settings.NATS_URL, settings.NGUON_NATS_CREDS, "gateway") as pipe:
            gateway = Gateway(pipe)
            run(gateway.step, lambda: None, told)
