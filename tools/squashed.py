"""Two ways to the same database: the squashed migrations, and every old one of them in turn.

    uv run --no-sync --all-groups python -m tools.squashed

Makes both in a PostgreSQL of its own, and a third that stopped half way along the old ones before it went on;
compares every table, column, law, index, function, trigger, policy and right, and every row that an empty
installation has. The order of columns and numbers given in turn may differ. Exits with 0 if they are equal;
what differs is printed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.engines.installation import packaged

NUMBERED = {"id", "content_type_id", "permission_id"}  # in the order in which an app's tables were made
HISTORY = "django_migrations"
WAYS = {"old": ["old"], "squashed": ["squashed"], "halfway": ["halfway", "squashed"]}


def without_squashed() -> None:
    """This function will make Django forget, in this process, every migration that replaces others."""
    loader = import_module("django.db.migrations.loader").MigrationLoader
    read = loader.load_disk

    def load_disk(self: object) -> None:
        read(self)
        found = self.disk_migrations  # type: ignore[attr-defined]
        last = {key: migration.replaces[-1] for key, migration in found.items() if migration.replaces}
        for key in last:
            del found[key]
        for migration in found.values():
            migration.dependencies = [last.get(tuple(needed), needed) for needed in migration.dependencies]

    patch.object(loader, "load_disk", load_disk).start()


def migrate(way: str) -> None:
    """This function will migrate the database of DATABASE_URL in this way, in a process of its own."""
    if way != "squashed":
        without_squashed()
    import_module("django").setup()
    if way == "halfway":
        connection = import_module("django.db").connection
        executor = import_module("django.db.migrations.executor").MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        executor.migrate([], plan[: len(plan) // 2])
    else:
        import_module("django.core.management").call_command("migrate", verbosity=0)


def made(name: str) -> str:
    """This function will make a database of this name, and return its address."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    for way in WAYS[name]:
        again = [sys.executable, "-m", "tools.squashed", way]
        subprocess.run(again, env={**os.environ, "DATABASE_URL": address}, check=True)
    return address


def schema(address: str) -> Iterator[str]:
    """This function will give every statement that would make the tables anew, in order of the letters."""
    program: list[str | Path] = [
        packaged() / "pginstall" / "bin" / "pg_dump",
        "--schema-only",
        "--restrict-key=x",
        address,
    ]
    text = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    statements = [part.strip() for part in re.split(r"\n\n(?=--\n)", text)]
    for statement in sorted(statements):
        head, opening, body = statement.partition("CREATE TABLE")
        if opening:
            first, *columns = body.splitlines()
            body = "\n".join([first, *sorted(column.rstrip(",") for column in columns)])
        yield from f"{head}{opening}{body}".splitlines()


def rows(address: str) -> Iterator[str]:
    """This function will give every row of every table, but its numbers given in turn."""
    with psycopg.connect(address) as connection:
        named = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in named.fetchall():
            if table == HISTORY:
                continue
            query = sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table))
            every = (found for (found,) in connection.execute(query).fetchall())
            yield from sorted(
                f"{table} { ({k: row[k] for k in sorted(row) if k not in NUMBERED}) }" for row in every
            )


def told(address: str) -> list[str]:
    """This function will return all that is compared of a database."""
    return [*schema(address), *rows(address)]


def main() -> int:
    """This function will make both databases, print what differs and return the exit status."""
    import_module("tests.engines_plugin").start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    old = told(made("old"))
    found = [
        line
        for name in ("squashed", "halfway")
        for line in unified_diff(old, told(made(name)), "old", name, lineterm="")
    ]
    print("\n".join(found) or f"equal: {len(old)} lines of schema and rows")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        migrate(sys.argv[1])
    else:
        sys.exit(main())
