"""What of this app follows when areas move: stations, which become one in a merged commune, and villages."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, place_of, register_follower
from nguon.organisations.models import Place
from nguon.stations.actions import merge
from nguon.stations.models import Covered, Station


class CommuneStations:
    """Stations in use. Those that are over stay where they were."""

    kind = "station"
    label = _("Đài truyền thanh")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the stations in use at exactly these areas."""
        return Station.objects.filter(area__in=list(areas), valid_to__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the station of one commune."""
        rows = Station.objects.filter(area=area, valid_to__isnull=True)
        return [Item(f"station:{row.pk}", row.name) for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give each commune the one station of all that came to it.

        Villages were moved before, so that the merged station reaches them where they lie now.
        """
        going: dict[str, list[Station]] = {}
        rows = Station.objects.filter(valid_to__isnull=True).select_for_update()
        for row in rows.filter(area__in=moves.touched).order_by("area", "pk"):
            if (new := moves.of(row.area, f"station:{row.pk}")) != row.area:
                going.setdefault(new, []).append(row)
        for area, moved in going.items():
            known = [row.pk for row in moved]
            there = list(rows.filter(area=area).exclude(pk__in=known).order_by("pk"))
            place = Place.objects.get(pk=place_of(area))
            if len(moved) + len(there) > 1:
                merge(rows=[*there, *moved], place=place, by=by, at=at)
            else:
                Station.objects.filter(pk__in=known).update(area=area, place=place)
        return sum(map(len, going.values()))


class Villages:
    """Villages that a station reaches; two that became one are one."""

    kind = "covered"
    label = _("Thôn có loa của đài")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the villages in question that a station in use reaches."""
        return Covered.objects.filter(area__in=list(areas), station__valid_to__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: they go with their village."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give them the places of today."""
        moved = 0
        rows = Covered.objects.filter(area__in=moves.touched, station__valid_to__isnull=True)
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            new = moves.of(row.area)
            if new == row.area:
                continue
            moved += 1
            if (
                Covered.objects.filter(station=row.station_id, place=place_of(new))
                .exclude(pk=row.pk)
                .exists()
            ):
                row.delete()
            else:
                Covered.objects.filter(pk=row.pk).update(area=new, place=place_of(new))
        return moved


def register() -> None:
    """This function will have villages follow, then stations."""
    register_follower(Villages())
    register_follower(CommuneStations())
