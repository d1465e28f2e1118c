"""Orders to loudspeakers: how loud by the hour, begin anew, say that it is a drill."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.control import errors, queries
from nguon.control.models import Command, Setting
from nguon.control.rules import Hours, can_control, quieter
from nguon.control.states import MOST_AT_ONCE, MOST_HOURS, RENEW, CommandKind
from nguon.deliveries.actions import ask
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.journal.actions import record
from nguon.organisations import queries as places

_LINE = re.compile(r"(\d{1,2})[:h](\d{2})\s*[-–]\s*(\d{1,2})[:h](\d{2})\s+(\d{1,3})")
ALOUD = frozenset({CommandKind.SAY})


def read_hours(text: str) -> Hours:
    """This function will read hours as people type them, one a line: 06:00-07:00 40. Raises BadHours."""
    found: Hours = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        told = _LINE.fullmatch(line)
        numbers = [int(one) for one in told.groups()] if told else []
        if numbers[2:4] == [24, 0]:  # as people write the end of a day
            numbers[2] = 0
        good = bool(numbers) and max(numbers[0], numbers[2]) < 24 and max(numbers[1], numbers[3]) < 60
        if not good or numbers[4] > 100 or numbers[:2] == numbers[2:4]:
            raise errors.BadHours(text=line[:40])
        start, end = f"{numbers[0]:02}:{numbers[1]:02}", f"{numbers[2]:02}:{numbers[3]:02}"
        found.append((start, end, numbers[4]))
    if len(found) > MOST_HOURS:
        raise errors.BadHours(text=text[:40])
    return found


@transaction.atomic
def set_volume(*, target: str, volume: int, hours: Hours, reason: str, by: User, at: datetime) -> int:
    """This function will tell the loudspeakers of a target how loud they may be, and return how many.

    0 is mute. Near a school or a hospital a pole's ceilings are laid over. It is a state: it holds until
    another one is told. Raises BadVolume, NothingThere, TooMany or NotYours.
    """
    if not 0 <= volume <= 100:
        raise errors.BadVolume(text=str(volume))
    area, devices = _reached(target, by, at)
    ceilings = queries.ceilings_of(devices)
    by_setting: dict[tuple[tuple[str, str, int], ...], list[Device]] = {}
    for device in devices:
        told = quieter(volume, hours, ceilings.get(device.pk, ()), MOST_HOURS)
        by_setting.setdefault(tuple(told), []).append(device)
    for told_hours, some in by_setting.items():
        command = Command.objects.create(
            kind=CommandKind.VOLUME,
            area=area,
            volume=volume,
            hours=[list(one) for one in told_hours],
            wished=[list(one) for one in hours],
            by=by,
            at=at,
            reason=reason.strip()[:300],
        )
        sign(command, some, at)
    data = {"kind": "volume", "area": area, "volume": volume, "count": len(devices), "reason": reason[:300]}
    record(fact="control.ordered", subject=f"target:{target}", by=by, at=at, data=data)
    return len(devices)


@transaction.atomic
def order(*, kind: CommandKind, target: str, reason: str = "", by: User, at: datetime) -> int:
    """This function will tell the loudspeakers of a target to begin anew, or to say that it is a drill; and
    return how many they are. Raises NothingThere, TooMany, NotYours, OneAtATime or QuietNow.
    """
    area, devices = _reached(target, by, at)
    if kind == CommandKind.LOGS and not target.startswith("d/"):
        raise errors.OneAtATime
    if kind in ALOUD and (quiet := fleet.quiet_at(at)):
        raise errors.QuietNow(quiet=quiet)
    command = Command.objects.create(kind=kind, area=area, by=by, at=at, reason=reason.strip()[:300])
    ask(TaskKind.COMMAND, [f"d/{device.pk}" for device in devices], command.pk, at)
    data = {"kind": kind.value, "area": area, "count": len(devices), "reason": reason[:300]}
    record(fact="control.ordered", subject=f"target:{target}", by=by, at=at, data=data)
    return len(devices)


@transaction.atomic
def carry_over(*, old: Device, new: Device, by: User, at: datetime) -> None:
    """This function will have the new box of a pole be as loud as the one before was told to be."""
    setting = Setting.objects.select_related("command").filter(device=old).first()
    if setting is not None and can_control(by, new.area, at):
        told = setting.command
        again = Command.objects.create(
            kind=CommandKind.VOLUME, area=new.area, volume=told.volume, hours=told.hours,
            wished=told.wished, by=by, at=at,
        )  # fmt: skip
        sign(again, [new], at)


@transaction.atomic
def renew(*, at: datetime, most: int = 500) -> int:
    """This function will have settings signed anew before their orders end, in the name of who made them;
    returns how many. Those of a person who has no right there any more end with their order.
    """
    old = Setting.objects.select_for_update(of=("self",), skip_locked=True).filter(signed_at__lte=at - RENEW)
    rows = list(old.filter(device__revoked_at__isnull=True).select_related("command__by", "device")[:most])
    again: dict[object, list[Device]] = {}
    for row in rows:
        by = row.command.by
        if by is not None and can_control(by, row.device.area, at):
            again.setdefault(row.command, []).append(row.device)
        row.signed_at = at
    Setting.objects.bulk_update(rows, ["signed_at"])
    for told, devices in again.items():
        assert isinstance(told, Command)  # noqa: S101  for the type checker
        fresh = Command.objects.create(
            kind=told.kind, area=told.area, volume=told.volume, hours=told.hours,
            wished=told.wished, by=told.by, at=at,
        )  # fmt: skip
        sign(fresh, devices, at)
    return len(rows)


def _reached(target: str, by: User, at: datetime) -> tuple[str, Sequence[Device]]:
    area = fleet.area_of_target(target)
    if not area or not can_control(by, area, at):
        raise errors.NotYours(place=places.labels([area]).get(area, target) if area else target)
    devices = list(fleet.of_targets([target]).order_by("pk")[: MOST_AT_ONCE + 1])
    if not devices:
        raise errors.NothingThere
    if len(devices) > MOST_AT_ONCE:
        raise errors.TooMany(count=MOST_AT_ONCE)
    return area, devices


def sign(command: Command, devices: Collection[Device], at: datetime) -> None:
    """This function will have a command of loudness signed for some loudspeakers, and keep it as theirs."""
    rows = [Setting(device=device, command=command, signed_at=at) for device in devices]
    Setting.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["device"], update_fields=["command", "signed_at"]
    )
    ask(TaskKind.COMMAND, [f"d/{device.pk}" for device in devices], command.pk, at)
