"""How many people live in some areas, from what was counted in them or in their parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nguon.kernel.clock import local
from nguon.organisations.models import Headcount, Place, PlaceDescent
from nguon.organisations.queries.history import WHOLE
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

    A place counts by its own figure, or by the sum of its parts where they are all known and newer. A figure
    from before its land changed is not its own any more: then those of the places that went into it whole
    count together; of land that was divided nothing is guessed. So the same question about the same instant
    always has the same answer.
    """
    wide = outermost(areas)
    day = local(at).date()
    names = dict(Place.objects.on(day).filter(area__within=wide).values_list("area", "pk"))
    own = _own(names.values(), day, at)
    inside: dict[str, list[str]] = {}
    for area in names:
        inside.setdefault(area.rpartition(".")[0], []).append(area)
    return _sum([_of(area, names, own, inside) for area in wide])


def headcounts_of(place_id: int, most: int = 20) -> list[Headcount]:
    """This function will return the figures of a place, the newest first."""
    return list(Headcount.objects.filter(place=place_id).order_by("-counted_on", "-at", "-pk")[:most])


def _of(area: str, names: dict[str, int], own: dict[int, People], inside: dict[str, list[str]]) -> People:
    row = own.get(names.get(area, 0))
    parts = _sum([_of(one, names, own, inside) for one in inside.get(area, [])])
    whole = bool(inside.get(area)) and not parts.missing and parts.oldest is not None
    if row is None or row.oldest is None:
        return parts if inside.get(area) and parts.oldest is not None else People(missing=(area,))
    return parts if whole and parts.oldest is not None and parts.oldest > row.oldest else row


def _own(places: Collection[int], day: date, at: datetime) -> dict[int, People]:
    """The figures of places as their land is on a day, by place: their own, or those of what was merged into
    them. A later entry for the same day goes before."""
    land = PlaceDescent.objects.filter(successor__in=places, successor_from__lte=day)
    land = land.exclude(successor_to__lt=day)
    before: dict[int, list[PlaceDescent]] = {}
    for row in land:
        before.setdefault(row.successor_id, []).append(row)
    asked = {*places, *(row.origin_id for row in land)}
    rows = Headcount.objects.filter(place__in=asked, counted_on__lte=day, at__lte=at)
    known: dict[int, list[Headcount]] = {}
    for one in rows.order_by("place", "-counted_on", "-at", "-pk"):
        known.setdefault(one.place_id, []).append(one)
    found: dict[int, People] = {}
    for place in places:
        past = before.get(place, [])
        since = max((row.successor_from for row in past), default=date.min)
        figure = _within(known.get(place, ()), since, day) or _merged(past, known)
        if figure:
            found[place] = figure
    return found


def _within(rows: Sequence[Headcount], first: date, last: date) -> People | None:
    """The newest figure of these days; `rows` are the newest first."""
    row = next((one for one in rows if first <= one.counted_on <= last), None)
    return People(row.people, (), row.counted_on, (row.source,)) if row else None


def _merged(past: Sequence[PlaceDescent], known: Mapping[int, Sequence[Headcount]]) -> People | None:
    """What was counted in the places that lie whole in one now, of the latest time at which all were."""
    for day in sorted({row.origin_to for row in past}, reverse=True):
        then = [row for row in past if row.origin_from <= day <= row.origin_to]
        if sum(row.back_share for row in then) < WHOLE or any(row.share < WHOLE for row in then):
            continue
        parts = [_within(known.get(row.origin_id, ()), row.origin_from, row.origin_to) for row in then]
        told = [one for one in parts if one is not None]
        if len(told) == len(then):
            return _sum(told)
    return None


def _sum(parts: Sequence[People]) -> People:
    days = [one.oldest for one in parts if one.oldest is not None]
    return People(
        sum(one.people for one in parts),
        tuple(sorted(name for one in parts for name in one.missing)),
        min(days) if days else None,
        tuple(dict.fromkeys(name for one in parts for name in one.sources)),
    )
