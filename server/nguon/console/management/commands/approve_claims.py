"""`approve_claims`: lets the demo's loudspeakers join, as the demo's station officer would on the page."""

import json
import time
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.adapters import espeak
from nguon.adapters.pcm import EngineError
from nguon.console.recordings import OWNER_FILE
from nguon.devices.actions import code_hash, enrol
from nguon.devices.errors import ClaimUnknown
from nguon.devices.models import Claim
from nguon.kernel.clock import now
from nguon.organisations.models import Place
from nguon.organisations.queries import by_code, children
from nguon.organisations.states import DEMO_COMMUNE_CODES


class Command(BaseCommand):
    """Read the claim code that each agent shows in its folder, and enrol it at a village of the demo."""

    help = "Cho các loa thử tham gia."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("folders", nargs="+", help="thư mục của từng loa thử, theo thứ tự")
        parser.add_argument("--seconds", type=float, default=60)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will print one JSON line for each loudspeaker that has joined."""
        folders = [Path(folder) for folder in options["folders"]]
        villages = demo_villages(len(folders))
        waiting = dict(enumerate(folders))
        end = time.monotonic() + options["seconds"]
        while waiting and time.monotonic() < end:
            for number in list(waiting):
                if self._join(waiting[number], villages[number]):
                    del waiting[number]
                    done = len(folders) - len(waiting)
                    self.stdout.write(json.dumps({"stage": "enrol", "done": done, "total": len(folders)}))
                    self.stdout.flush()
            time.sleep(0.1)
        if waiting:
            raise CommandError(f"Còn {len(waiting)} loa thử chưa đưa mã tham gia.")
        leave_phrase(folders)

    def _join(self, folder: Path, village: Place) -> bool:
        try:
            code = str(json.loads((folder / "claim.json").read_text())["code"])
        except (OSError, ValueError, KeyError):
            return False
        used = Claim.objects.filter(code_hash=code_hash(code), used_at__isnull=False).first()
        if used:
            return write_down(folder, used.device_id)
        officer = people_with(Role.OPERATOR, village.area, now())[0]
        try:
            device = enrol(code=code, name=f"Loa {village}", place=village, by=officer, at=now())
        except ClaimUnknown:
            return False
        return write_down(folder, device.pk)


def write_down(folder: Path, device: object) -> bool:
    """This function will leave the loudspeaker's id in its folder, so that the pages find what it played."""
    (folder / OWNER_FILE).write_text(json.dumps({"device": str(device)}), encoding="utf-8")
    return True


def leave_phrase(folders: Iterable[Path]) -> None:
    """This function will put "this is a drill" into each box, as its maker would: without it no drill is
    heard, and none is proven.
    """
    try:
        sound = espeak.shared().synthesise("Đây là diễn tập.")
    except EngineError:
        return
    for folder in folders:
        (folder / "sounds").mkdir(exist_ok=True)
        with wave.open(str(folder / "sounds" / "drill.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sound.rate)
            file.writeframes(sound.pcm)


def demo_villages(count: int) -> list[Place]:
    """This function will return `count` villages, half of them in each of the demo's two communes."""
    at = now()
    communes = [children(by_code(code, at=at).area, at=at) for code in DEMO_COMMUNE_CODES]
    half = (count + 1) // 2
    return [*communes[0][:half], *communes[1][: count - half]]
