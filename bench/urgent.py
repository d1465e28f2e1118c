"""An alert to N loudspeakers, and its end, beside the same broker's bare fan-out in the same run.

    python bench/urgent.py --devices N [--json] [--bad-network]

It starts a demo of its own in a temporary folder, enrols N simulated loudspeakers in one commune (as many
processes as cores), waits until all know the time, has two officers sign an alert for that commune, and
cancels it when 99 % have begun to sound. Seconds are counted from the second signature (and from the press
of the button):

    accepted  until a loudspeaker had verified it and kept it
    sound     until it sounds, as each loudspeaker's own signed receipt says
    receipts  until the receipts that it was accepted were in the database
    silent    until it was silent, by the seconds that the receipt says were heard; `told_of_its_end` says
              how many were cut (partly), had not begun (cancelled), or were through (played)

Each is given as p50, p99 and the last, with how many loudspeakers there were. Beside them stand the seconds
from the first to the last delivery of one message to as many bare connections. With `--bad-network` all go
through a network that loses a tenth of what it carries, delays it by 300 +- 100 ms, and has room for 1 Mbit/s
each way for all of them together.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from bad_network import BadNetwork
from crowd import Crowd
from simulator import _AREA, Bare, in_demo, start_demo

from nguon_device.simulator.command import room_for

_ALERT = """
import json, os, time
from nguon.accounts.models import User
from nguon.alerts import actions
from nguon.deliveries.models import Document, Receipt
from nguon.kernel.clock import now
from nguon.organisations.queries import labels
area, count = os.environ["AREA"], int(os.environ["COUNT"])
first, second = (User.objects.get(username=name) for name in ("tuan", "minh"))
wish = actions.Wish(kind="real", targets=(area,), title="Bench", text="Đây là bản tin thử.")
alert = actions.propose(wish=wish, by=first, at=now())
while alert.state == "preparing":
    time.sleep(0.5)
    alert = actions.settle(alert=alert, at=now())
name = labels([area])[area]
OVER = ("partly", "cancelled", "played")
def sign(by):
    actions.sign(alert_id=alert.pk, content_sha256=alert.content_sha256, typed=name, by=by, at=now())
def receipts(*events):
    documents = Document.objects.filter(task__subject__in=alert.steps.values("pk"))
    return Receipt.objects.filter(event__in=events, document__in=documents.values("pk"))
def until(*events, seconds):
    end = time.monotonic() + seconds
    while receipts(*events).values("device").distinct().count() < 0.99 * count and time.monotonic() < end:
        time.sleep(0.25)
def told(found):
    found = sorted(found)
    if not found:
        return {"devices": 0}
    p99 = found[min(len(found) - 1, int(0.99 * len(found)))]
    return {
        "devices": len(found), "p50": round(found[len(found) // 2], 3), "p99": round(p99, 3),
        "last": round(found[-1], 3),
    }
sign(first)
signed, begun = time.time(), time.monotonic()
sign(second)
committed = time.time() - signed
until("started", seconds=120)
sounding = receipts("started").count()
pressed = time.time()
actions.end(alert_id=alert.pk, ending="cancelled", by=first, at=now())
until(*OVER, seconds=120)
until("accepted", seconds=60)
time.sleep(2)
rows = list(receipts("started").values_list("started_at", flat=True))
accepted = receipts("accepted").values_list("received_at", flat=True)
ended = receipts("partly").values_list("started_at", "seconds_ms")
print(json.dumps({
    "begun": begun,
    "second_signature_s": round(committed, 3),
    "sound_s": told([one.timestamp() - signed for one in rows]),
    "receipts_s": told([one.timestamp() - signed for one in accepted]),
    "silent_s": told([at.timestamp() + ms / 1000 - pressed for at, ms in ended]),
    "sounding_at_the_press": sounding,
    "told_of_its_end": {event: receipts(event).count() for event in OVER},
}))
"""


def simulate(data: Path, url: str, area: str, count: int, network: BadNetwork | None) -> dict[str, Any]:
    """Enrol and connect N loudspeakers, alert them, and give what was seen."""
    crowd = Crowd(data, url, area, count, broker=network.port if network else 0)
    try:
        crowd.until("settled")  # all know the time: who was just switched on cannot judge anything yet
        if network:
            network.bad = True
        said = in_demo(data, "shell", "-v", "0", stdin=_ALERT, area=area, count=count)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        begun = found.pop("begun")
        taken: dict[str, list[float]] = {}
        for order in crowd.orders(10.0):
            taken.setdefault(order["doc"], []).extend(at - begun for at in order["taken_at"])
        first = min((one for one in taken.values() if one and min(one) >= 0), key=min, default=[])
        return {"accepted_s": told(first), **found}
    finally:
        crowd.close()


def told(found: list[float]) -> dict[str, float]:
    """Give the first, the middle, the 99th of 100 and the last."""
    if not found:
        return {"devices": 0}
    found = sorted(found)
    p99 = found[min(len(found) - 1, int(0.99 * len(found)))]
    return {
        "devices": len(found),
        "first": round(found[0], 3),
        "p50": round(found[len(found) // 2], 3),
        "p99": round(p99, 3),
        "last": round(found[-1], 3),
    }


def mqtt_port(data: Path) -> int:
    """Give the port at which the demo's broker speaks MQTT."""
    environment = json.loads((data / "run" / "instance.json").read_text())["environment"]
    return int(environment["NGUON_MQTT_URL"].rpartition(":")[2])


def main() -> int:
    """Print the figures: as one JSON object, or in words."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--bad-network", action="store_true", help="loss, delay and little room")
    options = parser.parse_args()
    room_for(options.devices)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        demo, url = start_demo(data)
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            network = BadNetwork(mqtt_port(data)) if options.bad_network else None
            found = simulate(data, url, area, options.devices, network)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
        bare = Bare(Path(folder), options.devices)
        try:
            _connects, deliveries = asyncio.run(bare.figures())
        finally:
            bare.close()
    figures = {"devices": options.devices, **found, "bare_fan_out_s": round(deliveries, 3)}
    figures["load"] = os.getloadavg()[0]
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name}: {value}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
