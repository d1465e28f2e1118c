"""Receipts: made inside the transaction of what they report, sent until the server acknowledges them.

They are signed when they are sent: what an alert waits for is only that they are written.
"""

import hashlib
from collections.abc import Callable
from random import Random
from typing import Any

from nguon_device.backoff import Backoff
from nguon_device.identity import DeviceKey
from nguon_device.ports import Ports, Reply, Request
from nguon_device.store import FIRST_RECEIPT, KEPT_RECEIPTS, Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol import envelope, strict_json
from nguon_protocol.documents import Ack
from nguon_protocol.errors import ProtocolError
from nguon_protocol.receipts import JOURNAL_LOST, Receipt, seal

BATCH = 100
RESEND_S = 10.0
_ENVELOPE = '{"payload"'
"""How a receipt begins that an earlier version of this program signed before it kept it."""


class Reports:
    """The device's chain of receipts and its way to the server."""

    def __init__(self, ports: Ports, store: Store, clock: DeviceClock, key: DeviceKey, rng: Random) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._key = key
        self._rng = rng
        self.device = ""
        self.device_class: str | None = None
        self.boot = 0
        self.broker_up = False
        self.holding = False
        self.noted: Callable[[str], None] = lambda _line: None
        """Hears of each receipt in a line."""
        """The end of the chain is not known: nothing is written until `begin_again`."""
        self._n = store.number("receipt.n")
        self._prev = store.fact("receipt.prev") or ""
        self._acknowledged = store.number("acknowledged")
        self._settled = self._acknowledged
        """Up to here nothing is sent again until the next beacon; memory only."""
        self._heard_at = 0.0
        self._sent = self._settled
        self._resend_at: float | None = None
        self._post_at = 0.0
        self._posting = False
        self._backoff = Backoff(rng, cap_s=30.0)
        self._resending = Backoff(rng, base_s=RESEND_S / 4, cap_s=120.0)

    def add(self, event: str, **fields: Any) -> None:
        """Write the next receipt into the journal, inside the caller's transaction or one of its own."""
        if not self.device or self.holding:
            return
        receipt = Receipt(
            device=self.device,
            n=self._n + 1,
            prev=self._prev,
            boot=self.boot,
            clock=str(self._clock.state),
            at=max(0, int(self._clock.now())),
            event=event,
            device_class=self.device_class,
            **fields,
        )
        body = receipt.body()
        sha256 = hashlib.sha256(body).hexdigest()
        with self._store.transaction():
            self._store.add_receipt(receipt.n, event, body.decode())
            self._store.remember_two(("receipt.n", receipt.n), ("receipt.prev", sha256))
        self._n, self._prev = receipt.n, sha256
        told = " ".join(f"{name}={value}" for name, value in fields.items() if value is not None)
        self.noted(f"receipt {receipt.n} {event} {told}".rstrip())

    def begin_again(self, ack: Ack | None) -> None:
        """After the journal was lost, write on behind everything that may ever have been written: the server
        names the last receipt that it has, and no more than KEPT_RECEIPTS can have been on their way. Should
        this journal be lost too before the server has anything of it, the passport knows its first number.
        """
        if ack is not None:  # also when it has none yet: the first ones may be on their way
            first = max(ack.n, self._store.number(FIRST_RECEIPT))
            self._n, self._prev = first + KEPT_RECEIPTS, ack.sha256
            self._acknowledged = self._settled = self._sent = self._n
            self._store.remember(FIRST_RECEIPT, self._n)
        self.holding = False
        self.add("info", reason=JOURNAL_LOST)

    def reload(self) -> None:
        """Take the chain's end from the journal again, after a transaction that failed."""
        self._n = self._store.number("receipt.n")
        self._prev = self._store.fact("receipt.prev") or ""

    def hear(self, n: object) -> None:
        """Take an unsigned word that everything up to number n has arrived: do not send it again for now.

        The next beacon says, signed, whether that is true; until then nothing is forgotten.
        """
        if isinstance(n, int) and not isinstance(n, bool) and self._settled < n <= self._n:
            self._settled, self._heard_at = n, self._ports.timer.monotonic()
            self._resending.worked()
            self._sent = max(self._sent, n)
            self._resend_at = None

    def acknowledge(self, ack: Ack | None, asked_at: float) -> None:
        """Take the server's signed word, from a beacon asked for at monotonic `asked_at`.

        It must name the very receipt that is kept here under its number. It may be lower than the last one:
        an old backup of the server was restored, and what it has no more is sent again. An unsigned word
        from before the beacon was asked for has been proven or disproven by it.
        """
        if ack is None or not self._is_mine(ack):
            return
        if ack.n != self._acknowledged:
            with self._store.transaction():
                self._store.remember("acknowledged", ack.n)
            self._acknowledged = ack.n
        if self._heard_at < asked_at or ack.n > self._settled:
            self._go_back(ack.n)
            self._settled = ack.n

    def _is_mine(self, ack: Ack) -> bool:
        """Compare with the receipt of that number; one that is dropped already was acknowledged before."""
        if not 0 < ack.n <= self._n:
            return ack.n == 0
        kept = self._store.receipts_after(ack.n - 1, 1)
        if not kept or kept[0][0] != ack.n:
            return True
        text = kept[0][1]
        body = envelope.parse(text).payload if text.startswith(_ENVELOPE) else text.encode()
        return hashlib.sha256(body).hexdigest() == ack.sha256

    def _signed(self, text: str) -> bytes:
        """Give a kept receipt's envelope."""
        return (text if text.startswith(_ENVELOPE) else seal(text.encode(), self._key)).encode()

    def _go_back(self, n: object) -> None:
        """Send again what the server says it has no more."""
        if isinstance(n, int) and not isinstance(n, bool) and 0 <= n < self._settled:
            self._settled = self._sent = n

    def answered(self, reply: Reply) -> None:
        """Take the answer to a batch sent over HTTP."""
        self._posting = False
        now = self._ports.timer.monotonic()
        if reply.ok:
            self._backoff.worked()
            self._go_back(_acknowledged(reply.body))
            self.hear(_acknowledged(reply.body))
            self._post_at = now + RESEND_S if self._settled < self._sent else 0.0
        else:
            self._sent = self._settled
            self._post_at = now + self._backoff.failed()

    def step(self) -> float:
        """Send what is due and give the seconds until the next look."""
        if not self.device or self._n == self._settled:
            return 60.0
        now = self._ports.timer.monotonic()
        if self._resend_at is not None and now >= self._resend_at:
            self._sent, self._resend_at = self._settled, None
            self._post(now)
        elif self.broker_up and not self._posting:
            self._publish(now)
        else:
            self._post(now)
        # What is past waits for an event, the answer under way or the time: looking again burns power.
        waits = [at - now for at in (self._resend_at, self._post_at) if at is not None and at > now]
        more = self.broker_up and self._sent < self._n
        return max(0.05, min([5.0 if more else 60.0, *waits]))

    def _publish(self, now: float) -> None:
        for n, text in self._store.receipts_after(self._sent, BATCH):
            if not self._ports.broker.publish(f"lsp/r/{self.device}", self._signed(text)):
                break
            self._sent = n
        if self._resend_at is None:
            self._resend_at = now + RESEND_S / 2 + self._resending.failed()

    def _post(self, now: float) -> None:
        if self._posting or now < self._post_at or not self._clock.known:
            return
        batch = self._store.receipts_after(self._settled, BATCH)
        if batch:
            body = b"[" + b",".join(self._signed(text) for _, text in batch) + b"]"
            self._ports.network.ask(Request("receipts", "POST", "/lsp/v1/receipts", body))
            self._sent = max(self._sent, batch[-1][0])
            self._posting = True


def _acknowledged(body: bytes) -> object:
    try:
        value = strict_json.loads(body)
    except ProtocolError:
        return None
    return value.get("acknowledged") if isinstance(value, dict) else None
