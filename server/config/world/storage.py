"""SQLite that fails on demand: power cuts before and after each operation, and full disks."""

import sqlite3
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from nguon_device.store import Store

_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT")


@lru_cache(maxsize=1_000)
def _word(sql: str) -> str:
    """Give a statement's first word when it writes, "ROLLBACK" for that, and "" for any other."""
    word = sql.split(maxsplit=1)[0]
    return word if word in {*_WRITES, "ROLLBACK"} else ""


class PowerCut(BaseException):
    """The machine is off from here on; nothing in the code under test may catch this."""


class Trouble:
    """What a disk is made to do. `cut_in` counts write operations down to a power cut (None: never)."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.cut_in: int | None = None
        self.cut_after = False
        self.full = False
        self.operations = 0
        self.commits = 0

    def arm(self, operations: int, *, after: bool) -> None:
        """This function will cut the power at the n-th write from now, before it is done or after."""
        self.cut_in, self.cut_after = operations, after

    def disarm(self) -> None:
        """This function will let the disk work again."""
        self.cut_in, self.full = None, False

    def free(self) -> None:
        """This function will make room on the disk."""
        self.full = False

    def before(self, word: str) -> bool:
        """This function will fail a write that is to fail; True when the power is to be cut after it."""
        self.operations += 1
        if self.full and word != "BEGIN" and self._rng.random() < (0.35 if word == "COMMIT" else 0.04):
            raise sqlite3.OperationalError("database or disk is full")
        if self.cut_in is None:
            return False
        self.cut_in -= 1
        if self.cut_in > 0:
            return False
        self.cut_in = None
        if not self.cut_after:
            raise PowerCut
        return True


class FailingConnection:
    """A connection that asks `Trouble` before each write; the rest goes to SQLite as it is."""

    def __init__(
        self,
        real: sqlite3.Connection,
        trouble: Trouble,
        begun: Callable[[], None],
        committed: Callable[[], None],
    ) -> None:
        self._real = real
        self._trouble = trouble
        self._begun = begun
        self._committed = committed
        self._dead = False

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        """This function will run a statement."""
        if self._dead:
            raise PowerCut  # no finally and no except runs on a machine without power
        word = _word(sql)
        if word == "" or word == "ROLLBACK":
            if word:
                self._begun()
            return self._real.execute(sql, values)
        return self._write(word, self._real.execute, sql, values)

    def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        """This function will run a statement for each row."""
        if self._dead:
            raise PowerCut
        return self._write("INSERT", self._real.executemany, sql, rows)

    def _write(
        self, word: str, do: Callable[[str, Any], sqlite3.Cursor], sql: str, values: Any
    ) -> sqlite3.Cursor:
        try:
            cut = self._trouble.before(word)
        except PowerCut:
            self._dead = True
            raise
        cursor = do(sql, values)
        if word == "BEGIN":
            self._begun()
        if word == "COMMIT" or not self._real.in_transaction:
            self._trouble.commits += 1
            self._committed()
        if cut:
            self._dead = True
            raise PowerCut
        return cursor

    @property
    def in_transaction(self) -> bool:
        """This function will say whether a transaction is open."""
        return self._real.in_transaction

    def close(self) -> None:
        """This function will lose what was not committed; the disk stays."""
        if self._real.in_transaction:
            self._real.execute("ROLLBACK")


class Disk:
    """What stays of one SQLite file when the power is cut: everything committed. It lives in memory, for
    speed; that a commit survives is SQLite's promise, and is tested with real files elsewhere."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    def cut(self) -> None:
        """This function will lose what was not committed."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def image(self) -> bytes:
        """This function will give all bytes of the file."""
        return self.connection.serialize()

    def write(self, image: bytes) -> None:
        """This function will put other bytes in the place of the file."""
        self.connection.close()
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.deserialize(image)


class Journal(Store):
    """The agent's own store on a disk that fails; `committed` is called after each commit."""

    def __init__(self, disk: Disk, trouble: Trouble, committed: Callable[["Journal"], None]) -> None:
        self.written: list[tuple[int, str, str]] = []
        self._disk = disk
        self._told = committed
        super().__init__(":memory:")
        self._db = FailingConnection(self._db, trouble, self.written.clear, self._commit_done)  # type: ignore[assignment]

    def _open(self, path: Path | str) -> sqlite3.Connection:
        return self._disk.connection

    def close(self) -> None:
        """This function will end its use; what was not committed is gone."""
        self._disk.cut()

    def add_receipt(self, n: int, event: str, body: str) -> None:
        """This function will keep a receipt, and note it until it is committed."""
        super().add_receipt(n, event, body)
        self.written.append((n, event, body))

    def _commit_done(self) -> None:
        self._told(self)
        self.written.clear()

    def look(self, sql: str) -> list[Any]:
        """This function will read, past all failures."""
        return self._disk.connection.execute(sql).fetchall()
