"""Looking through the map of any day, page by page: no page grows with the number of communes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from nguon.organisations.models import (
    Place,
    PlaceChange,
    PlaceCode,
    PlaceEdge,
    PlaceVersion,
    SourceOddity,
)
from nguon.organisations.states import ChangeState, Kind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Holds(TypedDict):
        inside: int

    ListedPlace = WithAnnotations[PlaceVersion, _Holds]
else:
    ListedPlace = PlaceVersion  # with `inside`, how many lie directly within


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of places as at a date, in Vietnamese order, and how many there are in all."""

    rows: list[ListedPlace]
    codes: dict[int, str]
    total: int


def _within(area: str) -> Q:
    return Q(area__within=[area]) & ~Q(area=area)


def listed(place: int, *, day: date, kind: Kind | None = None, first: int = 0, most: int = 100) -> Listed:
    """This function will return what lay within a place on a day: directly, or all of one tier."""
    rows = PlaceVersion.objects.on(day)
    if kind is None:
        rows = rows.filter(parent=place)
    else:
        own = PlaceVersion.objects.on(day).filter(place=place).values_list("area", flat=True).first()
        rows = rows.filter(_within(own), kind=kind.value) if own else rows.none()
    below = PlaceVersion.objects.on(day).filter(parent=OuterRef("place")).order_by()
    counted = below.values("parent").annotate(n=Count("pk")).values("n")
    found = rows.select_related("place", "parent").annotate(inside=Coalesce(Subquery(counted), 0))
    shown = list(found.order_by("place__sort_key", "place_id")[first : first + most])
    return Listed(
        cast("list[ListedPlace]", shown), codes_of_all([row.place_id for row in shown], day=day), rows.count()
    )


def codes_of_all(places: Collection[int], *, day: date) -> dict[int, str]:
    """This function will return the official code of each place on a day; of two systems the newer one."""
    rows = PlaceCode.objects.filter(place__in=places, valid_from__lte=day).exclude(valid_to__lt=day)
    return dict(rows.order_by("valid_from", "pk").values_list("place", "code"))


def counts_within(area: str, *, day: date) -> list[tuple[Kind, int]]:
    """This function will count what lay within an area on a day, by tier from the widest."""
    rows = PlaceVersion.objects.on(day).filter(_within(area)).order_by()
    found = dict(rows.values_list("kind").annotate(n=Count("pk")).values_list("kind", "n"))
    return [(kind, found[kind]) for kind in Kind if kind in found]


def codes_ever(place: int) -> list[PlaceCode]:
    """This function will return every code that a place has borne, the newest first."""
    return list(PlaceCode.objects.filter(place=place).order_by("-valid_from", "system"))


def changes(*, state: ChangeState | None = None, first: int = 0, most: int = 50) -> list[PlaceChange]:
    """This function will return the changes made by people, the newest first."""
    rows = PlaceChange.objects.filter(source="")
    if state is not None:
        rows = rows.filter(state=state.value)
    return list(rows.order_by("-made_at", "pk")[first : first + most])


def without_successor() -> QuerySet[Place]:
    """This function will return the places that ended and whose land nothing took over, by tier and name."""
    onward = PlaceEdge.objects.filter(successor__isnull=False, change__state=ChangeState.CONFIRMED.value)
    rows = Place.objects.filter(valid_to__isnull=False).exclude(pk__in=onward.values("origin"))
    return rows.select_related("parent").in_order()


def doubtful() -> QuerySet[PlaceEdge]:
    """This function will return the links whose two ends lie too far apart to be the same land."""
    rows = PlaceEdge.objects.filter(doubtful=True).select_related("origin__parent", "successor__parent")
    return rows.order_by(F("origin__sort_key"), "pk")


def source_oddities() -> QuerySet[SourceOddity]:
    """This function will return what the sources of both maps contradict each other about, by what it is."""
    return SourceOddity.objects.order_by("kind", "system", "code", "pk")
