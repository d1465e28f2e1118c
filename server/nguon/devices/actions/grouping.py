"""Writes of groups: made, changed, ended. What was approved for a group keeps naming it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from nguon.accounts.models import User
from nguon.devices import errors
from nguon.devices.models import Device, DeviceGroup
from nguon.devices.rules import can_keep_devices
from nguon.journal.actions import record
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind


@transaction.atomic
def make_group(*, name: str, place: Place, devices: list[Device], by: User, at: datetime) -> DeviceGroup:
    """This function will make a named group of loudspeakers of one commune.

    Raises NameMissing, NotACommune, GroupNameTaken, or NotYourArea when the commune or one of the
    loudspeakers lies outside of the officer's area.
    """
    if place.kind != Kind.COMMUNE:
        raise errors.NotACommune
    _check(place.area, str(place), devices, by, at)
    group = DeviceGroup(name=_name(name), place=place, area=place.area)
    _save(group)
    group.devices.set(devices)
    _tell("group.made", group, by, at)
    return group


@transaction.atomic
def change_group(
    *, group: DeviceGroup, name: str, devices: Sequence[Device], by: User, at: datetime
) -> DeviceGroup:
    """This function will give a group another name and other members; from the next beacon on they know.

    Raises what `make_group` does, or GroupEnded.
    """
    kept = _lock(group)
    _check(kept.area, str(kept.place), devices, by, at)
    kept.name = _name(name)
    _save(kept)
    kept.devices.set(devices)
    _tell("group.changed", kept, by, at)
    return kept


@transaction.atomic
def end_group(*, group: DeviceGroup, by: User, at: datetime) -> DeviceGroup:
    """This function will end a group: its loudspeakers leave it, and what plays there plays no more.

    Raises NotYourArea or GroupEnded.
    """
    kept = _lock(group)
    _check(kept.area, str(kept.place), (), by, at)
    _tell("group.ended", kept, by, at)
    kept.devices.clear()
    kept.ended_at = at
    kept.save(update_fields=["ended_at"])
    return kept


@transaction.atomic
def own_group(*, device: Device) -> DeviceGroup:
    """This function will return the group of this one loudspeaker, made when it is first asked for: what is
    approved for it goes on to the box that hangs on the pole after this one, as it does with every group.
    """
    Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    there = device.groups.filter(single=True, ended_at__isnull=True).first()
    if there is not None:
        return there
    made = DeviceGroup.objects.create(name=device.name, place=device.place, area=device.area, single=True)
    made.devices.set([device])
    return made


def _lock(group: DeviceGroup) -> DeviceGroup:
    kept = DeviceGroup.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    if kept.ended_at:
        raise errors.GroupEnded(name=kept.name)
    return kept


def _name(text: str) -> str:
    if not text.strip():
        raise errors.GroupNameMissing
    return text.strip()[:120]


def _check(area: str, place: str, devices: Sequence[Device], by: User, at: datetime) -> None:
    outside = [device for device in devices if not covers(area, device.area)]
    if outside or not can_keep_devices(by, area, at):
        raise errors.NotYourArea(place=str(outside[0].place if outside else place))


def _save(group: DeviceGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise errors.GroupNameTaken(name=group.name) from error


def _tell(fact: str, group: DeviceGroup, by: User, at: datetime) -> None:
    members = [str(pk) for pk in group.devices.order_by("pk").values_list("pk", flat=True)]
    data = {"name": group.name, "area": group.area, "devices": members}
    if fact == "group.made":
        record(fact="group.made", subject=f"group:{group.pk}", by=by, at=at, data=data)
    elif fact == "group.changed":
        record(fact="group.changed", subject=f"group:{group.pk}", by=by, at=at, data=data)
    else:
        record(fact="group.ended", subject=f"group:{group.pk}", by=by, at=at, data=data)
