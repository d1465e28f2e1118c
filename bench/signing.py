"""How many documents the signer signs a second, beside raw Ed25519 signatures of the same run.

    python bench/signing.py [--seconds 2]

`envelope` is the signature alone (two keys, base64, JSON); `logged` is the whole of issuing (counter, body,
check, log row, fsync, signature, store); `in batches` is the same for 64 documents that share one fsync, as
the dispatcher asks for them. Read the ratios: the machine's own speed cancels out. The second column counts
processor time alone, which leaves out waiting for the disk and for other programs. The goal is 3,000
documents a second on one core.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from nguon_protocol.documents import Item, Media, Order, Plan, PlanItem, Policy
from nguon_protocol.ids import item_id
from nguon_signer.beacons import beacon_for
from nguon_signer.ceremony import make_store
from nguon_signer.issuing import Draft, Issuer
from nguon_signer.opened import Opened, open_store
from nguon_signer.rows import Device

NOW = 1_772_438_400
TARGET = "vn.5.120"
BATCH = 64
DEVICE = Device(item_id("bench", 0), "vn.5.121.4002", revoked=False, groups=())
ITEMS = tuple(
    PlanItem(
        NOW + n * 3600,
        Item(item_id("bench", n), 60_000, Media("ab" * 32, 500_000, "audio/ogg"), 80, 3, "Bản tin"),
    )
    for n in range(10)
)


def rate(seconds: float, work: Callable[[], object], each: int = 1) -> tuple[float, float]:
    """This function will give how many documents `work`, which makes `each`, makes in a second of the wall
    clock and in one of the processor.
    """
    count, start, used = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - start) < seconds:
        work()
        count += each
    return count / spent, count / (time.process_time() - used)


def plan(v: int, target: str = TARGET) -> Plan:
    """This function will give a plan of ten items."""
    return Plan(issued=NOW, expires=NOW + 86_400, epoch=1, v=v, target=target, items=ITEMS)


def order(v: int) -> Order:
    """This function will give the order to play one thing now."""
    name = item_id("order", v)
    return Order(
        issued=NOW, expires=NOW + 900, epoch=1, v=v, target=TARGET, id=name, action="play", item=ITEMS[0].item
    )


def beacon(opened: Opened, issuer: Issuer) -> str:
    """This function will sign the beacon of a device whose commune has a plan."""
    return issuer.sign("beacon", beacon_for(opened, DEVICE, "ab" * 16, NOW * 1000).body())


def measure(opened: Opened, seconds: float) -> dict[str, tuple[float, float]]:
    """This function will give the rates of each way, by name."""
    issuer = Issuer(opened.store, opened.signers)
    body = plan(1).body()
    next_door = Draft("plan", "vn.5.121", 1, "", "", "", NOW, NOW + 86_400, [])
    issuer.issue(next_door, partial(plan, target=next_door.target))
    both = {signer.public.alg: signer for signer in opened.signers}
    draft = Draft("plan", TARGET, 1, "", "", "", NOW, NOW + 86_400, [])
    play = Draft("order", TARGET, 1, "play", "", "", NOW, NOW + 900, [])
    return {
        "raw ed25519": rate(seconds, lambda: both["ed25519"].sign(body)),
        "raw p256": rate(seconds, lambda: both["p256"].sign(body)),
        "envelope (both keys)": rate(seconds, lambda: issuer.sign("plan", body)),
        "logged (fsync, sign, keep)": rate(seconds, lambda: issuer.issue(draft, plan)),
        "plans of 10 in batches": rate(seconds, lambda: issuer.issue_many([(draft, plan)] * BATCH), BATCH),
        "beacon (store, both keys)": rate(seconds, lambda: beacon(opened, issuer)),
        "orders in batches": rate(seconds, lambda: issuer.issue_many([(play, order)] * BATCH), BATCH),
    }


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--folder", type=Path, help="where the store lies (fsync is the disk's)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        store = Path(folder) / "signer"
        make_store(store, policy=Policy(), at=NOW)
        opened = open_store(store)
        found = measure(opened, options.seconds)
        opened.close()
    base = found["raw ed25519"][1]
    for name, (wall, own) in found.items():
        print(f"{name:<28} {wall:>8,.0f} /s {own:>8,.0f} /s of processor   {own / base:6.3f} of raw Ed25519")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
