"""The signer's own, read-only look at PostgreSQL: one consistent snapshot for each request, and patience.

Connections are kept for reuse; one that PostgreSQL closed (it was restarted) is thrown away and tried once
more.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

import psycopg

from nguon_signer.errors import DatabaseDown, SignerError

VARIABLE = "NGUON_SIGNER_DATABASE_URL"
KEPT = 4
_OPTIONS = "-c default_transaction_read_only=on -c statement_timeout=8000 -c timezone=UTC"
Connection = psycopg.Connection[tuple[object, ...]]
T = TypeVar("T")


def url_from_environment() -> str:
    """This function will give the signer's database URL, or raise SignerError when it is not set."""
    url = os.environ.get(VARIABLE, "")
    if not url:
        raise SignerError(
            f"{VARIABLE} is not set: the signer reads approvals from PostgreSQL with a role of its own."
        )
    return url


class Database:
    """Read-only transactions on one PostgreSQL database, usable from many threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def read(self, question: Callable[[Connection], T]) -> T:
        """This function will run `question` in one read-only snapshot; raises DatabaseDown when it cannot
        be asked."""
        try:
            return self._ask(self._take(), question)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._drop_idle()
        try:
            return self._ask(self._connect(), question)
        except psycopg.Error as error:  # a missing table or right included: the set-up may be at work on it
            raise DatabaseDown(f"The signer cannot read the database: {_first_line(error)}") from error

    def close(self) -> None:
        """This function will close every idle connection."""
        self._drop_idle()

    def _ask(self, connection: Connection, question: Callable[[Connection], T]) -> T:
        try:
            with connection.transaction():
                found = question(connection)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if len(self._idle) < KEPT:
                self._idle.append(connection)
                return found
        connection.close()
        return found

    def _take(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _connect(self) -> Connection:
        connection = psycopg.connect(
            self._url, autocommit=True, connect_timeout=5, tcp_user_timeout=8000, options=_OPTIONS
        )
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return connection

    def _drop_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
