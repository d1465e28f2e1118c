"""The lists of the staff pages: 200,000 loudspeakers on the map of the whole country, and the journal.

    PYTHONPATH=server python -P bench/lists.py [--devices 200000] [--facts 200000] [--runs 7]

It starts a PostgreSQL of its own. Times are "Execution Time" of EXPLAIN ANALYZE (best of the runs), so they
are of the database alone. `raw` reads as many rows (61) by the primary key in the same run: read the ratio.
"bound" asks the same as the web does, with row security for the areas of the question; the goal is 50 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
PAGE = 61
PEOPLE = 20_000
NAMES = (
    "Loa thôn",
    "Loa nhà văn hóa",
    "Loa trường học",
    "Loa chợ",
    "Loa Ủy ban",
    "Loa tổ dân phố",
    "Loa đình",
)


def fill(devices: int, facts: int) -> None:
    """This function will make the map, and loudspeakers and facts dealt out over its communes."""
    orgs = import_module("nguon.organisations.actions")
    at = datetime.now(UTC)
    orgs.import_places(source=orgs.read_units_2025(system="qd19-2025"), by=None, at=at)
    text = import_module("nguon.kernel.text")
    communes = list(
        import_module("nguon.organisations.models")
        .Place.objects.filter(kind="commune").order_by("pk").values_list("pk", "area")
    )  # fmt: skip
    connection = import_module("django.db").connection
    connection.ensure_connection()
    named = [f"{NAMES[n % len(NAMES)]} {n // len(communes) + 1}" for n in range(devices)]
    keys = {name: text.sort_key(name) for name in set(named)}
    columns = (
        "id, name, place_id, area, device_class, model, serial, public_key, alg, volume, enrolled_at,"
        " revoked_reason, online, last_seen_at, clock_state, agent, acknowledged_n, search, sort_key"
    )
    new_id = import_module("nguon.kernel.ids").uuid7
    with connection.cursor() as cursor, cursor.copy(f"COPY devices_device ({columns}) FROM STDIN") as copy:
        for n, name in enumerate(named):
            place, area = communes[n % len(communes)]
            copy.write_row(
                (new_id(), name, place, area, "A", "M", f"S{n}", f"{n:064x}", "ed25519", 80, at, "",
                 n % 10 != 0, at, "synced", "1.0", 0, f" {text.fold(name)}", keys[name])
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (fact, subject, by, by_name, at, data, previous_hash, hash)"
            " SELECT 'device.enrolled', 'device:' || n, 'user:' || n %% 20000, '', now(),"
            " jsonb_build_object('area', (%s::text[])[1 + n %% %s]), '', n::text"
            " FROM generate_series(1, %s) n",
            [[area for _pk, area in communes], len(communes), facts],
        )
    people(communes, at)
    connection.close()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does after so many rows


def people(communes: list[tuple[int, str]], at: datetime) -> None:
    """This function will make 20,000 people with a role in one commune each."""
    models = import_module("nguon.accounts.models")
    family, middle = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng"), ("Thị", "Văn", "Minh", "Thu")
    given = ("Ấn", "Bình", "Đức", "Hạnh", "Lan", "Oanh", "Tuấn", "Yến")
    rows = [
        models.User(
            username=f"u{n}",
            full_name=f"{family[n % 5]} {middle[n % 4]} {given[n % 8]} {n}",
            date_joined=at,
        )
        for n in range(PEOPLE)
    ]
    for row in rows:
        row.derive()
    made = models.User.objects.bulk_create(rows, batch_size=2000)
    held = [
        models.RoleAssignment(
            user=user,
            role="writer",
            place_id=communes[n % len(communes)][0],
            area=communes[n % len(communes)][1],
            valid_from=at.date(),
        )
        for n, user in enumerate(made)
    ]
    models.RoleAssignment.objects.bulk_create(held, batch_size=2000)
    staff(communes, [row.full_name for row in rows], at)


def staff(communes: list[tuple[int, str]], names: list[str], at: datetime) -> None:
    """This function will make as many people of the staff register, every third one trained this year."""
    models, kinds = import_module("nguon.staff.models"), import_module("nguon.staff.states").PostKind.values
    rows = [models.Staff(full_name=name) for name in names]
    for row in rows:
        row.derive()
    made = models.Staff.objects.bulk_create(rows, batch_size=2000)
    posts = [
        models.Post(
            staff=one,
            kind=kinds[n % len(kinds)],
            place_id=communes[n % len(communes)][0],
            area=communes[n % len(communes)][1],
            valid_from=at.date(),
        )
        for n, one in enumerate(made)
    ]
    models.Post.objects.bulk_create(posts, batch_size=2000)
    day = at.date()
    models.Training.objects.bulk_create(
        [models.Training(staff=one, course="x", first_day=day, last_day=day) for one in made[::3]],
        batch_size=2000,
    )


def best(rows: Any, runs: int) -> tuple[float, int]:
    """This function will give (shortest execution in ms, rows) of a query."""
    connection = import_module("django.db").connection
    statement, values = rows.query.sql_with_params()
    times, got = [], 0
    with connection.cursor() as cursor:
        for _ in range(runs):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            plan = cursor.fetchone()[0][0]
            times.append(plan["Execution Time"])
            got = plan["Plan"]["Actual Rows"]
    return min(times), int(got)


def questions() -> dict[str, Any]:
    """This function will give what the pages ask, by name."""
    fleet = import_module("nguon.devices.queries")
    journal = import_module("nguon.journal.queries")
    place = import_module("nguon.organisations.models").Place
    communes = place.objects.filter(kind="commune").order_by("pk")
    commune = communes[1600]
    province = place.objects.get(pk=commune.parent_id)
    every = fleet.listed(["vn"])
    middle = every[every.count() // 2]
    filters = journal.Filter
    someone = journal.page([province.area], filters())[0].by
    accounts, now = import_module("nguon.accounts.queries"), datetime.now(UTC)
    register = import_module("nguon.staff.queries")
    trained = import_module("nguon.staff.states").Trained
    found = {"raw: 61 rows by their key": fleet.Device.objects.order_by("pk")[:PAGE]}
    for name, area in (("country", "vn"), ("province", province.area), ("commune", commune.area)):
        found[f"loudspeakers, {name}: first page"] = fleet.listed([area])[:PAGE]
        found[f"loudspeakers, {name}: 'truong hoc 7'"] = fleet.listed([area], "truong hoc 7")[:PAGE]
        found[f"loudspeakers, {name}: how many"] = fleet.listed([area])
        found[f"people, {name}: first page"] = accounts.people_in([area], now)[:PAGE]
        found[f"people, {name}: 'tran hanh'"] = accounts.people_in([area], now, words="tran hanh")[:PAGE]
        found[f"staff, {name}: first page"] = register.staff_in([area], day=now.date())[:PAGE]
        asked = register.Asked(words="tran hanh")
        found[f"staff, {name}: 'tran hanh'"] = register.staff_in([area], day=now.date(), asked=asked)[:PAGE]
        untrained = register.Asked(trained=trained.NOT_THIS_YEAR)
        found[f"staff, {name}: untrained"] = register.staff_in([area], day=now.date(), asked=untrained)[:PAGE]
        found[f"journal, {name}: first page"] = journal.page([area], filters())[:PAGE]
    found["loudspeakers, country: a page in the middle"] = fleet.listed(["vn"], after=middle)[:PAGE]
    found["loudspeakers, country: lost"] = fleet.listed(["vn"], lost_at=now)[:PAGE]
    found["loudspeakers, country: by commune's name"] = fleet.listed(["vn"], commune.name)[:PAGE]
    found["journal, province: of one person"] = journal.page([province.area], filters(by=(someone,)))[:PAGE]
    scopes = {"province": province.area, "commune": commune.area}
    return {
        name: (scopes.get(name.split(":")[0].rpartition(" ")[2], "vn"), rows) for name, rows in found.items()
    }


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200_000)
    parser.add_argument("--facts", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    import_module("tests.engines_plugin").start()
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    import_module("config.engines.database").trust_like(superuser_url())
    fill(options.devices, options.facts)
    raw, worst = 0.0, 0.0
    for name, (area, rows) in questions().items():
        ask = best_count if name.endswith("how many") else best
        took, got = ask(rows, options.runs)
        raw = raw or took
        with bound(area):
            held, same = ask(rows, options.runs)
        worst = max(worst, held)
        note = "" if same == got else f" ({same} rows)"
        print(
            f"{name:<48} {got:>7} rows {took:>8.2f} ms {took / raw:>8.1f} x raw {held:>8.2f} ms bound{note}"
        )
    print(f"the slowest beneath row security: {worst:.1f} ms")


def superuser_url() -> str:
    """This function will give the superuser's address of the database that is filled."""
    return os.environ["NGUON_TEST_SUPERUSER_URL"].rpartition("/")[0] + "/nguon"


def bound(area: str) -> Any:
    """This function will have what is inside asked as the web asks for somebody of one area."""
    reach = import_module("nguon.areas.reach")
    return reach.reaching(reach.reach_of(PEOPLE * 2, [area]))


def best_count(rows: Any, runs: int) -> tuple[float, int]:
    """This function will give the same of counting the rows."""
    models = import_module("django.db.models")
    counting = rows.order_by().select_related(None).values(one=models.Value(1)).annotate(n=models.Count("pk"))
    took, _got = best(counting.values("n"), runs)
    return took, rows.count()


if __name__ == "__main__":
    main()
