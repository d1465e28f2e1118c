"""Reading the journal."""

from collections.abc import Collection

from nguon.journal.models import Entry, chain_hash


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
    previous = ""
    for entry in Entry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.previous_hash != previous or entry.hash != chain_hash(entry):
            return entry
        previous = entry.hash
    return None
