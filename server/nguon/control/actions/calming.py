"""Places that must not be disturbed: added, and poles near them are told at once; removed."""

import re
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.control import errors, queries
from nguon.control.actions.ordering import sign
from nguon.control.models import Calm, Command
from nguon.control.rules import can_control, quieter
from nguon.control.states import LOUDEST, MOST_HOURS, CalmKind, CommandKind
from nguon.devices.models import Device
from nguon.journal.actions import record
from nguon.organisations.actions import in_the_country
from nguon.organisations.models import Place

NEAREST_M, FARTHEST_M = 10, 2000
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@transaction.atomic
def add_calm(
    *,
    name: str,
    kind: CalmKind,
    place: Place,
    position: tuple[float, float],
    radius_m: int,
    volume: int,
    hours: tuple[str, str],
    by: User,
    at: datetime,
) -> Calm:
    """This function will add a school or a hospital at a position (degrees). Raises BadCalm or NotYours."""
    if not can_control(by, place.area, at):
        raise errors.NotYours(place=str(place))
    timed = all(_TIME.fullmatch(one) for one in hours) and hours[0] != hours[1]
    near = NEAREST_M <= radius_m <= FARTHEST_M and 0 <= volume <= 100
    if not name.strip() or not timed or not near or not in_the_country(*position):
        raise errors.BadCalm
    made = Calm.objects.create(
        name=name.strip()[:120],
        kind=kind,
        place=place,
        area=place.area,
        latitude=position[0],
        longitude=position[1],
        radius_m=radius_m,
        volume=volume,
        starts=hours[0],
        ends=hours[1],
    )
    data = {"area": made.area, "name": made.name}
    record(fact="calm.added", subject=f"calm:{made.pk}", by=by, at=at, data=data)
    keep_calm(devices=queries.devices_near(made), by=by, at=at)
    return made


@transaction.atomic
def keep_calm(*, devices: Collection[Device], by: User, at: datetime) -> int:
    """This function will tell those loudspeakers whose ceilings have changed how loud they may be now, beside
    what they were told before: after a school came or went, a pole moved, a box joined. Returns how many.
    Those that the person may not control keep to it from their next order on.
    """
    told = {row.device_id: row.command for row in queries.settings_of(devices)}
    ceilings = queries.ceilings_of(devices)
    done = 0
    for device in devices:
        before = told.get(device.pk)
        volume = LOUDEST if before is None or before.volume is None else before.volume
        wished = [(str(a), str(b), int(c)) for a, b, c in before.wished] if before else []
        hours = [list(one) for one in quieter(volume, wished, ceilings.get(device.pk, ()), MOST_HOURS)]
        if hours == (before.hours if before else []) or not can_control(by, device.area, at):
            continue
        command = Command.objects.create(
            kind=CommandKind.VOLUME,
            area=device.area,
            volume=volume,
            hours=hours,
            wished=[list(one) for one in wished],
            by=by,
            at=at,
        )
        sign(command, [device], at)
        done += 1
    return done


@transaction.atomic
def remove_calm(*, calm: Calm, by: User, at: datetime) -> None:
    """This function will remove one. Raises NotYours."""
    if not can_control(by, calm.area, at):
        raise errors.NotYours(place=str(calm.place))
    data = {"area": calm.area, "name": calm.name}
    subject, near = f"calm:{calm.pk}", queries.devices_near(calm)
    calm.delete()
    keep_calm(devices=near, by=by, at=at)
    record(fact="calm.removed", subject=subject, by=by, at=at, data=data)
