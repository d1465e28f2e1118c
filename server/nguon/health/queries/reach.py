"""How far sound reaches: villages and households that hear something now, and those that never do.

A village hears its own loudspeakers, and those of a station that covers it: the ones that stand at the
station's commune itself and at no village.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from nguon.areas.paths import COUNTRY, lineage
from nguon.devices.models import Registered
from nguon.health.models import AreaDay
from nguon.health.queries.tiles import fleet, heard
from nguon.health.states import SILENT_DAYS
from nguon.kernel.clock import local
from nguon.organisations.models import Place, PlaceDescent, PlaceQuerySet, PlaceVersion
from nguon.organisations.queries.history import WHOLE
from nguon.organisations.states import Kind
from nguon.stations.models import Covered


@dataclass(frozen=True)
class Reach:
    """Villages and households: all, those that hear something now, those that heard nothing in thirty days;
    and villages that have no loudspeaker and that no station covers.

    A household is counted where a register's line of a loudspeaker says how many hear it.
    """

    villages: int
    villages_now: int
    villages_never: int
    villages_bare: int
    households: int
    households_now: int
    households_never: int

    @property
    def villages_share(self) -> int:
        """This property will give the per cent of villages that hear something now."""
        return round(100 * self.villages_now / self.villages) if self.villages else 0


def reach(areas: Collection[str], at: datetime) -> Reach:
    """This function will tell how far sound reaches in some areas now, and where it never did."""
    own, today = fleet([COUNTRY]).filter(_around(areas)), local(at).date()
    sounding = own.filter(heard(at), playing_item__isnull=False)
    lately = _lately(areas, today)
    villages = _villages(areas, today).aggregate(
        all=Count("pk"),
        now=Count("pk", filter=_hears(sounding.values("area"))),
        never=Count("pk", filter=~_hears(*lately)),
        bare=Count("pk", filter=~_hears(own.values("area"))),
    )
    households = Registered.objects.filter(area__within=areas, device__isnull=False).aggregate(
        all=Sum("households"),
        now=Sum("households", filter=Q(device__in=sounding.values("pk"))),
        never=Sum("households", filter=~_any_of("area", lately)),
    )
    return Reach(
        *(villages[name] for name in ("all", "now", "never", "bare")),
        *(households[name] or 0 for name in ("all", "now", "never")),
    )


def never(areas: Collection[str], at: datetime) -> QuerySet[Place]:
    """This function will return the villages of some areas in which nothing was heard for thirty days, in
    Vietnamese order; also those that no loudspeaker reaches."""
    today = local(at).date()
    return _villages(areas, today).exclude(_hears(*_lately(areas, today))).select_related("parent").in_order()


def _villages(areas: Collection[str], day: date) -> PlaceQuerySet:
    return Place.objects.on(day).filter(kind=Kind.VILLAGE, area__within=areas)


def _hears(*loud: QuerySet[Any, Any]) -> Q:
    """The condition that a village is one of some areas, or covered from one of them."""
    covered = Covered.objects.filter(_any_of("station__area", loud), station__valid_to__isnull=True)
    return _any_of("area", loud) | Q(area__in=covered.values("area"))


def _any_of(name: str, loud: Collection[QuerySet[Any, Any]]) -> Q:
    found = Q(pk__in=[])
    for areas in loud:
        found |= Q(**{f"{name}__in": areas})
    return found


def _lately(areas: Collection[str], today: date) -> list[QuerySet[Any, Any]]:
    """The areas of which anything was heard in thirty days; also under the path that a place had before the
    map changed, and of places whose land passed whole into one of today."""
    first = today - timedelta(days=SILENT_DAYS)
    rows = AreaDay.objects.filter(day__gt=first, heard__gt=0)
    moved = PlaceVersion.objects.filter(valid_to__gte=first, area__in=rows.values("area"))
    merged = PlaceDescent.objects.filter(
        origin__in=moved.values("place"),
        successor__area__within=areas,
        successor_to__isnull=True,
        share__gte=WHOLE,
    )
    return [
        rows.filter(_around(areas)).values("area"),
        moved.filter(place__area__within=areas).values("place__area"),
        merged.values("successor__area"),
    ]


def _around(areas: Collection[str]) -> Q:
    """The areas, and what lies around them: a station of the commune covers a village too."""
    return Q(area__within=areas) | Q(area__in=[path for area in areas for path in lineage(area)])
