"""What the map draws: communes by their middle and size, loudspeakers by the register's position."""

from collections.abc import Sequence
from datetime import datetime
from math import pi, sqrt
from typing import Any

from django.urls import reverse

from nguon.areas.paths import lineage
from nguon.devices import queries as fleet
from nguon.devices.models import Registered
from nguon.health import queries
from nguon.health.queries import Tiles
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.actions import centres

MOST_POINTS = 3000
COMMUNE_LABELS = 3


def features(areas: Sequence[str], at: datetime) -> dict[str, Any]:
    """This function will return a FeatureCollection (RFC 7946): each commune with loudspeakers as the point
    of its middle with the radius of its size in metres, and within one commune each loudspeaker of known
    position. Of a commune whose middle is not known nothing is drawn; the list beside the map has it.
    """
    communes = {lineage(area)[:COMMUNE_LABELS][-1] for area in areas}
    narrow = all(area.count(".") >= COMMUNE_LABELS - 1 for area in areas)
    counted = queries.tiles_by_commune(list(communes) if narrow else areas, at)
    rows = places.places(list(counted), at=at)
    codes = places.codes_of_all([row.pk for row in rows], day=local(at).date())
    where = centres(list(codes.values()))
    found = [
        _feature(
            (centre.longitude, centre.latitude),
            id=row.area,
            name=row.name,
            radius_m=round(1000 * sqrt(centre.km2 / pi)),
            url=f"{reverse('console:map')}?dia-ban={row.area}",
            **_told(counted[row.area]),
        )
        for row in rows
        if (centre := where.get(codes.get(row.pk, ""))) is not None
    ]
    return {"type": "FeatureCollection", "features": [*found, *(_points(areas, at) if narrow else [])]}


def _points(areas: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    lines = Registered.objects.filter(device__in=fleet.in_area(areas).order_by().values("pk"))
    lines = lines.filter(latitude__isnull=False, device__isnull=False).select_related("device")
    rows = [row for row in lines.order_by("pk")[:MOST_POINTS] if row.device is not None]
    wrong = queries.open_by_device([row.device.pk for row in rows if row.device])
    return [
        _feature(
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
                )
            ),
        )
        for row in rows
        if row.device is not None
    ]


def _told(tiles: Tiles) -> dict[str, object]:
    """What is worst gives the colour."""
    state = "bad" if tiles.lost else "warn" if tiles.wrong else "live" if tiles.playing else "calm"
    told = {"total": tiles.total, "playing": tiles.playing, "online": tiles.online, "wrong": tiles.wrong}
    return {"state": state, "lost": tiles.lost, **told}


def _feature(at: tuple[float, float], **told: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(at)}, "properties": told}
