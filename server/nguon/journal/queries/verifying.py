"""Whether the chain of facts is whole, by itself and by the heads that were kept elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from nguon.journal.models import Cursor, Entry, chain_hash_of

_FIELDS = ("sequence", "hash", "previous_hash", "fact", "subject", "by", "by_name", "at", "data")


@dataclass(frozen=True, slots=True)
class Head:
    """One row of the chain with its hash; whoever keeps it can tell that nothing up to it was changed."""

    sequence: int
    hash: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """The first row that breaks the chain, and why.

    `link`: it does not follow the row before it (one was removed, put in or changed); `content`: the row is
    not what was written; `rewritten`: the chain holds, but this row is not the one that a signed head names;
    `lost`: the row of a signed head is gone; `cut`: one that a follower has read is gone. The last three
    happened after row `after`, the last one that is surely there (0: none).
    """

    sequence: int
    reason: str
    fact: str
    subject: str
    after: int = 0


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


def verify(kept: Collection[Head] = ()) -> Verified:
    """This function will follow the chain from its first row, as a stream, and stop at the first bad row.

    `kept` are heads that were kept elsewhere: they tell that the newest rows were cut off, or that all rows
    from some row on were written anew, which the chain itself cannot.
    """
    waiting = sorted(((one.sequence, one.hash) for one in kept), reverse=True)
    count, last, confirmed, previous = 0, None, 0, ""
    # Before the rows: what is written meanwhile is read, but not yet followed.
    followed = Cursor.objects.aggregate(to=Max("sequence"))["to"] or 0
    rows = Entry.objects.order_by("sequence").values_list(*_FIELDS)
    for row in rows.iterator(chunk_size=5000):
        sequence, told, *fields = row
        if waiting and waiting[-1][0] < sequence:
            break
        if fields[0] != previous or chain_hash_of(*fields) != told:
            reason = "link" if fields[0] != previous else "content"
            return Verified(count, last, Bad(sequence, reason, fields[1], fields[2]))
        while waiting and waiting[-1][0] == sequence:
            if waiting.pop()[1] != told:
                return Verified(count, last, Bad(sequence, "rewritten", fields[1], fields[2], confirmed))
            confirmed = sequence
        previous, count = told, count + 1
        last = Head(sequence, told, fields[5])
    reached, bad = last.sequence if last else 0, None
    if waiting:
        bad = Bad(waiting[-1][0], "lost", "", "", confirmed)
    elif reached < followed:
        bad = Bad(followed, "cut", "", "", reached)
    return Verified(count, last, bad)


def first_broken() -> Entry | None:
    """This function will return the first fact whose hash does not follow from it and its forerunner, or
    None.
    """
    bad = verify().bad
    return None if bad is None else Entry.objects.get(pk=bad.sequence)
