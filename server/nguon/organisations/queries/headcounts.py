"""How many people live in some areas, from what was counted in them or in their parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nguon.kernel.clock import local
from nguon.organisations.models import Headcount, Place
from nguon.organisations.rules import outermost


@dataclass(frozen=True)
class People:
    """How many people there are; `missing` are the places of which nobody has told a figure.

    `oldest` is the day of the oldest figure in it (None: there is none), `sources` who counted, each once.
    """

    people: int = 0
    missing: tuple[str, ...] = ()
    oldest: date | None = None
    sources: tuple[str, ...] = ()


def people_in(areas: Collection[str], *, at: datetime) -> People:
    """This function will add up the people of some areas, each counted once, from the newest figures of a day
    up to `at` that were known by then.

    A place counts by its own figure, or by the sum of its parts where they are all known and newer. So the
    same question about the same instant always has the same answer.
    """
    wide = outermost(areas)
    day = local(at).date()
    names = dict(Place.objects.on(day).filter(area__within=wide).values_list("area", "pk"))
    rows = Headcount.objects.filter(place__in=names.values(), counted_on__lte=day, at__lte=at)
    newest = rows.order_by("place", "-counted_on", "-at", "-pk").distinct("place")
    own = {row.place_id: row for row in newest}
    inside: dict[str, list[str]] = {}
    for area in names:
        inside.setdefault(area.rpartition(".")[0], []).append(area)
    return _sum([_of(area, names, own, inside) for area in wide])


def headcounts_of(place_id: int, most: int = 20) -> list[Headcount]:
    """This function will return the figures of a place, the newest first."""
    return list(Headcount.objects.filter(place=place_id).order_by("-counted_on", "-at", "-pk")[:most])


def _of(area: str, names: dict[str, int], own: dict[int, Headcount], inside: dict[str, list[str]]) -> People:
    row = own.get(names.get(area, 0))
    parts = _sum([_of(one, names, own, inside) for one in inside.get(area, [])])
    whole = bool(inside.get(area)) and not parts.missing and parts.oldest is not None
    if row is None:
        return parts if inside.get(area) and parts.oldest is not None else People(missing=(area,))
    if whole and parts.oldest is not None and parts.oldest > row.counted_on:
        return parts
    return People(row.people, (), row.counted_on, (row.source,))


def _sum(parts: Sequence[People]) -> People:
    days = [one.oldest for one in parts if one.oldest is not None]
    return People(
        sum(one.people for one in parts),
        tuple(sorted(name for one in parts for name in one.missing)),
        min(days) if days else None,
        tuple(dict.fromkeys(name for one in parts for name in one.sources)),
    )
