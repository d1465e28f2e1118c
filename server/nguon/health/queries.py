"""Reads about how loudspeakers are; the first argument is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, TextField, Value, When

from nguon.devices.models import Device
from nguon.devices.states import ONLINE_SECONDS
from nguon.health.models import Alarm, Sample, State
from nguon.health.states import URGENT


@dataclass(frozen=True)
class Tiles:
    """How many loudspeakers of an area are in use, play, are connected, are lost, and have an alarm open."""

    total: int = 0
    playing: int = 0
    online: int = 0
    wrong: int = 0

    @property
    def lost(self) -> int:
        """This property will give how many have not been heard for 90 s."""
        return self.total - self.online


def _heard(at: datetime) -> Q:
    return Q(online=True, last_seen_at__gte=at - timedelta(seconds=ONLINE_SECONDS))


def _counted(at: datetime) -> dict[str, Count]:
    return {
        "counted": Count("pk"),
        "heard": Count("pk", filter=_heard(at)),
        "sounding": Count("pk", filter=_heard(at) & Q(playing_item__isnull=False)),
    }


def _fleet(areas: Collection[str]) -> QuerySet[Device]:
    return Device.objects.filter(area__within=areas, revoked_at__isnull=True).order_by()


def tiles(areas: Collection[str], at: datetime) -> Tiles:
    """This function will count the loudspeakers of some areas, with all below."""
    wrong = open_alarms(areas).order_by().aggregate(n=Count("device", distinct=True))["n"]
    found = _fleet(areas).aggregate(**_counted(at))
    return Tiles(found["counted"], found["sounding"], found["heard"], wrong)


def tiles_below(area: str, at: datetime) -> dict[str, Tiles]:
    """This function will count the same for each place directly within an area, by its area; "" holds those
    that stand at the area itself.
    """
    depth = area.count(".") + 2
    rows = _fleet([area]).values_list(_label("area", depth)).annotate(**_counted(at))
    alarms = open_alarms([area]).order_by().values_list(_label("device__area", depth))
    wrong = dict(alarms.annotate(n=Count("device", distinct=True)))
    return {
        f"{area}.{child}" if child else "": Tiles(total, playing, online, wrong.get(child, 0))
        for child, total, online, playing in rows
    }


def _label(column: str, depth: int) -> Func:
    return Func(F(column), Value("."), Value(depth), function="split_part", output_field=TextField())


def open_alarms(areas: Collection[str]) -> QuerySet[Alarm]:
    """This function will return what is wrong now in some areas: what may sound or be silent against orders
    first, then the newest.
    """
    first = Case(When(kind__in=[*URGENT], then=0), default=1, output_field=IntegerField())
    rows = Alarm.objects.filter(cleared_at__isnull=True, device__area__within=areas)
    return rows.select_related("device__place__parent", "seen_by").order_by(first, "-raised_at", "pk")


def alarms_of(device: Device, limit: int = 20) -> list[Alarm]:
    """This function will return the alarms of one loudspeaker, newest first, also those that are over."""
    return list(Alarm.objects.filter(device=device).select_related("seen_by").order_by("-raised_at")[:limit])


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
