"""A fleet of N loudspeakers against its server, beside the bare broker and the bare database of the same run.

    python bench/fleet.py --devices N [--json] [--parts broker,store] [--window SECONDS]
    python bench/fleet.py --table 1000,3000,10000,20000 [--parts broker,store] [--window SECONDS]

`broker`: a demo of its own, N simulated loudspeakers (the real agent's core, real signatures): the seconds
until all are connected; what each costs while nothing happens (processor time and memory, by program); the
seconds until all are back after the broker was killed; and the same with N bare MQTT connections at a
nats-server without log-in. `store`: a PostgreSQL of its own with N loudspeakers and a year of receipts:
health records stored a second and a second of processor time, beside a bare COPY of the same rows; what a
tile and the pages of the whole province cost beneath row security, beside a bare count of the same rows.
`--table` runs several N, one after the other, and prints how each figure grows.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator import _AREA, AT_THE_DOOR, PATIENCE_S, PYTHON, Bare, in_demo, processor_s, start_demo

from nguon_device.simulator import wire
from nguon_device.simulator.command import room_for

HERE = Path(__file__).resolve().parent
SETTLE_S = 15.0


def memory_mb(*roots: int) -> Counter[str]:
    """Give the memory of some processes and all below them by program, in MB; what several share is split
    among them (Pss)."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(words[1])
            names[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
    found: Counter[str] = Counter()
    for process, command in names.items():
        above: int | None = process
        while above is not None and above not in roots:
            above = parents.get(above)
        if above is None:
            continue
        try:
            told = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)
        except OSError:
            continue
        known = ("simulate", "uvicorn", "nguon_signer", "gateway", "dispatcher", "nats-server", "postgres")
        name = next((one for one in known if one in command), "the rest")
        found[name] += int(told[1]) / 1024 if told else 0
    return found


def broker_of(demo: int) -> int:
    """Give the process id of the demo's own nats-server."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if above == demo and b"nats-server" in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    raise SystemExit("the demo has no broker")


class BareFleet:
    """N connections of nobody in particular at a broker without log-in, that come back when they are cut."""

    def __init__(self, bare: Bare) -> None:
        self._bare, self._up, self._all = bare, 0, asyncio.Event()
        self._door = asyncio.Semaphore(AT_THE_DOOR)
        self.connections: dict[int, wire.Connection] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.over = False

    def _enter(self, number: int) -> None:
        task = asyncio.get_running_loop().create_task(self._one(number))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _one(self, number: int) -> None:
        async with self._door:
            entered = asyncio.Event()

            def up() -> None:
                self._up += 1
                entered.set()
                if self._up == self._bare.count:
                    self._all.set()

            def down() -> None:
                if entered.is_set() and self.connections.pop(number, None):
                    self._up -= 1
                    if not self.over:
                        self._enter(number)
                entered.set()

            one: wire.Connection | None = None
            while one is None:
                one = await self._open(number, up, down)
            self.connections[number] = one
            await entered.wait()

    async def _open(
        self, number: int, up: Callable[[], None], down: Callable[[], None]
    ) -> wire.Connection | None:
        hello = wire.connect(f"bare-{number}", "", "", 120)
        one = wire.Connection(hello, ["lsp/x"], up, lambda _payload: None, down)
        try:
            await asyncio.get_running_loop().create_connection(lambda: one, "127.0.0.1", self._bare.port)
        except OSError:
            await asyncio.sleep(0.2)
            return None
        return one

    async def connect(self) -> float:
        """Give the seconds until all are connected."""
        began = time.monotonic()
        for number in range(self._bare.count):
            self._enter(number)
        await asyncio.wait_for(self._all.wait(), PATIENCE_S)
        return time.monotonic() - began

    async def storm(self) -> float:
        """Kill the broker, start it again, and give the seconds until all are back."""
        self._all.clear()
        self._bare.child.kill()
        self._bare.child.wait()
        began = time.monotonic()
        self._bare.start()
        await asyncio.wait_for(self._all.wait(), PATIENCE_S)
        return time.monotonic() - began


async def bare_figures(folder: Path, count: int, window: float) -> dict[str, Any]:
    """Give what the broker alone does with as many connections."""
    bare = Bare(folder, count)
    try:
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", bare.port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        fleet = BareFleet(bare)
        connected = await fleet.connect()
        await asyncio.sleep(2)
        before = processor_s(bare.child.pid)
        await asyncio.sleep(window / 3)
        spent = processor_s(bare.child.pid) - before
        memory = memory_mb(bare.child.pid)
        storm = await fleet.storm()
        fleet.over = True
        for one in list(fleet.connections.values()):
            one.abort()
    finally:
        bare.close()
    return {
        "connected_s": round(connected, 2),
        "idle_processor_us_a_second": round(spent.total() / (window / 3) / count * 1e6, 1),
        "memory_kb": round(memory.total() * 1024 / count, 1),
        "reconnected_s": round(storm, 2),
    }


def with_simulator(data: Path, url: str, area: str, count: int, demo: int, window: float) -> dict[str, Any]:
    """Give the figures of N simulated loudspeakers at a demo."""
    folder = data / "simulator"
    command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
    command += ["--server", url, "--data", str(folder), "--json", "--seconds", str(4 * PATIENCE_S)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = {}
    try:
        for line in child.stdout or ():
            event = json.loads(line)
            name = event.pop("event")
            if name == "waiting":
                out = str(folder / "enrolled.jsonl")
                in_demo(data, "enrol_simulated", str(folder / "boxes.jsonl"), "--area", area, "--out", out)
            elif name == "connected":
                found["connected_s"] = event["seconds"]
                found |= idle(demo, count, window)
                os.kill(broker_of(demo), signal.SIGKILL)
            elif name == "reconnected":
                found["reconnected_s"] = event["seconds"]
                break
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
    return found


def idle(demo: int, count: int, window: float) -> dict[str, Any]:
    """Give what a loudspeaker costs the server that says nothing but its health, once a minute."""
    time.sleep(SETTLE_S)
    before = processor_s(demo)
    time.sleep(window)
    spent, memory = processor_s(demo) - before, memory_mb(demo)
    return {
        "idle_processor_us_a_second": {
            name: round(seconds / window / count * 1e6, 1) for name, seconds in spent.items() if seconds
        },
        "memory_mb": {name: round(mb) for name, mb in memory.items()},
        "broker_memory_kb": round(memory["nats-server"] * 1024 / count, 1),
    }


def broker(count: int, window: float) -> dict[str, Any]:
    """Give the figures of the part with loudspeakers."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        demo, url = start_demo(data)
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            found = with_simulator(data, url, area, count, demo.pid, window)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
        bare = asyncio.run(bare_figures(Path(folder), count, window))
    return {**found, "bare": bare}


def store(count: int, seconds: float) -> dict[str, Any]:
    """Give the figures of the part with the database."""
    command = [PYTHON, "-P", str(HERE / "fleet_store.py"), "--devices", str(count), "--seconds", str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "server")}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(count: int, parts: str, window: float) -> dict[str, Any]:
    """Give the figures of one size of the fleet."""
    found: dict[str, Any] = {"devices": count, "load_before": os.getloadavg()[0]}
    if "broker" in parts:
        found["broker"] = broker(count, window)
    if "store" in parts:
        found["store"] = store(count, min(window, 20.0))
    found["load_after"] = os.getloadavg()[0]
    return found


ROWS: tuple[tuple[str, str, str], ...] = (
    ("all connected, s", "broker connected_s", "broker bare connected_s"),
    ("back after the broker was killed, s", "broker reconnected_s", "broker bare reconnected_s"),
    ("broker's memory a device, KB", "broker broker_memory_kb", "broker bare memory_kb"),
    ("idle, µs of processor a device and s", "broker idle", "broker bare idle_processor_us_a_second"),
    ("stored a second", "store ingest ours a_second", "store ingest bare_copy a_second"),
    (
        "stored a second of processor",
        "store ingest ours a_second_of_processor",
        "store ingest bare_copy a_second_of_processor",
    ),
    ("receipts", "store receipts", ""),
    (
        "tile, ms",
        "store dashboard_ms tile: total, playing, connected, lost, wrong",
        "store dashboard_ms bare: a count of the loudspeakers",
    ),
    ("a year by day, ms", "store dashboard_ms a year of receipts by day", ""),
    *(
        (
            f"page {name}, ms (while all play)",
            f"store pages {name} ms",
            f"store pages_while_all_play {name} ms",
        )
        for name in ("home", "duty", "duty_live", "devices", "health", "wall_now", "map_data", "reach")
    ),
)


def told(figures: dict[str, Any], path: str) -> str:
    """Give one figure by the names that lead to it; "–" when that part was not run."""
    found: Any = figures
    if path == "broker idle":
        each = figures.get("broker", {}).get("idle_processor_us_a_second", {})
        return f"{sum(spent for name, spent in each.items() if name != 'simulate'):,.0f}" if each else "–"
    for word in path.split(" ", 2) if "dashboard_ms" in path else path.split():
        found = found.get(word) if isinstance(found, dict) else None
    return "–" if found is None else f"{found:,}" if isinstance(found, int) else f"{found:,.1f}"


def print_table(sizes: list[int], parts: str, window: float) -> None:
    """Measure each size and print a table, a column a size; in brackets the bare engine's own figure."""
    found = []
    for count in sizes:
        found.append(measure(count, parts, window))
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    print("| | " + " | ".join(f"{one['devices']:,}" for one in found) + " |")
    print("| --- |" + " --- |" * len(found))
    print("| load | " + " | ".join(f"{one['load_before']:.0f}" for one in found) + " |")
    for label, ours, bare in ROWS:
        cells = [told(one, ours) + (f" ({told(one, bare)})" if bare else "") for one in found]
        print(f"| {label} | " + " | ".join(cells) + " |")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--parts", default="broker,store")
    parser.add_argument(
        "--window", type=float, default=60.0, metavar="SECONDS", help="of idleness; of storing"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--table", default="", metavar="N,N", help="several, one after the other, as a table")
    given = parser.parse_args()
    sizes = [int(one) for one in given.table.split(",") if one]
    room_for(max([given.devices, *sizes]))
    if sizes:
        print_table(sizes, given.parts, given.window)
        return 0
    found = measure(given.devices, given.parts, given.window)
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for part, figures in found.items():
        print(f"{part}: {json.dumps(figures, ensure_ascii=False)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
