"""Reads of control; the first argument is the scope."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from nguon.areas.paths import lineage
from nguon.areas.reach import everything
from nguon.control.models import Calm, Command, Drill, LogAnswer, Setting
from nguon.control.rules import USUAL_RANGE_M, Pole, meetings, metres_between
from nguon.control.states import Outcome
from nguon.devices.models import Device, DeviceGroup, Registered
from nguon.devices.queries import turn_groups
from nguon.devices.states import TURN
from nguon.organisations.queries import with_past

NEAR_DEGREES = 0.03
"""More than the farthest circle of a school (2 km) in degrees, at every latitude of the country."""
EARSHOT_DEGREES, MOST_BEYOND = 0.1, 500
"""More than the two longest earshots (10 km); and so many poles at most."""


def poles_in(areas: Collection[str]) -> list[Pole]:
    """This function will return the poles of the areas that have a position, with their earshot."""
    rows = Registered.objects.filter(area__within=areas, latitude__isnull=False, kind="cluster")
    return [
        Pole(row.pk, row.name, row.latitude, row.longitude or 0.0, row.range_m or USUAL_RANGE_M)
        for row in rows.order_by("sort_key", "pk")
        if row.latitude is not None
    ]


def poles_beyond(area: str) -> list[Pole]:
    """This function will return the poles of other communes that may be heard in a commune; who keeps them is
    not said, only where they belong to.
    """
    own = poles_in([area])
    if not own:
        return []
    north, east = [one.latitude for one in own], [one.longitude for one in own]
    with everything():
        rows = Registered.objects.filter(
            latitude__range=(min(north) - EARSHOT_DEGREES, max(north) + EARSHOT_DEGREES),
            longitude__range=(min(east) - EARSHOT_DEGREES, max(east) + EARSHOT_DEGREES),
            kind="cluster",
        ).exclude(area__within=[area])
        return [
            Pole(
                row.pk,
                row.place.label,
                row.latitude or 0.0,
                row.longitude or 0.0,
                row.range_m or USUAL_RANGE_M,
            )
            for row in rows.select_related("place__parent").order_by("pk")[:MOST_BEYOND]
        ]


def turns_held(poles: Collection[UUID]) -> dict[UUID, int]:
    """This function will return the turn (0, 1, …) that each of these poles of other communes has there."""
    begins, _number, ends = TURN.partition("{n}")
    with everything():
        rows = DeviceGroup.objects.filter(
            ended_at__isnull=True, single=False, name__startswith=begins, name__endswith=ends,
            devices__registered__in=list(poles),
        )  # fmt: skip
        named = rows.values_list("devices__registered", "name")
        found = {pole: name.removeprefix(begins).removesuffix(ends) for pole, name in named}
    return {pole: int(number) - 1 for pole, number in found.items() if number.isdigit()}


def held_beyond(area: str, poles: Collection[Pole]) -> dict[UUID, set[int]]:
    """This function will return, by pole of a commune, the turns of the poles of other communes that are
    heard where it is heard."""
    others = poles_beyond(area)
    own, turn = {pole.key for pole in poles}, turns_held([pole.key for pole in others])
    found: dict[UUID, set[int]] = {}
    for one in meetings([*poles, *others]):
        here, there = (one.one.key, one.other.key) if one.one.key in own else (one.other.key, one.one.key)
        if here in own and there in turn:
            found.setdefault(here, set()).add(turn[there])
    return found


def turns_of(area: str) -> QuerySet[DeviceGroup]:
    """This function will return the groups of the turns of a commune, those in use."""
    return turn_groups([area]).select_related("place").order_by("name")


def ceilings_of(devices: Iterable[Device]) -> dict[UUID, tuple[tuple[str, str, int], ...]]:
    """This function will return, by loudspeaker, how loud its pole may be in which hours because of what
    stands near it, in whatever commune: a place whose own circle the pole stands in.
    """
    rows = Registered.objects.filter(device__in=list(devices), latitude__isnull=False)
    stands = [(key, (n, e)) for key, n, e in rows.values_list("device", "latitude", "longitude")]
    calms = _calms_around([(n or 0.0, e or 0.0) for _key, (n, e) in stands])
    found: dict[UUID, tuple[tuple[str, str, int], ...]] = {}
    for device, (north, east) in stands:
        near = tuple(
            (one.starts, one.ends, one.volume)
            for one in calms
            if metres_between((north or 0.0, east or 0.0), (one.latitude, one.longitude)) <= one.radius_m
        )
        if near:
            found[device] = near
    return found


def _calms_around(positions: Collection[tuple[float, float]]) -> list[Calm]:
    """Those of other communes too: a school across the border hears as well as one on this side."""
    if not positions:
        return []
    north, east = [one for one, _other in positions], [other for _one, other in positions]
    with everything():
        rows = Calm.objects.filter(
            latitude__range=(min(north) - NEAR_DEGREES, max(north) + NEAR_DEGREES),
            longitude__range=(min(east) - NEAR_DEGREES, max(east) + NEAR_DEGREES),
        )
        return list(rows.order_by("pk"))


def calms_in(areas: Collection[str]) -> QuerySet[Calm]:
    """This function will return the schools and hospitals of the areas."""
    return Calm.objects.filter(area__within=areas).select_related("place").order_by("area", "name")


def commands_in(areas: Collection[str]) -> QuerySet[Command]:
    """This function will return what people ordered in the areas or around them, the newest first."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = Command.objects.filter(Q(area__within=areas) | Q(area__in=around), by__isnull=False)
    return rows.select_related("by").order_by("-at")


def setting_of(device: Device) -> Setting | None:
    """This function will return how loud a loudspeaker was told to be, or None."""
    return Setting.objects.filter(device=device).select_related("command__by").first()


def logs_of(device: Device, limit: int = 5) -> list[LogAnswer]:
    """This function will return what a loudspeaker told of its log, the newest first."""
    return list(LogAnswer.objects.filter(device=device).select_related("command__by").order_by("-at")[:limit])


def drills_in(areas: Collection[str], night: date) -> QuerySet[Any, Any]:
    """This function will return the silent drills of the areas in one night, with how many proved it, failed,
    never answered and were being mended.
    """
    rows = Drill.objects.filter(area__within=with_past(areas), night=night)
    counts = {
        name: Count("answers", filter=Q(answers__outcome=outcome))
        for name, outcome in (
            ("proved", Outcome.PROVED),
            ("failed", Outcome.FAILED),
            ("silent", Outcome.SILENT),
            ("mended", Outcome.MENDED),
        )
    }
    return rows.annotate(**counts).order_by("area")


def last_night(areas: Collection[str]) -> date | None:
    """This function will return the last night with a drill in the areas."""
    rows = Drill.objects.filter(area__within=with_past(areas)).order_by("-night")
    return rows.values_list("night", flat=True).first()


def devices_on(poles: Collection[UUID]) -> dict[UUID, Device]:
    """This function will return the loudspeaker in use on each of these poles."""
    rows = Registered.objects.filter(pk__in=list(poles), device__revoked_at__isnull=True)
    return {row.pk: row.device for row in rows.select_related("device") if row.device is not None}


def devices_near(calm: Calm) -> list[Device]:
    """This function will return the loudspeakers in use whose pole stands in the circle of a place."""
    rows = Registered.objects.filter(
        latitude__range=(calm.latitude - NEAR_DEGREES, calm.latitude + NEAR_DEGREES),
        longitude__range=(calm.longitude - NEAR_DEGREES, calm.longitude + NEAR_DEGREES),
        device__revoked_at__isnull=True,
    )
    here = (calm.latitude, calm.longitude)
    return [
        row.device
        for row in rows.select_related("device").order_by("pk")
        if row.device is not None
        and metres_between((row.latitude or 0.0, row.longitude or 0.0), here) <= calm.radius_m
    ]


def settings_of(devices: Collection[Device]) -> QuerySet[Setting]:
    """This function will return how loud some loudspeakers were told to be."""
    return Setting.objects.filter(device__in=devices).select_related("command")
