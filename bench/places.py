"""The map: how long its import takes, and one figure of the whole country over six periods on today's map.

    PYTHONPATH=server python -P bench/places.py [--runs 7]

It also brings 90,000 villages in, from CSV and from Excel, and tells by how much the process grew.

It starts a PostgreSQL of its own. `raw` reads and sums the same figures without restating them, in the same
run: read the ratio, the machine's own speed cancels out. Times are of the database alone (best of the runs).
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

PERIODS = (date(2024, 5, 30), date(2024, 11, 30), date(2025, 5, 30))  # on the map before 1/7/2025
SINCE = (date(2025, 11, 30), date(2026, 5, 30), date(2026, 11, 30))  # and on the one after
TODAY = date(2026, 11, 30)
VILLAGES = 90_000
FIGURES = "SELECT day, place, value FROM bench_figures"
RAW = f"SELECT count(*) FROM (SELECT day, place, sum(value) FROM ({FIGURES}) AS f GROUP BY day, place) AS g"  # noqa: S608


def best(runs: int, work: Callable[[], object]) -> float:
    """This function will give the shortest of the runs, in ms."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def fill() -> dict[str, float]:
    """This function will import both maps and give the seconds that it took, by name."""
    actions = import_module("nguon.organisations.actions")
    at, took = datetime.now(UTC), {}
    for name, work in (
        (
            "import of today's map (3,355 units)",
            lambda: actions.import_places(source=actions.read_units_2025(system="qd19-2025"), by=None, at=at),
        ),
        (
            "import of the map before, with links (10,794)",
            lambda: actions.import_history(source=actions.read_units_legacy(), by=None, at=at),
        ),
        (
            "the same again",
            lambda: actions.import_history(source=actions.read_units_legacy(), by=None, at=at),
        ),
    ):
        start = time.perf_counter()
        work()
        took[name] = time.perf_counter() - start
    return took


def villages() -> list[list[str]]:
    """This function will give 90,000 lines of villages over all communes of today."""
    codes = import_module("nguon.organisations.models").PlaceCode.objects.filter(system="qd19-2025")
    communes = sorted(code for code in codes.values_list("code", flat=True) if len(code) == 5)
    return [[communes[n % len(communes)], "Thôn", f"Số {n // len(communes)}", ""] for n in range(VILLAGES)]


def bring(kind: str) -> tuple[float, float, int]:
    """This function will bring all villages in and take them back: (seconds, MB at the peak, how many)."""
    actions, tables = (import_module(f"nguon.organisations.actions{name}") for name in ("", ".tables"))
    rows = villages()
    if kind == "CSV":
        text = "\n".join(",".join(row) for row in (tables.VILLAGE_HEADINGS, *rows))
        given: dict[str, object] = {"text": text}
    else:
        given = {"workbook": tables.template(tables.VILLAGE_HEADINGS, rows)}
    del rows
    transaction = import_module("django.db").transaction
    before, start = import_module("psutil").Process().memory_info().rss, time.perf_counter()
    with transaction.atomic():
        report = actions.import_villages(**given, by=None, at=datetime.now(UTC))
        took = time.perf_counter() - start
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return took, (peak - before) / 1e6, report.created


def cpu(pid: int, runs: int, work: Callable[[], object]) -> float:
    """This function will give the processor time that the database took for one of the runs, in ms."""
    backend = import_module("psutil").Process(pid)
    before = backend.cpu_times()
    for _ in range(runs):
        work()
    after = backend.cpu_times()
    return float(after.user + after.system - before.user - before.system) / runs * 1000


def measure(runs: int) -> tuple[float, float, float, int]:
    """This function will give (raw ms, restated ms, the same in processor time, rows restated)."""
    connection = import_module("django.db").connection
    restating_sql = import_module("nguon.organisations.queries").restating_sql
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_figures (day date, place bigint, value float8)")
        cursor.execute(
            "INSERT INTO bench_figures SELECT day, v.place_id, mod(v.place_id, 97) "
            "FROM unnest(%s::date[]) AS day JOIN organisations_placeversion v ON v.kind = 'commune' "
            "AND v.valid_from <= day AND (v.valid_to IS NULL OR v.valid_to >= day)",
            [[*PERIODS, *SINCE]],
        )
        cursor.execute("ANALYZE")
        statement = f"SELECT count(*) FROM ({restating_sql(FIGURES)}) AS told"  # noqa: S608
        raw = best(runs, lambda: cursor.execute(RAW))
        told = best(runs, lambda: cursor.execute(statement, {"to": TODAY}))
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
        own = cpu(pid, max(20, runs), lambda: cursor.execute(statement, {"to": TODAY}))
        return raw, told, own, rows


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    import_module("tests.engines_plugin").start()
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    for name, seconds in fill().items():
        print(f"{name:<50} {seconds:>8.2f} s")
    for kind in ("CSV", "Excel"):
        seconds, grown, count = bring(kind)
        print(f"{f'{count:,} villages from {kind}, {grown:,.0f} MB more at the peak':<50} {seconds:>8.2f} s")
    raw, told, own, rows = measure(options.runs)
    print(f"{'raw: six periods, read and summed':<50} {raw:>8.1f} ms")
    print(f"{'restated on today' + chr(39) + 's map (' + str(rows) + ' rows)':<50} {told:>8.1f} ms")
    print(f"{'the same, processor time of the database':<50} {own:>8.1f} ms")
    print(f"{'':<50} {told / raw:>8.1f} x raw")


if __name__ == "__main__":
    main()
