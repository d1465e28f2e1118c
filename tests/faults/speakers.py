"""Loudspeakers that a test itself starts and kills, enrolled in the shared installation."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, cast

from nguon_device.identity import load_or_make_key
from nguon_device.passport import open_journal
from nguon_device.ports import Ports
from nguon_device.reports import Reports
from nguon_device.tests.live import Process
from nguon_device.timekeeping import DeviceClock
from tests.faults.looking import journal, wait_for
from tests.faults.telling import Person

POLL_S = 2.0


class Past:
    """The clocks of a machine some seconds ago."""

    def __init__(self, wall: float) -> None:
        """This function will stand still at an epoch second."""
        self._wall = wall

    def monotonic(self) -> float:
        """This function will return a machine that was just switched on."""
        return 0.0

    def wall(self) -> float:
        """This function will return the epoch seconds of back then."""
        return self._wall

    def era(self) -> str:
        """This function will speak of a machine with a battery clock."""
        return "battery"


@contextmanager
def enrolled(person: Person, servers: dict[Path, str]) -> Iterator[dict[str, Process]]:
    """This function will run loudspeakers in these folders against these addresses, and give them by their
    ids; at the end they are killed and taken out of use."""
    running = {folder: Process(folder, server, POLL_S) for folder, server in servers.items()}
    devices: dict[str, Process] = {}
    try:
        person.do("enrol", folders=[str(folder) for folder in running])
        for folder, process in running.items():
            wait_for(lambda folder=folder: journal(folder, "SELECT 1 FROM receipts"))  # type: ignore[misc]
            devices[json.loads((folder / "device.json").read_text())["device"]] = process
        yield devices
    finally:
        for process in running.values():
            process.kill()
        for device in devices:
            person.do("revoke", device=device)


def write_receipts(folder: Path, device: str, count: int, wall: float) -> None:
    """This function will write receipts into the journal of a loudspeaker that is not running, by its own
    code, one every 51 s from the epoch second `wall` on: three days are 5,000."""
    store = open_journal(folder)
    timer = Past(wall)
    ports = cast("Ports", _Only(timer))
    clock = DeviceClock(timer, store)
    reports = Reports(ports, store, clock, load_or_make_key(folder), Random(1))
    reports.device, reports.boot = device, store.number("boot")
    with store.transaction():
        for number in range(count):
            timer._wall = wall + 51 * number
            reports.add("info", reason=f"offline-{number}")
    store.close()


class _Only:
    def __init__(self, timer: Any) -> None:
        self.timer = timer
