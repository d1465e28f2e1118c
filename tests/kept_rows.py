"""Rows with which most tests begin are made once in a process, and put back for each test.

The small map and its people take 127 questions to the database; the rows that they leave are one statement.
They are put back only where none of their tables has a row, inside a test's own transaction, exactly as they
were made, numbers, journal and all. No trigger fires for them: what triggers wrote is among the rows.
"""

import pickle
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.db import connection

Made = TypeVar("Made")
Counts = dict[str, tuple[int, ...]]

_COUNTS = "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
_COLUMNS = (
    "SELECT attname FROM pg_attribute"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
)


def kept(make: Callable[[], Made]) -> Callable[[], Made]:
    """This function will make a maker of rows that remembers what it made the first time."""
    remembered: list[tuple[str, str, bytes]] = []  # what finds a row, what puts all back, what was returned

    @wraps(make)
    def made() -> Made:
        if not connection.in_atomic_block:  # its rows would stay, and what changes cannot be told
            return make()
        if remembered:
            any_row, put_back, returned = remembered[0]
            if _asked(any_row):
                return make()
            with connection.cursor() as cursor:
                cursor.execute(put_back)
            found: Made = pickle.loads(returned)  # noqa: S301 (our own, of this process)
            return found
        before = _counts()
        full = {name for name in before if _asked(_any_row({name}))}
        new = make()
        changed = {name for name, counts in _counts().items() if counts != before[name]}
        if not changed & full:
            remembered.append((_any_row(changed), _put_back(changed), pickle.dumps(new)))
        return new

    return made


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])


def _counts() -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return {name: tuple(counts) for name, *counts in cursor.fetchall()}


def _any_row(tables: set[str]) -> str:
    found = [f"EXISTS (SELECT FROM {name})" for name in sorted(tables)]
    return f"SELECT {' OR '.join(found)}"


def _put_back(tables: set[str]) -> str:
    """This function will return the statements that put these tables' rows back."""
    rows = [_inserted(name) for name in sorted(tables)]
    role = "SET LOCAL session_replication_role = "
    return "; ".join([f"{role}replica", *filter(None, rows), f"{role}origin"])


def _inserted(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        columns = [f'"{name}"' for (name,) in cursor.fetchall()]
        values = " || ',' || ".join(f"quote_nullable({name}::text)" for name in columns)
        cursor.execute(f"SELECT string_agg('(' || {values} || ')', ',' ORDER BY ctid) FROM {table}")  # noqa: S608
        (rows,) = cursor.fetchone()
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES {rows}" if rows else ""  # noqa: S608
