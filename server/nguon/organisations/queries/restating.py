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

# `figures`: (day, place, value).  Between two days on which land moved every day has the same links, so they
# are looked up once for the days of one `era`.  `need` counts the places that make up a target: with fewer
# figures it is missing.  A figure without a link is that of a place that stayed as it is (`still`), or of one
# that nothing took over.  A figure of a place that was not there on its day (it was made of others later, or
# had ended) fits no map, and is unplaced too.
_SQL = """
WITH figures AS MATERIALIZED ({figures}),
turns AS MATERIALIZED (
    SELECT successor_from AS turn FROM organisations_placedescent GROUP BY 1
    UNION SELECT origin_from FROM organisations_placedescent GROUP BY 1
),
days AS MATERIALIZED (
    SELECT day, coalesce((SELECT max(turn) FROM turns WHERE turn <= day), '-infinity') AS era
    FROM (SELECT day FROM figures GROUP BY day) AS given
),
eras AS (SELECT era, min(day) AS day FROM days GROUP BY era),
arrows AS (
    SELECT eras.era, d.origin_id AS source, d.successor_id AS target, d.share AS share, d.assumed
    FROM eras JOIN organisations_placedescent d
      ON eras.day < %(to)s AND eras.day BETWEEN d.origin_from AND d.origin_to
     AND d.successor_from <= %(to)s AND (d.successor_to IS NULL OR d.successor_to >= %(to)s)
    WHERE d.share > 0
    UNION ALL
    SELECT eras.era, d.successor_id, d.origin_id, d.back_share, d.back_assumed
    FROM eras JOIN organisations_placedescent d
      ON eras.day > %(to)s AND %(to)s BETWEEN d.origin_from AND d.origin_to
     AND d.successor_from <= eras.day AND (d.successor_to IS NULL OR d.successor_to >= eras.day)
    WHERE d.back_share > 0
),
links AS MATERIALIZED (SELECT *, count(*) OVER (PARTITION BY era, target) AS need FROM arrows),
told AS (
    SELECT figures.day, coalesce(links.target, figures.place) AS place, links.target IS NULL AS still,
           sum(figures.value * coalesce(links.share, 1)) AS known,
           count(figures.value) AS got, max(links.need) AS need, min(links.share) AS least,
           bool_or(links.assumed AND links.share < 1) AS assumed,
           array_agg(figures.place) FILTER (WHERE links.share < 1) AS sources,
           array_agg(links.share) FILTER (WHERE links.share < 1) AS shares
    FROM figures JOIN days ON days.day = figures.day
    LEFT JOIN links ON links.source = figures.place AND links.era = days.era
    GROUP BY 1, 2, 3 HAVING count(figures.value) > 0
)
SELECT told.day, told.place, CASE WHEN still OR got = need THEN known END AS value, known,
       CASE WHEN still AND (place.valid_from > %(to)s OR place.valid_to < %(to)s
                            OR place.valid_to < told.day OR place.valid_from > told.day AND EXISTS (
                                SELECT 1 FROM organisations_placedescent d WHERE d.successor_id = told.place
                                AND told.day BETWEEN d.origin_from AND d.origin_to)) THEN 'unplaced'
            WHEN still THEN 'exact' WHEN got < need THEN 'missing'
            WHEN least = 1 THEN 'exact' ELSE 'estimated' END AS status,
       coalesce(assumed, false) AS assumed, sources, shares
FROM told JOIN organisations_place place ON place.id = told.place
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
