"""The signer's own memory: an append-only log, counters that never fall, and the documents it issued.

SQLite with synchronous=FULL: when a row is committed it is on the disk. The order of every signature is: one
transaction with the log row, the counter and the body; its fsync; then the signature; then the envelope. A
crash
in between leaves a body without an envelope: nobody has been told of it, and the next request signs that
same body.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nguon_protocol.counters import PEOPLES
from nguon_signer.errors import StoreMissing

FILE = "signer.sqlite3"
_VERSION = 2
_SCHEMA = f"""
PRAGMA user_version = {_VERSION};
CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    fact TEXT NOT NULL,
    data TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TABLE counters (
    type TEXT NOT NULL,
    target TEXT NOT NULL,
    v INTEGER NOT NULL,
    PRIMARY KEY (type, target)
) STRICT;
CREATE TRIGGER counters_only_up BEFORE UPDATE ON counters WHEN NEW.v <= OLD.v
BEGIN SELECT RAISE(ABORT, 'a counter never falls'); END;
CREATE TRIGGER counters_no_delete BEFORE DELETE ON counters BEGIN SELECT RAISE(ABORT, 'a counter never
falls'); END;
CREATE TABLE documents (
    sha256 TEXT PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE REFERENCES log (seq),
    type TEXT NOT NULL,
    target TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    v INTEGER NOT NULL,
    action TEXT NOT NULL,
    order_id TEXT NOT NULL,
    content TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    items TEXT NOT NULL,
    body BLOB NOT NULL,
    envelope TEXT,
    UNIQUE (type, target, epoch, v)
) STRICT;
CREATE INDEX documents_by_target ON documents (target, type, v);
CREATE INDEX documents_by_order ON documents (order_id) WHERE order_id <> '';
CREATE TRIGGER documents_signed_once BEFORE UPDATE ON documents
WHEN OLD.envelope IS NOT NULL OR NEW.body IS NOT OLD.body OR NEW.sha256 IS NOT OLD.sha256
BEGIN SELECT RAISE(ABORT, 'a signed document never changes'); END;
"""
MEMORY = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'a fact stays'); END;
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'a fact stays'); END;
CREATE TABLE passkeys (
    credential_id TEXT PRIMARY KEY,
    passkey TEXT NOT NULL UNIQUE,
    user INTEGER NOT NULL,
    public_key TEXT NOT NULL,
    pinned_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE TRIGGER passkeys_fixed BEFORE UPDATE ON passkeys WHEN OLD.revoked_at IS NOT NULL
    OR NEW.user IS NOT OLD.user OR NEW.public_key IS NOT OLD.public_key OR NEW.passkey IS NOT OLD.passkey
BEGIN SELECT RAISE(ABORT, 'a pinned key never changes'); END;
CREATE TRIGGER passkeys_no_delete BEFORE DELETE ON passkeys
BEGIN SELECT RAISE(ABORT, 'a pinned key never changes'); END;
CREATE TABLE grants (
    credential_id TEXT NOT NULL REFERENCES passkeys (credential_id),
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    by TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    PRIMARY KEY (credential_id, role, area)
) STRICT;
CREATE TRIGGER grants_fixed BEFORE UPDATE ON grants BEGIN SELECT RAISE(ABORT, 'a grant stays'); END;
CREATE TABLE proofs (
    assertion TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX proofs_count_once ON proofs (credential_id, count) WHERE count > 0;
CREATE TRIGGER proofs_fixed BEFORE UPDATE ON proofs BEGIN SELECT RAISE(ABORT, 'a proof stays'); END;
CREATE TRIGGER proofs_no_delete BEFORE DELETE ON proofs BEGIN SELECT RAISE(ABORT, 'a proof stays'); END;
CREATE TABLE approved (revision TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TRIGGER approved_fixed BEFORE UPDATE ON approved BEGIN SELECT RAISE(ABORT, 'a first look stays'); END;
CREATE TABLE reached (
    approver INTEGER NOT NULL,
    revision TEXT NOT NULL,
    commune TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (revision, commune)
) STRICT;
CREATE INDEX reached_by ON reached (approver, at);
"""
_UNDO_MEMORY = "".join(
    f"DROP TABLE IF EXISTS {table};"
    for table in ("facts", "grants", "passkeys", "proofs", "approved", "reached")
)
_COLUMNS = (
    "sha256, seq, type, target, epoch, v, action, order_id, content, issued, expires, items, body, envelope"
)


@dataclass(frozen=True)
class Issued:
    """One document of the store; `seq` is its log row, `envelope` is None between that row and the
    signature."""

    sha256: str
    seq: int
    type: str
    target: str
    epoch: int
    v: int
    action: str
    order_id: str
    content: str
    issued: int
    expires: int
    items: list[dict[str, Any]]
    body: bytes
    envelope: str | None


@dataclass(frozen=True)
class Listed:
    """What a beacon needs of one signed document; `items` are the item ids of an order, or the id of the
    alert that it is, cancels or corrects; none of a plan."""

    seq: int
    type: str
    target: str
    epoch: int
    v: int
    sha256: str
    action: str
    issued: int
    items: frozenset[str]


def log_hash(seq: int, at: int, fact: str, data: str, prev: str) -> str:
    """This function will give the chained SHA-256 (hex) of one log row."""
    row = json.dumps([seq, at, fact, data, prev], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(row.encode()).hexdigest()


class Store:
    """The SQLite file of one signer. One connection behind one lock: signing is short, and order matters
    here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.lock = threading.RLock()

    @classmethod
    def create(cls, folder: Path) -> Store:
        """This function will make an empty store in `folder`; the file must not exist."""
        path = folder / FILE
        path.touch(mode=0o600, exist_ok=False)
        store = cls(_connect(path))
        store._db.executescript(_SCHEMA + MEMORY)
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """This function will open the store of `folder`; raises StoreMissing when it is not there or
        damaged."""
        path = folder / FILE
        if not path.is_file():
            raise StoreMissing(
                f"There is no signer store in {folder}: run `nguon-signer init --store {folder}`."
            )
        try:
            store = cls(_connect(path))
            (version,) = store._db.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise StoreMissing(f"The signer's store {path} cannot be read: {error}.") from error
        if version == 1:
            store._grow()
        elif version != _VERSION:
            store.close()
            raise StoreMissing(f"The signer's store {path} has version {version}, not {_VERSION}.")
        return store

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """This function will hold the store for one writer; on leaving, all of it is on the disk, or none."""
        with self.lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # also when the disk was too full to commit
                    self._db.execute("ROLLBACK")

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """This function will ask the store one question."""
        with self.lock:
            return self._db.execute(query, values).fetchall()

    def change(self, statement: str, values: tuple[Any, ...]) -> int:
        """This function will change rows (inside a transaction) and give how many."""
        return self._db.execute(statement, values).rowcount

    def _grow(self) -> None:
        """Bring a store of version 1 up to date: what had no quiet hours then was a demo."""
        (root,) = self._db.execute("SELECT body FROM documents WHERE type = 'root'").fetchone()
        (made_at,) = self._db.execute("SELECT at FROM log WHERE seq = 1").fetchone()
        demo = "1" if json.loads(root)["policy"]["quiet"] == [] else "0"
        # A crash after this line leaves tables and no version: they are made anew.
        self._db.executescript(_UNDO_MEMORY + MEMORY)
        with self.transaction():
            self.change("INSERT INTO facts VALUES ('demo', ?), ('made_at', ?)", (demo, str(made_at)))
            self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def append(self, *, at: int, fact: str, data: dict[str, Any]) -> int:
        """This function will add one chained log row (inside a transaction) and give its sequence."""
        last = self._db.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = (last[0] + 1, last[1]) if last else (1, "")
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        row = (seq, at, fact, text, prev, log_hash(seq, at, fact, text, prev))
        self._db.execute("INSERT INTO log (seq, at, fact, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?)", row)
        return int(seq)

    def next_v(self, type_: str, target: str) -> int:
        """This function will raise the counter of (type, target) by one (inside a transaction) and give
        it."""
        row = self._db.execute(
            "INSERT INTO counters (type, target, v) VALUES (?, ?, 1)"
            " ON CONFLICT (type, target) DO UPDATE SET v = v + 1 RETURNING v",
            (type_, target),
        ).fetchone()
        return int(row[0])

    def insert(self, document: Issued) -> None:
        """This function will keep a body that is about to be signed (inside a transaction)."""
        whole = vars(document) | {"items": json.dumps(document.items)}
        values = [whole[name] for name in _COLUMNS.split(", ")]
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT INTO documents ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - constants

    def sign(self, envelopes: Sequence[tuple[str, str]]) -> None:
        """This function will keep the envelopes of bodies, as (SHA-256 of the body, envelope), each once.

        This commit alone waits for no disk: a power cut may take the envelope back, and the body is then
        signed again, word for word. The log row and the number, which must never be lost, are on the disk.
        """
        with self.lock:
            self._db.execute("PRAGMA synchronous = NORMAL")
            try:
                with self.transaction():
                    for pair in envelopes:
                        self._db.execute("UPDATE documents SET envelope = ?2 WHERE sha256 = ?1", pair)
            finally:
                self._db.execute("PRAGMA synchronous = FULL")

    def latest(self, type_: str, target: str) -> Issued | None:
        """This function will give the newest document of (type, target), signed or not yet."""
        return self._one("type = ? AND target = ? ORDER BY epoch DESC, v DESC LIMIT 1", (type_, target))

    def root(self, v: int) -> Issued | None:
        """This function will give the root of that version."""
        return self._one("type = 'root' AND v = ?", (v,))

    def of_order(self, order_id: str, target: str = "") -> Issued | None:
        """This function will give the newest document of an order id, signed or not yet; of a live session,
        whose targets share an id, at one target."""
        return self._one(
            "order_id = ?1 AND ?2 IN ('', target) ORDER BY epoch DESC, v DESC LIMIT 1", (order_id, target)
        )

    def document(self, sha256: str) -> Issued | None:
        """This function will give the document of that body hash."""
        return self._one("sha256 = ?", (sha256,))

    def numbers(self, type_: str, target: str, v: int) -> list[tuple[int, int, str]]:
        """This function will give (epoch, v, SHA-256) of what is kept of a type and target and counted as the
        number `v` is: the server's apart from people's own."""
        with self.lock:
            rows = self._db.execute(
                "SELECT epoch, v, sha256 FROM documents WHERE type = ?1 AND target = ?2"
                " AND (?1 <> 'order' OR (v >= ?4) = (?3 >= ?4)) ORDER BY epoch, v",
                (type_, target, v, PEOPLES),
            ).fetchall()
        return [(int(epoch), int(number), str(sha256)) for epoch, number, sha256 in rows]

    def live(self, targets: list[str], epochs: Mapping[str, int], now: int) -> list[Listed]:
        """This function will list the signed, unexpired documents of the targets in the sequence of the log:
        the newest plan of each, every order, and every alert; `epochs` are those of the roles in force.

        It reads no body and no envelope: every device asks for a beacon once a minute.
        """
        server = epochs["server"]
        people = [epochs[role] for role in ("duty", "urgent") if role in epochs]
        with self.lock:
            rows = self._db.execute(
                "SELECT seq, type, target, epoch, v, sha256, action, issued,"
                " CASE type WHEN 'plan' THEN '[]' ELSE items END FROM documents"
                " WHERE target IN (SELECT value FROM json_each(?1)) AND expires >= ?3"
                " AND CASE WHEN type = 'urgent' OR v >= ?5 THEN epoch IN (SELECT value FROM json_each(?4))"
                " ELSE epoch = ?2 END"
                " AND envelope IS NOT NULL AND (type <> 'plan' OR v = (SELECT max(o.v) FROM documents o"
                " WHERE o.type = 'plan' AND o.target = documents.target AND o.epoch = documents.epoch"
                " AND o.envelope IS NOT NULL)) ORDER BY seq",
                (json.dumps(targets), server, now, json.dumps(people), PEOPLES),
            ).fetchall()
        return [Listed(*[*row[:-1], frozenset(one["id"] for one in json.loads(row[-1]))]) for row in rows]

    def prune(self, before: int) -> int:
        """This function will drop what was issued before that second and has no use any more; gives how many.

        That is plans with a signed newer one, and orders and alerts past their end. The log keeps every hash;
        a number is never given twice, because the counters stay.
        """
        with self.transaction():
            gone = self._db.execute(
                "DELETE FROM documents WHERE issued < ? AND ("
                " (type IN ('order', 'urgent', 'drill') AND expires < ?)"
                " OR (type = 'plan' AND EXISTS (SELECT 1 FROM documents n"
                " WHERE n.type = 'plan' AND n.target = documents.target AND n.envelope IS NOT NULL"
                " AND (n.epoch, n.v) > (documents.epoch, documents.v))))",
                (before, before),
            )
            return gone.rowcount

    def head(self) -> tuple[int, str]:
        """This function will give the last log row's (sequence, hash); (0, "") when the log is empty."""
        with self.lock:
            row = self._db.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return (int(row[0]), str(row[1])) if row else (0, "")

    def facts(self, fact: str) -> list[tuple[int, dict[str, Any]]]:
        """This function will give (at, data) of every log row of one kind, oldest first."""
        with self.lock:
            rows = self._db.execute(
                "SELECT at, data FROM log WHERE fact = ? ORDER BY seq", (fact,)
            ).fetchall()
        return [(int(at), json.loads(data)) for at, data in rows]

    def broken_at(self) -> int | None:
        """This function will check the whole chain and give the first wrong sequence, or None."""
        prev = ""
        with self.lock:
            rows = self._db.execute("SELECT seq, at, fact, data, prev, hash FROM log ORDER BY seq").fetchall()
        for expected, (seq, at, fact, data, before, own) in enumerate(rows, start=1):
            if seq != expected or before != prev or own != log_hash(seq, at, fact, data, before):
                return expected
            prev = own
        return None

    def close(self) -> None:
        """This function will close the file."""
        with self.lock:
            self._db.close()

    def _one(self, where: str, values: tuple[Any, ...]) -> Issued | None:
        found = self._many(where, values)
        return found[0] if found else None

    def _many(self, where: str, values: tuple[Any, ...]) -> list[Issued]:
        query = f"SELECT {_COLUMNS} FROM documents WHERE {where}"  # noqa: S608 - the conditions are written above
        with self.lock:
            rows = self._db.execute(query, values).fetchall()
        names = _COLUMNS.split(", ")
        at = names.index("items")
        return [
            Issued(**{**dict(zip(names, row, strict=True)), "items": json.loads(row[at])}) for row in rows
        ]


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
