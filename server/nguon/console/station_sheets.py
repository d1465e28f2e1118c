"""Tiếp sóng as an Excel file: every booking that is heard in one's areas, and what became of it."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _

from nguon.console.stations import days_of
from nguon.organisations import queries as places
from nguon.relays import queries
from nguon.relays.models import Booking
from nguon.relays.states import Fallback, State

CHUNK = 500


def rows(areas: Collection[str]) -> QuerySet[Booking]:
    """This function will return the bookings that are heard in some areas, the newest first."""
    return queries.bookings_in(areas).select_related("source", "author", "approval__by", "instead")


def columns() -> list[tuple[str, int]]:
    """This function will return the heads of the columns with their widths."""
    return [
        (_("Đài"), 24), (_("Địa chỉ"), 44), (_("Ngày phát"), 26), (_("Từ giờ"), 9), (_("Đến giờ"), 9),
        (_("Ngày đầu"), 12), (_("Ngày cuối"), 12), (_("Nơi nghe"), 44), (_("Trạng thái"), 16),
        (_("Người lập"), 24), (_("Người duyệt"), 24), (_("Khi mất nguồn"), 34), (_("Số ngày đã phát"), 14),
        (_("Phút đã tiếp sóng"), 14), (_("Phút phát thay"), 14), (_("Số lần mất nguồn"), 14),
        (_("Ngày phát gần nhất"), 16),
    ]  # fmt: skip


def cells(found: QuerySet[Booking]) -> Iterator[list[Any]]:
    """This function will write the rows, some hundreds at a time."""
    told = found.annotate(
        days=Count("runs", distinct=True), sent=Sum("runs__sent_ms"), instead_sent=Sum("runs__instead_ms"),
        losses=Sum("runs__losses"), last=Max("runs__day"),
    ).prefetch_related("targets")  # fmt: skip
    waiting: list[Booking] = []
    for row in told.iterator(CHUNK):
        waiting.append(row)
        if len(waiting) == CHUNK:
            yield from _written(waiting)
            waiting = []
    yield from _written(waiting)


def _written(found: list[Booking]) -> Iterator[list[Any]]:
    named = places.labels({area for row in found for area in queries.areas_of(row)})
    for row in found:
        approval = getattr(row, "approval", None)
        instead = row.instead.title if row.instead else str(Fallback(row.fallback).label)
        told: Any = row
        yield [
            row.source.name, row.source.url, days_of(row), f"{row.begins:%H:%M}", f"{row.ends:%H:%M}",
            row.first_day, row.last_day,
            "; ".join(named.get(area, area) for area in queries.areas_of(row)),
            str(State(row.state).label), str(row.author), str(approval.by) if approval else "", instead,
            told.days, _minutes(told.sent), _minutes(told.instead_sent), told.losses or 0, told.last,
        ]  # fmt: skip


def _minutes(ms: int | None) -> float:
    return round((ms or 0) / 60_000, 1)
