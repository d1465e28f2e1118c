"""`demo_bridge`: lets the demo's bridge join, and says which box it drives, as people would on the pages."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.bridges.actions import BoxFields, set_box
from nguon.bridges.models import ForeignBox
from nguon.bridges.states import Adapter
from nguon.console.management.commands.approve_claims import demo_villages, leave_phrase, write_down
from nguon.console.recordings import OWNER_FILE
from nguon.devices.actions import enrol
from nguon.devices.errors import ClaimUnknown, ClaimUsed
from nguon.devices.models import Device
from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.queries import children

NAME = "Loa hãng khác"


class Command(BaseCommand):
    """Read the claim code and what stands on the made-up box; enrol the one, register the other."""

    help = "Cho cầu nối thử tham gia và khai báo hộp của nó."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("folder", type=Path, help="thư mục của cầu nối thử")
        parser.add_argument("--seconds", type=float, default=60)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will end with status 1 when the bridge has not joined in time."""
        folder, end = options["folder"], time.monotonic() + options["seconds"]
        own = next((folder / "boxes").iterdir())
        village = free_village()

        def done(step: Callable[[], bool], problem: str) -> None:
            while not step():
                if time.monotonic() > end:
                    raise CommandError(problem)
                time.sleep(0.2)

        done(lambda: known(own, village) is not None, "Cầu nối thử chưa tham gia.")
        device = known(own, village)
        assert device is not None  # noqa: S101  it was there a moment ago
        leave_phrase([own])
        said = (folder / "made-up.json").read_text()
        register(device, json.loads(said))
        (folder / "told.json").write_text(said)
        done(lambda: answers(device), "Hộp thử chưa trả lời cầu nối.")


def known(folder: Path, village: Place) -> Device | None:
    """This function will return the loudspeaker of a bridge's folder once it has spoken as a bridge."""
    device = joined(folder, village)
    there = device is not None and ForeignBox.objects.filter(pk=device.pk).exists()
    return device if there else None


def free_village() -> Place:
    """This function will return a village of the demo's first commune in which no loudspeaker hangs yet."""
    commune = demo_villages(1)[0].parent
    assert commune is not None  # noqa: S101  a village is in a commune
    inside = children(commune.area, at=now())
    taken = set(Device.objects.filter(area__in=[one.area for one in inside]).values_list("area", flat=True))
    return next((one for one in inside if one.area not in taken), inside[-1])


def joined(folder: Path, village: Place) -> Device | None:
    """This function will return the loudspeaker of a bridge's folder, joining it when it shows a code; None
    while it does not.
    """
    owner = folder / OWNER_FILE
    if owner.exists():  # the code is gone as soon as the bridge knows that it is in
        return Device.objects.filter(pk=json.loads(owner.read_text())["device"]).first()
    try:
        code = str(json.loads((folder / "claim.json").read_text())["code"])
    except (OSError, ValueError, KeyError):
        return None
    officer = people_with(Role.OPERATOR, village.area, now())[0]
    try:
        device = enrol(code=code, name=f"{NAME} {village}", place=village, by=officer, at=now())
    except (ClaimUnknown, ClaimUsed):
        return None
    write_down(folder, device.pk)
    return device


def answers(device: Device) -> bool:
    """This function will say whether a bridge has told of its box since that was registered, and nothing is
    wrong with it.
    """
    box = ForeignBox.objects.get(pk=device.pk)
    told = box.told_at is not None and box.set_at is not None and box.told_at > box.set_at
    return told and box.code == "" and box.playing is not None


def register(device: Device, told: dict[str, Any]) -> None:
    """This function will say that a bridge drives the box of which a made-up sticker tells."""
    fields = BoxFields(Adapter.V2_HTTP, told["url"], told["box"], told["username"], told["password"])
    officer = people_with(Role.ADMINISTRATOR, device.area, now())[0]
    try:
        set_box(device=device, fields=fields, by=officer, at=now())
    except DomainError as error:
        raise CommandError(str(error)) from error
