"""Reads about how loudspeakers are; the first argument is the scope."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, TextField, Value, When

from nguon.accounts.models import RoleAssignment, User
from nguon.areas.paths import lineage
from nguon.devices.models import Device, Registered
from nguon.devices.rules import KEEPERS
from nguon.devices.states import ONLINE_SECONDS
from nguon.health.models import Alarm, AreaDay, AreaHour, Sample, State, Ticket
from nguon.health.states import SILENT_DAYS, TO_MEND, URGENT
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.organisations.states import Kind


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


def tiles_by_commune(areas: Collection[str], at: datetime) -> dict[str, Tiles]:
    """This function will count the same for each commune with loudspeakers within some areas, by its area."""
    rows = _fleet(areas).values_list(_commune("area")).annotate(**_counted(at))
    alarms = open_alarms(areas).order_by().values_list(_commune("device__area"))
    wrong = dict(alarms.annotate(n=Count("device", distinct=True)))
    return {area: Tiles(total, playing, online, wrong.get(area, 0)) for area, total, online, playing in rows}


def _commune(column: str) -> Func:
    labels = Func(F(column), Value(r"^([^.]+\.[^.]+\.[^.]+).*$"), Value(r"\1"), function="regexp_replace")
    labels.output_field = TextField()
    return labels


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


@dataclass(frozen=True)
class Reach:
    """Villages and households: all, those that hear something now, those that never did in thirty days.

    A household is counted where a register's line of a loudspeaker says how many hear it.
    """

    villages: int
    villages_now: int
    villages_never: int
    villages_bare: int
    households: int
    households_now: int

    @property
    def villages_share(self) -> int:
        """This property will give the per cent of villages that hear something now."""
        return round(100 * self.villages_now / self.villages) if self.villages else 0


def reach(areas: Collection[str], at: datetime) -> Reach:
    """This function will tell how far sound reaches in some areas now, and where it never did."""
    fleet = _fleet(areas)
    sounding = fleet.filter(_heard(at), playing_item__isnull=False)
    villages = Place.objects.on(local(at).date()).filter(kind=Kind.VILLAGE, area__within=areas)
    lines = Registered.objects.filter(device__in=fleet.values("pk"))
    return Reach(
        villages=villages.count(),
        villages_now=villages.filter(area__in=sounding.values("area")).count(),
        villages_never=never(areas, at).count(),
        villages_bare=villages.exclude(area__in=fleet.values("area")).count(),
        households=lines.aggregate(n=Sum("households"))["n"] or 0,
        households_now=lines.filter(device__in=sounding.values("pk")).aggregate(n=Sum("households"))["n"]
        or 0,
    )


def never(areas: Collection[str], at: datetime) -> QuerySet[Place]:
    """This function will return the villages of some areas of whose own loudspeakers nothing was heard in
    thirty days, in Vietnamese order; also those that have none."""
    today = local(at).date()
    lately = AreaDay.objects.filter(
        day__gt=today - timedelta(days=SILENT_DAYS), heard__gt=0, area__within=areas
    )
    rows = Place.objects.on(today).filter(kind=Kind.VILLAGE, area__within=areas)
    return rows.exclude(area__in=lately.values("area")).select_related("parent").in_order()


def days(areas: Collection[str], first: date, last: date) -> list[dict[str, Any]]:
    """This function will sum what was heard in some areas by day: day, played, partly, refused, seconds."""
    rows = AreaDay.objects.filter(area__within=areas, day__range=(first, last)).order_by("day")
    names = ("played", "partly", "refused", "seconds")
    summed = rows.values_list("day").annotate(*(Sum(name) for name in names))
    return [dict(zip(("day", *names), row, strict=True)) for row in summed]


def hours(areas: Collection[str], since: datetime) -> list[dict[str, Any]]:
    """This function will sum how many loudspeakers of the communes of some areas were there, by hour."""
    rows = AreaHour.objects.filter(area__within=areas, hour__gte=since).order_by("hour")
    names = ("total", "online", "playing", "wrong")
    summed = rows.values_list("hour").annotate(*(Sum(name) for name in names))
    return [dict(zip(("hour", *names), row, strict=True)) for row in summed]
