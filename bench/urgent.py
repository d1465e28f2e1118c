"""An alert to N loudspeakers, and its end, beside the same broker's bare fan-out in the same run.

    python bench/urgent.py --devices N [--json]

It starts a demo of its own in a temporary folder, enrols N simulated loudspeakers in one commune, connects
them, has two officers sign an alert for that commune, and cancels it when 99 % have begun to sound. Seconds
are counted from the second signature (and from the press of the button):

    sound     until it sounds, as each loudspeaker's own signed receipt says (accepting comes just before)
    receipts  until the receipts that it was accepted were in the database
    silent    until it was silent, by the seconds that the receipt says were heard

Each is given as p50, p99 and the last, with how many loudspeakers there were. Beside them stand the seconds
from the first to the last delivery of one message to as many bare connections.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nguon_device.simulator.command import room_for

sys.path.insert(0, str(Path(__file__).resolve().parent))
from simulator import _AREA, PYTHON, Bare, in_demo, start_demo

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
def sign(by):
    actions.sign(alert_id=alert.pk, content_sha256=alert.content_sha256, typed=name, by=by, at=now())
def receipts(event):
    documents = Document.objects.filter(task__subject__in=alert.steps.values("pk"))
    return Receipt.objects.filter(event=event, document__in=documents.values("pk"))
def until(event, seconds):
    end = time.monotonic() + seconds
    while receipts(event).count() < 0.99 * count and time.monotonic() < end:
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
signed = time.time()
sign(second)
committed = time.time() - signed
until("started", 60)
sounding = receipts("started").count()
pressed = time.time()
actions.end(alert_id=alert.pk, ending="cancelled", by=first, at=now())
until("partly", 60)
time.sleep(2)
rows = list(receipts("started").values_list("started_at", flat=True))
accepted = receipts("accepted").values_list("received_at", flat=True)
ended = receipts("partly").values_list("started_at", "seconds_ms")
print(json.dumps({
    "second_signature_s": round(committed, 3),
    "sound_s": told([one.timestamp() - signed for one in rows]),
    "receipts_s": told([one.timestamp() - signed for one in accepted]),
    "silent_s": told([at.timestamp() + ms / 1000 - pressed for at, ms in ended]),
    "sounding_at_the_press": sounding,
}))
"""


def simulate(data: Path, url: str, area: str, count: int) -> dict[str, Any]:
    """Enrol and connect N loudspeakers, alert them, and give what was seen."""
    folder = data / "simulator"
    command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(count), "--area", area]
    command += ["--server", url, "--data", str(folder), "--json", "--seconds", "1800"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = {}
    enrolled = False
    try:
        for line in child.stdout or ():
            event = json.loads(line)
            name = event.pop("event")
            if name == "waiting" and not enrolled:
                enrolled, out = True, str(folder / "enrolled.jsonl")
                in_demo(data, "enrol_simulated", str(folder / "boxes.jsonl"), "--area", area, "--out", out)
            if name == "settled":  # all know the time: who was just switched on cannot judge anything yet
                found = json.loads(
                    in_demo(data, "shell", "-v", "0", stdin=_ALERT, area=area, count=count).splitlines()[-1]
                )
                break
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
    return found


def main() -> int:
    """Print the figures: as one JSON object, or in words."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    room_for(options.devices)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        demo, url = start_demo(data)
        try:
            area = in_demo(data, "shell", "-v", "0", stdin=_AREA).split()[-1]
            found = simulate(data, url, area, options.devices)
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
