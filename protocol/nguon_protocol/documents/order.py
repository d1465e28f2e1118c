"""An order: play this now, go live, be silent now, never play these, or be so loud; complete in itself."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import Document, Item, parse_body
from nguon_protocol.documents.live import Live, check_life
from nguon_protocol.errors import ProtocolError

ACTIONS = frozenset({"play", "live", "stop", "cancel", "volume"})
_ONLY = (("item", "play"), ("live", "live"), ("items", "cancel"), ("volume", "volume"))
LIFETIME_S = 900
MAX_CANCELLED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Document):
    """One order; play has an `item`, live a `live`, cancel `items` (ids), volume a volume; stop nothing."""

    TYPE: ClassVar[str] = "order"
    epoch: int
    v: int
    id: str
    target: str
    action: str
    item: Item | None = None
    items: tuple[str, ...] = ()
    volume: int | None = None
    live: Live | None = None

    def fields(self) -> dict[str, Any]:
        """Give the order's own fields."""
        found: dict[str, Any] = {
            "epoch": self.epoch,
            "v": self.v,
            "id": self.id,
            "target": self.target,
            "action": self.action,
        }
        if self.item is not None:
            found["item"] = self.item.to_json()
        if self.action == "cancel":
            found["items"] = list(self.items)
        if self.live is not None:
            found["live"] = self.live.to_json()
        if self.volume is not None:
            found["volume"] = self.volume
        return found

    @classmethod
    def parse(cls, body: bytes) -> "Order":
        """Read an order; fields of another action are refused, so that an order says one thing."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        action = fields.one_of("action", ACTIONS)
        if any(fields.has(name) != (action == only) for name, only in _ONLY):
            raise ProtocolError(f"an order to {action} has other fields")
        if action == "live":
            check_life(issued, expires)
        cancelled = fields.items("items", MAX_CANCELLED) if action == "cancel" else []
        if not all(isinstance(one, str) and len(one) <= 64 for one in cancelled):
            raise ProtocolError("items are ids")
        return cls(
            issued=issued,
            expires=expires,
            epoch=fields.integer("epoch"),
            v=fields.integer("v"),
            id=fields.uuid("id"),
            target=fields.target(),
            action=action,
            item=Item.parse(fields.object("item")) if action == "play" else None,
            items=tuple(cancelled),
            volume=fields.integer("volume", 0, 100) if action == "volume" else None,
            live=Live.parse(fields.object("live")) if action == "live" else None,
        )
