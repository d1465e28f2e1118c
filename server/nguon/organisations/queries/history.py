"""Questions about places as at a date.  A day is a Vietnamese day; a place is known by its id.

Rights and targets hang on the areas of today (`queries.today`); these answer what the map was.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from nguon.areas.paths import COUNTRY, is_area, outermost
from nguon.areas.reach import current
from nguon.kernel.errors import DomainError
from nguon.organisations.errors import CodeOfAnotherDay, PlaceNotFound, PlaceOfAnotherDay
from nguon.organisations.models import Place, PlaceChange, PlaceCode, PlaceDescent, PlaceEdge, PlaceVersion
from nguon.organisations.rules import lineage
from nguon.organisations.states import ChangeState

WHOLE = 1 - 1e-9  # shares are products of fractions


@dataclass(frozen=True, slots=True)
class Step:
    """A place that took or gave land, with the share of the one asked about; `assumed` if no act tells it."""

    place: int
    share: float
    assumed: bool


def version_on(place: int, *, day: date) -> PlaceVersion:
    """This function will return a place as it was on a day, or raise PlaceNotFound."""
    found = PlaceVersion.objects.on(day).filter(place=place).first()
    if found is None:
        raise PlaceNotFound(area=place)
    return found


def versions_of(place: int) -> list[PlaceVersion]:
    """This function will return everything a place has been, oldest first."""
    rows = PlaceVersion.objects.filter(place=place).select_related("parent")
    return list(rows.order_by("valid_from"))


def area_at(place: int, *, day: date) -> str:
    """This function will return the path of a place on the map of a day, or raise PlaceNotFound."""
    return version_on(place, day=day).area


def children_at(place: int, *, day: date) -> list[PlaceVersion]:
    """This function will return what lay directly within a place on a day, in Vietnamese order."""
    rows = PlaceVersion.objects.on(day).filter(parent=place).select_related("place")
    return sorted(rows, key=lambda row: (bytes(row.place.sort_key), row.place_id))


def within_at(area: str, *, day: date) -> list[PlaceVersion]:
    """This function will return everything inside an area of the map of a day, itself included."""
    rows = PlaceVersion.objects.on(day)
    return list(rows.filter(area__within=[area]).order_by("area"))


def ancestors_at(place: int, *, day: date) -> list[PlaceVersion]:
    """This function will return what lay around a place on a day, the country first; none if it was not."""
    own = PlaceVersion.objects.on(day).filter(place=place).first()
    if own is None:
        return []
    rows = PlaceVersion.objects.on(day).filter(area__in=lineage(own.area)[:-1])
    return sorted(rows, key=lambda row: row.area.count("."))


def codes_on(place: int, *, day: date) -> dict[str, str]:
    """This function will return the official codes of a place on a day, by code system."""
    rows = PlaceCode.objects.filter(place=place, valid_from__lte=day).exclude(valid_to__lt=day)
    return dict(rows.values_list("system", "code"))


def by_code_on(code: str, *, day: date, system: str = "") -> PlaceVersion:
    """This function will return the place that bore a code on a day, or raise PlaceNotFound.

    Without `system` every code system counts that was in force on the day: 00004 was Phường Trúc Bạch until
    30/6/2025 and is Phường Ba Đình since.
    """
    rows = PlaceCode.objects.filter(code=code, valid_from__lte=day).exclude(valid_to__lt=day)
    if system:
        rows = rows.filter(system=system)
    bearer = rows.order_by("place").first() if code.isprintable() else None  # PostgreSQL takes no NUL
    found = PlaceVersion.objects.on(day).filter(place=bearer.place_id).first() if bearer else None
    if found is None:
        raise _absent(code, day)
    return found


def _absent(code: str, day: date) -> DomainError:
    """Why nothing bears a code on a day: nothing ever did, or something does on other days."""
    rows = PlaceCode.objects.filter(code=code).order_by("valid_from") if code.isprintable() else ()
    days = _periods(rows)
    return CodeOfAnotherDay(day=f"{day:%d/%m/%Y}", code=code, days=days) if days else PlaceNotFound(area=code)


def _periods(rows: Iterable[PlaceCode | PlaceVersion]) -> str:
    days = [
        _("từ %(first)s đến %(last)s")
        % {"first": f"{row.valid_from:%d/%m/%Y}", "last": f"{row.valid_to:%d/%m/%Y}"}
        if row.valid_to
        else _("từ %(first)s") % {"first": f"{row.valid_from:%d/%m/%Y}"}
        for row in rows
    ]
    return _(" và ").join(days)


def named_on(text: str, *, day: date) -> PlaceVersion:
    """This function will return the place of an area path (of today or of then) or of an official code."""
    text = text.strip()
    if not is_area(text):
        return by_code_on(text, day=day)
    rows = PlaceVersion.objects.filter(Q(area=text) | Q(place__area=text)).order_by("valid_from")
    found = rows.on(day).first()
    if found is None:
        days = _periods(rows)
        raise (
            PlaceOfAnotherDay(day=f"{day:%d/%m/%Y}", area=text, days=days)
            if days
            else PlaceNotFound(area=text)
        )
    return found


def changes_of(place: int) -> list[PlaceEdge]:
    """This function will return the arrows that begin or end at a place, newest first."""
    edges = PlaceEdge.objects.filter(Q(origin=place) | Q(successor=place))
    edges = edges.filter(change__state=ChangeState.CONFIRMED.value)
    return list(edges.select_related("change", "origin", "successor").order_by("-change__day", "pk"))


def successors(place: int, *, on: date, day: date) -> list[Step]:
    """This function will return where the land that a place had `on` a day lies on a later `day`.

    The place itself with share 1 when nothing touched it; none when nothing took its land.
    """
    rows = PlaceDescent.objects.filter(origin=place, origin_from__lte=on, origin_to__gte=on)
    rows = rows.filter(Q(successor_to__isnull=True) | Q(successor_to__gte=day), successor_from__lte=day)
    steps = [
        Step(row.successor_id, row.share, row.assumed and row.share < 1)
        for row in rows.order_by("-share", "successor")
    ]
    return steps or _unmoved(place, on, day)


def predecessors(place: int, *, on: date, day: date) -> list[Step]:
    """This function will return whose land of an earlier `day` makes up a place as it is `on` a day."""
    rows = PlaceDescent.objects.filter(successor=place, origin_from__lte=day, origin_to__gte=day)
    rows = rows.filter(Q(successor_to__isnull=True) | Q(successor_to__gte=on), successor_from__lte=on)
    steps = [
        Step(row.origin_id, row.back_share, row.back_assumed and row.back_share < 1)
        for row in rows.order_by("-back_share", "origin")
    ]
    return steps or _unmoved(place, on, day)


def with_past(areas: Collection[str]) -> list[str]:
    """This function will return areas and the older paths of their land, outermost ones alone: of places that
    lie there now and were moved, and of places whose land passed whole (share 1) into some there.

    For reading: what was written of a commune before a merge is of those who answer for its land now. Land
    that was divided stays with whoever oversees all of it.
    """
    own = outermost(areas)
    if not own or COUNTRY in own:
        return own
    reach = current()
    if reach is not None and reach.own == tuple(own):  # asked when the request began
        return list(reach.areas)
    moved = PlaceVersion.objects.filter(place__area__within=own)
    whole = PlaceDescent.objects.filter(
        successor__area__within=own, successor_to__isnull=True, share__gte=WHOLE
    )
    merged = PlaceVersion.objects.filter(place__in=whole.values("origin"))
    older = [rows.exclude(area__within=own).order_by().values_list("area") for rows in (moved, merged)]
    # Two questions in one statement: with OR between them no index would serve.
    return outermost([*own, *(area for (area,) in older[0].union(older[1]))])


def _unmoved(place: int, *days: date) -> list[Step]:
    rows = Place.objects.filter(pk=place)
    for day in days:
        rows = rows.on(day)
    return [Step(place, 1.0, False)] if rows.exists() else []


def drafts() -> list[PlaceChange]:
    """This function will return the changes that nobody has confirmed or dropped yet, oldest first."""
    return list(PlaceChange.objects.filter(state=ChangeState.DRAFT.value).order_by("made_at"))


def labels_on(places: Iterable[int], *, day: date) -> dict[int, str]:
    """This function will return the names that places bore on a day, by id."""
    rows = PlaceVersion.objects.on(day).filter(place__in=list(places))
    return {row.place_id: str(row) for row in rows}
