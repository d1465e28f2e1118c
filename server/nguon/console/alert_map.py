"""Where an alert was heard and where not, on the map: communes by their middle, loudspeakers by position."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from nguon.alerts import queries
from nguon.alerts.models import Alert
from nguon.alerts.queries import Hearing
from nguon.alerts.states import REACHED, Heard
from nguon.console import mapped
from nguon.devices.models import Registered

_WORST = ((Heard.REFUSED, Heard.UNREACHABLE, Heard.SOUNDLESS), (Heard.PARTLY, Heard.DELIVERED, Heard.UNKNOWN))


def features(alert: Alert, at: datetime) -> dict[str, Any]:
    """This function will return a FeatureCollection (RFC 7946): each commune of an alert with how many of its
    loudspeakers were reached, and of an alert of one commune each loudspeaker of known position."""
    hearing = queries.hearing_of(alert, at)
    page = reverse("console:alert", args=[alert.pk])
    found = mapped.at_places(
        {area: {**_told(counts), "url": page} for area, counts in hearing.by_commune.items()}, at
    )
    return {
        "type": "FeatureCollection",
        "features": [*found, *(_points(hearing) if len(hearing.by_commune) == 1 else [])],
    }


def _points(hearing: Hearing) -> list[dict[str, Any]]:
    heard: Mapping[UUID, Heard] = {line.device: line.heard for line in hearing.lines}
    rows = Registered.objects.filter(device__in=heard, latitude__isnull=False).select_related("device")
    return [
        mapped.feature(
            (row.longitude or 0.0, row.latitude or 0.0),
            id=str(row.device.pk),
            name=f"{row.device.name}: {heard[row.device.pk].label}",
            url=reverse("console:device_health", args=[row.device.pk]),
            **_told(Counter({heard[row.device.pk]: 1})),
        )
        for row in rows.order_by("pk")[: mapped.MOST_POINTS]
        if row.device is not None
    ]


def _told(counts: Counter[Heard]) -> dict[str, object]:
    """What is worst gives the colour; `online` are those at which something was heard."""
    bad, warn = (sum(counts[one] for one in kinds) for kinds in _WORST)
    state = "bad" if bad else "warn" if warn else "live"
    return {"state": state, "online": sum(counts[one] for one in REACHED), "total": counts.total()}
