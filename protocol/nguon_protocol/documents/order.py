"""An order: play this, go live, be silent now, never play these, be so loud, begin anew, tell the log."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import Document, Item, parse_body
from nguon_protocol.documents.live import Live, check_life
from nguon_protocol.documents.root import TIME
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields

ACTIONS = frozenset({"play", "live", "stop", "cancel", "volume", "restart", "logs"})
_ONLY = (("item", "play"), ("live", "live"), ("items", "cancel"), ("volume", "volume"))
LIFETIME_S = 900
MAX_CANCELLED = 2000
MAX_HOURS = 8


@dataclass(frozen=True, slots=True)
class Loudness:
    """So loud at most (0-100) in these hours of the day ("HH:MM", from <= t < to, also across midnight)."""

    start: str
    end: str
    volume: int

    def to_json(self) -> dict[str, Any]:
        """Give {"from", "to", "volume"}."""
        return {"from": self.start, "to": self.end, "volume": self.volume}

    @classmethod
    def parse(cls, fields: Fields) -> "Loudness":
        """Read it back."""
        start, end = fields.matching("from", TIME), fields.matching("to", TIME)
        if start == end:
            raise ProtocolError("hours are two different times")
        return cls(start, end, fields.integer("volume", 0, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Document):
    """One order; play has an `item`, live a `live`, cancel `items` (ids), volume a volume, perhaps `hours`;
    stop, restart and logs nothing.
    """

    TYPE: ClassVar[str] = "order"
    epoch: int
    v: int
    id: str
    target: str
    action: str
    item: Item | None = None
    items: tuple[str, ...] = ()
    volume: int | None = None
    hours: tuple[Loudness, ...] = ()
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
        if self.hours:
            found["hours"] = [one.to_json() for one in self.hours]
        return found

    @classmethod
    def parse(cls, body: bytes) -> "Order":
        """Read an order; fields of another action are refused, so that an order says one thing."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        action = fields.one_of("action", ACTIONS)
        if any(fields.has(name) != (action == only) for name, only in _ONLY):
            raise ProtocolError(f"an order to {action} has other fields")
        if fields.has("hours") and action != "volume":
            raise ProtocolError("hours are of a volume")
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
            hours=_hours(fields) if fields.has("hours") else (),
            live=Live.parse(fields.object("live")) if action == "live" else None,
        )


def _hours(fields: Fields) -> tuple[Loudness, ...]:
    found = fields.items("hours", MAX_HOURS)
    if not found:
        raise ProtocolError("no hours are no list of hours")
    return tuple(Loudness.parse(Fields(one)) for one in found)
