"""`enrol_simulated`: lets the devices of a simulator join in bulk; in a demo only."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.devices import actions, queries
from nguon.devices.models import Device
from nguon.kernel.clock import now
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon_signer.client import SignerClient

BATCH = 500  # passes asked of the signer at once


class Command(BaseCommand):
    """Enrol every box of a file at the villages (or communes) of an area, and write down what each gets."""

    help = "Cho các loa mô phỏng tham gia (chỉ trong bản demo)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("boxes", type=Path, help="tệp do nguon-device simulate viết")
        parser.add_argument("--area", required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will enrol who is new, and give everyone a fresh pass to the broker."""
        if settings.NGUON_MODE != "demo":
            raise CommandError("Chỉ bản demo mới nhận loa mô phỏng.")
        boxes = [json.loads(line) for line in options["boxes"].read_text().splitlines()]
        officers = people_with(Role.OPERATOR, options["area"], now())
        places = _places(options["area"])
        if not places or not officers:
            raise CommandError(f"Không có thôn, xã hoặc cán bộ vận hành nào ở {options['area']}.")
        devices = actions.enrol_simulated(boxes=boxes, places=places, by=officers[0], at=now())
        half = options["out"].with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            self._write(devices, file)
        half.rename(options["out"])
        self.stdout.write(json.dumps({"stage": "enrol", "done": len(devices), "total": len(boxes)}))

    def _write(self, devices: list[Device], file: Any) -> None:
        signer = SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=60)
        common = {"root": signer.call("root")["envelope"], "broker": settings.NGUON_MQTT_URL}
        if ca := queries.authority():
            common["ca"] = ca
        file.write(json.dumps(common) + "\n")
        for start in range(0, len(devices), BATCH):
            some = devices[start : start + BATCH]
            made = signer.call("credentials", devices=[str(device.pk) for device in some])["credentials"]
            passes = {row["device"]: row for row in made}
            for device in some:
                own = passes[str(device.pk)]
                row = {
                    "serial": device.serial,
                    "device": own["device"],
                    "area": device.area,
                    "name": device.name,
                    "groups": queries.group_ids_of(device),
                    "jwt": own["jwt"],
                    "expires": own["expires"],
                }
                file.write(json.dumps(row) + "\n")


def _places(area: str) -> list[Place]:
    inside = Place.objects.within(area)
    villages = list(inside.filter(kind=Kind.VILLAGE).order_by("area"))
    return villages or list(inside.filter(kind=Kind.COMMUNE).order_by("area"))
