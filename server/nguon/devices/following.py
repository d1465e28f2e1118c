"""What of this app follows when areas move: loudspeakers and their groups."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.devices.models import Device, DeviceGroup, Registered
from nguon.journal.actions import Actor, record
from nguon.organisations.actions import Item, Moves, move_rows, place_of, register_follower
from nguon.organisations.models import Place
from nguon.organisations.rules import covers


class Loudspeakers:
    """Loudspeakers, also those out of use: who kept them keeps them."""

    kind = "device"
    label = _("Cụm loa")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the loudspeakers in use at exactly these areas."""
        return Device.objects.filter(area__in=list(areas), revoked_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the loudspeakers that stand at no village."""
        rows = Device.objects.filter(area=area, revoked_at__isnull=True).order_by("name", "pk")
        return [Item(f"device:{row.pk}", row.name) for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the loudspeakers their new areas; the next beacon tells them, signed."""
        return move_rows(Device.objects.all(), moves, self.kind)


class Groups:
    """Groups of loudspeakers of one commune: a group goes where most of its loudspeakers went."""

    kind = "group"
    label = _("Nhóm loa")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the groups at exactly these areas."""
        return DeviceGroup.objects.filter(area__in=list(areas), single=False).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the groups of one commune."""
        rows = DeviceGroup.objects.filter(area=area, single=False).order_by("name")
        return [Item(f"group:{row.pk}", row.name) for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will move the groups; a loudspeaker that went elsewhere leaves its group, told so."""
        moved = 0
        for group in (
            DeviceGroup.objects.filter(area__in=moves.touched).select_related("place").order_by("pk")
        ):
            before, old = group.area, group.place
            group.area = _home(group, moves)
            group.place_id = place_of(group.area)
            if group.area != before:
                group.name = group.name if group.single else _free_name(group, old)
                group.save(update_fields=["area", "place", "name"])
                moved += 1
            self._leave(group, by, at)
        return moved

    def _leave(self, group: DeviceGroup, by: Actor | None, at: datetime) -> None:
        gone = [device for device in group.devices.all() if not covers(group.area, device.area)]
        if gone:
            group.devices.remove(*gone)
            data = {"name": group.name, "area": group.area, "left": [device.pk for device in gone]}
            record(fact="group.shrunk", subject=f"group:{group.pk}", by=by, at=at, data=data)


def _home(group: DeviceGroup, moves: Moves) -> str:
    """Where a person put it; else the part with most of its loudspeakers; else the bigger part."""
    if group.single:  # it goes where its loudspeaker went
        return next((device.area for device in group.devices.all()), moves.of(group.area))
    where = moves.of(group.area, f"group:{group.pk}")
    if f"group:{group.pk}" in moves.chosen:
        return where
    parts = moves.all_of(group.area)
    inside = Counter(part for device in group.devices.all() for part in parts if covers(part, device.area))
    most = max(inside.values(), default=0)
    first = [part for part in parts if inside[part] == most]
    return where if where in first or not first else first[0]


def _free_name(group: DeviceGroup, old: Place) -> str:
    """The group's name, with that of the place it came from when the new place has one of this name."""
    taken = set(
        DeviceGroup.objects.filter(place=group.place_id).exclude(pk=group.pk).values_list("name", flat=True)
    )
    wanted = group.name if group.name not in taken else f"{group.name} ({old})"[:120]
    number = 2
    while wanted in taken:
        wanted, number = f"{group.name[:100]} ({number})", number + 1
    return wanted


class RegisterLines:
    """Lines of the register that no box has joined by yet, and those of boxes that have."""

    kind = "registered"
    label = _("Dòng trong sổ loa")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the lines at exactly these areas."""
        return Registered.objects.filter(area__in=list(areas)).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the lines of boxes that stand at no village and have not joined."""
        rows = Registered.objects.filter(area=area, device__isnull=True).order_by("name", "pk")
        return [Item(f"registered:{row.pk}", f"{row.name} ({row.serial})") for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the lines their new areas."""
        return move_rows(Registered.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have loudspeakers follow, then groups, then the register."""
    register_follower(RegisterLines())
    register_follower(Loudspeakers())
    register_follower(Groups())
