"""What the map draws, never more than a few hundred shapes: provinces or communes by their middle and size,
loudspeakers by the register's position, and where many stand close together one point for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite, pi, sqrt
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Max, Min, Q, QuerySet
from django.db.models.functions import Floor
from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.areas.paths import COUNTRY, lineage
from nguon.devices import queries as fleet
from nguon.devices.models import Registered
from nguon.health import queries
from nguon.health.models import Alarm
from nguon.health.queries import Tiles
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.actions import centres, province_centres

MOST_POINTS = 300
CELLS = 16
COMMUNE_LABELS = 3


@dataclass(frozen=True)
class Box:
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float


def box_of(text: str) -> Box | None:
    """This function will read "west,south,east,north" in degrees; None for what is no such box."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    good = all(map(isfinite, (west, south, east, north))) and west < east and south < north
    return Box(west, south, east, north) if good else None


def features(areas: Sequence[str], at: datetime, box: Box | None = None) -> dict[str, Any]:
    """This function will return a FeatureCollection (RFC 7946): of the country each province, of a province
    each commune with loudspeakers, as the point of its middle with the radius of its size in metres; within
    one commune, and within any `box`, the loudspeakers of known position. Nothing is drawn of a place whose
    middle is not known; the list beside the map has it.
    """
    narrow = all(area.count(".") >= COMMUNE_LABELS - 1 for area in areas)
    drawn = [] if box else _places(areas, narrow, at)
    points = _points(areas, at, box) if narrow or box else []
    return {"type": "FeatureCollection", "features": [*drawn, *points]}


def _places(areas: Sequence[str], narrow: bool, at: datetime) -> list[dict[str, Any]]:
    wide = COUNTRY in areas
    around = list({lineage(area)[:COMMUNE_LABELS][-1] for area in areas}) if narrow else areas
    counted = queries.tiles_below(COUNTRY, at) if wide else queries.tiles_by_commune(around, at)
    page = reverse("console:map")
    told = {area: {**_told(tiles), "url": f"{page}?dia-ban={area}"} for area, tiles in counted.items()}
    return at_places(told, at, provinces=wide)


def at_places(
    told: Mapping[str, dict[str, object]], at: datetime, *, provinces: bool = False
) -> list[dict[str, Any]]:
    """This function will return communes, or provinces, as features, each with what is told of it."""
    rows = places.places(list(told), at=at)
    codes = places.codes_of_all([row.pk for row in rows], day=local(at).date())
    where = province_centres() if provinces else centres(list(codes.values()))
    return [
        feature(
            (centre.longitude, centre.latitude),
            id=row.area,
            name=row.name,
            radius_m=round(1000 * sqrt(centre.km2 / pi)),
            **told[row.area],
        )
        for row in rows
        if (centre := where.get(codes.get(row.pk, ""))) is not None
    ]


def _points(areas: Sequence[str], at: datetime, box: Box | None) -> list[dict[str, Any]]:
    lines = Registered.objects.filter(device__area__within=areas, device__revoked_at__isnull=True)
    lines = lines.filter(latitude__isnull=False).order_by()
    if box:
        lines = lines.filter(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))
    if lines[: MOST_POINTS + 1].count() > MOST_POINTS:
        return _clusters(lines, box or _around(lines), at)
    rows = [row for row in lines.select_related("device").order_by("pk") if row.device is not None]
    wrong = queries.open_by_device([row.device.pk for row in rows if row.device])
    mended = set(queries.mended_now(at))
    return [
        feature(
            (row.longitude or 0.0, row.latitude or 0.0),
            id=str(row.device.pk),
            name=row.device.name,
            url=reverse("console:device_health", args=[row.device.pk]),
            **_told(
                Tiles(
                    1,
                    int(row.device.playing_item is not None and fleet.is_online(row.device, at)),
                    int(fleet.is_online(row.device, at)),
                    int(row.device.pk in wrong),
                    int(row.device.pk in mended and not fleet.is_online(row.device, at)),
                )
            ),
        )
        for row in rows
        if row.device is not None
    ]


def _around(lines: QuerySet[Registered]) -> Box:
    found = lines.aggregate(Min("longitude"), Min("latitude"), Max("longitude"), Max("latitude"))
    return Box(*(float(value) for value in found.values()))


def _clusters(lines: QuerySet[Registered], box: Box, at: datetime) -> list[dict[str, Any]]:
    """One point for each cell of a grid of 16 by 16 with loudspeakers in it, amid them."""
    there = Q(device__online=True, device__last_seen_at__gte=queries.heard_since(at))
    wrong = Alarm.objects.filter(cleared_at__isnull=True).values("device")
    cells = lines.values_list(
        _cell("longitude", box.west, box.east), _cell("latitude", box.south, box.north)
    ).annotate(
        lng=Avg("longitude"),
        lat=Avg("latitude"),
        total=Count("pk"),
        playing=Count("pk", filter=there & Q(device__playing_item__isnull=False)),
        heard=Count("pk", filter=there),
        bad=Count("pk", filter=Q(device__in=wrong)),
        away=Count("pk", filter=~there & queries.mended(at, "device__")),
    )
    return [
        feature(
            (longitude, latitude),
            id="",
            name=_("{count} cụm loa").format(count=total),
            cluster=True,
            **_told(Tiles(total, playing, online, bad, away)),
        )
        for _x, _y, longitude, latitude, total, playing, online, bad, away in cells
    ]


def _cell(column: str, first: float, last: float) -> Floor:
    size = max((last - first) / CELLS, 1e-6) * 1.0001  # what stands at the edge is in the last cell
    return Floor(ExpressionWrapper((F(column) - first) / size, output_field=FloatField()))


def _told(tiles: Tiles) -> dict[str, object]:
    """What is worst gives the colour."""
    rest = "mended" if tiles.mended else "live" if tiles.playing else "calm"
    state = "bad" if tiles.lost else "warn" if tiles.wrong else rest
    told = {"total": tiles.total, "playing": tiles.playing, "online": tiles.online, "wrong": tiles.wrong}
    return {"state": state, "lost": tiles.lost, "mended": tiles.mended, **told}


def feature(at: tuple[float, float], **told: object) -> dict[str, Any]:
    """This function will return a point (longitude, latitude) with what is told of it."""
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(at)}, "properties": told}
