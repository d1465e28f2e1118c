"""Announced work on loudspeakers, in the shape of the pages."""

from collections.abc import Collection, Iterable
from datetime import datetime

from nguon.console.presenters import WorkLine
from nguon.health import queries
from nguon.health.models import Maintenance
from nguon.organisations import queries as places


def lines(areas: Collection[str], at: datetime) -> list[WorkLine]:
    """This function will tell which work goes on or is to come in some areas, by time."""
    return in_words(queries.announced(areas, at), at)


def in_words(found: Iterable[Maintenance], at: datetime) -> list[WorkLine]:
    """This function will put announced work into words."""
    rows = list(found)
    labels = places.labels([row.area for row in rows])
    return [
        WorkLine(
            row.pk,
            str(row.line or row.station or ""),
            labels.get(row.area, row.area),
            row.reason,
            str(row.responsible),
            row.starts_at,
            row.ended_at or row.ends_at,
            row.starts_at <= at < row.ends_at and row.ended_at is None,
        )
        for row in rows
    ]
