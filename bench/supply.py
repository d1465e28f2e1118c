"""One bulletin of the centre for all 3,321 communes: stored, found in a commune, counted for its sender.

    PYTHONPATH=server python -P bench/supply.py [--runs 7]

`--spread N` also places a priority item by default in N communes with a loudspeaker each, as the worker does.

It starts a PostgreSQL of its own. Times are of the whole action or question in Python, the best of the runs;
`raw` is one fact written into the journal in the same run: read the ratio. The goal of "stored" is 50 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
AT = datetime.now(UTC)


def best(runs: int, do: Callable[[], Any]) -> float:
    """This function will return the least time of some runs, in ms."""
    took = []
    for _run in range(runs):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


def supplied() -> Callable[[], Any]:
    """This function will return what writes and approves one bulletin for the whole country; its approvals
    are what "stored" means, and what it returns is their time in ms."""
    bulletins = import_module("nguon.bulletins.actions")
    people = import_module("nguon.accounts.tests.cast")
    role = import_module("nguon.accounts.states").Role
    country = import_module("nguon.organisations.models").Place.objects.get(area="vn")
    writer = people.person("writer", "Soạn", (role.WRITER, country))
    approvers = [people.person(f"a{n}", f"Duyệt {n}", (role.APPROVER, country)) for n in (1, 2)]
    sound = import_module("nguon.bulletins.tests.cast").sound("Nghe đây.")

    def store(priority: int = 3) -> Any:
        made = bulletins.start(by=writer, at=AT)
        given = bulletins.DraftFields(
            title="Bão số 3", text="Nghe đây.", spoken_text="Nghe đây.", voice="v", speed=120,
            timing="programme", targets=("vn",), priority=priority,
        )  # fmt: skip
        bulletins.save_draft(revision_id=made.pk, given=given, by=writer, at=AT, rendering_id=sound.pk)
        made = bulletins.submit(revision_id=made.pk, by=writer, at=AT)
        began = time.perf_counter()
        for by in approvers:
            bulletins.approve(
                revision_id=made.pk, content_sha256=made.content_sha256, by=by, at=AT, unheard="bench"
            )
        return (time.perf_counter() - began) * 1000, made

    return store


def equipped(communes: Any, count: int) -> None:
    """This function will give some communes a loudspeaker each."""
    device = import_module("nguon.devices.models").Device
    device.objects.bulk_create(
        device(
            name=f"Loa {n}", place=place, area=place.area, public_key=f"{n:064x}", alg="ed25519",
            serial=f"bench-{n}", enrolled_at=AT,
        )
        for n, place in enumerate(communes.order_by("pk")[:count])
    )  # fmt: skip


def spread(store: Callable[..., Any]) -> tuple[int, float]:
    """This function will place a priority item by default wherever there is a loudspeaker, and return in how
    many communes, with the seconds that it took."""
    _took, made = store(priority=2)
    began = time.perf_counter()
    placed, _left = import_module("nguon.supply.actions").spread(
        revision_id=made.pk, at=AT + timedelta(minutes=20)
    )
    return placed, time.perf_counter() - began


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--spread", type=int, default=0, metavar="N", help="of 3,321 communes")
    given = parser.parse_args()
    runs = given.runs
    import_module("tests.engines_plugin").start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    places = import_module("nguon.organisations.actions")
    places.import_places(source=places.read_units_2025(system="qd19-2025"), by=None, at=AT)
    place = import_module("nguon.organisations.models").Place
    communes = place.objects.filter(kind="commune")
    one = communes.order_by("pk")[1000]
    equipped(communes, max(1, given.spread))
    journal, atomic = import_module("nguon.journal.actions"), import_module("django.db").transaction.atomic
    raw = best(runs, atomic(lambda: journal.record(fact="x", subject="x", by=None, at=AT, data={})))
    store, queries = supplied(), import_module("nguon.supply.queries")
    stored = [store() for _run in range(runs)]
    made = queries.supplied().get(pk=stored[-1][1].pk)
    later = AT + timedelta(minutes=20)
    rows = {
        f"stored for {communes.count()} communes (both approvals)": min(took for took, _made in stored),
        "inbox of one commune": best(runs, lambda: list(queries.unanswered(one.area, later)[:13])),
        "counts for the sender": best(runs, lambda: queries.counts([made], later)),
        "fifty communes for the sender": best(
            runs, lambda: queries.used(made, list(queries.usage(made, later)[:50]))
        ),
    }
    for name, took in rows.items():
        print(f"{name:<56} {took:>8.1f} ms {took / raw:>8.1f} x raw ({raw:.1f} ms)")
    if given.spread:
        placed, seconds = spread(store)
        each = 1000 * seconds / max(1, placed)
        print(
            f"placed by default in {placed} communes: {seconds:.1f} s,"
            f" {each:.1f} ms each, {each / raw:.1f} x raw"
        )


if __name__ == "__main__":
    main()
