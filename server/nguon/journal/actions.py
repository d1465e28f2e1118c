"""Writing the journal: one row inside the transaction of the action that it tells of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from nguon.journal import store
from nguon.journal.models import Cursor, Entry, SignedHead, chain_hash

CHANNEL = "nguon_journal"
# One lock for all writers: it keeps the chain unforked and the sequence in the order of commits.
_CHAIN_LOCK = 0x4E47554F4E


class Actor(Protocol):
    """Whoever does something: a person with an account."""

    @property
    def pk(self) -> Any: ...

    def get_username(self) -> str: ...


@dataclass(frozen=True)
class Fact:
    """One of several facts of the same kind: what it is about, and what it says."""

    subject: str
    data: Mapping[str, Any]


def record(*, fact: str, subject: str, by: Actor | None, at: datetime, data: Mapping[str, Any]) -> Entry:
    """This function will append one fact to the journal, and wake the followers when the transaction commits.

    It must be called inside the transaction of the action (last, as it holds the chain's lock until the
    commit).
    `by` is None for the system itself.
    """
    return record_many(fact=fact, told=[Fact(subject, data)], by=by, at=at)[0]


def record_many(*, fact: str, told: Sequence[Fact], by: Actor | None, at: datetime) -> list[Entry]:
    """This function will append several facts of one kind in their order, as `record` does; the database is
    asked the same four questions however many they are, and none for none."""
    if not connection.in_atomic_block:
        raise RuntimeError("a journal row belongs inside the transaction of its action")
    if not told:
        return []
    plain = [json.loads(json.dumps(one.data, cls=DjangoJSONEncoder)) for one in told]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
        cursor.execute("SELECT journal_head()")
        (last,) = cursor.fetchone()
        entries = []
        for one, data in zip(told, plain, strict=True):
            entry = Entry(
                fact=fact,
                subject=one.subject,
                by=f"user:{by.pk}" if by else "system",
                by_name=by.get_username() if by else "",
                at=at,
                data=data,
                previous_hash=last or "",
            )
            last = entry.hash = chain_hash(entry)
            entries.append(entry)
        _append(cursor, entries)
        cursor.execute(f"NOTIFY {CHANNEL}")
    return entries


def _append(cursor: CursorWrapper, entries: Sequence[Entry]) -> None:
    # Whoever does something need not be able to read the journal, nor to write what they like into it.
    # The rows are numbered in the order of the chain: the function is called row by row of a sorted list.
    first = entries[0]
    cursor.execute(
        "SELECT journal_append(%s, one.subject, %s, %s, %s, one.data::jsonb, one.previous, one.hash)"
        " FROM (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
        " WITH ORDINALITY AS t (subject, data, previous, hash, n) ORDER BY n) one",
        [
            first.fact,
            first.by,
            first.by_name,
            first.at,
            [entry.subject for entry in entries],
            [json.dumps(entry.data) for entry in entries],
            [entry.previous_hash for entry in entries],
            [entry.hash for entry in entries],
        ],
    )
    for entry, (sequence,) in zip(entries, cursor.fetchall(), strict=True):
        entry.sequence = sequence
        entry._state.adding = False


@transaction.atomic
def keep_head(*, signed: Mapping[str, Any], at: datetime) -> SignedHead:
    """This function will keep a head as the signer gave it: n, sequence, hash, root_v, envelope."""
    kept, _made = SignedHead.objects.get_or_create(
        n=signed["n"],
        defaults={
            "sequence": signed["sequence"],
            "hash": signed["hash"],
            "root_v": signed["root_v"],
            "signed_at": at,
            "envelope": signed["envelope"],
        },
    )
    return kept


def export_heads(*, folder: Path, roots: Mapping[int, str] | None = None) -> int:
    """This function will write every kept head as a file of its own, and the roots given, where they are not
    there yet; returns how many files are new.
    """
    new = [store.write_once(folder, store.root_name(v), text) for v, text in (roots or {}).items()]
    there = set(store.heads(folder))
    for row in SignedHead.objects.order_by("n"):
        name = store.head_name(row.n, row.sequence)
        if name not in there:
            new.append(store.write_once(folder, name, row.envelope))
    return sum(new)


@transaction.atomic
def lock_cursor(*, name: str, at: datetime) -> Cursor | None:
    """This function will take a follower's cursor for this transaction, or return None if another one has
    it.
    """
    Cursor.objects.get_or_create(name=name, defaults={"moved_at": at})
    return Cursor.objects.select_for_update(skip_locked=True).filter(name=name).first()


def move_cursor(*, cursor: Cursor, sequence: int, at: datetime) -> None:
    """This function will store that the follower is done up to and with `sequence`."""
    cursor.sequence, cursor.moved_at = sequence, at
    cursor.save(update_fields=["sequence", "moved_at"])
