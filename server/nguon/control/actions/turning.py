"""Turns: groups of the poles of a commune of which no two are heard at one place (phát so le)."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts.actions import restagger
from nguon.control import queries
from nguon.control.rules import meetings, turns
from nguon.devices import actions as fleet
from nguon.devices.models import Device, DeviceGroup
from nguon.devices.queries import in_area
from nguon.devices.rules import can_keep_devices
from nguon.devices.states import TURN
from nguon.organisations.models import Place
from nguon.organisations.rules import covers


@transaction.atomic
def take_turns(*, place: Place, by: User, at: datetime) -> int:
    """This function will make the groups of a commune's turns, or set those right that are there, and return
    how many turns it takes; poles of other communes that are heard too keep the turns that they have there.
    A loudspeaker whose pole has no position is in the first of them, so that nobody is left out, and the
    staggered sessions of the programme are laid down anew. A group that is needed no more stays, without
    members: what is planned for it plays nowhere, and not twice.

    Raises NotYourArea.
    """
    poles = queries.poles_in([place.area])
    own = turns(poles, meetings(poles), queries.held_beyond(place.area, poles))
    on_poles = queries.devices_on(own).items()
    devices = {key: device for key, device in on_poles if covers(place.area, device.area)}
    wanted: dict[str, list[Device]] = {}
    for key, turn in own.items():
        if key in devices:
            wanted.setdefault(TURN.format(n=turn + 1), []).append(devices[key])
    if wanted:
        placed = {device.pk for some in wanted.values() for device in some}
        rest = in_area([place.area]).exclude(pk__in=placed).order_by("pk")
        first = min(turn for key, turn in own.items() if key in devices)
        wanted[TURN.format(n=first + 1)] += list(rest)
    there = {group.name: group for group in queries.turns_of(place.area)}
    for name in sorted({*wanted, *there}):
        members = wanted.get(name, [])
        if name not in there:
            fleet.make_group(name=name, place=place, devices=members, by=by, at=at)
        elif _members(there[name]) != {one.pk for one in members}:
            fleet.change_group(group=there[name], name=name, devices=members, by=by, at=at)
    restagger(place=place, by=by, at=at)
    return len(wanted)


def keep_turns(*, area: str, by: User, at: datetime) -> bool:
    """This function will set the turns of an area's commune right after a pole moved, came or went; nothing
    where nobody has made any, or the person may not. Returns whether it looked.
    """
    commune = ".".join(area.split(".")[:3])
    first = queries.turns_of(commune).first()
    if first is None or not can_keep_devices(by, commune, at):
        return False
    take_turns(place=first.place, by=by, at=at)
    return True


def _members(group: DeviceGroup) -> set[object]:
    return set(group.devices.values_list("pk", flat=True))
