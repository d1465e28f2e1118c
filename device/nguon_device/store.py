"""The agent's journal in SQLite: what was accepted, begun, ended, cancelled and reported.

synchronous=FULL: a commit is on the disk before the agent acts on it, so that kill -9 or a power cut at any
moment leaves either the old state or the new one.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nguon_device.schema import ADDED, KEYS, STATEMENTS, SUMMED, triggers
from nguon_protocol.counters import Counter

KEPT_RECEIPTS = 10_000
FIRST_RECEIPT = "receipt.first"
"""The fact that holds the number behind which a journal began that took the place of a lost one."""
KEPT_ITEMS_S = 90 * 86_400
ALERT, SILENT = "alert", "silent"
VERSION = 4


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item whose start is journaled and whose end is not."""

    id: str
    doc: str
    begun_ms: int
    heard_ms: int
    kind: str = ""


class _Rehearsed(Exception):
    """All is to be taken back."""


class Store:
    """The journal; used from one thread."""

    def __init__(self, path: Path | str) -> None:
        self._db = self._open(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.create_function("check_sum", -1, _sum_of, deterministic=True)
        self._depth = 0
        with self.transaction():
            if self._version() < VERSION:
                self._upgrade()
                for statement in (*STATEMENTS, *triggers()):
                    self._db.execute(statement)
                self._add_sums()

    def _open(self, path: Path | str) -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one commit; inside another transaction, a part of that one."""
        outermost = self._depth == 0
        if outermost:
            self._db.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
            if outermost:
                self._commit()
        except BaseException:
            if outermost and self._db.in_transaction:  # a full disk may have rolled it back already
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._depth -= 1

    def _commit(self) -> None:
        self._db.execute("COMMIT")

    def damage(self) -> str:
        """Look through the whole file and say what is wrong with it ("": nothing)."""
        found = [str(row[0]) for row in self._db.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            return "; ".join(found)
        try:  # SQLite itself sees a broken structure, but no changed letter
            for key, value in self._db.execute("SELECT key, value FROM facts"):
                _checked(str(key), str(value))
        except sqlite3.DatabaseError as error:
            return str(error)
        return next((f"a row of {table} has changed on the disk" for table in SUMMED if self._rot(table)), "")

    def _rot(self, table: str) -> bool:
        """Say whether a row is not what was written."""
        question = f"SELECT 1 FROM {table} WHERE sum IS NOT check_sum({', '.join(SUMMED[table])}) LIMIT 1"  # noqa: S608  names of ours
        return self._db.execute(question).fetchone() is not None

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _upgrade(self) -> None:
        """Give the tables of a journal of an earlier version the columns that it has not."""
        for table, columns in ADDED.items():
            known = {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}
            for column in columns:
                if known and column.partition(" ")[0] not in known:
                    self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")

    def _add_sums(self) -> None:
        """Give the facts and rows of a journal of an earlier version their check sums."""
        if self._version() < 1:
            for key, value in self._db.execute("SELECT key, value FROM facts").fetchall():
                self.remember(key, value)
        for table, keys in KEYS.items():
            self._db.execute(f"UPDATE {table} SET {keys[0]} = {keys[0]} WHERE sum IS NULL")  # noqa: S608  names of ours
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rehearse(self) -> None:
        """Write what an alert will write, and take it back: SQLite has then read these statements before."""
        with suppress(_Rehearsed), self.transaction():
            self.put_document("urgent", "", "", b"", 0)
            self.put_counter("urgent", "", Counter(0, 0, "", 0))
            self.begin("", "", 0)
            self.progress("", 0)
            self.add_receipt(0, "", "")
            self.remember_two(("receipt.n", 0), ("receipt.prev", ""))
            self.end("", "", "", 0, 0)
            self.cancel([""], 0)
            self.all_documents()
            self.heard_since(0)
            raise _Rehearsed

    # facts

    def fact(self, key: str) -> str | None:
        """Give a single remembered value."""
        row = self._db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return None if row is None else _checked(key, str(row[0]))

    def number(self, key: str, otherwise: int = 0) -> int:
        """Give a single remembered integer."""
        value = self.fact(key)
        return otherwise if value is None else int(value)

    def remember(self, key: str, value: str | int) -> None:
        """Keep a single value under its key."""
        self._db.execute(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, _with_sum(key, str(value))),
        )

    def remember_two(self, one: tuple[str, str | int], other: tuple[str, str | int]) -> None:
        """Keep two values in one statement."""
        kept = [word for key, value in (one, other) for word in (key, _with_sum(key, str(value)))]
        self._db.execute(
            "INSERT INTO facts VALUES (?, ?), (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            kept,
        )

    # documents and counters

    def counters(self) -> dict[tuple[str, str], Counter]:
        """Give every (type, target)'s counter."""
        rows = self._db.execute("SELECT type, target, epoch, v, sha256, seen FROM counters")
        return {(row[0], row[1]): Counter(row[2], row[3], row[4], int(row[5])) for row in rows}

    def put_counter(self, kind: str, target: str, counter: Counter) -> None:
        """Keep a counter. `seen` has 64 bits and SQLite's integers are signed, so it is kept as text."""
        self._db.execute(
            "INSERT OR REPLACE INTO counters (type, target, epoch, v, sha256, seen, sum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            _summed(kind, target, counter.epoch, counter.v, counter.sha256, str(counter.seen)),
        )

    def put_document(self, kind: str, target: str, sha256: str, body: bytes, expires: int) -> None:
        """Keep an accepted document; a plan or release replaces the one of the same target."""
        if kind in {"plan", "release"}:
            self._db.execute("DELETE FROM documents WHERE type = ? AND target = ?", (kind, target))
        self._db.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", (sha256, kind, target, body, expires)
        )

    def documents(self, kind: str) -> list[tuple[str, bytes]]:
        """Give (sha256, body) of every kept document of a type."""
        return list(self._db.execute("SELECT sha256, body FROM documents WHERE type = ?", (kind,)))

    def all_documents(self) -> list[tuple[str, str, bytes]]:
        """Give (type, sha256, body) of every kept document."""
        return list(self._db.execute("SELECT type, sha256, body FROM documents"))

    def drop_document(self, sha256: str) -> None:
        """Drop a document whose bytes are not what was accepted."""
        self._db.execute("DELETE FROM documents WHERE sha256 = ?", (sha256,))

    def hashes(self) -> set[str]:
        """Give the sha256 of every kept document."""
        return {row[0] for row in self._db.execute("SELECT sha256 FROM documents")}

    def forget_documents(self, before: int) -> None:
        """Drop what is no plan or release and expired before the given epoch second."""
        self._db.execute(
            "DELETE FROM documents WHERE type NOT IN ('plan', 'release') AND expires < ?", (before,)
        )

    # items

    def mark_ready(self, items: Iterable[tuple[str, str]], at: int) -> None:
        """Note that the media of (item, document) are stored and verified."""
        self._db.executemany(
            "INSERT INTO items (id, doc, ready, at) VALUES (?, ?, 1, ?) "
            "ON CONFLICT (id) DO UPDATE SET ready = 1",
            [(item, doc, at) for item, doc in items],
        )

    def begin(self, item: str, doc: str, begun_ms: int, kind: str = "") -> None:
        """Note that an item begins now; from here on it is never begun again, unless it is reopened.

        The kinds ALERT and SILENT do not count towards the minutes of a day.
        """
        self._db.execute(
            "INSERT INTO items (id, doc, ready, begun_ms, heard_ms, ended, at, kind, sum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET begun_ms = excluded.begun_ms, doc = excluded.doc, "
            "kind = excluded.kind, heard_ms = 0",
            _summed(item, doc, 0, begun_ms, 0, None, begun_ms // 1000, kind),
        )

    def reopen(self, item: str) -> None:
        """Note that an alert was cut by a loss of power: it may begin again."""
        self._db.execute("UPDATE items SET begun_ms = NULL WHERE id = ?", (item,))

    def reopened(self) -> set[str]:
        """Give the alerts that were cut, reported, and have not begun again since."""
        return {
            row[0]
            for row in self._db.execute(
                "SELECT id FROM items WHERE kind = ? AND begun_ms IS NULL AND ended IS NULL", (ALERT,)
            )
        }

    def progress(self, item: str, heard_ms: int) -> None:
        """Note how much of an item was heard."""
        self._db.execute("UPDATE items SET heard_ms = ? WHERE id = ?", (heard_ms, item))

    def end(self, item: str, doc: str, event: str, heard_ms: int, at: int) -> None:
        """Note how an item ended; for good."""
        self._db.execute(
            "INSERT INTO items (id, doc, ended, heard_ms, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, heard_ms = excluded.heard_ms, "
            "at = max(at, excluded.at)",
            (item, doc, event, heard_ms, at),
        )

    def has_begun(self, item: str) -> bool:
        """Say whether an item has begun, whatever became of it."""
        found = self._db.execute("SELECT 1 FROM items WHERE id = ? AND begun_ms IS NOT NULL", (item,))
        return found.fetchone() is not None

    def open_items(self) -> list[OpenItem]:
        """Give what has begun and not ended."""
        rows = self._db.execute(
            "SELECT id, doc, begun_ms, heard_ms, kind FROM items WHERE begun_ms IS NOT NULL AND ended IS NULL"
        )
        return [OpenItem(*row) for row in rows]

    def ended(self) -> set[str]:
        """Give the ids that are over."""
        return {row[0] for row in self._db.execute("SELECT id FROM items WHERE ended IS NOT NULL")}

    def ready(self) -> set[str]:
        """Give the ids that were reported ready."""
        return {row[0] for row in self._db.execute("SELECT id FROM items WHERE ready = 1")}

    def heard_since(self, since_ms: int) -> list[tuple[int, int]]:
        """Give (begun ms, heard ms) of what began since then, without alerts and what nobody heard."""
        rows = self._db.execute(
            "SELECT begun_ms, heard_ms FROM items WHERE begun_ms >= ? AND kind = ''", (since_ms,)
        )
        return [(row[0], row[1]) for row in rows]

    def cancel(self, items: Iterable[str], at: int) -> None:
        """Note that these are never to be played, also when they arrive only later."""
        self._db.executemany(
            "INSERT OR IGNORE INTO cancelled (id, at) VALUES (?, ?)", [(item, at) for item in items]
        )

    def cancelled(self) -> set[str]:
        """Give the ids that are never to be played."""
        return {row[0] for row in self._db.execute("SELECT id FROM cancelled")}

    def forget_items(self, before: int) -> None:
        """Drop items that ended before the given epoch second; no plan reaches back that far."""
        self._db.execute("DELETE FROM items WHERE ended IS NOT NULL AND at < ?", (before,))

    # receipts

    def add_receipt(self, n: int, event: str, body: str) -> None:
        """Keep a receipt; when more than 10,000 are there, drop old ones that matter least."""
        self._db.execute(
            "INSERT INTO receipts (n, event, envelope, sum) VALUES (?, ?, ?, ?)", _summed(n, event, body)
        )
        if n % 100 == 0:
            self._trim()

    def receipts_after(self, n: int, most: int) -> list[tuple[int, str]]:
        """Give the bodies of the next receipts after number n, in order; of those that an earlier version of
        this program wrote, the envelopes."""
        rows: Sequence[tuple[int, str]] = self._db.execute(
            "SELECT n, envelope FROM receipts WHERE n > ? ORDER BY n LIMIT ?", (n, most)
        ).fetchall()
        return list(rows)

    def _trim(self) -> None:
        """Drop acknowledged receipts first, then the oldest info; never played or refused ones (rule 11)."""
        extra = self._db.execute("SELECT count(*) FROM receipts").fetchone()[0] - KEPT_RECEIPTS
        for condition in (f"n <= {self.number('acknowledged')}", "event IN ('info', 'ready', 'accepted')"):
            if extra > 0:
                found = self._db.execute(
                    f"DELETE FROM receipts WHERE n IN "  # noqa: S608  the condition is one of two above
                    f"(SELECT n FROM receipts WHERE {condition} ORDER BY n LIMIT ?)",
                    (extra,),
                )
                extra -= found.rowcount


def _sum_of(*values: object) -> str:
    return f"{zlib.crc32(repr(values).encode()):08x}"


def _summed(*values: object) -> tuple[object, ...]:
    """Give the values of a row with their check sum behind them, as the triggers would write it."""
    return *values, _sum_of(*values)


def _with_sum(key: str, value: str) -> str:
    return f"{zlib.crc32(f'{key}={value}'.encode()):08x} {value}"


def _checked(key: str, kept: str) -> str:
    """Give a fact's value; sqlite3.DatabaseError when a letter of it has changed on the disk."""
    value = kept[9:]
    if kept != _with_sum(key, value):
        raise sqlite3.DatabaseError(f"the fact {key!r} has changed on the disk")
    return value
