"""Reads about stations; the first argument is the scope."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from nguon.kernel.text import fold
from nguon.stations.models import Licence, Station
from nguon.stations.states import LICENCE_TOLD


def stations_in(
    areas: Collection[str], *, text: str = "", technology: str = "", state: str = "", ended: bool = False
) -> QuerySet[Station]:
    """This function will return the stations of the communes in any of the areas, those that are over with
    `ended`; every word of `text` must be in the station's name or in that of its commune.
    """
    rows = Station.objects.filter(area__within=areas, valid_to__isnull=not ended)
    for word in fold(text).split()[:10]:
        rows = rows.filter(Q(place__search__contains=word) | Q(name__icontains=word))
    if technology:
        rows = rows.filter(technology=technology)
    if state:
        rows = rows.filter(state=state)
    return (
        rows.select_related("place__parent")
        .annotate(villages=Count("covered"))
        .order_by("area", "-valid_from", "pk")
    )


def station_of(areas: Collection[str], station_id: UUID) -> Station | None:
    """This function will return one station of the areas, in use or over, or None."""
    return Station.objects.filter(area__within=areas, pk=station_id).select_related("place__parent").first()


def licences_ending(areas: Collection[str], *, before: date) -> QuerySet[Station]:
    """This function will return the stations in use with a licence that ends before a day."""
    rows = Station.objects.filter(area__within=areas, valid_to__isnull=True)
    return rows.filter(licences__expires_on__lt=before).select_related("place").distinct()


def licences_to_tell(today: date) -> QuerySet[Licence]:
    """This function will return the licences of stations in use of which people must be told today: they end
    within the longest of LICENCE_TOLD, or have ended, and nobody was told of that step.
    """
    due = Q()
    for days in LICENCE_TOLD:
        untold = Q(told_days__isnull=True) | Q(told_days__gt=days)
        due |= Q(expires_on__lte=today + timedelta(days=days)) & untold
    return Licence.objects.filter(due, station__valid_to__isnull=True).order_by("expires_on", "pk")


def licence_stands(station_id: UUID, number: str, day: str) -> bool:
    """This function will say whether a station in use still has a licence that ends on a day (dd/mm/yyyy)."""
    rows = Licence.objects.filter(station=station_id, station__valid_to__isnull=True, number=number)
    return any(f"{ends:%d/%m/%Y}" == day for ends in rows.values_list("expires_on", flat=True))


def tallies(areas: Collection[str]) -> dict[str, int]:
    """This function will count the stations in use by technology and by state ("fm", "broken", …)."""
    rows = Station.objects.filter(area__within=areas, valid_to__isnull=True).order_by()
    found: dict[str, int] = {}
    for technology, state, count in rows.values_list("technology", "state").annotate(n=Count("pk")):
        found[technology] = found.get(technology, 0) + count
        found[state] = found.get(state, 0) + count
    return found
