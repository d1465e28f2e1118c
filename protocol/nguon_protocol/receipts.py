"""Receipts: what a device did, numbered, each naming the one before, signed by the device's own key."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from nguon_protocol import envelope, strict_json
from nguon_protocol.documents.common import SPEC
from nguon_protocol.envelope import HolderKey
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.keys import PublicKey, Signer

PAYLOAD_TYPE = envelope.payload_type("receipt")
EVENTS = frozenset(
    {
        "accepted",
        "refused",
        "ready",
        "started",
        "played",
        "partly",
        "missed",
        "cancelled",
        "muted",
        "info",
    }
)
ENDS = frozenset({"played", "partly", "missed", "cancelled"})
"""The events after which nothing more happens to an item."""
JOURNAL_LOST = "journal-lost"
"""The reason of the info receipt with which a device that lost its journal goes on, at a higher number."""
CLOCKS = frozenset({"SYNCED", "HOLDOVER", "UNKNOWN"})
_OPTIONAL_INTEGERS = ("started_at_ms", "seconds_ms")
_OPTIONAL_TEXTS = ("doc", "item", "reason")
_LONGEST_NAME = 64
MOST_ITEMS = 200
"""A receipt that several items are ready names so many; a plan may have more, in several receipts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt: `at` epoch seconds by the device's clock, `started_at_ms` epoch ms, `seconds_ms` ms.

    `seconds_ms` is what was heard, so a part of an item says how much of it. Fields that do not apply are
    None and are left out of the body. `items` stands for `item` where one receipt says of several items of
    one document that they are ready. `device_class` is "L" where a bridge speaks for a box that verifies
    nothing: that box was told so, and said so, and that is all.
    """

    device: str
    n: int
    prev: str
    boot: int
    clock: str
    at: int
    event: str
    doc: str | None = None
    item: str | None = None
    items: tuple[str, ...] = ()
    started_at_ms: int | None = None
    seconds_ms: int | None = None
    reason: str | None = None
    device_class: str | None = None
    _sha256: str = field(default="", init=False, repr=False, compare=False)

    def body(self) -> bytes:
        """Give the canonical bytes that the device signs."""
        return strict_json.dumps(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Give the body's fields."""
        found: dict[str, Any] = {
            "spec": SPEC,
            "type": "receipt",
            "device": self.device,
            "n": self.n,
            "prev": self.prev,
            "boot": self.boot,
            "clock": self.clock,
            "at": self.at,
            "event": self.event,
        }
        for name in (*_OPTIONAL_INTEGERS, *_OPTIONAL_TEXTS):
            value = getattr(self, name)
            if value is not None:
                found[name] = value
        if self.items:
            found["items"] = list(self.items)
        if self.device_class is not None:
            found["class"] = self.device_class
        return found

    @property
    def named(self) -> tuple[str, ...]:
        """Give the items that it speaks of."""
        return self.items if self.item is None else (self.item,)

    @property
    def sha256(self) -> str:
        """Give the hex SHA-256 of the body, which the next receipt names as `prev`."""
        return self._sha256 or self._named(self.body())

    def _named(self, body: bytes) -> str:
        name = hashlib.sha256(body).hexdigest()
        object.__setattr__(self, "_sha256", name)  # a value made once; nothing that can be seen changes
        return name

    def sign(self, signer: Signer) -> str:
        """Give the receipt's envelope."""
        body = self.body()
        self._named(body)
        return seal(body, signer)

    @classmethod
    def parse(cls, body: bytes) -> "Receipt":
        """Read a receipt's body; ProtocolError when a field is wrong."""
        fields = Fields(strict_json.loads(body))
        fields.integer("spec", SPEC, SPEC)
        fields.one_of("type", frozenset({"receipt"}))
        found = cls(
            device=fields.text("device", 64),
            n=fields.integer("n", 1),
            prev=fields.sha256("prev") if fields.values.get("prev") != "" else "",
            boot=fields.integer("boot"),
            clock=fields.one_of("clock", CLOCKS),
            at=fields.integer("at"),
            event=fields.one_of("event", EVENTS),
            doc=fields.sha256("doc") if fields.has("doc") else None,
            item=fields.text("item", _LONGEST_NAME) if fields.has("item") else None,
            items=_items(fields) if fields.has("items") else (),
            started_at_ms=fields.integer("started_at_ms") if fields.has("started_at_ms") else None,
            seconds_ms=fields.integer("seconds_ms") if fields.has("seconds_ms") else None,
            reason=fields.text("reason", 60) if fields.has("reason") else None,
            device_class=fields.text("class", 1) if fields.has("class") else None,
        )
        may_begin = found.n == 1 or found.reason == JOURNAL_LOST
        if (found.prev == "" and not may_begin) or (found.prev != "" and found.n == 1):
            raise ProtocolError("only the first receipt, or one behind a lost journal, has no previous one")
        return found


def _items(fields: Fields) -> tuple[str, ...]:
    given = fields.values["items"]
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_ITEMS:
        raise ProtocolError(f"items are a list of 2 to {MOST_ITEMS}")
    if any(not isinstance(one, str) or len(one) > _LONGEST_NAME for one in given):
        raise ProtocolError("an item is text of at most 64 characters")
    if len(set(given)) < len(given) or fields.has("item") or fields.values.get("event") != "ready":
        raise ProtocolError("items are different ones that are ready, and stand in place of item")
    return tuple(given)


@dataclass(slots=True)
class Chain:
    """The end of a device's chain: number and body hash of its last receipt (0 and "" before the first)."""

    n: int = 0
    prev: str = field(default="")

    def follows(self, receipt: Receipt) -> bool:
        """Say whether the receipt is the very next one, or begins anew behind a gap after a lost journal."""
        begins_anew = receipt.reason == JOURNAL_LOST and receipt.n > self.n
        return (receipt.n == self.n + 1 or begins_anew) and receipt.prev == self.prev

    def add(self, receipt: Receipt) -> None:
        """Move the end on; ProtocolError when the receipt does not follow."""
        if not self.follows(receipt):
            raise ProtocolError(f"receipt {receipt.n} does not follow {self.n}")
        self.n, self.prev = receipt.n, receipt.sha256


def seal(body: bytes, signer: Signer) -> str:
    """Give the envelope of a receipt's body."""
    return envelope.sign(body, PAYLOAD_TYPE, [signer])


def verify(text: str | bytes, key: PublicKey) -> Receipt:
    """Read a receipt's envelope and check that this device's key signed it.

    ProtocolError when it is not well formed, of another type or signed by somebody else. The caller still
    compares `device` with the key's owner and keeps the chain.
    """
    parsed = envelope.parse(text)
    if parsed.payload_type != PAYLOAD_TYPE:
        raise ProtocolError("not a receipt")
    if not envelope.verify(parsed, {key.kid: HolderKey(key, "device")}):
        raise ProtocolError("not signed by this device")
    return Receipt.parse(parsed.payload)
