"""An order: play this now, be silent now, or never play these; complete in itself."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import Document, Item, parse_body
from nguon_protocol.errors import ProtocolError

ACTIONS = frozenset({"play", "stop", "cancel"})
LIFETIME_S = 900
MAX_CANCELLED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Document):
    """One order; `item` with play, `items` (ids) with cancel, neither with stop."""

    TYPE: ClassVar[str] = "order"
    epoch: int
    v: int
    id: str
    target: str
    action: str
    item: Item | None = None
    items: tuple[str, ...] = ()

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
        return found

    @classmethod
    def parse(cls, body: bytes) -> "Order":
        """Read an order; fields of another action are refused, so that an order says one thing."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        action = fields.one_of("action", ACTIONS)
        if fields.has("item") != (action == "play") or fields.has("items") != (action == "cancel"):
            raise ProtocolError(f"an order to {action} has other fields")
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
        )
