"""One line for the programmes of a whole province, from the change to 10,000 loudspeakers: 170 communes.

    python bench/province.py [--devices N] [--communes N]

It starts a demo of its own with all its processes, makes a province of that many communes in it with one
session each, enrols N simulated loudspeakers there, and waits until all are connected and 99 of 100 know the
time. Then it puts one bulletin into the sessions of all communes, and prints after how many seconds the
programme was compiled, its plans were signed and kept, the last plan had arrived at its loudspeaker, and the
last one had been judged and kept there (as many processes as cores work for all N of them); beside it as
many bare MQTT deliveries of messages of that size, at a nats-server without log-in. The goal is 3 s.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from crowd import Crowd
from simulator import AT_THE_DOOR, PATIENCE_S, Bare, in_demo, processor_s, start_demo

from nguon_device.simulator import wire
from nguon_device.simulator.command import room_for

_SETUP = """
import os
from datetime import timedelta
from django.db import transaction
from nguon.accounts.actions import assign_role
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.broadcasts import actions
from nguon.kernel.clock import local, now
from nguon.organisations.models import Place
at, count = now(), int(os.environ["COUNT"])
units = [Place(kind="commune", name=f"Xã {n}") for n in range(count)]
head = Place(kind="province", parent=Place.objects.get(area="vn"), name="Tỉnh đo", pk=900_000_000)
head.area, head.valid_from, head.search, head.sort_key = "vn.900000000", local(at).date(), " tinh do ", b"zzz"
Place.objects.bulk_create([head])
for n, unit in enumerate(units):
    unit.pk, unit.parent = 900_000_001 + n, head
    unit.area, unit.valid_from = f"{head.area}.{unit.pk}", local(at).date()
    unit.search, unit.sort_key = f" xa {n} ", b"%06d" % n
Place.objects.bulk_create(units)
lan, minh, tuan, binh = (User.objects.get(username=name) for name in ("lan", "minh", "tuan", "binh"))
for who, role in ((lan, Role.WRITER), (minh, Role.APPROVER), (tuan, Role.APPROVER), (binh, Role.OPERATOR)):
    assign_role(user=who, role=role, place=head, by=None, at=at)
starts = (local(at) + timedelta(hours=3)).time().replace(second=0, microsecond=0)
given = actions.SessionTimes(name="Đo", starts=starts, minutes=15, first=local(at).date())
with transaction.atomic():
    for unit in units:
        actions.make_session(area=unit.area, given=given, by=lan, at=at)
print(head.area)
"""
_APPROVE = """
from nguon.accounts.models import User
from nguon.audio.queries import media_path
from nguon.bulletins import actions as bulletins
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.states import Timing
from nguon.bulletins.tests.cast import sound
from nguon.kernel.clock import now
import os
at = now()
lan, minh, tuan = (User.objects.get(username=name) for name in ("lan", "minh", "tuan"))
text = "Nghe đây."
spoken = sound(text, 20)
spoken.media.size = len(text.encode())  # a file of this hash and this length, which nobody plays here
spoken.media.save(update_fields=["size"])
media_path(spoken.media).parent.mkdir(parents=True, exist_ok=True)
media_path(spoken.media).write_bytes(text.encode())
made = bulletins.start(by=lan, at=at)
given = DraftFields(
    title="Tiêm phòng cho trẻ", text=text, spoken_text=text, voice="v", speed=120,
    timing=Timing.PROGRAMME, targets=(os.environ["AREA"],),
)
bulletins.save_draft(revision_id=made.pk, given=given, by=lan, at=at, rendering_id=spoken.pk)
made = bulletins.submit(revision_id=made.pk, by=lan, at=at)
for who in (minh, tuan):
    bulletins.approve(
        revision_id=made.pk, content_sha256=made.content_sha256, by=who, at=at, unheard="bench"
    )
print(made.pk)
"""
_CHANGE = """
import json, os, time
from nguon.accounts.models import User
from nguon.broadcasts import actions
from nguon.broadcasts.models import Session
from nguon.bulletins.models import Revision
from nguon.deliveries.models import Document, Receipt
from nguon.kernel.clock import now
lan, area = User.objects.get(username="lan"), os.environ["AREA"]
revision = Revision.objects.filter(title="Tiêm phòng cho trẻ").latest("submitted_at")
sessions = list(Session.objects.filter(area__within=[area]).values_list("pk", flat=True))
at, begun = now(), time.monotonic()
done = actions.add_slots(session_ids=sessions, line=actions.Line(revision_id=revision.pk), by=lan, at=at)
compiled = time.monotonic()
plans = Document.objects.filter(type="plan", target__startswith=area + ".")
while plans.count() < len(sessions) and time.monotonic() < begun + 60:
    time.sleep(0.05)
kept, count, taken = time.monotonic(), int(os.environ["COUNT"]), 0
items = sum(one.touched.added for one in done)
size = sum(map(len, plans.values_list("envelope", flat=True))) // max(1, len(sessions))
while taken < 0.99 * count and time.monotonic() < begun + 120:
    time.sleep(0.5)
    taken = Receipt.objects.filter(event="accepted", document__in=plans.values("sha256")).count()
print(json.dumps({
    "begun": begun, "compiled": compiled, "kept": kept, "proven": time.monotonic(), "receipts": taken,
    "items": items, "plans": plans.count(), "bytes": size,
}))
"""


class BareProvince(Bare):
    """A nats-server without log-in, and N subscribers of as many topics as there are communes."""

    async def spread(self, communes: int, size: int) -> float:
        """This function will give the seconds from the first message to the last delivery."""
        loop, heard = asyncio.get_running_loop(), [0]
        door, up, connections = asyncio.Semaphore(AT_THE_DOOR), [0], []

        def take(_payload: bytes) -> None:
            heard[0] += 1

        async def enter(number: int) -> None:
            topic = f"lsp/{number % communes}"
            hello = wire.connect(f"bare-{number}", "", "", 120, ("lsp/will", b""))
            ready = asyncio.Event()

            def entered() -> None:
                up[0] += 1
                ready.set()

            async with door:
                _transport, one = await loop.create_connection(
                    lambda: wire.Connection(hello, (topic,), entered, take, lambda: None),
                    "127.0.0.1",
                    self.port,
                )
                await asyncio.wait_for(ready.wait(), 30)
            connections.append(one)

        await asyncio.gather(*(enter(number) for number in range(self.count)))
        begun = time.monotonic()
        for number in range(communes):
            connections[0].send(wire.publish(f"lsp/{number}", b"x" * size))
        while heard[0] < self.count and time.monotonic() < begun + 60:
            await asyncio.sleep(0.005)
        taken = time.monotonic() - begun
        for one in connections:
            one.abort()
        return taken


def measure(data: Path, url: str, area: str, count: int, demo: int) -> dict[str, Any]:
    """This function will enrol and connect N loudspeakers, change the programme, and give what was seen."""
    crowd = Crowd(data, url, area, count)
    try:
        found: dict[str, Any] = {"connected_s": max(one["seconds"] for one in crowd.until("connected"))}
        in_demo(data, "shell", "-v", "0", stdin=_APPROVE, area=area)
        receipts = sum(one["receipts"] for one in crowd.until("settled"))
        before = processor_s(demo, *crowd.processes)
        said = in_demo(data, "shell", "-v", "0", stdin=_CHANGE, area=area, count=count)
        found |= json.loads(said.splitlines()[-1])
        spent: Counter[str] = processor_s(demo, *crowd.processes) - before
        found["processor_s"] = {name: round(one, 1) for name, one in spent.items()}
        heard, last, judged, made = 0, 0.0, 0.0, {}
        for order in crowd.orders(30.0):
            heard, last = heard + order["heard"], max(last, order["heard_at"])
            judged = max(judged, order["judged_at"])
            made[order["folder"]] = order["receipts"]
            if heard >= count:
                found |= {"arrived": last, "judged": judged, "heard": heard}
                found["receipts_made"] = sum(made.values()) - receipts
                break
    finally:
        crowd.close()
    return found


def main() -> int:
    """This function will print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--communes", type=int, default=170)
    given = parser.parse_args()
    room_for(given.devices)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        demo, url = start_demo(data)
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_SETUP, count=given.communes).split()[-1]
            seen = measure(data, url, area, given.devices, demo.pid)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(PATIENCE_S)
        bare = BareProvince(Path(folder), given.devices)
        try:
            time.sleep(1)
            runs = [asyncio.run(bare.spread(given.communes, seen.get("bytes", 20_000))) for _run in range(3)]
        finally:
            bare.close()
    begun = seen.get("begun", 0.0)
    steps = ("compiled", "kept", "arrived", "judged", "proven")
    figures = {
        **{name: value for name, value in seen.items() if name not in ("begun", *steps)},
        **{f"{name}_s": round(seen[name] - begun, 2) for name in steps if name in seen},
        "bare_fan_out_s": round(statistics.median(runs), 3),
        "load": os.getloadavg()[0],
    }
    if "judged" in seen:
        figures["arrived_ratio"] = round((seen["arrived"] - begun) / statistics.median(runs), 1)
    print(json.dumps(figures, indent=2))
    return 0 if "judged" in seen else 1


if __name__ == "__main__":
    raise SystemExit(main())
