"""Does one rude loudspeaker delay the others? p95 from an order to its receipts, with and without each one.

    python bench/rude.py [--devices N] [--orders K] [--only NAME,NAME] [--json]

It starts a demo of its own with N simulated loudspeakers. For each kind of rudeness it gives 2 K orders to
stop, every second one while that rude loudspeaker is at it (a process of its own), and compares the time from
the order to the receipts in the database: p95 of each order, and the median over the pairs of an order
without and the next one with. The goal is a ratio below 1.10. The rude one's own processor time is taken from
the same cores, and a machine with other work gives ratios of that work.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator import _AREA, PYTHON, in_demo, start_demo

from nguon_device import trust
from nguon_device.simulator import roster, wire
from nguon_device.simulator.command import room_for
from nguon_protocol import claims, http_auth

OWN_SEED = 2
PATIENCE_S = 60
SETTLE_S = 3.0
RUBBISH = b"\xff{" * 200
YEAR_2000 = 946_684_800
_ORDERS = """
import json, os, sys, time
from nguon.accounts.queries import people_with
from nguon.accounts.states import Role
from nguon.deliveries.actions import order_stop
from nguon.deliveries.models import Document, Receipt
from nguon.kernel.clock import now
from nguon.organisations.models import Place
place, count = Place.objects.get(area=os.environ["AREA"]), int(os.environ["COUNT"])
for _line in sys.stdin:
    at = now()
    stop = order_stop(place=place, reason="bench", by=people_with(Role.DUTY, place.area, at)[0], at=at)
    end, rows = time.monotonic() + 30, []
    while len(rows) < count and time.monotonic() < end:
        time.sleep(0.2)
        signed = Document.objects.filter(task__subject=stop.pk).values("sha256")
        found = Receipt.objects.filter(event="accepted", document__in=signed)
        rows = list(found.filter(device__serial__startswith="sim-1-").values_list("received_at", flat=True))
    print("RUDE " + json.dumps([(one - at).total_seconds() for one in rows]), flush=True)
"""


class Rude:
    """One loudspeaker (or what wants to be one) that does not behave; it goes on until it is ended."""

    def __init__(self, folder: Path, server: str) -> None:
        self.me, self.other, *_more = roster.enrolled(folder)
        self.key = roster.key_of(OWN_SEED, 0)
        self.server = urlsplit(server)
        self.tls = trust.Trust(folder).context() if self.server.scheme == "https" else None

    @asynccontextmanager
    async def mqtt(self, username: str, password: str) -> AsyncIterator[asyncio.StreamWriter]:
        """Enter the broker with some name and pass; raises OSError when it does not let us in."""
        address = urlsplit(self.me["broker"]["url"])
        reader, writer = await asyncio.open_connection(
            address.hostname, address.port, ssl=self.tls if address.scheme == "mqtts" else None
        )
        try:
            writer.write(wire.connect(f"rude-{secrets.token_hex(6)}", username, password, 120))
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
            if answer[3]:
                raise OSError("refused")
            yield writer
        except asyncio.IncompleteReadError as error:
            raise OSError("refused") from error
        finally:
            writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"", *, device: str = "", at: float = 0) -> int:
        """Ask the server once, signed with our own key as `device`; give the status."""
        signed = http_auth.header(
            self.key, device or self.me["device"], method, path, int(at or time.time()), body
        )
        reader, writer = await self.http()
        host = self.server.netloc
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {signed}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return int(answer.split(b" ", 2)[1])

    async def http(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the web."""
        return await asyncio.open_connection(self.server.hostname, self.server.port, ssl=self.tls, limit=2048)

    async def flood_health(self) -> None:
        """1,000 messages a second: health, and what is none."""
        await self._flood(f"lsp/h/{self.me['device']}", [b'{"mains": true, "battery": 90}', RUBBISH])

    async def flood_receipts(self) -> None:
        """1,000 messages a second: receipts that nobody signed."""
        await self._flood(f"lsp/r/{self.me['device']}", [b'{"payload": "e30", "signatures": []}', RUBBISH])

    async def _flood(self, topic: str, words: list[bytes]) -> None:
        some = b"".join(wire.publish(topic, words[n % 2]) for n in range(20))
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"]) as writer:
            began, sent = time.monotonic(), 0
            while True:
                writer.write(some)
                await writer.drain()
                sent += 20
                await asyncio.sleep(max(0.0, began + sent / 1000 - time.monotonic()))

    async def slow(self) -> None:
        """Reads what it subscribed to, and what it asked the web for, at one byte a second, and sends a
        request at that speed."""
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"]) as writer:
            writer.write(wire.subscribe([f"lsp/a/{self.me['area']}", f"lsp/d/{self.me['device']}"]))
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            tasks = [asyncio.create_task(self._slow_web(n)) for n in range(4)]
            await asyncio.gather(*tasks)

    async def _slow_web(self, number: int) -> None:
        reader, writer = await self.http()
        asked = f"GET /lsp/v1/roots/1 HTTP/1.1\r\nHost: {self.server.netloc}\r\n\r\n".encode()
        if number % 2:
            writer.write(asked)
            while await reader.read(1):
                await asyncio.sleep(1)
        for at in range(len(asked) - 2):
            writer.write(asked[at : at + 1])
            await asyncio.sleep(1)

    async def wrong_clock(self) -> None:
        """Believes that it is the year 2000: five requests and five words of health a second."""
        said = json.dumps({"at": YEAR_2000, "clock": "SYNCED"}).encode()
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"]) as writer:
            while True:
                writer.write(wire.publish(f"lsp/h/{self.me['device']}", said))
                await self.ask("GET", "/lsp/v1/state", at=YEAR_2000)
                await asyncio.sleep(0.2)

    async def wrong_key(self) -> None:
        """Says that it is another one, with its own key and pass: five requests and entries a second."""
        theirs = self.other["device"]
        while True:
            await self.ask("GET", "/lsp/v1/state", device=theirs)
            await self.ask("POST", "/lsp/v1/health", b"{}", device=theirs)
            try:
                async with self.mqtt(theirs, self.me["broker"]["jwt"]) as writer:
                    writer.write(wire.publish(f"lsp/h/{theirs}", b'{"mains": false}'))
                    await writer.drain()
            except (OSError, TimeoutError):
                pass
            await asyncio.sleep(0.2)

    async def half_enrolled(self) -> None:
        """Shows a code that nobody enters, asks five times a second, and tries the broker without a pass."""
        code = "ABCD-EFGH"
        public = {"alg": self.key.public.alg, "pub": self.key.public.pub.hex()}
        asked = {
            "code": code,
            "pub": public,
            "model": "M",
            "serial": "S",
            "proof": claims.proof(code, self.key),
        }
        while True:
            await self.ask("POST", "/lsp/v1/claims", json.dumps(asked).encode())
            await self.ask("GET", f"/lsp/v1/claims/{'0' * 8}-0000-4000-8000-{'0' * 12}?code={code}")
            try:
                async with self.mqtt("", ""):
                    pass
            except (OSError, TimeoutError):
                pass
            await asyncio.sleep(0.2)


KINDS = ("flood_health", "flood_receipts", "slow", "wrong_clock", "wrong_key", "half_enrolled")


def enrol(data: Path, area: str, count: int) -> Path:
    """Enrol the rude ones, as many as asked for; give their folder."""
    folder = data / "rude"
    folder.mkdir()
    boxes = roster.write_boxes(folder, OWN_SEED, [roster.key_of(OWN_SEED, n) for n in range(count)])
    in_demo(data, "enrol_simulated", str(boxes), "--area", area, "--out", str(folder / roster.ENROLLED))
    if ca := roster.common(folder).get("ca"):
        trust.pin(folder, ca)
    return folder


class Orders:
    """A process in the demo that gives an order when it is told to, and says how long each receipt took."""

    def __init__(self, data: Path, area: str, count: int) -> None:
        environment = {**os.environ, "NGUON_DATA": str(data), "AREA": area, "COUNT": str(count)}
        command = [PYTHON, "-m", "config", "shell", "-v", "0", "-c", _ORDERS]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def give(self) -> list[float]:
        """Give one order; the seconds to the receipts."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        for line in self.child.stdout:
            if line.startswith("RUDE "):
                return list(json.loads(line[5:]))
        raise SystemExit("the demo gives no orders")

    def close(self) -> None:
        """End it."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(30)


def compare(orders: Orders, kind: str, folder: Path, url: str, turns: int) -> dict[str, Any]:
    """Give p95 without and with one rude loudspeaker, of orders that alternate."""
    calm: list[list[float]] = []
    rude: list[list[float]] = []
    command = [PYTHON, __file__, "--be", kind, "--folder", str(folder), "--server", url]
    for _turn in range(turns):
        calm.append(orders.give())
        child = subprocess.Popen(command)
        try:
            time.sleep(SETTLE_S)
            rude.append(orders.give())
            ended = child.poll()
        finally:
            child.kill()
            child.wait()
        if ended is not None:
            raise SystemExit(f"{kind} gave up")
        time.sleep(1.0)
    pairs = [(p95(one), p95(other)) for one, other in zip(calm, rude, strict=True)]
    ratios = sorted(after / before for before, after in pairs)
    return {
        "kind": kind,
        "receipts": [sum(map(len, calm)), sum(map(len, rude))],
        "p95_s": [round(statistics.median(side), 3) for side in zip(*pairs, strict=True)],
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratios[0], 2), round(ratios[-1], 2)],
    }


def p95(delays: list[float]) -> float:
    """Give the delay that 95 of 100 receipts keep."""
    return statistics.quantiles(delays, n=100)[94]


_TOLD = """
import json, os
from nguon.health.models import Alarm
from nguon.health.states import AlarmKind
rows = Alarm.objects.filter(device__serial__startswith="sim-2-").values_list("kind", flat=True)
print(json.dumps(sorted({str(AlarmKind(kind).label) for kind in rows})))
"""


def run(count: int, turns: int, kinds: list[str]) -> dict[str, Any]:
    """Give the figures of all kinds."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        demo, url = start_demo(data)
        child = None
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            folder = data / "simulator"
            command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
            command += ["--server", url, "--data", str(folder), "--json"]
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            _connected(child, data, folder, area)
            rude, orders = enrol(data, area, 2), Orders(data, area, count)
            orders.give()  # what is cached for good is in place
            found = [compare(orders, kind, rude, url, turns) for kind in kinds]
            orders.close()
            told = json.loads(in_demo(data, "shell", "-v", "0", stdin=_TOLD).splitlines()[-1])
        finally:
            if child:
                child.send_signal(signal.SIGTERM)
                child.wait(60)
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
    return {"devices": count, "orders": 2 * turns, "kinds": found, "alarms": told, "load": os.getloadavg()[0]}


def _connected(child: subprocess.Popen[str], data: Path, folder: Path, area: str) -> None:
    for line in child.stdout or ():
        event = json.loads(line)["event"]
        if event == "waiting":
            out = str(folder / roster.ENROLLED)
            in_demo(data, "enrol_simulated", str(folder / roster.BOXES), "--area", area, "--out", out)
        if event == "settled":
            return
    raise SystemExit("the loudspeakers do not connect")


def main() -> int:
    """Print the figures, or be rude."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--orders", type=int, default=6, help="of each kind, with and without")
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--be", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--server", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be:
        asyncio.run(getattr(Rude(given.folder, given.server), given.be)())
        return 0
    room_for(given.devices)
    found = run(given.devices, given.orders, given.only.split(","))
    if given.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for one in found["kinds"]:
        without, beside = one["p95_s"]
        print(f"{one['kind']}: p95 {without} s, beside it {beside} s, ratio {one['ratio']} {one['ratios']}")
    print(
        f"{given.devices} loudspeakers, load {found['load']:.1f}; alarms told: {', '.join(found['alarms'])}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
