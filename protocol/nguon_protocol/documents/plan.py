"""The plan of a target: everything it plays in the coming 35 days, as explicit instants."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import Document, Item, parse_body
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields

LATE_S = 60
MAX_ITEMS = 2000


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item at an instant (epoch seconds UTC); it may start up to `late` seconds after it."""

    at: int
    item: Item
    late: int = LATE_S

    def to_json(self) -> dict[str, Any]:
        """Give the flat object that a plan holds."""
        return self.item.to_json() | {"at": self.at, "late": self.late}

    @classmethod
    def parse(cls, fields: Fields) -> "PlanItem":
        """Read it back; `late` may be left out."""
        late = fields.integer("late", 0, 86_400) if fields.has("late") else LATE_S
        return cls(fields.integer("at"), Item.parse(fields), late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Document):
    """The plan of one target; (epoch, v) only ever grows."""

    TYPE: ClassVar[str] = "plan"
    epoch: int
    v: int
    target: str
    items: tuple[PlanItem, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Give the plan's own fields."""
        return {
            "epoch": self.epoch,
            "v": self.v,
            "target": self.target,
            "items": [one.to_json() for one in self.items],
        }

    @classmethod
    def parse(cls, body: bytes) -> "Plan":
        """Read a plan; its items are sorted by instant and each id is there once."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        items = tuple(PlanItem.parse(Fields(one)) for one in fields.items("items", MAX_ITEMS))
        if [one.at for one in items] != sorted(one.at for one in items):
            raise ProtocolError("the items of a plan are sorted by instant")
        if len({one.item.id for one in items}) != len(items):
            raise ProtocolError("an item is in a plan once")
        return cls(
            issued=issued,
            expires=expires,
            epoch=fields.integer("epoch"),
            v=fields.integer("v"),
            target=fields.target(),
            items=items,
        )
