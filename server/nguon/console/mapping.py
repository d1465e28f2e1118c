"""Who may change the map, and what the pages of places show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.organisations import queries
from nguon.organisations.actions import Plan
from nguon.organisations.models import Place, PlaceChange, PlaceEdge, PlaceVersion

KEEPER = Role.ADMINISTRATOR


def keeps_any(user: User, at: datetime) -> bool:
    """This function will tell whether a person may change some part of the map."""
    return bool(rights(user, at).areas_of(KEEPER))


def kept_areas(user: User, at: datetime) -> list[str]:
    """This function will return the areas whose map a person may change."""
    return rights(user, at).areas_of(KEEPER)


def may_change(user: User, plan: Plan, at: datetime) -> bool:
    """This function will tell whether a person administers every place that a change touches."""
    parts = [part.place for part in plan.parts if part.place is not None]
    named = {*plan.places, *parts, *([plan.parent] if plan.parent else [])}
    areas = list(Place.objects.filter(pk__in=named).values_list("area", flat=True))
    own = rights(user, at)
    return bool(named) and len(areas) == len(named) and all(own.may(KEEPER, area) for area in areas)


def noon(day: date) -> datetime:
    """This function will return an instant of a Vietnamese day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


@dataclass(frozen=True)
class PlaceLine:
    """A place in a list."""

    id: int
    label: str
    around: str
    code: str
    inside: int
    url: str


def line_of(row: PlaceVersion, code: str, inside: int, day: str) -> PlaceLine:
    """This function will show a place as it was on a day; `day` is what its address carries on."""
    return PlaceLine(row.place_id, str(row), str(row.parent or ""), code, inside, _url(row.place_id, day))


def found_lines(text: str, area: str, day: date, carried: str) -> list[PlaceLine]:
    """This function will show the places that a search finds on a day."""
    rows = queries.search(area, text, at=noon(day), limit=queries.MAX_RESULTS)
    codes = queries.codes_of_all([row.pk for row in rows], day=day)
    return [
        PlaceLine(
            row.pk,
            str(row),
            row.label.partition(", ")[2],
            codes.get(row.pk, ""),
            0,
            _url(row.pk, carried),
        )
        for row in rows
    ]


def _url(place: int, day: str) -> str:
    return reverse("console:place", args=[place]) + (f"?ngay={day}" if day else "")


@dataclass(frozen=True)
class Arrow:
    """One change that a place took part in: what it came from, or what became of it."""

    change: PlaceChange
    other: str
    url: str
    onward: bool
    share: str
    doubtful: bool


def arrows(place: int, edges: Iterable[PlaceEdge]) -> list[Arrow]:
    """This function will show the arrows of a place; one to itself that only tells of others is left out."""
    shown = []
    for edge in edges:
        onward = edge.origin_id == place
        other = edge.successor if onward else edge.origin
        if other is not None and other.pk == place and edge.whole and edge.kind in {"merge", "split"}:
            continue
        share = "" if edge.share is None or edge.whole else f"{edge.share * 100:.4g} %".replace(".", ",")
        shown.append(
            Arrow(
                edge.change,
                str(other) if other else "",
                _url(other.pk, "") if other and other.pk != place else "",
                onward,
                share,
                edge.doubtful,
            )
        )
    return shown
