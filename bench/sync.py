"""How far apart two loudspeakers begin the same item, beside the raw scheduling jitter of the same run.

    python bench/sync.py [--items 30] [--every 2]

Two real agents, each with its server on 127.0.0.1 (HTTP, signed beacons), play one plan into WAV files; what
is compared is the moment on the machine's monotonic clock at which each sound begins. `raw` is the same with
two processes that do nothing but wait for the same instants.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from nguon_device.tests.authority import Authority
from nguon_device.tests.live import Process, serving, tone, wait_for
from nguon_protocol.documents import PlanItem

_WAITER = """
import sys, threading, time
for instant in map(float, sys.argv[1:]):
    threading.Event().wait(max(0.0, instant - time.monotonic()))
    print(time.monotonic(), flush=True)
"""


def begins(process: Process) -> dict[str, float]:
    """This function will give when each item began, in monotonic seconds, by item."""
    found = {str(one["item"]): one["monotonic"] for _, _, one in process.wavs()}
    return {item: float(at) for item, at in found.items() if at is not None}


def apart_ms(one: dict[str, float], other: dict[str, float]) -> list[float]:
    """This function will give the sorted differences in ms of what both have."""
    return sorted(abs(one[name] - other[name]) * 1000 for name in one.keys() & other.keys())


def told(name: str, found: list[float], wanted: int) -> None:
    """This function will print one line of result."""
    p95 = found[min(len(found) - 1, int(len(found) * 0.95))]
    line = f"p50 {statistics.median(found):6.2f} ms   p95 {p95:6.2f} ms   most {found[-1]:6.2f} ms"
    print(f"{name:<22} {line}   ({len(found)} of {wanted})")


def measure(items: int, every: float) -> tuple[list[float], list[float]]:
    """This function will give the differences of the agents and of the bare processes, in ms."""
    sound = tone(0.5)
    authorities = [Authority(now=time.time()) for _ in range(2)]
    with ExitStack() as stack:
        agents = []
        for one in authorities:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            agents.append(Process(folder, stack.enter_context(serving(one)), poll=1.0))
            stack.callback(agents[-1].kill)
        wait_for(lambda: all(one.events("info") for one in authorities), 30)
        time.sleep(8)  # some beacons
        first = int(time.time()) + 5
        instants = [first + round(n * every) for n in range(items)]
        for one in authorities:
            one.plan(*(PlanItem(at, one.item("sync", at, sound=sound, dur_ms=500)) for at in instants))
        shift = time.monotonic() - time.time() + every / 2
        raw = [str(at + shift) for at in instants]
        waiters = [
            subprocess.Popen([sys.executable, "-c", _WAITER, *raw], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        heard = [one.communicate()[0].split() for one in waiters]
        time.sleep(2)
        bare = [{str(n): float(at) for n, at in enumerate(one)} for one in heard]
        return apart_ms(*(begins(one) for one in agents)), apart_ms(*bare)


def main() -> None:
    """This function will measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--items", type=int, default=30)
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS")
    given = parser.parse_args()
    agents, bare = measure(given.items, given.every)
    told("two agents", agents, given.items)
    told("raw: two waiters", bare, given.items)


if __name__ == "__main__":
    main()
