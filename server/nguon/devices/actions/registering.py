"""One line of the register, set right or taken out; by the rules of a line of a file."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.devices.actions.register_files import commune_of, described, named, read_known, refuse_imei, taken
from nguon.devices.errors import LineJoined, NotYourArea, PoleHasPast, PoleMoves
from nguon.devices.models import Device, DeviceGroup, Fitting, Registered
from nguon.devices.rules import KEEPERS, can_keep_devices
from nguon.journal.actions import record
from nguon.organisations.actions import LineProblem, Row
from nguon.organisations.rules import outermost

_COLUMNS = (
    "serial", "name", "place_id", "kind", "device_class", "maker", "model", "sim", "imei", "latitude",
    "longitude", "position_confirmed", "households", "range_m", "owner_id",
)  # fmt: skip


@transaction.atomic
def change_registered(*, line: Registered, cells: Mapping[str, str], by: User, at: datetime) -> Registered:
    """This function will set a line right; `cells` are those of a file, by the folded names of the columns.

    The box that hangs there has the name and the place of its pole. Raises NotYourArea, LineJoined (another
    serial for a box that has joined), PoleMoves (another commune for it), or LineProblem for what is wrong
    with a cell.
    """
    row = _kept(line, by, at)
    given = Row(1, dict(cells))
    serial = named(given)
    own = rights(by, at)
    areas = outermost([area for role in KEEPERS for area in own.areas_of(role)])
    known = read_known([given], areas, at)
    there = known.serials.get(serial.upper())
    if there is not None and there.pk != row.pk:
        raise LineProblem(taken(there, known))
    if row.device_id is not None and serial.upper() != row.serial.upper():
        raise LineJoined
    told, was = described(given, known, at), row.area
    refuse_imei(told, row, known)
    hung = row.device if row.device is not None and row.device.revoked_at is None else None
    if hung is not None and commune_of(told.area) != commune_of(hung.area):
        raise PoleMoves
    fields = [name for name in _COLUMNS if getattr(row, name) != getattr(told, name)]
    if not fields:
        return row
    for name in fields:
        setattr(row, name, getattr(told, name))
    row.area = told.area
    row.device = row.device or told.device
    row.save()
    if hung is not None:
        _take_along(hung, row)
    # A slip in the serial set right is no swap.
    Fitting.objects.filter(line=row, until__isnull=True).update(serial=row.serial, device=row.device)
    names = sorted(name.removesuffix("_id") for name in fields)
    data = {"areas": sorted({was, row.area}), "name": row.name, "fields": names}
    record(fact="register.changed", subject=f"register:{row.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def remove_registered(*, line: Registered, by: User, at: datetime) -> None:
    """This function will take a line out that was entered by mistake. Raises NotYourArea, LineJoined or
    PoleHasPast."""
    row = _kept(line, by, at)
    if row.device is not None:
        raise LineJoined if row.device.revoked_at is None else PoleHasPast
    data = {"area": row.area, "name": row.name, "serial": row.serial}
    row.delete()
    record(fact="register.removed", subject=f"register:{line.pk}", by=by, at=at, data=data)


def _take_along(device: Device, row: Registered) -> None:
    """The loudspeaker is called and found as its pole is; its next beacon tells it where it stands."""
    device.name, device.place, device.area = row.name, row.place, row.area
    device.save(update_fields=["name", "place", "area"])
    DeviceGroup.objects.filter(single=True, devices=device).update(place=row.place, area=row.area)


def _kept(line: Registered, by: User, at: datetime) -> Registered:
    rows = Registered.objects.select_for_update(of=("self",)).select_related("place", "device")
    row = rows.get(pk=line.pk)
    if not can_keep_devices(by, row.area, at):
        raise NotYourArea(place=row.place)
    return row
