"""What bench/rude.py has done inside its demo: orders to stop, boxes that join, what an operator reads.

It runs in the demo's shell, takes one JSON list a line (a name, then what it needs) and answers each with a
line that begins with DESK. Waits of minutes (a clock must be wrong for three, a box away for five) are not
waited out: they are written back in the demo's tables, and the look that raises alarms is taken at once.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import F
from rude_ones import KINDS, VICTIM

from nguon.accounts.queries import people_with, user_named
from nguon.accounts.states import Role
from nguon.bridges.models import ForeignBox
from nguon.bridges.states import sentence
from nguon.broadcasts.models import Airing
from nguon.bulletins.models import Revision
from nguon.console import saying
from nguon.console.management.commands import demo_bridge
from nguon.deliveries.actions import order_stop
from nguon.deliveries.models import Delivery, Document, Receipt
from nguon.devices.models import Device
from nguon.health.actions import watch
from nguon.health.models import Alarm, State
from nguon.health.states import WHAT_TO_DO, AlarmKind
from nguon.kernel.clock import now
from nguon.organisations.models import Place

WAIT_S = 30
# What an operator is to read of each, and the number of the box of which it is said.
TOLD = {
    "flood_health": AlarmKind.FLOOD,
    "flood_receipts": AlarmKind.FLOOD,
    "slow": AlarmKind.SLOW,
    "wrong_clock": AlarmKind.CLOCK,
    "wrong_key": AlarmKind.KEY,
    "half_enrolled": AlarmKind.HALF,
}


def stop(area: str, count: int) -> list[float]:
    """Order the loudspeakers of an area to stop; the seconds until each one's receipt was stored."""
    place, at = Place.objects.get(area=area), now()
    order = order_stop(place=place, reason="bench", by=people_with(Role.DUTY, area, at)[0], at=at)
    end, rows = time.monotonic() + WAIT_S, []
    while len(rows) < count and time.monotonic() < end:
        time.sleep(0.1)
        signed = Document.objects.filter(task__subject=order.pk).values("sha256")
        found = Receipt.objects.filter(event="accepted", document__in=signed)
        rows = list(found.filter(device__serial__startswith="sim-1-").values_list("received_at", flat=True))
    return [(one - at).total_seconds() for one in rows]


def join(area: str, folder: str, told: list[dict[str, Any]]) -> list[str]:
    """Let a bridge's boxes join and say which box each drives; their ids."""
    village = Place.objects.within(area).filter(kind="village").order_by("area")[0]
    found = []
    for own, sticker in zip(sorted((Path(folder) / "boxes").iterdir()), told, strict=True):
        device = _until(lambda own=own: demo_bridge.known(own, village), "the bridge does not join")
        demo_bridge.register(device, sticker)
        found.append(str(device.pk))
    for one in found:
        _until(lambda one=one: demo_bridge.answers(Device.objects.get(pk=one)), "the bridge drives no box")
    return found


def of_bridge(device: str, code: str) -> list[str]:
    """Wait until a bridge tells just this of its box, and give the sentence of its page; none in vain."""
    end = time.monotonic() + WAIT_S
    while ForeignBox.objects.get(pk=device).code != code:
        if time.monotonic() > end:
            return []
        time.sleep(0.2)
    return [sentence(code)]


def begin(area: str) -> str:
    """Write and approve a bulletin that plays at once in an area; its revision."""
    words = saying.Words(title="Bản tin thử", text="Đây là bản tin thử.", targets=(area,))
    revision = saying.write(words, user_named("lan"))
    saying.approve(revision, user_named("minh"))
    return str(revision.pk)


def taken(revision: str, count: int) -> int:
    """Wait until so many loudspeakers have taken a bulletin, and say how many have not."""
    at = Airing.objects.filter(revision=Revision.objects.get(pk=revision))
    rows = Delivery.objects.filter(airing__in=at)
    _until(lambda: rows.exclude(state="waiting").count() >= count, "the bulletin is not taken")
    at.update(at=F("at") - timedelta(seconds=60))
    return rows.filter(state="waiting").count()


def alarms() -> dict[str, list[str]]:
    """Give what the page of alarms says of each rude one, and what one is asked to do."""
    names = {kind: f"sim-2-{VICTIM if kind == 'wrong_key' else n:05}" for n, kind in enumerate(KINDS)}
    late = State.objects.filter(device__serial=names["wrong_clock"])
    late.update(clock_bad_at=F("clock_bad_at") - timedelta(minutes=4))
    away = Device.objects.filter(serial=names["half_enrolled"])
    away.update(enrolled_at=F("enrolled_at") - timedelta(minutes=10))
    watch(at=now())
    found = {}
    for kind, alarm in TOLD.items():
        rows = Alarm.objects.filter(device__serial=names[kind], kind=alarm, cleared_at=None)
        found[kind] = [str(alarm.label), str(WHAT_TO_DO[alarm])] if rows.exists() else []
    return found


def _until(true: Any, problem: str) -> Any:
    end = time.monotonic() + 2 * WAIT_S
    while not (found := true()):
        if time.monotonic() > end:
            raise SystemExit(problem)
        time.sleep(0.2)
    return found


def main() -> None:
    """Obey until there are no more lines."""
    known = {one.__name__: one for one in (stop, join, of_bridge, begin, taken, alarms)}
    for line in sys.stdin:
        name, *given = json.loads(line)
        print("DESK " + json.dumps(known[name](*given), ensure_ascii=False), flush=True)
