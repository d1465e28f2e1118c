"""The part of bench/fleet.py with the database: health stored, tiles and pages beneath row security.

It starts a PostgreSQL of its own, with N loudspeakers over the communes of one province and a year of
receipts, one a loudspeaker and day. Times are the best of some runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]
BATCH = 2000
RUNS = 7
DAYS = 365
VILLAGES, FIRST_VILLAGE = 6, 1_000_000


def fill(devices: int, days: int, at: datetime) -> tuple[str, list[Any]]:
    """This function will make the map, the loudspeakers, their lines of the register and their receipts;
    gives the province's area and the loudspeakers' ids."""
    orgs = import_module("nguon.organisations.actions")
    orgs.import_places(source=orgs.read_units_2025(system="qd19-2025"), by=None, at=at)
    place = import_module("nguon.organisations.models").Place
    province = max(place.objects.filter(kind="province"), key=lambda one: one.children.count())
    homes = villages(list(province.children.order_by("pk")), at)
    connection = import_module("django.db").connection
    text, new_id = import_module("nguon.kernel.text"), import_module("nguon.kernel.ids").uuid7
    ids = [new_id() for _ in range(devices)]
    columns = (
        "id, name, place_id, area, device_class, model, serial, public_key, alg, volume, enrolled_at,"
        " revoked_reason, online, last_seen_at, clock_state, agent, acknowledged_n, search, sort_key"
    )
    connection.ensure_connection()
    with connection.cursor() as cursor, cursor.copy(f"COPY devices_device ({columns}) FROM STDIN") as copy:
        for n, key in enumerate(ids):
            name = f"Loa {n}"
            home, area = homes[n % len(homes)]
            copy.write_row(
                (key, name, home, area, "A", "M", f"S{n}", f"{n:064x}", "ed25519", 80, at, "",
                 n % 10 != 0, at - timedelta(hours=n % 10 == 0), "SYNCED", "1.0", 0, f" {text.fold(name)}",
                 text.sort_key(name))
            )  # fmt: skip
    with import_module("psycopg").connect(superuser(), autocommit=True) as link:
        link.execute("SET session_replication_role = replica")  # our own rows need no check of their keys
        link.execute(
            "INSERT INTO deliveries_receipt (device_id, n, previous, sha256, event, document, at, seconds_ms,"
            " reason, clock, envelope, received_at, chained, after_revocation)"
            " SELECT d.id, g, '', '', CASE WHEN g %% 20 = 0 THEN 'partly' ELSE 'played' END, '',"
            " %s - g * interval '1 day', 60000, '', 'SYNCED', '',"
            " %s - g * interval '1 day' - (hashtext(d.id::text) & 32767) * interval '1 s', true, false"
            " FROM generate_series(0, %s) g, devices_device d ORDER BY d.id, g",
            [at, at, days - 1],
        )
        link.execute(
            "INSERT INTO devices_registered (id, name, search, sort_key, serial, place_id, area, kind,"
            " device_class, maker, model, sim, imei, latitude, longitude, position_confirmed, households,"
            " device_id, made_at) SELECT uuidv7(), name, search, sort_key, serial, place_id, area, 'cluster',"
            " 'A', '', '', '', '', 20 + (hashtext(serial) & 1023) / 1024.0,"
            " 105 + (hashtext(name) & 1023) / 1024.0, true, 120, id, %s FROM devices_device",
            [at],
        )
    return province.area, ids


def villages(communes: list[Any], at: datetime) -> list[tuple[int, str]]:
    """This function will make some villages in each commune; gives the ids and areas of all."""
    place = import_module("nguon.organisations.models").Place
    text = import_module("nguon.kernel.text")
    made = []
    for n in range(len(communes) * VILLAGES):
        above, name = communes[n // VILLAGES], f"Thôn {n % VILLAGES + 1}"
        area, day = f"{above.area}.{FIRST_VILLAGE + n}", above.valid_from
        row = place(pk=FIRST_VILLAGE + n, kind="village", parent=above, area=area, name=name, valid_from=day)
        row.search, row.sort_key = f" {text.fold(name)} | ", text.sort_key(name)
        made.append(row)
    place.objects.bulk_create(made, batch_size=1000)
    return [(row.pk, row.area) for row in made]


def worker(area: str, at: datetime) -> Any:
    """This function will make somebody who writes, watches and keeps loudspeakers in the whole province."""
    models, states = import_module("nguon.accounts.models"), import_module("nguon.accounts.states")
    place = import_module("nguon.organisations.models").Place.objects.get(area=area)
    user = models.User(username="bench", full_name="Bench", date_joined=at)
    user.derive()
    user.set_unusable_password()
    user.save()
    for role in (states.Role.OPERATOR, states.Role.WRITER, states.Role.DUTY):
        models.RoleAssignment.objects.create(
            user=user, role=role, place=place, area=area, valid_from=at.date()
        )
    return user


def play(user: Any, at: datetime) -> None:
    """This function will have every loudspeaker that is there play one bulletin of the whole province."""
    made = import_module("nguon.bulletins.actions").start(by=user, at=at)
    airing = import_module("nguon.broadcasts.models").Airing.objects.create(
        id=import_module("nguon.kernel.ids").uuid7(), revision=made, at=at, duration_ms=600_000,
        ends_at=at + timedelta(minutes=10), state="active",
    )  # fmt: skip
    with import_module("django.db").connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deliveries_delivery (airing_id, device_id, state, seconds_ms, started_at, reason,"
            " receipt_n, changed_at) SELECT %s, id, 'playing', 0, %s, '', 1, %s FROM devices_device"
            " WHERE online",
            [airing.pk, at, at],
        )
        cursor.execute(
            "UPDATE devices_device SET playing_item = %s, playing_since = %s WHERE online", [airing.pk, at]
        )
        cursor.execute("VACUUM ANALYZE")


def superuser() -> str:
    """This function will give the superuser's address of the database that is filled."""
    return os.environ["NGUON_TEST_SUPERUSER_URL"].rpartition("/")[0] + "/nguon"


def spent() -> float:
    """This function will give the seconds of processor time of this process and of its database so far."""
    processor_s = import_module("simulator").processor_s
    return float(time.process_time() + processor_s(os.getpid())["postgres"])


def measure(work: Callable[[], int], seconds: float) -> dict[str, float]:
    """This function will repeat some work for so long; gives rows a second and a second of processor time."""
    began, before, rows = time.monotonic(), spent(), 0
    while time.monotonic() - began < seconds:
        rows += work()
    took, used = time.monotonic() - began, spent() - before
    return {"a_second": round(rows / took), "a_second_of_processor": round(rows / used)}


def said(n: int, turn: int) -> bytes:
    """This function will give a loudspeaker's word as it comes from the broker: of ten words one tells of a
    change."""
    changed = (n + turn) % 10 == 0
    return json.dumps(
        {
            "mains": True, "battery": 97, "temp": 41.2 + n % 3, "disk": 31, "signal": -71, "net": "4g",
            "amp_ma": 3, "line": "ok", "mic_db": -52.1, "playing": False, "item": None, "clock": "SYNCED",
            "agent": "1.0", "volume": 80 if changed else 79, "muted": False, "inputs": "muted",
        }
    ).encode()  # fmt: skip


def ingest(ids: list[Any], at: datetime, seconds: float) -> dict[str, Any]:
    """This function will store health as the gateway does, from the bytes of the broker on; and the same rows
    by a bare COPY into a table without any index."""
    gateway = import_module("nguon.gateway.management.commands.gateway")
    message = import_module("nguon.adapters.nats").Message
    hear = import_module("nguon.health.actions").hear
    connection = import_module("django.db").connection
    size, turn = min(BATCH, len(ids)), 0
    words = [[message(f"lsp.h.{key}", said(n, one)) for n, key in enumerate(ids)] for one in range(2)]

    def ours() -> int:
        nonlocal turn
        first = (turn * size) % len(ids)
        _receipts, health = gateway.sort(words[turn % 2][first : first + size])
        hear(said=health, at=at + timedelta(seconds=60 * (turn * size // len(ids))))
        turn += 1
        return len(health)

    row = (str(ids[0]), at.isoformat(), 41.2, 3, 97, 31, -71, 80, True, False, "ok")

    def bare() -> int:
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
            for _ in range(BATCH):
                copy.write_row(row)
        return BATCH

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (device uuid, at timestamptz, temp float8, amp int, battery smallint,"
            " disk smallint, signal smallint, volume smallint, mains bool, muted bool, line text)"
        )
    ours()
    return {"batch": size, "ours": measure(ours, seconds), "bare_copy": measure(bare, min(5.0, seconds))}


def best_ms(work: Callable[[], object]) -> float:
    """This function will give the shortest of some runs, in ms."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return round(min(times) * 1000, 1)


def dashboard(area: str, at: datetime) -> dict[str, Any]:
    """This function will give what the tiles cost, each question beneath row security, and the whole page."""
    queries, reach = import_module("nguon.health.queries"), import_module("nguon.areas.reach")
    connection, today = import_module("django.db").connection, at.date()
    questions: dict[str, Callable[[], object]] = {
        "tile: total, playing, connected, lost, wrong": lambda: queries.tiles([area], at),
        "the same for each commune": lambda: queries.tiles_below(area, at),
        "a year of receipts by day": lambda: queries.days([area], today - timedelta(days=DAYS), today),
        "reach": lambda: queries.reach([area], at),
        "first 60 alarms": lambda: list(queries.open_alarms([area])[:60]),
    }
    found: dict[str, Any] = {}
    with reach.reaching(reach.reach_of(1, [area])):
        for name, ask in questions.items():
            found[name] = best_ms(ask)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM devices_device WHERE revoked_at IS NULL")
            cursor.fetchone()

    found["bare: a count of the loudspeakers"] = best_ms(bare)
    return found


PAGES = ("home", "duty", "duty_live", "devices", "health", "wall_now", "map", "map_data", "reach", "alarms")


def pages(user: Any, area: str) -> dict[str, dict[str, Any]]:
    """This function will give what each page of the whole province costs: ms, questions, rows read, kB."""
    client = import_module("django.test").Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    reverse = import_module("django.urls").reverse
    connection = import_module("django.db").connection
    found = {}
    for name in PAGES:
        address, asked, rows, size = reverse(f"console:{name}"), 0, 0, 0

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal asked, rows
            answer = execute(sql, params, many, context)
            asked, rows = asked + 1, rows + max(0, context["cursor"].rowcount)
            return answer

        def look(address: str = address) -> int:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
            return len(answer.content)

        with connection.execute_wrapper(count):
            size = look()
        found[name] = {"ms": best_ms(look), "questions": asked, "rows": rows, "kB": round(size / 1000, 1)}
    return found


def main() -> None:
    """This function will print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--days", type=int, default=DAYS, help="of receipts, one a loudspeaker and day")
    given = parser.parse_args()
    import_module("tests.engines_plugin").start()
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    import_module("config.engines.database").trust_like(superuser())
    at = datetime.now(UTC)
    began = time.monotonic()
    area, ids = fill(given.devices, given.days, at)
    connection, actions = import_module("django.db").connection, import_module("nguon.health.actions")
    filled = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    began = time.monotonic()
    actions.sum_up(at=at)
    summed, began = time.monotonic() - began, time.monotonic()
    actions.sum_up(at=at)
    again = time.monotonic() - began
    found: dict[str, Any] = {"ingest": ingest(ids, at, given.seconds)}
    user = worker(area, at)
    with connection.cursor() as cursor:  # every tenth is lost
        cursor.execute(
            "UPDATE devices_device SET online = false, last_seen_at = last_seen_at - interval '1 hour'"
            " WHERE right(serial, 1) = '0'"
        )
    watching = best_ms(lambda: actions.watch(at=at))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM deliveries_receipt")
        (receipts,) = cursor.fetchone()
    found |= {
        "receipts": receipts,
        "filled_s": round(filled, 1),
        "summed_a_year_s": round(summed, 1),
        "summed_today_s": round(again, 2),
        "watch_ms": watching,
        "dashboard_ms": dashboard(area, datetime.now(UTC)),
        "pages": pages(user, area),
    }
    play(user, datetime.now(UTC))
    found["pages_while_all_play"] = pages(user, area)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
