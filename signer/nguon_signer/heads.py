"""Heads of the journal: the signer's word that up to this row the journal held these very facts.

The journal chains its rows by hashes, so one signed head covers every row before it. Whoever cuts off the
newest rows, or writes the whole chain anew, meets a head that this signer has signed and remembers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from nguon_protocol import strict_json
from nguon_signer import reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import Issuer
from nguon_signer.opened import Opened
from nguon_signer.store import Store

TYPE = "journal-head"
FACT = "head.signing"


@dataclass(frozen=True)
class Head:
    """The `n`-th head that this signer has signed: the journal's row and its hash; `issued` in epoch s."""

    n: int
    sequence: int
    hash: str
    previous: str
    issued: int


class Heads:
    """The operation about the journal; `clock` gives epoch seconds."""

    def __init__(
        self, opened: Opened, database: Database, issuer: Issuer, clock: Callable[[], float]
    ) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._clock = clock

    def head(self, request: dict[str, Any]) -> dict[str, Any]:
        """This function will sign that the journal's row `sequence` is its head, after the last head.

        Refused with `journal` when the row of the last head is no longer what was signed.
        """
        requests.only(request, "sequence")
        sequence = requests.number(request, "sequence")
        with self._issuer.one_at_a_time(TYPE):
            last = last_head(self._opened.store)
            row, before = self._database.read(lambda db: _rows(db, sequence, last))
            _judge(sequence, last, row, before)
            head = last if last and last.sequence == sequence else self._log(sequence, row or "", last)
        body = strict_json.dumps({"type": TYPE, "root_v": self._opened.root.v, **asdict(head)})
        return {**asdict(head), "root_v": self._opened.root.v, "envelope": self._issuer.sign(TYPE, body)}

    def _log(self, sequence: int, hash_: str, last: Head | None) -> Head:
        """The row of the log is on the disk before anything is signed."""
        n, previous = (last.n + 1, last.hash) if last else (1, "")
        head = Head(n, sequence, hash_, previous, int(self._clock()))
        with self._opened.store.transaction():
            self._opened.store.append(at=head.issued, fact=FACT, data=asdict(head))
        return head


def last_head(store: Store) -> Head | None:
    """This function will give the newest head of the signer's own log, or None before the first."""
    rows = store.rows("SELECT data FROM log WHERE fact = ? ORDER BY seq DESC LIMIT 1", (FACT,))
    return Head(**json.loads(rows[0][0])) if rows else None


def _rows(db: Connection, sequence: int, last: Head | None) -> tuple[str | None, str | None]:
    """The hashes of the row asked for, and of the row of the last head."""
    return reads.journal_hash(db, sequence), reads.journal_hash(db, last.sequence) if last else None


def _judge(sequence: int, last: Head | None, row: str | None, before: str | None) -> None:
    if last is not None and before != last.hash:
        raise Refused("journal", f"Row {last.sequence} of the journal is not what was signed as its head.")
    if row is None:
        raise Refused("unknown", f"The journal has no row {sequence}.")
    if last is not None and sequence < last.sequence:
        raise Refused("late", f"The journal's head is row {last.sequence} already.")
