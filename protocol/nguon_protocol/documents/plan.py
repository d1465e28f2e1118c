"""The plan of a target: everything it plays in the coming 35 days, as explicit instants."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import (
    MAX_DURATION_MS,
    MAX_TITLE,
    Document,
    Item,
    Media,
    parse_body,
)
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import UUID, Fields
from nguon_protocol.strict_json import MAX_INTEGER

LATE_S = 60
MAX_LATE_S = 86_400
MAX_ITEMS = 2000
MAX_STOCK = 200
SOUND_NAME = re.compile(r"[a-z0-9-]{1,40}")
Sounds = dict[tuple[Any, Any, Any], Media]
"""The media of one plan by what names them: a bulletin that is repeated has the same one in each item."""


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
        late = fields.integer("late", 0, MAX_LATE_S) if fields.has("late") else LATE_S
        return cls(fields.integer("at"), Item.parse(fields), late)

    @classmethod
    def quick(cls, value: Any, sounds: Sounds) -> "PlanItem | None":
        """Read it back as `parse` does in a third of the time; None when anything is wrong with it."""
        try:
            at, late, title, name = value["at"], value.get("late", LATE_S), value["title"], value["id"]
            dur_ms, volume, priority = value["dur_ms"], value["volume"], value["priority"]
            sound = _sound(value["media"], sounds)
        except (KeyError, TypeError, AttributeError, ProtocolError):
            return None
        whole = type(at) is type(late) is type(dur_ms) is type(volume) is type(priority) is int
        if not whole or not type(title) is type(name) is str or UUID.fullmatch(name) is None:
            return None
        bounded = 0 <= at < MAX_INTEGER and 0 <= late <= MAX_LATE_S and 1 <= dur_ms <= MAX_DURATION_MS
        if bounded and 0 <= volume <= 100 and 1 <= priority <= 3 and len(title) <= MAX_TITLE:
            return cls(at, Item(name, dur_ms, sound, volume, priority, title), late)
        return None


def _sound(value: Any, sounds: Sounds) -> Media:
    """Read a sound, or give the one that says the same."""
    key = value["sha256"], value["bytes"], value["mime"]
    if type(key[1]) is not int:  # True is no number of bytes, though it equals 1
        raise ProtocolError("bytes")
    if key not in sounds:
        sounds[key] = Media.parse(Fields(value))
    return sounds[key]


@dataclass(frozen=True, slots=True)
class Stocked:
    """A sound to have ready, for alerts: with a `name` it is one of the stored sounds ("siren")."""

    name: str
    media: Media

    def to_json(self) -> dict[str, Any]:
        """Give the flat object that a plan holds."""
        named = {"name": self.name} if self.name else {}
        return named | self.media.to_json()

    @classmethod
    def parse(cls, value: Any) -> "Stocked":
        """Read it back."""
        fields = Fields(value)
        name = fields.matching("name", SOUND_NAME, 40) if fields.has("name") else ""
        return cls(name, Media.parse(fields))


def _stock(fields: Fields) -> tuple[Stocked, ...]:
    """Read what is to be had ready. It forbids nothing and makes no sound: a stock that cannot be read is as
    good as none, so that a plan of a later version is still obeyed."""
    try:
        return tuple(map(Stocked.parse, fields.items("stock", MAX_STOCK))) if fields.has("stock") else ()
    except ProtocolError:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Document):
    """The plan of one target; (epoch, v) only ever grows. `stock` is fetched ahead of any need."""

    TYPE: ClassVar[str] = "plan"
    epoch: int
    v: int
    target: str
    items: tuple[PlanItem, ...] = ()
    stock: tuple[Stocked, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Give the plan's own fields."""
        return {
            "epoch": self.epoch,
            "v": self.v,
            "target": self.target,
            "items": [one.to_json() for one in self.items],
            **({"stock": [one.to_json() for one in self.stock]} if self.stock else {}),
        }

    @classmethod
    def parse(cls, body: bytes) -> "Plan":
        """Read a plan; its items are sorted by instant and each id is there once."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        sounds: Sounds = {}
        items = tuple(
            PlanItem.quick(one, sounds) or PlanItem.parse(Fields(one))
            for one in fields.items("items", MAX_ITEMS)
        )
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
            stock=_stock(fields),
        )
