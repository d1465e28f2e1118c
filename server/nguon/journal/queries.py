"""Reading the journal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from nguon.journal.models import Entry, chain_hash_of

_FIELDS = ("sequence", "hash", "previous_hash", "fact", "subject", "by", "by_name", "at", "data")


def facts_after(sequence: int, facts: Collection[str] | None = None, limit: int = 100) -> list[Entry]:
    """This function will return the next facts after `sequence`, oldest first, of these kinds (or all)."""
    rows = Entry.objects.filter(sequence__gt=sequence)
    if facts is not None:
        rows = rows.filter(fact__in=facts)
    return list(rows.order_by("sequence")[:limit])


def facts_of(subject: str) -> list[Entry]:
    """This function will return everything the journal knows of one subject, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("sequence"))


def first_broken() -> Entry | None:
    """This function will return the first fact whose hash does not follow from it and its forerunner, or
    None.
    """
    bad = verify().bad
    return None if bad is None else Entry.objects.get(pk=bad.sequence)


@dataclass(frozen=True, slots=True)
class Head:
    """The last fact of the chain; whoever keeps it can later tell that nothing before it was changed.

    The signer signs this every hour and it is exported (to come); that needs no more than these fields.
    """

    sequence: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Bad:
    """The first row that breaks the chain: `link` (it does not follow the row before it: one was removed,
    put in or changed) or `content` (the row itself is not what was written)."""

    sequence: int
    reason: str
    fact: str
    subject: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows were read, up to which head; `bad` is None when all of them hold."""

    rows: int
    head: Head | None
    bad: Bad | None


def head() -> Head | None:
    """This function will return the head of the chain, or None for an empty journal."""
    last = Entry.objects.order_by("-sequence").values_list("sequence", "hash", "at").first()
    return None if last is None else Head(*last)


def verify(until: Head | None = None) -> Verified:
    """This function will follow the chain from its first row, as a stream, and stop at the first bad row.

    With `until`, a head that was kept elsewhere, a journal that no longer holds that row is bad too: this is
    how the loss of its newest rows shows, which the chain itself cannot tell.
    """
    count, last, kept = 0, None, until is None
    previous = ""
    rows = Entry.objects.order_by("sequence").values_list(*_FIELDS)
    for row in rows.iterator(chunk_size=5000):
        sequence, told, *fields = row
        if fields[0] != previous or chain_hash_of(*fields) != told:
            reason = "link" if fields[0] != previous else "content"
            return Verified(count, last, Bad(sequence, reason, fields[1], fields[2]))
        previous, count = told, count + 1
        last = Head(sequence, told, fields[5])
        kept = kept or (until is not None and (sequence, told) == (until.sequence, until.hash))
    if not kept and until is not None:
        return Verified(count, last, Bad(until.sequence, "lost", "", ""))
    return Verified(count, last, None)
