"""One rude loudspeaker among others: is the rest delayed, and what does an operator read of it?

    python bench/rude.py [--devices N] [--rounds K] [--only NAME,NAME] [--json]

It starts a demo of its own with N simulated loudspeakers, and orders them to stop again and again, the time
from each order to their receipts in the database being measured. For each kind of rudeness it makes K rounds
of four parts (calm, rude, rude, calm), so that whatever else grows or shrinks on the machine meanwhile meets
both alike; a rude one is the same process all the time and only told when to begin and to rest. A part is
some orders, and each has its p95. Printed are the medians of these without and with a rude one, their ratio,
between which ratios nine of ten lie when the orders are drawn again by lot, and the sentence that an operator
reads. `nobody` is the same with no rude one at all: what it shows is the noise of the machine. The goal is a
ratio below 1.10.

The kinds: 1,000 words of health, or 1,000 unsigned receipts, a second; one byte a second; a clock of the year
2000; another one's key; half enrolled; a bridge to another maker's box, whose far end hangs, or answers
rubbish. The rude one's own processor time comes from the same cores.
"""

import argparse
import collections
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rude_ones import KINDS, OWN_SEED
from simulator import _AREA, PYTHON, in_demo, start_demo

from nguon_device import trust
from nguon_device.bridge.boxes.playing import Misbehaviour
from nguon_device.bridge.boxes.v2 import V2Box
from nguon_device.simulator import roster
from nguon_device.simulator.command import room_for

HERE = Path(__file__).resolve().parent
CHANGES_S, APART_S, TOLD_S = 0.5, 0.1, 20.0
TURNS = (False, True, True, False)
ORDERS = 3
"""Of a part."""
BAD = {"adapter_hangs": Misbehaviour(hangs_s=20.0), "adapter_rubbish": Misbehaviour(body=b"\xff{rubbish")}
CODES = {"adapter_hangs": "slow", "adapter_rubbish": "rubbish"}
"""What a bridge calls it."""
ALL = ("nobody", *KINDS, *BAD)


class Desk:
    """A process in the demo that does what it is told by a line, and answers."""

    def __init__(self, data: Path) -> None:
        environment = {**os.environ, "NGUON_DATA": str(data), "PYTHONPATH": str(HERE)}
        command = [PYTHON, "-m", "config", "shell", "-v", "0", "-c", "import rude_desk; rude_desk.main()"]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __call__(self, name: str, *given: Any) -> Any:
        """Have something done and give the answer."""
        return json.loads(_ask(self.child, json.dumps([name, *given]), "DESK "))

    def close(self) -> None:
        """End it."""
        _end(self.child)


class Rude:
    """The process with the rude loudspeakers, one of which is at it at a time."""

    def __init__(self, folder: Path, url: str) -> None:
        command = [PYTHON, str(HERE / "rude_ones.py"), str(folder), url]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, kind: str) -> None:
        """Have it begin, or rest when there is no kind."""
        if failed := _ask(self.child, kind, ""):
            raise SystemExit(f"the rude one gave up: {failed}")

    def close(self) -> None:
        """End it."""
        _end(self.child)


def _ask(child: subprocess.Popen[str], line: str, begins: str) -> str:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()
    for answer in child.stdout:
        if answer.startswith(begins):
            return answer[len(begins) :].strip()
    raise SystemExit(f"nobody answers: {line}")


def _end(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.close()
    child.wait(30)


class Bridge:
    """A bridge with one made-up box of another maker, whose far end is here and can misbehave."""

    def __init__(self, data: Path, url: str) -> None:
        self.folder = data / "bridge"
        self.box = V2Box("867732050000001", "cau", "mat-khau-thu")
        own = self.folder / "boxes" / "a"
        own.mkdir(parents=True)
        if ca := roster.common(data / "rude").get("ca"):
            trust.pin(own, ca)
        command = [PYTHON, "-m", "nguon_device", "bridge", "--data", str(self.folder), "--server", url]
        command += ["--box", "a", "--reach", "127.0.0.0/8", "--poll", "5"]
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def sticker(self) -> dict[str, str]:
        """Give what stands on the box."""
        return {"url": self.box.url, "box": self.box.box, "username": "cau", "password": "mat-khau-thu"}

    def close(self) -> None:
        """End it."""
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(30)
        self.box.close()


def compare(order: Callable[[], list[float]], be: Callable[[bool], None], rounds: int) -> dict[str, Any]:
    """Give p95 without and with one rude loudspeaker, in rounds of calm, rude, rude, calm."""
    found: dict[bool, list[float]] = {False: [], True: []}
    receipts = 0
    for _round in range(rounds):
        before = False
        for rude in TURNS:
            if rude is not before:
                be(rude)
                time.sleep(CHANGES_S)
            before = rude
            for _order in range(ORDERS):
                time.sleep(APART_S)
                delays = order()
                receipts += len(delays)
                found[rude].append(p95(delays))
    alone, beside = found[False], found[True]
    return {
        "receipts": receipts,
        "orders": len(alone) + len(beside),
        "p95_s": [round(statistics.median(alone), 3), round(statistics.median(beside), 3)],
        "ratio": round(statistics.median(beside) / statistics.median(alone), 2),
        "between": [round(one, 2) for one in drawn_again(alone, beside)],
    }


def drawn_again(calm: list[float], rude: list[float]) -> tuple[float, float]:
    """Give between which ratios nine of ten lie when the orders are drawn again by lot (the bootstrap)."""
    lot = random.Random(1)
    ratios = sorted(
        statistics.median(lot.choices(rude, k=len(rude))) / statistics.median(lot.choices(calm, k=len(calm)))
        for _ in range(2000)
    )
    return ratios[100], ratios[1899]


def p95(delays: list[float]) -> float:
    """Give the delay that 95 of 100 receipts keep."""
    return statistics.quantiles(delays, n=100)[94]


def enrol(data: Path, area: str, count: int) -> Path:
    """Enrol the rude ones, as many as asked for; give their folder."""
    folder = data / "rude"
    folder.mkdir()
    boxes = roster.write_boxes(folder, OWN_SEED, [roster.key_of(OWN_SEED, n) for n in range(count)])
    in_demo(data, "enrol_simulated", str(boxes), "--area", area, "--out", str(folder / roster.ENROLLED))
    if ca := roster.common(folder).get("ca"):
        trust.pin(folder, ca)
    return folder


class Bench:
    """The demo with its N loudspeakers, the rude ones, the bridge, and somebody at the desk."""

    def __init__(self, data: Path, url: str, area: str, count: int) -> None:
        self.area, self.count = area, count
        self.rude, self.desk = Rude(enrol(data, area, len(KINDS) + 1), url), Desk(data)
        self.bridge = Bridge(data, url)
        (self.behind,) = self.desk("join", area, str(self.bridge.folder), [self.bridge.sticker])
        self.order()  # what is cached for good is in place

    def order(self) -> list[float]:
        """Give one order to stop; the seconds to the receipts."""
        delays: list[float] = self.desk("stop", self.area, self.count)
        return delays

    def be(self, kind: str, rude: bool) -> None:
        """Have one kind of rudeness begin or end."""
        if kind in BAD:
            self.bridge.box.wrong = BAD[kind] if rude else Misbehaviour()
        elif kind in KINDS:
            self.rude(kind if rude else "")

    def sentences(self, kinds: list[str]) -> dict[str, list[str]]:
        """Give what an operator reads of each kind."""
        found: dict[str, list[str]] = {}
        hanging = [one for one in kinds if one in BAD]
        if hanging:  # it takes its time, in which the others are looked at
            self.be(hanging[0], True)
        wanted = [one for one in kinds if one in KINDS]
        for kind in wanted:
            self.be(kind, True)
            if kind == "slow":
                revision = self.desk("begin", self.area)
                self.desk("taken", revision, self.count)
                self.desk("alarms")
            time.sleep(1)
            self.be(kind, False)
        for kind in hanging:
            self.be(kind, True)
            found[kind] = self.desk("of_bridge", self.behind, CODES[kind])
            self.be(kind, False)
        end = time.monotonic() + TOLD_S
        while not all((found | (told := self.desk("alarms"))).get(kind) for kind in wanted):
            if time.monotonic() > end:
                break
            time.sleep(1)
        return found | told if wanted else found

    def close(self) -> None:
        """End what was started."""
        for one in (self.rude, self.desk, self.bridge):
            one.close()


def run(count: int, rounds: int, kinds: list[str]) -> dict[str, Any]:
    """Give the figures of all kinds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        demo, url = start_demo(data)
        child = bench = None
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            folder = data / "simulator"
            command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
            command += ["--server", url, "--data", str(folder), "--json"]
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            _connected(child, data, folder, area)
            bench = Bench(data, url, area, count)
            found = [
                {"kind": kind, **compare(bench.order, lambda rude, kind=kind: bench.be(kind, rude), rounds)}
                for kind in kinds
            ]
            told = bench.sentences(kinds)
        finally:
            if bench:
                bench.close()
            if child:
                child.send_signal(signal.SIGTERM)
                child.wait(60)
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
    for one in found:
        one["told"] = told.get(one["kind"], [])
    seconds = round(time.monotonic() - began)
    return {
        "devices": count,
        "rounds": rounds,
        "kinds": found,
        "load": os.getloadavg()[0],
        "seconds": seconds,
    }


def _connected(child: subprocess.Popen[str], data: Path, folder: Path, area: str) -> None:
    for line in child.stdout or ():
        event = json.loads(line)["event"]
        if event == "waiting":
            out = str(folder / roster.ENROLLED)
            in_demo(data, "enrol_simulated", str(folder / roster.BOXES), "--area", area, "--out", out)
        if event == "settled":  # it goes on talking, and would stand still once nobody listened
            threading.Thread(target=collections.deque, args=(child.stdout, 0), daemon=True).start()
            return
    raise SystemExit("the loudspeakers do not connect")


def main() -> int:
    """Print the figures; status 1 when something had no sentence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--devices", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2, help="of four parts, for each kind")
    parser.add_argument("--only", default=",".join(ALL), help="of " + ", ".join(ALL))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    room_for(given.devices)
    found = run(given.devices, given.rounds, given.only.split(","))
    if given.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for one in found["kinds"]:
            without, beside = one["p95_s"]
            print(
                f"{one['kind']}: p95 {without} s, with it {beside} s, ratio {one['ratio']} {one['between']}"
            )
            for sentence in one["told"]:
                print(f"    {sentence}")
        print(f"{given.devices} loudspeakers, load {found['load']:.1f}, {found['seconds']} s")
    return 0 if all(one["told"] for one in found["kinds"] if one["kind"] != "nobody") else 1


if __name__ == "__main__":
    sys.exit(main())
