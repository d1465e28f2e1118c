"""What hangs on areas follows when areas move: accounts, loudspeakers, bulletins, whatever comes.

This app lies below all of these and knows none of them; each registers its own followers when it is loaded
(docs/adr/012).  They are asked in the order of the apps, so a later one finds the earlier ones moved already.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Model, QuerySet

from nguon.journal.actions import Actor


@dataclass(frozen=True, slots=True)
class Moves:
    """Which area is covered by which from now on.

    `to`: the area of a place that lies elsewhere or ended -> what covers it.  `parts`: the area of a place
    that was divided -> all that now make it up.  `chosen`: the key of one follower -> where a person put it.
    """

    day: date
    to: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def touched(self) -> frozenset[str]:
        """This property will give every area on which something may have to follow."""
        return frozenset(self.to) | frozenset(self.parts)

    def of(self, area: str, key: str = "") -> str:
        """This function will return where what hangs on `area` belongs now (divided: the bigger part)."""
        return self.chosen.get(key) or self.to.get(area, area)

    def all_of(self, area: str) -> tuple[str, ...]:
        """This function will return everything that now makes up `area`."""
        return self.parts.get(area) or (self.to.get(area, area),)


@dataclass(frozen=True, slots=True)
class Item:
    """One follower that hangs on a place itself; a person may choose with which part of it it goes."""

    key: str
    label: str


class Follower(Protocol):
    """One kind of thing that hangs on areas."""

    kind: str

    @property
    def label(self) -> Any:
        """This property will give what people call it (lazily translated)."""

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count what hangs on exactly these areas and must follow."""

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name what hangs on one area itself, for choosing; none where nobody chooses."""

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will move it all, inside the transaction of the change, and return how many."""


_REGISTERED: dict[str, Follower] = {}


def register_follower(follower: Follower) -> None:
    """This function will have a kind of thing follow from now on; again with the same kind replaces it."""
    _REGISTERED[follower.kind] = follower


def registered_followers() -> list[Follower]:
    """This function will return all kinds that follow, in the order of the apps."""
    return list(_REGISTERED.values())


def place_of(area: str) -> int:
    """This function will return the id of the place whose area ends so (never the country's)."""
    return int(area.rpartition(".")[2])


def move_rows(rows: QuerySet[Any, Any], moves: Moves, kind: str) -> int:
    """This function will set `area` and `place` of the rows that hang on moved areas, and return how many."""
    going: dict[str, list[Any]] = defaultdict(list)
    for pk, area in rows.filter(area__in=moves.touched).values_list("pk", "area"):
        if (new := moves.of(area, f"{kind}:{pk}")) != area:
            going[new].append(pk)
    model: type[Model] = rows.model
    for new, pks in going.items():
        model._default_manager.filter(pk__in=pks).update(area=new, place=place_of(new))
    return sum(map(len, going.values()))
