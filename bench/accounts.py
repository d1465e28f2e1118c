"""How fast the people of an area are listed among 20,000 accounts.

    PYTHONPATH=.:server python -P bench/accounts.py

It makes its own PostgreSQL with the province of the small map, 170 communes and 20,000 people, and prints the
milliseconds that PostgreSQL itself names (EXPLAIN ANALYZE, the middle of nine) for a province and a commune,
the first page, a later one, a search and the count.
"""

import re
import statistics
from datetime import date

from tests import engines_plugin

PEOPLE, COMMUNES = 20_000, 170
RUNS = 9
GOAL_MS = 50


def _people() -> str:
    """Fill the tables; returns the area of the province."""
    names = ("An", "Bình", "Chi", "Đức", "Giang", "Hà", "Khánh", "Lan", "Ngọc", "Phúc", "Quân", "Thảo", "Vy")
    province = small_map().province
    units = [Place(kind="commune", parent=province, name=f"Xã {n}") for n in range(COMMUNES)]
    for number, unit in enumerate(units):
        unit.pk = 1_000_000 + number
        unit.area, unit.valid_from = f"{province.area}.{unit.pk}", date(2025, 7, 1)
        unit.search, unit.sort_key = f" xa {number} ", b"%06d" % number
    Place.objects.bulk_create(units)
    people = [
        User(username=f"u{n}", full_name=f"Nguyễn {names[n // 13 % 13]} {names[n % 13]} {n % 97}")
        for n in range(PEOPLE)
    ]
    for one in people:
        one.derive()
    User.objects.bulk_create(people, batch_size=2000)
    rows = [
        RoleAssignment(
            user=one,
            role=role,
            place=units[n % COMMUNES],
            area=units[n % COMMUNES].area,
            valid_from=date(2025, 7, 1),
        )
        for n, one in enumerate(people)
        for role in ("writer", "approver", "duty")[: 1 + n % 3]
    ]
    RoleAssignment.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user; ANALYZE accounts_roleassignment")
    return province.area


def _in_database(rows: object) -> float:
    """The milliseconds that PostgreSQL takes for a query, the middle of nine."""
    taken = [
        float(re.findall(r"(?:Planning|Execution) Time: ([0-9.]+) ms", plan)[-1])
        + float(re.findall(r"Planning Time: ([0-9.]+) ms", plan)[0])
        for plan in (rows.explain(analyze=True, timing=False) for _run in range(RUNS))  # type: ignore[attr-defined]
    ]
    return statistics.median(taken)


def main() -> None:
    """This function will print the figures, one a line."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        area = _people()
        at = clock.now()
        worst = 0.0
        for label, where in (("province", area), ("commune", f"{area}.1000007")):
            rows = people_in([where], at)
            tries = {
                "first page": rows[:51],
                "page 100": rows[5000:5051],
                "search": people_in([where], at, words="nguyen lan")[:51],
                "over": people_in([where], at, show=Shown.PAST)[:51],
                "count": rows.order_by("pk").values("pk")[:1001],
            }
            for name, query in tries.items():
                taken = _in_database(query)
                worst = max(worst, taken)
                print(f"{label:9} {name:11} {taken:7.1f} ms ({rows.count()} people)")
        print(f"worst {worst:.1f} ms, goal {GOAL_MS} ms: {'met' if worst <= GOAL_MS else 'MISSED'}")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    engines_plugin.start()
    import os
    import sys

    sys.path.insert(0, "server")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.runner import DiscoverRunner

    from nguon.accounts.models import RoleAssignment, User
    from nguon.accounts.queries import people_in
    from nguon.accounts.states import Shown
    from nguon.kernel import clock
    from nguon.organisations.models import Place
    from nguon.organisations.tests.cast import small_map

    main()
