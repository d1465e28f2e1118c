"""How many loudspeakers there are, are heard, play, are lost and have an alarm: counted by the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat

from nguon.areas.fields import label
from nguon.areas.paths import COUNTRY, lineage
from nguon.devices.models import Device
from nguon.devices.states import ONLINE_SECONDS
from nguon.health.models import Alarm
from nguon.health.queries.mending import mended
from nguon.health.states import URGENT
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.organisations.states import Kind

COMMUNE_LABELS = 3


@dataclass(frozen=True)
class Tiles:
    """How many loudspeakers of an area are in use, play, are connected, are lost, have an alarm open, and are
    away because announced work goes on."""

    total: int = 0
    playing: int = 0
    online: int = 0
    wrong: int = 0
    mended: int = 0

    @property
    def lost(self) -> int:
        """This property will give how many have not been heard for 90 s, those being mended aside."""
        return self.total - self.online - self.mended


def heard(at: datetime) -> Q:
    """This function will return the condition that a loudspeaker has spoken to us within the last 90 s."""
    return Q(online=True, last_seen_at__gte=heard_since(at))


def away(at: datetime) -> Q:
    """This function will return the condition that a loudspeaker is not heard while it is being mended."""
    silent = Q(online=False) | Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=heard_since(at))
    return silent & mended(at)


def heard_since(at: datetime) -> datetime:
    """This function will return since when a loudspeaker must have spoken to count as connected."""
    return at - timedelta(seconds=ONLINE_SECONDS)


def _counted(at: datetime) -> dict[str, Count]:
    return {
        "counted": Count("pk"),
        "heard": Count("pk", filter=heard(at)),
        "sounding": Count("pk", filter=heard(at) & Q(playing_item__isnull=False)),
        "away": Count("pk", filter=away(at)),
    }


def fleet(areas: Collection[str]) -> QuerySet[Device]:
    """This function will return the loudspeakers in use in some areas, in no order."""
    return Device.objects.filter(area__within=areas, revoked_at__isnull=True).order_by()


def tiles(areas: Collection[str], at: datetime) -> Tiles:
    """This function will count the loudspeakers of some areas, with all below."""
    wrong = open_alarms(areas).order_by().aggregate(n=Count("device", distinct=True))["n"]
    found = fleet(areas).aggregate(**_counted(at))
    return Tiles(found["counted"], found["sounding"], found["heard"], wrong, found["away"])


def tiles_below(area: str, at: datetime) -> dict[str, Tiles]:
    """This function will count the same for each place directly within an area, by its area; "" holds those
    that stand at the area itself.
    """
    depth = area.count(".") + 2
    rows = fleet([area]).values_list(label("area", depth)).annotate(**_counted(at))
    alarms = open_alarms([area]).order_by().values_list(label("device__area", depth))
    wrong = dict(alarms.annotate(n=Count("device", distinct=True)))
    return {
        f"{area}.{child}" if child else "": Tiles(total, playing, online, wrong.get(child, 0), mended)
        for child, total, online, playing, mended in rows
    }


def tiles_by_commune(areas: Collection[str], at: datetime) -> dict[str, Tiles]:
    """This function will count the same for each commune with loudspeakers within some areas, by its area."""
    rows = fleet(areas).values_list(*_commune("area")).annotate(**_counted(at))
    alarms = open_alarms(areas).order_by().values_list(*_commune("device__area"))
    counted = alarms.annotate(n=Count("device", distinct=True))
    wrong = {_path(*labels): n for *labels, n in counted}
    return {
        (area := _path(*labels)): Tiles(total, playing, online, wrong.get(area, 0), mended)
        for *labels, total, online, playing, mended in rows
    }


def _commune(column: str) -> tuple[Func, Func]:
    return label(column, 2), label(column, COMMUNE_LABELS)


def _path(province: str, commune: str) -> str:
    return ".".join(filter(None, (COUNTRY, province, commune)))


def together(tiles: Iterable[Tiles]) -> Tiles:
    """This function will add counts of places up that do not overlap."""
    rows = [(one.total, one.playing, one.online, one.wrong, one.mended) for one in tiles]
    return Tiles(*(sum(column) for column in zip(*rows, strict=True))) if rows else Tiles()


def present(areas: Collection[str], at: datetime) -> tuple[int, int]:
    """This function will count the loudspeakers in use in some areas, and those of them that are heard."""
    found = fleet(areas).aggregate(total=Count("pk"), online=Count("pk", filter=heard(at)))
    return found["total"], found["online"]


def being_mended(areas: Collection[str], at: datetime) -> int:
    """This function will count the loudspeakers of some areas that are away because they are being mended."""
    return fleet(areas).filter(away(at)).count()


def communes_with(areas: Collection[str], at: datetime, most: int | None = None) -> list[Place]:
    """This function will return the communes within some areas, or around them, that have loudspeakers, in
    Vietnamese order; no more than `most`."""
    after = Concat(OuterRef("area"), Value("/"))  # as in areas.paths.bounds
    there = fleet(areas).filter(area__gte=OuterRef("area"), area__lt=after)
    around = [path for area in areas for path in lineage(area)]
    rows = Place.objects.on(local(at).date()).filter(
        Q(area__within=areas) | Q(area__in=around), Exists(there), kind=Kind.COMMUNE
    )
    return list(rows.select_related("parent").in_order()[:most])


def open_alarms(areas: Collection[str]) -> QuerySet[Alarm]:
    """This function will return what is wrong now in some areas: what may sound or be silent against orders
    first, then the newest.
    """
    first = Case(When(kind__in=[*URGENT], then=0), default=1, output_field=IntegerField())
    rows = Alarm.objects.filter(cleared_at__isnull=True, device__area__within=areas)
    return rows.select_related("device__place__parent", "seen_by").order_by(first, "-raised_at", "pk")


def first_alarms(areas: Collection[str], most: int, after: int = 0) -> list[Alarm]:
    """This function will return so many of `open_alarms`, from a place in the list on: sorted by their keys
    alone, and only what is shown is read whole."""
    rows_of = open_alarms(areas).select_related(None).values_list("pk", flat=True)
    keys = list(rows_of[after : after + most])
    rows = Alarm.objects.select_related("device__place__parent", "seen_by").in_bulk(keys)
    return [rows[key] for key in keys]
