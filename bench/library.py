"""Kho bản tin: 100,000 bulletins on the map of the whole country, looked for as the page does.

    PYTHONPATH=server python -P bench/library.py [--bulletins 100000] [--runs 5] [--explain]

It starts a PostgreSQL of its own. Times are "Execution Time" of EXPLAIN ANALYZE (best of the runs); `raw`
reads as many rows (31) by the primary key in the same run. "bound" asks with row security, as the web does.
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
PAGE = 31
FILL = """
CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS bulletin, gen_random_uuid() AS revision,
    (%(places)s::bigint[])[1 + n %% %(count)s] AS place, (%(areas)s::text[])[1 + n %% %(count)s] AS area,
    now() - n * interval '7 minutes' AS at,
    CASE WHEN n %% 40 = 0 THEN 'draft' WHEN n %% 50 = 1 THEN 'withdrawn' ELSE 'approved' END AS state,
    (ARRAY['hop thon', 'lich cat dien', 'tiem phong dai', 'canh bao mua lu', 've sinh'])[1 + n %% 5]
        || ' so ' || n || repeat(' kinh moi ba con den nha van hoa thon luc bay gio toi nay', 12) AS words
    FROM generate_series(1, %(bulletins)s) n;
INSERT INTO bulletins_bulletin (id, author_id, place_id, area, state, origin_kind, created_at, changed_at)
    SELECT bulletin, %(author)s, place, area, state, '', at, at FROM made;
INSERT INTO bulletins_revision (id, bulletin_id, number, author_id, title, summary, topic, essential,
    priority, content_type, source, author_name, pen_name, details, language, more_sha256, text, spoken_text,
    voice, speed, pause_ms, jingle, spoken_own, timing, rrule, content_sha256, search, made_at)
    SELECT revision, bulletin, 1, %(author)s, left(words, 60), '', 1 + n %% 6, '',
    3 - (n %% 100 = 0)::int, 1, '', '', '', '[]', CASE WHEN n %% 500 = 0 THEN 'tyz' ELSE 'vie' END, '', words,
    words, 'v', 120, 0, '', false, 'now', '', repeat('a', 64), words, at FROM made;
INSERT INTO bulletins_target (revision_id, kind, place_id, area, target)
    SELECT revision, 'place', place, area, area FROM made;
UPDATE bulletins_revision r SET submitted_at = made_at FROM made
    WHERE made.revision = r.id AND made.state <> 'draft';
"""


def fill(bulletins: int) -> None:
    """This function will make the map, one writer, and bulletins dealt out over the communes."""
    orgs = import_module("nguon.organisations.actions")
    at = datetime.now(UTC)
    orgs.import_places(source=orgs.read_units_2025(system="qd19-2025"), by=None, at=at)
    place = import_module("nguon.organisations.models").Place
    communes = list(place.objects.filter(kind="commune").order_by("pk").values_list("pk", "area"))
    models = import_module("nguon.accounts.models")
    writer = models.User(username="u", full_name="Nguyễn Thị Lan", date_joined=at)
    writer.derive()
    writer.save()
    models.RoleAssignment.objects.create(
        user=writer, role="writer", place=place.objects.get(area="vn"), area="vn", valid_from=at.date()
    )
    connection = import_module("django.db").connection
    with connection.cursor() as cursor:
        # What is made up has no sound; everything else is as it is.
        cursor.execute("ALTER TABLE bulletins_revision DROP CONSTRAINT revision_submitted_whole")
        values = {
            "places": [pk for pk, _area in communes],
            "areas": [area for _pk, area in communes],
            "count": len(communes),
            "bulletins": bulletins,
            "author": writer.pk,
        }
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
    connection.close()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def questions() -> dict[str, Any]:
    """This function will give what the page asks, by name, with the area of who asks."""
    found = import_module("nguon.bulletins.queries.library")
    models = import_module("nguon.bulletins.models")
    accounts = import_module("nguon.accounts.models")
    place = import_module("nguon.organisations.models").Place
    commune = place.objects.filter(kind="commune").order_by("pk")[1600]
    at = datetime.now(UTC)
    asked = {
        "first page": found.Asked(),
        "'tiem phong'": found.Asked(words="tiem phong"),
        "'so 77777'": found.Asked(words="so 77777"),
        "nothing found": found.Asked(words="khong co chu nay"),
        "priority": found.Asked(priority=2),
        "withdrawn": found.Asked(state="withdrawn"),
        "Tày": found.Asked(language="tyz"),
        "of one commune": found.Asked(area=commune.area),
        "of a person": found.Asked(author="thi lan", words="cat dien"),
    }
    every: dict[str, Any] = {
        "raw: 31 rows by their key": ("vn", models.Revision.objects.order_by("pk")[:PAGE])
    }
    for name, area in (("country", "vn"), ("province", commune.parent.area), ("commune", commune.area)):
        at_home = place.objects.get(area=area)
        person = accounts.User.objects.create(username=f"x{name}", full_name="Người xem", date_joined=at)
        accounts.RoleAssignment.objects.create(
            user=person, role="auditor", place=at_home, area=area, valid_from=at.date()
        )
        for label, question in asked.items():
            every[f"{name}: {label}"] = (area, found.library(person, question, at)[:PAGE])
    middle = models.Bulletin.objects.order_by("-changed_at")[50_000 % models.Bulletin.objects.count()]
    person = accounts.User.objects.get(username="xcountry")
    every["country: a page in the middle"] = (
        "vn", found.library(person, found.Asked(), at, after=middle.pk)[:PAGE]
    )  # fmt: skip
    return every


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bulletins", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--explain", default="", help="print the plan of the question of this name")
    options = parser.parse_args()
    import_module("tests.engines_plugin").start()
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    lists = import_module("bench.lists")
    import_module("config.engines.database").trust_like(lists.superuser_url())
    fill(options.bulletins)
    raw = 0.0
    for name, (area, rows) in questions().items():
        took, got = lists.best(rows, options.runs)
        raw = raw or took
        with lists.bound(area):
            held, same = lists.best(rows, options.runs)
            if options.explain and options.explain in name:
                print(rows.explain(analyze=True))
        note = "" if same == got else f" ({same} rows)"
        print(
            f"{name:<40} {got:>4} rows {took:>8.2f} ms {took / raw:>8.1f} x raw {held:>8.2f} ms bound{note}"
        )


if __name__ == "__main__":
    main()
