"""How fast a programme is: its page with 500 airings, and one bulletin in the day of 170 communes, signed.

    PYTHONPATH=.:server python -P bench/programme.py

It makes its own PostgreSQL. It asks for the page through Django's client, the median of nine; `raw` reads the
same 500 rows with the bare driver in the same run. The province's programme is compiled in one step
(35 days each) and signed by the real signer in questions of 64 targets; `raw` is as many bare Ed25519 and
P-256 signatures. Goals: page 100 ms and 60 KB; the province, without the way to its devices, 3 s.
"""

import statistics
import sys
import tempfile
import time as clocks
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from tests import engines_plugin

COMMUNES, RUNS = 170, 9


def _taken(work: Any, runs: int = RUNS) -> float:
    """The milliseconds that some work takes, the median."""
    found = []
    for _run in range(runs):
        begun = clocks.perf_counter()
        work()
        found.append((clocks.perf_counter() - begun) * 1000)
    return statistics.median(found)


def page(room: Any) -> None:
    """This function will print how long the page takes with 500 airings, and how big it is."""
    made = to_place(room, title="Hướng dẫn đăng ký dịch vụ công trực tuyến", seconds=10)
    start = AT.replace(hour=2)
    for view in ("ngay", "tuan"):
        Airing.objects.all().delete()
        step = timedelta(minutes=1)
        days = 1 if view == "ngay" else 7
        Airing.objects.bulk_create(
            Airing(
                id=uuid4(), revision=made, at=start + n * step + timedelta(days=n % days),
                ends_at=start + n * step + timedelta(days=n % days, seconds=10), duration_ms=10_000,
                area=room.commune, by=room.people.lan, placed_at=AT,
            )
            for n in range(500)
        )  # fmt: skip
        client = Client(HTTP_HOST="localhost")
        client.force_login(room.people.lan)
        query = {"xa": room.commune, "ngay": local(AT).date().isoformat(), "xem": view}
        answer = client.get(reverse("console:programme"), query)
        taken = _taken(lambda c=client, q=query: c.get(reverse("console:programme"), q))
        raw = _taken(lambda: _rows(room.commune))
        size = len(answer.content) / 1000
        print(f"page {view}: {taken:.0f} ms, {size:.0f} KB (raw {raw:.1f} ms, {taken / raw:.0f} x)")


def _rows(area: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.*, r.title FROM broadcasts_airing a JOIN bulletins_revision r ON r.id = a.revision_id"
            " WHERE a.area = %s ORDER BY a.at",
            [area],
        )
        cursor.fetchall()


def province(room: Any) -> None:
    """This function will print how long one programme for 170 communes takes to compile, to be followed, and
    to be signed and kept, beside the bare rows and the bare signatures of the same run."""
    Airing.objects.all().delete()
    areas = _communes(room)
    revision = _wide(room, areas)
    given = actions.SessionTimes(name="Chiều", starts=time(17), minutes=15, first=local(AT).date())
    sessions = [actions.make_session(area=area, given=given, by=room.people.lan, at=AT) for area in areas]
    while follow(at=AT):
        pass
    line = actions.Line(revision_id=revision.pk)
    begun = clocks.perf_counter()
    actions.add_slots(session_ids=[one.pk for one in sessions], line=line, by=room.people.lan, at=AT)
    compiled = clocks.perf_counter()
    while follow(at=AT):
        pass
    followed = clocks.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        make_store(Path(folder) / "store", policy=Policy(), at=to_epoch(AT), demo=True)
        opened = open_store(Path(folder) / "store")
        signer = Direct(opened)
        signing = clocks.perf_counter()
        rings: list[Any] = []
        while (some := sign_many(signer=signer, at=AT)) is not None:
            rings += some
        signed = clocks.perf_counter()
        opened.close()
    items = Airing.objects.count()
    rows, signatures = _bare_rows(room), _bare_signatures(len(rings), 400 * items // len(rings))
    print(
        f"province: {len(rings)} plans, {items} items; compiled {compiled - begun:.2f} s"
        f" (raw rows {rows:.2f} s, {(compiled - begun) / rows:.0f} x), followed {followed - compiled:.2f} s,"
        f" signed and kept {signed - signing:.2f} s"
        f" (raw signatures {signatures:.3f} s, {(signed - signing) / signatures:.0f} x)"
    )


def _bare_rows(room: Any) -> float:
    """The seconds that the same airings take as a bare INSERT with the driver, from rows that are ready."""
    names = "id revision_id at ends_at duration_ms immediate area by_id placed_at slot_id state".split()
    kinds = "uuid uuid timestamptz timestamptz int bool text int timestamptz uuid text".split()
    listed, given = ", ".join(names), ", ".join(f"%s::{kind}[]" for kind in kinds)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM broadcasts_airing")  # noqa: S608 - names from above
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM deliveries_delivery")
        cursor.execute("DELETE FROM broadcasts_airing")
        begun = clocks.perf_counter()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"INSERT INTO broadcasts_airing ({listed}) SELECT * FROM unnest({given})",  # noqa: S608
            [list(column) for column in zip(*rows, strict=True)],
        )
        return clocks.perf_counter() - begun


def _bare_signatures(count: int, size: int) -> float:
    """The seconds that as many Ed25519 and P-256 signatures of bodies of that size take by themselves."""
    one, other = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    body = b"x" * size
    begun = clocks.perf_counter()
    for _n in range(count):
        one.sign(body)
        other.sign(body, ec.ECDSA(hashes.SHA256()))
    return clocks.perf_counter() - begun


def _communes(room: Any) -> list[str]:
    parent = room.people.places.province
    units = [Place(kind="commune", parent=parent, name=f"Xã {n}") for n in range(COMMUNES)]
    for number, unit in enumerate(units):
        unit.pk = 1_000_000 + number
        unit.area, unit.valid_from = f"{parent.area}.{unit.pk}", date(2025, 7, 1)
        unit.search, unit.sort_key = f" xa {number} ", b"%06d" % number
    Place.objects.bulk_create(units)
    return [unit.area for unit in units]


def _wide(room: Any, areas: list[str]) -> Any:
    """A bulletin for all of them, approved by two people."""
    parent = room.people.places.province
    third = person("hoa", "Vũ Thị Hoa", (Role.APPROVER, parent))
    assign_role(user=room.people.lan, role=Role.WRITER, place=parent, by=None, at=AT)
    assign_role(user=room.people.minh, role=Role.APPROVER, place=parent, by=None, at=AT)
    made = to_place(room, room.commune, *areas, seconds=20, approve=False)
    for who in (room.people.minh, third):
        bulletins.approve(
            revision_id=made.pk, content_sha256=made.content_sha256, by=who, at=AT, unheard="bench"
        )
    return made


def main() -> None:
    """This function will print the figures, one a line."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        clock.now = lambda: AT
        room = newsroom()
        page(room)
        province(room)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    engines_plugin.start()
    import os

    sys.path.insert(0, "server")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from uuid import uuid4

    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from django.db import connection
    from django.test import Client
    from django.test.runner import DiscoverRunner
    from django.urls import reverse

    from nguon.accounts.actions import assign_role
    from nguon.accounts.states import Role
    from nguon.accounts.tests.cast import person
    from nguon.broadcasts import actions
    from nguon.broadcasts.models import Airing
    from nguon.broadcasts.tests.cast import to_place
    from nguon.bulletins import actions as bulletins
    from nguon.bulletins.tests.cast import newsroom
    from nguon.deliveries.actions import follow, sign_many
    from nguon.deliveries.tests.test_with_the_signer import Direct
    from nguon.kernel import clock
    from nguon.kernel.clock import local, to_epoch
    from nguon.organisations.models import Place
    from nguon.organisations.tests.cast import AT
    from nguon_protocol.documents import Policy
    from nguon_signer.ceremony import make_store
    from nguon_signer.opened import open_store

    main()
