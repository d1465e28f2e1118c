"""The facts themselves: for followers from old to new, for people from new to old and within their areas."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from nguon.journal.models import Entry, Scope

COUNTRY = "vn"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader looks for; an empty field asks nothing.

    `by` holds "user:<id>" or "system", of whom one did it; `since` and `before`
    are instants, the first belongs to the span and the second does not.
    """

    areas: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    subject: str = ""
    facts: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None


def facts_after(sequence: int, facts: Collection[str] | None = None, limit: int = 100) -> list[Entry]:
    """This function will return the next facts after `sequence`, oldest first, of these kinds (or all)."""
    rows = Entry.objects.filter(sequence__gt=sequence)
    if facts is not None:
        rows = rows.filter(fact__in=facts)
    return list(rows.order_by("sequence")[:limit])


def facts_of(subject: str) -> list[Entry]:
    """This function will return everything the journal knows of one subject, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("sequence"))


def newest_facts(facts: Collection[str]) -> dict[str, str]:
    """This function will return the newest of these facts for each subject that has one."""
    rows = Entry.objects.filter(fact__in=facts).order_by("sequence").values_list("subject", "fact")
    return dict(rows)


def page(
    areas: Collection[str], asked: Filter, *, own: str = "", below: int = 0, without: Collection[str] = ()
) -> QuerySet[Entry]:
    """This function will return the facts that touch any of the areas, newest first.

    A fact without an area is seen by who oversees the whole country, and by its own author (`own`, as
    "user:<id>"). `below` is the cursor: only rows before it.
    """
    rows = Entry.objects.all()
    if COUNTRY not in areas:
        rows = rows.filter(_touching(areas) | (Q(by=own) if own else Q(pk__in=[])))
    if asked.areas:
        rows = rows.filter(_touching(asked.areas))
    plain = {
        "by__in": asked.by,
        "subject": asked.subject,
        "fact__in": asked.facts,
        "at__gte": asked.since,
        "at__lt": asked.before,
        "sequence__lt": below,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    return rows.exclude(fact__in=without).order_by("-sequence")


def _touching(areas: Collection[str]) -> Exists:
    return Exists(Scope.objects.filter(area__within=areas, entry=OuterRef("pk")))
