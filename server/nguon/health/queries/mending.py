"""Announced work on loudspeakers: which are meant, now or later."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from nguon.areas.paths import lineage
from nguon.devices.models import Device
from nguon.health.models import Maintenance


def announced(areas: Collection[str], at: datetime) -> QuerySet[Maintenance]:
    """This function will return the work that goes on or is to come in some areas or around them, by time."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = Maintenance.objects.filter(
        Q(area__within=areas) | Q(area__in=around), ends_at__gt=at, ended_at__isnull=True
    )
    return rows.select_related("line", "station", "responsible").order_by("starts_at", "pk")


def past(areas: Collection[str], at: datetime) -> QuerySet[Maintenance]:
    """This function will return the work that is over in some areas, the newest first."""
    rows = Maintenance.objects.filter(Q(ends_at__lte=at) | Q(ended_at__isnull=False), area__within=areas)
    return rows.select_related("line", "station", "responsible").order_by("-ends_at", "pk")


def mended(at: datetime, prefix: str = "") -> Q:
    """This function will return the condition that a loudspeaker is meant by work that goes on at an instant;
    `prefix` leads to it ("device__")."""
    rows = Maintenance.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    rows = rows.filter(starts_at__lte=at, ends_at__gt=at).select_related("line")
    areas = [row.area for row in rows if row.line_id is None]
    boxes = [row.line.device_id for row in rows if row.line is not None and row.line.device_id]
    where = Q(**{f"{prefix}pk__in": boxes})
    return where | Q(**{f"{prefix}area__within": areas}) if areas else where


def mended_among(device_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """This function will return those of some loudspeakers on which work went on at an instant."""
    rows = Device.objects.filter(mended(at), pk__in=list(device_ids))
    return set(rows.values_list("pk", flat=True))


def mended_now(at: datetime) -> list[UUID]:
    """This function will return the ids of the loudspeakers that are being mended."""
    rows = Device.objects.filter(mended(at), revoked_at__isnull=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))
