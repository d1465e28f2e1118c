"""Figures of one map told on another: exact, estimated with the share used, or missing; never silently.

A figure of a place on a day is told of the places of another day by the shares of PlaceDescent.  It is exact
where only whole places came together, estimated where a share was used, and missing where a place that
belongs to the sum has no figure.  What nothing took over is listed as unplaced, so totals always add up:
sum of values, of `known` parts and of what is unplaced = sum of the given figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db import connection

Status = Literal["exact", "estimated", "missing"]

GIVEN = """
SELECT * FROM unnest(%(days)s::date[], %(places)s::bigint[], %(values)s::float8[]) AS given(day, place, value)
"""

# `figures`: (day, place, value). The descents that matter join a day of the figures with the other map; a
# figure whose place has none is that of a place that stayed as it is, or of one that nothing took over.
_SQL = """
WITH figures AS MATERIALIZED ({figures}),
days AS (SELECT DISTINCT day FROM figures),
links AS MATERIALIZED (
    SELECT days.day, d.origin_id AS source, d.successor_id AS target, d.share AS share, d.assumed
    FROM days JOIN organisations_placedescent d
      ON days.day < %(to)s AND days.day BETWEEN d.origin_from AND d.origin_to
     AND d.successor_from <= %(to)s AND (d.successor_to IS NULL OR d.successor_to >= %(to)s)
    UNION ALL
    SELECT days.day, d.successor_id, d.origin_id, d.back_share, d.back_assumed
    FROM days JOIN organisations_placedescent d
      ON days.day > %(to)s AND %(to)s BETWEEN d.origin_from AND d.origin_to
     AND d.successor_from <= days.day AND (d.successor_to IS NULL OR d.successor_to >= days.day)
),
joined AS (
    SELECT links.day, links.target, figures.value, links.share, links.assumed, links.source
    FROM links LEFT JOIN figures ON figures.day = links.day AND figures.place = links.source
    WHERE links.share > 0
),
moved AS (
    SELECT day, target AS place, sum(value * share) AS known,
           bool_and(value IS NOT NULL) AS whole, bool_and(share = 1) AS exact,
           bool_or(assumed AND share < 1) AS assumed,
           array_agg(source ORDER BY source) FILTER (WHERE share < 1) AS sources,
           array_agg(share ORDER BY source) FILTER (WHERE share < 1) AS shares
    FROM joined GROUP BY day, target HAVING count(value) > 0
),
still AS (
    SELECT figures.day, figures.place, figures.value,
           place.valid_from <= %(to)s AND (place.valid_to IS NULL OR place.valid_to >= %(to)s) AS there
    FROM figures JOIN organisations_place place ON place.id = figures.place
    WHERE figures.value IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM links WHERE links.day = figures.day AND links.source = figures.place)
)
SELECT day, place, CASE WHEN whole THEN known END AS value, known,
       CASE WHEN NOT whole THEN 'missing' WHEN exact THEN 'exact' ELSE 'estimated' END AS status,
       coalesce(assumed, false) AS assumed, sources, shares
FROM moved
UNION ALL
SELECT day, place, value, value, CASE WHEN there THEN 'exact' ELSE 'unplaced' END, false, NULL, NULL
FROM still
"""


@dataclass(frozen=True, slots=True)
class Restated:
    """One figure on the other map.  `value` is None when missing, and `known` then a part of it.

    `shares` says which part of whose figure went in, where it was not all of it; `assumed`, that neither act
    nor source tells one of them.
    """

    value: float | None
    known: float
    status: Status
    shares: dict[int, float] = field(default_factory=dict)
    assumed: bool = False


@dataclass(slots=True)
class Restatement:
    """The figures of one day on the other map, by place, and those of places that nothing took over."""

    rows: dict[int, Restated] = field(default_factory=dict)
    unplaced: dict[int, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """This property will give the sum of all that was given, wherever it went."""
        return sum(row.known for row in self.rows.values()) + sum(self.unplaced.values())


def restating_sql(figures: str = GIVEN) -> str:
    """This function will return the statement for figures that a query (day, place, value) gives.

    Its parameters are those of `figures` and `to`, the day of the other map.  The rows: day, place, value,
    known, status (exact, estimated, missing; unplaced for what nothing took over), assumed, sources, shares.
    """
    return _SQL.format(figures=figures)


def restate(figures: Mapping[int, float | None], *, on: date, to: date) -> Restatement:
    """This function will tell the figures of places `on` one day on the map of the day `to`, either way.

    A figure that is None counts as not given.
    """
    return restate_many({on: figures}, to=to)[on]


def restate_many(periods: Mapping[date, Mapping[int, float | None]], *, to: date) -> dict[date, Restatement]:
    """This function will tell figures of several days (day -> place -> figure) on one map, in one query."""
    rows = [(day, *pair) for day, figures in periods.items() for pair in figures.items()]
    parameters: dict[str, Any] = {
        "days": [row[0] for row in rows],
        "places": [row[1] for row in rows],
        "values": [row[2] for row in rows],
        "to": to,
    }
    found = {day: Restatement() for day in periods}
    with connection.cursor() as cursor:
        cursor.execute(restating_sql(), parameters)
        for day, *row in cursor.fetchall():
            _put(found[day], *row)
    return found


def _put(
    into: Restatement,
    place: int,
    value: float | None,
    known: float,
    status: Any,
    assumed: bool,
    sources: list[int] | None,
    shares: list[float] | None,
) -> None:
    if status == "unplaced":
        into.unplaced[place] = known
        return
    used = dict(zip(sources or [], shares or [], strict=True))
    into.rows[place] = Restated(value, known, status, used, assumed)
