"""Questions about places.  Each is one query, and none grows with the number of communes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, Lower, StrIndex
from django.db.models.lookups import Exact

from nguon.kernel.clock import local
from nguon.kernel.text import fold, tidy
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.models import Place, PlaceCode, PlaceQuerySet
from nguon.organisations.rules import is_area, lineage
from nguon.organisations.states import SYSTEM_OFFICIAL, Kind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Opens(TypedDict):
        has_children: bool

    TreePlace = WithAnnotations[Place, _Opens]
else:
    TreePlace = Place  # with `has_children`

MAX_RESULTS = 50
_MAX_WORDS = 10
_OFFICIAL_CODE_LENGTHS = (2, 5)


def _places(at: datetime) -> PlaceQuerySet:
    return Place.objects.on(local(at).date()).select_related("parent")


def place(area: str, *, at: datetime) -> Place:
    """This function will return the place of an area as it is at `at`, or raise PlaceNotFound."""
    found = _places(at).filter(area=area).first() if is_area(area) else None
    if found is None:
        raise PlaceNotFound(area=area)
    return found


def places(areas: Collection[str], *, at: datetime) -> list[Place]:
    """This function will return the places of the areas that exist, in Vietnamese order."""
    return list(_places(at).filter(area__in=list(areas)).in_order())


def labels(areas: Collection[str]) -> dict[str, str]:
    """This function will return the label of every area that has ever been a place, by area."""
    rows = Place.objects.select_related("parent").filter(area__in=list(areas))
    return {row.area: row.label for row in rows}


def children(area: str, *, at: datetime) -> list[TreePlace]:
    """This function will return what lies directly within `area`, in Vietnamese order.

    Each place carries `has_children`, so that a tree knows where it may be opened.
    """
    return list(tree_rows(area, at=at))


def tree_rows(area: str, *, at: datetime) -> QuerySet[TreePlace]:
    """This function will return `children` as a query, for an app that adds its own counts to it."""
    return _opening(_places(at).filter(parent__area=area), at)


def roots(areas: Sequence[str], *, at: datetime) -> list[TreePlace]:
    """This function will return the places where the tree of a person with rights in `areas` begins."""
    return list(_opening(_places(at).filter(area__in=list(areas)), at))


def _opening(rows: PlaceQuerySet, at: datetime) -> QuerySet[TreePlace]:
    """The rows in Vietnamese order, each with `has_children`."""
    inside = Place.objects.on(local(at).date()).filter(parent=OuterRef("pk"))
    return cast("QuerySet[TreePlace]", rows.in_order().annotate(has_children=Exists(inside)))


def ancestors(area: str, *, at: datetime) -> list[Place]:
    """This function will return the places around `area`, the country first, `area` itself left out."""
    return sorted(_places(at).filter(area__in=lineage(area)[:-1]), key=lambda row: row.area.count("."))


def by_code(code: str, *, at: datetime, system: str = SYSTEM_OFFICIAL) -> Place:
    """This function will return the place that bears an official code at `at`, or raise PlaceNotFound.

    On another day the same code may have meant other land (Quyết định 19/2025/QĐ-TTg reuses most of them).
    """
    found = by_codes([code], at=at, system=system).get(code)
    if found is None:
        raise PlaceNotFound(area=code)
    return found


def by_codes(codes: Iterable[str], *, at: datetime, system: str = SYSTEM_OFFICIAL) -> dict[str, Place]:
    """This function will return the places that bear these codes at `at`, by code."""
    day = local(at).date()
    possible = [code for code in codes if code.isprintable()]  # PostgreSQL takes no NUL
    rows = PlaceCode.objects.filter(system=system, code__in=possible, valid_from__lte=day)
    return {
        row.code: row.place for row in rows.exclude(valid_to__lt=day).select_related("place", "place__parent")
    }


def codes_of(area: str, *, at: datetime) -> dict[str, str]:
    """This function will return the official codes of a place at `at`, by code system."""
    day = local(at).date()
    rows = PlaceCode.objects.filter(place__area=area, valid_from__lte=day).exclude(valid_to__lt=day)
    return dict(rows.values_list("system", "code"))


def search(
    area: str, text: str, *, at: datetime, kinds: Collection[Kind] = (), limit: int = 20
) -> list[Place]:
    """This function will return the places within `area` that `text` names, the best first.

    Tone marks, case, đ/d and Unicode form do not matter, but a name with the very marks of `text` comes
    first.  Every word of `text` must begin a word of the name or of an ancestor's name; an official code
    finds its place too.  At most `limit` (<= 50) places; an empty text finds none.
    """
    words = fold(text).split()[:_MAX_WORDS]
    if not words:
        return []
    rows = _places(at).within(area)
    if kinds:
        rows = rows.filter(kind__in=[kind.value for kind in kinds])
    named = Q()
    for word in words:
        named &= Q(search__contains=f" {word}")
    rows = rows.filter(named | _bears_code(text, at))
    return list(_ranked(rows, text)[: max(0, min(limit, MAX_RESULTS))])


def _bears_code(text: str, at: datetime) -> Q:
    code = text.strip()
    if not (code.isascii() and code.isdigit() and len(code) in _OFFICIAL_CODE_LENGTHS):
        return Q(pk__in=[])
    day = local(at).date()
    codes = PlaceCode.objects.filter(code=code, valid_from__lte=day).exclude(valid_to__lt=day)
    return Q(Exists(codes.filter(place=OuterRef("pk"))))


def _ranked(rows: PlaceQuerySet, text: str) -> PlaceQuerySet:
    """Whole name first, then its beginning, then a part of it, then names found through an ancestor."""
    # "thôn 3, xã An Sơn": what stands before the comma is the place's own name.
    head = text.split(",")[0]
    own = fold(head) or fold(text)
    tiers = [kind.value for kind in Kind]
    ranked = rows.annotate(
        own_label=Func(F("search"), Value(" | "), Value(2), function="SPLIT_PART", output_field=TextField()),
        full_name=Concat("designation", Value(" "), "name"),
    ).annotate(
        rank=Case(
            When(Q(search__startswith=f" {own} |") | Q(own_label=own), then=0),
            When(Q(search__startswith=f" {own}") | Q(own_label__startswith=own), then=1),
            When(own_label__contains=f" {own}", then=2),
            default=3,
            output_field=IntegerField(),
        ),
        other_marks=Exact(StrIndex(Lower(F("full_name")), Value(tidy(head).lower())), 0),
        tier=Case(
            *(When(kind=kind, then=position) for position, kind in enumerate(tiers)),
            output_field=IntegerField(),
        ),
    )
    return ranked.order_by("rank", "other_marks", "tier", "sort_key", "id")
