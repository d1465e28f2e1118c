"""Questions about agencies and facilities; the scope comes first."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from nguon.kernel.text import fold
from nguon.organisations.models import Agency, Facility, TableFile
from nguon.organisations.rules import lineage


def bodies(
    areas: Collection[str],
    model: type[Agency] | type[Facility],
    *,
    day: date,
    text: str = "",
    ended: bool = False,
) -> QuerySet[Any]:
    """This function will return the agencies or facilities inside some areas, and around them, on a day.

    With `ended` those that are over by then instead.  Every word of `text` must begin a word of the name.
    """
    where = Q(area__in={above for area in areas for above in lineage(area)}) | Q(area__within=areas)
    rows: QuerySet[Any] = model._default_manager.filter(where)
    over = Q(valid_to__lt=day)
    rows = rows.filter(over) if ended else rows.exclude(over)
    for word in fold(text).split()[:10]:
        rows = rows.filter(search__contains=f" {word}")
    return rows.select_related("place__parent").order_by("sort_key", "pk")


def agencies_like(areas: Collection[str], text: str, *, day: date, most: int = 20) -> list[Agency]:
    """This function will return the agencies that a form suggests for what is typed so far."""
    return list(bodies(areas, Agency, day=day, text=text)[:most])


def agencies_named(areas: Collection[str], text: str, *, day: date) -> list[Agency]:
    """This function will return the agencies that a text names: by code, by "name (code)", or by name."""
    found = bodies(areas, Agency, day=day)
    code = text.rpartition("(")[2].removesuffix(")").strip() if text.endswith(")") else text.strip()
    by_code = list(found.filter(code=code)[:2]) if code else []
    return by_code or list(found.filter(search__startswith=f" {fold(text)} | ")[:2])


def files_of(person: int, most: int = 20) -> list[TableFile]:
    """This function will return a person's files, the newest first, without what is in them."""
    return list(TableFile.objects.filter(by_id=person).defer("data", "report").order_by("-made_at")[:most])


def file_of(person: int, file_id: object) -> TableFile | None:
    """This function will return one file that a person brought, without what is in it, or None."""
    return TableFile.objects.filter(by_id=person, pk=str(file_id)).defer("data").first()
