"""Reads about how loudspeakers are; the first argument is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from nguon.accounts.models import RoleAssignment, User
from nguon.areas.paths import is_commune_or_narrower, lineage
from nguon.devices.models import Device
from nguon.devices.rules import KEEPERS
from nguon.health.models import Alarm, AreaDay, AreaHour, Sample, State, Ticket
from nguon.health.queries.mending import announced, mended, mended_among, mended_now, past
from nguon.health.queries.reach import Reach, never, reach
from nguon.health.queries.tiles import (
    Tiles,
    being_mended,
    communes_with,
    first_alarms,
    heard,
    heard_since,
    open_alarms,
    present,
    tiles,
    tiles_below,
    tiles_by_commune,
    together,
)
from nguon.health.queries.villages import village_hours
from nguon.health.states import TO_MEND
from nguon.kernel.clock import local
from nguon.organisations.queries import with_past

__all__ = [
    "Reach",
    "Tiles",
    "alarms_of",
    "announced",
    "being_mended",
    "communes_with",
    "days",
    "first_alarms",
    "heard",
    "heard_since",
    "history",
    "hours",
    "looks",
    "mended",
    "mended_among",
    "mended_now",
    "menders",
    "never",
    "open_alarms",
    "open_by_device",
    "past",
    "present",
    "reach",
    "states_of",
    "tickets",
    "tickets_of",
    "tiles",
    "tiles_below",
    "tiles_by_commune",
    "together",
    "village_hours",
]


def alarms_of(device: Device, limit: int = 20) -> list[Alarm]:
    """This function will return the alarms of one loudspeaker, newest first, also those that are over."""
    rows = Alarm.objects.filter(device=device).select_related("device__place__parent", "seen_by")
    return list(rows.order_by("-raised_at", "pk")[:limit])


def open_by_device(devices: Collection[UUID]) -> Mapping[UUID, list[Alarm]]:
    """This function will return the open alarms of some loudspeakers."""
    found: dict[UUID, list[Alarm]] = defaultdict(list)
    for alarm in Alarm.objects.filter(device__in=devices, cleared_at__isnull=True).order_by("raised_at"):
        found[alarm.device_id].append(alarm)
    return found


def states_of(devices: Collection[UUID]) -> dict[UUID, State]:
    """This function will return the last words of some loudspeakers."""
    return State.objects.in_bulk(list(devices))


def history(device: Device, since: datetime, limit: int = 300) -> list[Sample]:
    """This function will return what was kept of a loudspeaker's words since an instant, newest first."""
    return list(Sample.objects.filter(device_id=device.pk, at__gte=since).order_by("-at")[:limit])


def tickets(
    areas: Collection[str], *, open_only: bool = True, overdue_on: date | None = None
) -> QuerySet[Ticket]:
    """This function will return the fault tickets of some areas: those to mend by their deadline, or all, the
    newest first; with `overdue_on` those whose deadline was before that day.
    """
    rows = Ticket.objects.filter(device__area__within=areas).select_related(
        "device__place__parent", "assignee", "opened_by"
    )
    if overdue_on is not None:
        rows = rows.filter(due_date__lt=overdue_on)
    if open_only or overdue_on is not None:
        return rows.filter(state__in=TO_MEND).order_by("due_date", "opened_at", "pk")
    return rows.order_by("-opened_at", "pk")


def tickets_of(device: Device, limit: int = 20) -> list[Ticket]:
    """This function will return the repair history of one loudspeaker, newest first."""
    rows = Ticket.objects.filter(device=device).select_related("device__place", "assignee", "opened_by")
    return list(rows.annotate(cost=Sum("entries__cost")).order_by("-opened_at")[:limit])


def menders(area: str, at: datetime) -> list[User]:
    """This function will return who may be given a ticket of an area, by name."""
    rows = RoleAssignment.objects.on(local(at).date()).filter(role__in=KEEPERS, area__in=lineage(area))
    return list(User.objects.filter(is_active=True, pk__in=rows.values("user")).order_by("full_name"))


def days(areas: Collection[str], first: date, last: date) -> list[dict[str, Any]]:
    """This function will sum what was heard in some areas by day: day, played, partly, refused, seconds; also
    in what was merged into them."""
    rows = AreaDay.objects.filter(area__within=with_past(areas), day__range=(first, last)).order_by("day")
    names = ("played", "partly", "refused", "seconds")
    summed = rows.values_list("day").annotate(*(Sum(name) for name in names))
    return [dict(zip(("day", *names), row, strict=True)) for row in summed]


def looks(areas: Collection[str]) -> QuerySet[AreaHour]:
    """This function will return the looks by the hour at the communes of some areas, or around them, and at
    those that were merged into them."""
    whole = with_past(areas)
    communes = Q(area__in=[path for area in whole for path in lineage(area) if is_commune_or_narrower(path)])
    return AreaHour.objects.filter(Q(area__within=whole) | communes)


def hours(areas: Collection[str], since: datetime) -> list[dict[str, Any]]:
    """This function will sum how many loudspeakers of the communes of some areas, or around them, were there,
    by hour."""
    names = ("total", "online", "playing", "wrong")
    rows = looks(areas).filter(hour__gte=since).order_by("hour").values_list("hour")
    summed = rows.annotate(*(Sum(name) for name in names))
    return [dict(zip(("hour", *names), row, strict=True)) for row in summed]
