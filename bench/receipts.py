"""Signed receipts into the database, as the gateway stores them, beside a bare COPY of the same envelopes.

    python bench/receipts.py [--devices N] [--json] [--profile]

It starts a PostgreSQL of its own with N loudspeakers, each with a key of its own, and one bulletin for all of
them, and stores what each would say of an alert: accepted, ready, started, and at the end partly. Figures are
receipts a second of the clock and of processor time (of this process and of the database), and how the
processor time divides between both.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]
BATCH = 2000
EVENTS = ("accepted", "ready", "started", "partly")


def enrolled(ids: list[Any]) -> list[Any]:
    """This function will give each loudspeaker a key of its own."""
    keys = [import_module("nguon_protocol.keys").generate() for _ in ids]
    with import_module("django.db").connection.cursor() as cursor:
        cursor.execute(
            "UPDATE devices_device SET public_key = named.key FROM unnest(%s::uuid[], %s::text[]) AS named"
            " (id, key) WHERE devices_device.id = named.id",
            [ids, [key.public.pub.hex() for key in keys]],
        )
    return keys


def aired(user: Any, at: datetime) -> tuple[str, str]:
    """This function will make one bulletin that every loudspeaker is to play; gives its airing and the
    document that carries it."""
    made = import_module("nguon.bulletins.actions").start(by=user, at=at)
    airing = import_module("nguon.broadcasts.models").Airing.objects.create(
        id=import_module("nguon.kernel.ids").uuid7(), revision=made, at=at, duration_ms=600_000,
        ends_at=at + timedelta(minutes=10), state="active",
    )  # fmt: skip
    import_module("nguon.deliveries.models").Document.objects.create(
        sha256="d" * 64, type="order", target="x", epoch=1, v=1, issued_at=at, expires_at=at,
        items=[{"id": str(airing.pk)}], envelope="{}",
    )  # fmt: skip
    return str(airing.pk), "d" * 64


def told(ids: list[Any], keys: list[Any], airing: str, document: str, at: datetime) -> list[list[Any]]:
    """This function will give the messages of the broker, a list an event: each loudspeaker's chain."""
    receipt = import_module("nguon_protocol.receipts").Receipt
    message = import_module("nguon.adapters.nats").Message
    said: list[list[Any]] = [[] for _ in EVENTS]
    second = int(at.timestamp())
    for device, key in zip(ids, keys, strict=True):
        prev = ""
        for n, event in enumerate(EVENTS):
            about: dict[str, Any] = {"doc": document} if event == "accepted" else {"item": airing}
            if event in ("started", "partly"):
                about["started_at_ms"] = second * 1000
            if event == "partly":
                about |= {"seconds_ms": 9000, "reason": "cancelled"}
            one = receipt(
                device=str(device),
                n=n + 1,
                prev=prev,
                boot=1,
                clock="SYNCED",
                at=second,
                event=event,
                **about,
            )
            said[n].append(message(f"lsp.r.{device}", one.sign(key).encode()))
            prev = one.sha256
    return said


def main() -> None:
    """This function will print the figures: as one line of JSON, or in words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true", help="where this process spends its time")
    given = parser.parse_args()
    import_module("tests.engines_plugin").start()
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    store = import_module("fleet_store")
    import_module("config.engines.database").trust_like(store.superuser())
    at = datetime.now(UTC)
    area, ids = store.fill(given.devices, 0, at)
    keys, user = enrolled(ids), store.worker(area, at)
    airing, document = aired(user, at)
    said = told(ids, keys, airing, document, at)
    connection = import_module("django.db").connection
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    figures = measured(said, at, given.profile)
    figures |= {"devices": given.devices, "load": os.getloadavg()[0]}
    print(json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


def measured(said: list[list[Any]], at: datetime, profile: bool) -> dict[str, Any]:
    """This function will store everything, an event after the other, and then COPY the same bare."""
    gateway = import_module("nguon.gateway.management.commands.gateway")
    receive_many = import_module("nguon.deliveries.actions").receive_many
    connection = import_module("django.db").connection
    processor_s = import_module("simulator").processor_s
    figures: dict[str, Any] = {}
    looks = cProfile.Profile()
    for event, messages in zip(EVENTS, said, strict=True):
        began, own, base = time.monotonic(), time.process_time(), processor_s(os.getpid())["postgres"]
        if profile:
            looks.enable()
        for first in range(0, len(messages), BATCH):
            receipts, _health = gateway.sort(messages[first : first + BATCH])
            got = receive_many(envelopes=receipts, at=at)
            if any(one.rejected or not one.acknowledged for one in got.values()):
                raise SystemExit("a receipt was rejected")
        looks.disable()
        own, base = time.process_time() - own, processor_s(os.getpid())["postgres"] - base
        took = time.monotonic() - began
        figures[event] = {
            "a_second": round(len(messages) / took),
            "a_second_of_processor": round(len(messages) / (own + base)),
            "us_here": round(own / len(messages) * 1e6),
            "us_database": round(base / len(messages) * 1e6),
        }
    if profile:
        pstats.Stats(looks).sort_stats("tottime").print_stats(35)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (device uuid, envelope text)")
        began, own, base = time.monotonic(), time.process_time(), processor_s(os.getpid())["postgres"]
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for message in said[0]:
                copy.write_row((message.subject.rsplit(".", 1)[-1], message.data.decode()))
        used = time.process_time() - own + processor_s(os.getpid())["postgres"] - base
    figures["bare_copy_a_second_of_processor"] = round(len(said[0]) / used)
    return figures


if __name__ == "__main__":
    main()
