"""The command `nguon-device simulate`."""

import argparse
import asyncio
import gc
import json
import resource
import signal
import ssl
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from nguon_device import trust
from nguon_device.simulator import roster
from nguon_device.simulator.box import Box, shared_message
from nguon_device.simulator.fleet import Fleet, Models
from nguon_device.simulator.looking import WrongServer, look_at
from nguon_device.simulator.machine import DriftingTimer
from nguon_protocol import envelope

SPARE_FILES = 200
PAUSE_S = 0.5
ENOUGH = 0.99
"""Some are always a little behind: who found the server busy asks again later."""
GARBAGE = 100_000
"""After so many new objects they are looked through; the objects of thousands of boxes take long."""


class TooFewFiles(Exception):
    """The system does not let one process hold so many connections."""


def add_to(commands: Any) -> None:
    """Describe the command."""
    one = commands.add_parser("simulate", help="run many loudspeakers against a running demo")
    one.add_argument("--devices", type=int, default=100, metavar="N")
    one.add_argument("--area", required=True, metavar="AREA", help="where they stand, for example vn.5.120")
    one.add_argument("--server", required=True, metavar="URL", help="address of the running demo")
    one.add_argument("--data", type=Path, required=True, metavar="DIR", help="keys, passes, media")
    one.add_argument("--seed", type=int, default=1, help="the same seed gives the same devices and luck")
    one.add_argument("--seconds", type=float, default=0.0, help="end after so long (0: on Ctrl-C)")
    one.add_argument("--poll", type=float, default=600.0, metavar="SECONDS", help="between two beacons")
    one.add_argument("--drift", type=float, default=20.0, metavar="PPM", help="clocks go wrong so fast")
    one.add_argument("--outages", type=float, default=0.0, metavar="RATE", help="of 4G: an hour and device")
    one.add_argument("--power-cuts", type=float, default=0.0, metavar="RATE", help="an hour and device")
    one.add_argument(
        "--times", action="store_true", help="with each order, when (monotonic s) each device took it"
    )
    one.add_argument("--json", action="store_true", help="print JSON lines")
    one.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    try:
        room_for(given.devices)
        given.data.mkdir(parents=True, exist_ok=True)
        if not roster.matches(given.data, given.seed, given.devices):
            # Nothing is secret yet, and the authority to pin comes with the enrolment.
            (given.data / trust.FILE).unlink(missing_ok=True)
            look_at(given.server, trust.Trust(given.data).context(enrolled=False, verified=False))
        keys = [roster.key_of(given.seed, number) for number in range(given.devices)]
        _wait_for_enrolment(given, keys)
        common = roster.common(given.data)
        if common.get("ca"):
            trust.pin(given.data, common["ca"])
        tls = trust.Trust(given.data).context()
        look_at(given.server, tls, common["root"])
    except (TooFewFiles, WrongServer) as error:
        if given.json:
            _say(given, "error", message=str(error))
        print(f"nguon-device: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return asyncio.run(_simulate(given, keys, tls))


def room_for(devices: int) -> None:
    """Raise this process's limit of open files; TooFewFiles when the system's own is lower than needed and
    may not be raised by who runs this.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = devices + SPARE_FILES
    enough = hard if hard == resource.RLIM_INFINITY else max(hard, needed)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, enough))
    except (ValueError, OSError) as error:
        raise TooFewFiles(
            f"{devices} devices need {needed} open files, and this system allows {hard} (ulimit -Hn):"
            f" simulate at most {max(0, hard - SPARE_FILES)}, or raise the limit"
        ) from error


def _wait_for_enrolment(given: argparse.Namespace, keys: list[Any]) -> None:
    """Write the keys down and wait until the server has enrolled them."""
    if roster.matches(given.data, given.seed, given.devices):
        return
    boxes = roster.write_boxes(given.data, given.seed, keys)
    (given.data / roster.ENROLLED).unlink(missing_ok=True)
    out = given.data / roster.ENROLLED
    _say(
        given, "waiting", command=f"python -m config enrol_simulated {boxes} --area {given.area} --out {out}"
    )
    while not roster.matches(given.data, given.seed, given.devices):
        time.sleep(PAUSE_S)


async def _simulate(given: argparse.Namespace, keys: list[Any], tls: ssl.SSLContext) -> int:
    until = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, until.set)
    models = Models(
        drift_ppm=given.drift, outages_per_hour=given.outages, power_cuts_per_hour=given.power_cuts
    )
    rng = Random(given.seed)  # noqa: S311  a model, not a secret
    fleet = Fleet(given.server, given.data, models, tls, count=given.devices, poll_s=given.poll, rng=rng)
    began = time.monotonic()
    checked: set[str] = set()
    boxes = []
    for number, answer in enumerate(roster.enrolled(given.data)):
        own = Random(f"{given.seed} {number}")  # noqa: S311
        timer = DriftingTimer(own.gauss(0, models.drift_ppm), own.gauss(0, 30))
        boxes.append(Box(fleet, number, keys[number], roster.journal(answer, checked), own, timer))
    fleet.boxes = boxes
    sys.setswitchinterval(0.001)  # the threads of the pool do little each time, but are to come at once
    gc.freeze()  # what stands now stays: no need to look through it again and again
    gc.set_threshold(GARBAGE)
    _say(given, "made", devices=len(boxes), seconds=time.monotonic() - began)
    if given.seconds:
        loop.call_later(given.seconds, until.set)
    fleet.figures.began = time.monotonic()
    telling = asyncio.create_task(_tell(given, fleet))
    starting = asyncio.create_task(_start(boxes))
    await fleet.run(until)
    telling.cancel()
    starting.cancel()
    _say(given, "ended", **_counts(fleet))
    return 0


async def _start(boxes: list[Box]) -> None:
    """Switch all on, as fast as the loop can take it."""
    for box in boxes:
        box.switch_on()
        if box.number % 50 == 49:
            await asyncio.sleep(0)


async def _tell(given: argparse.Namespace, fleet: Fleet) -> None:
    """Say when all are connected, when nearly all know the time, and how each document that came spread."""
    connected, settled, told, cut_at = False, False, set[bytes](), 0.0
    while True:
        await asyncio.sleep(0.25 if settled or not connected else 1.0)
        figures = fleet.figures
        if connected and not settled and not fleet.ready:
            counts = _counts(fleet)
            settled = int(str(counts["with_time"])) >= ENOUGH * len(fleet.boxes)
            if settled:
                gc.freeze()  # the connections too
                _say(given, "settled", **counts)
        if figures.connected_s is not None and not connected:
            connected = True
            _say(given, "connected", devices=figures.most_up, seconds=figures.connected_s)
        if connected and not cut_at and figures.up < len(fleet.boxes) / 2:
            cut_at = time.monotonic()  # the broker went away
        if cut_at and figures.up >= len(fleet.boxes):
            _say(given, "reconnected", devices=figures.up, seconds=time.monotonic() - cut_at)
            cut_at = 0.0
        for payload, count in list(figures.heard.items()):
            if payload in told or fleet.came:
                continue
            if (count < figures.up or fleet.ready) and time.monotonic() < figures.last_heard[payload] + 5:
                continue  # it is still being heard or judged
            told.add(payload)
            spread = figures.last_heard[payload] - figures.first_heard[payload]
            judged = fleet.judge.last_shared - figures.first_heard[payload]
            at = fleet.judge.last_shared  # by a clock that all processes of this machine share
            _say(
                given,
                "order",
                heard=count,
                spread_s=spread,
                heard_at=figures.last_heard[payload],
                judged_s=judged,
                judged_at=at,
                **_taken(fleet, payload, given.times),
                **_counts(fleet),
            )


def _taken(fleet: Fleet, payload: bytes, times: bool) -> dict[str, object]:
    doc = shared_message(payload).doc
    name = "" if doc is None else envelope.parse(doc).sha256
    taken = fleet.judge.taken.get(name, [])
    told: dict[str, object] = {"doc": name, "accepted": len(taken)}
    return told | {"taken_at": [round(one, 3) for one in taken]} if times else told


def _counts(fleet: Fleet) -> dict[str, object]:
    clocks = sum(1 for box in fleet.boxes if box.agent is not None and box.agent.clock.known)
    return {
        "up": fleet.figures.up,
        "with_time": clocks,
        "judged": fleet.judge.judged,
        "verified": fleet.judge.verified,
        "receipts": sum(box.store.number("receipt.n") for box in fleet.boxes),
    }


def _say(given: argparse.Namespace, what: str, **fields: object) -> None:
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in fields.items()}
    if given.json:
        print(json.dumps({"event": what, **rounded}), flush=True)  # noqa: T201
    else:
        words = ", ".join(f"{key} {value}" for key, value in rounded.items())
        print(f"nguon-device: {what}: {words}", flush=True)  # noqa: T201
