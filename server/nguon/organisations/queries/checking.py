"""Whether the maps of all days hold together, and what a person should look at."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from nguon.organisations.models import PlaceChange, PlaceEdge, SourceOddity
from nguon.organisations.states import ChangeState, Kind

# Each gives (place, what is written): rows that should not be.
_FAULTS = {
    "days-not-covered": """
        SELECT p.id, concat_ws(' ', p.designation, p.name) FROM organisations_place p
        LEFT JOIN (SELECT place_id, min(valid_from) AS first,
                          CASE WHEN bool_or(valid_to IS NULL) THEN NULL ELSE max(valid_to) END AS last,
                          sum(coalesce(valid_to, '9999-12-30') - valid_from + 1) AS days
                   FROM organisations_placeversion GROUP BY place_id) v ON v.place_id = p.id
        WHERE v.first IS DISTINCT FROM p.valid_from OR v.last IS DISTINCT FROM p.valid_to
           OR v.days <> coalesce(p.valid_to, '9999-12-30') - p.valid_from + 1""",
    "last-version-differs": """
        SELECT p.id, concat_ws(' ', p.designation, p.name) FROM organisations_place p
        JOIN organisations_placeversion v ON v.place_id = p.id AND v.valid_to IS NOT DISTINCT FROM p.valid_to
        WHERE (v.name, v.designation, v.kind, v.area, coalesce(v.parent_id, 0))
           <> (p.name, p.designation, p.kind, p.area, coalesce(p.parent_id, 0))""",
    "area-not-of-parent": """
        SELECT DISTINCT v.place_id, v.area FROM organisations_placeversion v
        LEFT JOIN organisations_placeversion above ON above.place_id = v.parent_id
             AND above.valid_from <= coalesce(v.valid_to, '9999-12-30')
             AND coalesce(above.valid_to, '9999-12-30') >= v.valid_from
        WHERE v.parent_id IS NOT NULL AND v.area IS DISTINCT FROM above.area || '.' || v.place_id""",
    "outlives-its-parent": """
        SELECT v.place_id, v.area FROM organisations_placeversion v
        JOIN organisations_place above ON above.id = v.parent_id
        WHERE coalesce(above.valid_to, '9999-12-30') < coalesce(v.valid_to, '9999-12-30')
           OR above.valid_from > v.valid_from""",
    "ended-without-a-word": """
        SELECT p.id, concat_ws(' ', p.designation, p.name) FROM organisations_place p
        WHERE p.valid_to IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM organisations_placeedge e WHERE e.origin_id = p.id)""",
    "shares-do-not-add-up": """
        SELECT d.origin_id, concat(on_day.day, ': ', round(sum(d.share)::numeric, 6))
        FROM organisations_placedescent d
        JOIN (SELECT DISTINCT successor_from AS day FROM organisations_placedescent) on_day
          ON d.successor_from <= on_day.day AND (d.successor_to IS NULL OR d.successor_to >= on_day.day)
        GROUP BY d.origin_id, d.origin_from, on_day.day HAVING abs(sum(d.share) - 1) > 1e-6""",
}
_WITHOUT = """
SELECT p.id, p.kind, concat_ws(' ', p.designation, p.name),
       (SELECT c.code FROM organisations_placecode c WHERE c.place_id = p.id
        ORDER BY c.valid_from DESC LIMIT 1), p.valid_to
FROM organisations_place p
WHERE p.valid_to IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM organisations_placeedge e WHERE e.origin_id = p.id AND e.successor_id IS NOT NULL)
ORDER BY p.id
"""
_COUNTS = """
SELECT day::text, v.kind, v.designation, count(*) FROM unnest(%s::date[]) AS day
JOIN organisations_placeversion v ON v.valid_from <= day AND (v.valid_to IS NULL OR v.valid_to >= day)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 4 DESC, 3
"""
_LINKS = """
SELECT c.day::text AS day, c.act, e.kind, o.id AS from_place, from_code.code AS from_code,
       concat_ws(' ', was.designation, was.name) AS from_name, s.id AS to_place, to_code.code AS to_code,
       concat_ws(' ', became.designation, became.name) AS to_name, e.whole,
       e.share::float8 AS share, e.doubtful
FROM organisations_placeedge e
JOIN organisations_placechange c ON c.id = e.change_id
JOIN organisations_place o ON o.id = e.origin_id
JOIN organisations_place s ON s.id = e.successor_id
LEFT JOIN organisations_placeversion was ON was.place_id = o.id AND was.valid_from < c.day
     AND coalesce(was.valid_to, c.day - 1) >= c.day - 1
LEFT JOIN organisations_placeversion became ON became.place_id = s.id AND became.valid_from <= c.day
     AND coalesce(became.valid_to, c.day) >= c.day
LEFT JOIN LATERAL (SELECT code FROM organisations_placecode WHERE place_id = o.id AND valid_from < c.day
                   ORDER BY valid_from DESC LIMIT 1) from_code ON true
LEFT JOIN LATERAL (SELECT code FROM organisations_placecode WHERE place_id = s.id AND valid_from <= c.day
                   ORDER BY valid_from DESC LIMIT 1) to_code ON true
WHERE c.state = 'confirmed' ORDER BY c.day, from_code.code, to_code.code, e.id
"""


@dataclass(slots=True)
class MapCheck:
    """What `nguon places check` tells, in lists.

    `counts`: how many of each kind there were on each day that ends or begins a map, with their types.
    """

    counts: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    link_counts: dict[str, int] = field(default_factory=dict)
    codes_used_again: int = 0
    without_successor: list[dict[str, Any]] = field(default_factory=list)
    doubtful_links: list[dict[str, Any]] = field(default_factory=list)
    disagreements: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)


def check(*, today: date) -> MapCheck:
    """This function will look through all maps and links; `faults` is empty when they hold together."""
    found = MapCheck(counts=_counts(today), changes=_changes(), link_counts=_links())
    found.disagreements = [
        {
            "kind": row.kind,
            "code": row.code,
            "text": row.text,
            "meaning": row.get_kind_display(),
            "system": row.system,
            "source": row.source,
        }
        for row in SourceOddity.objects.order_by("system", "kind", "code", "text")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT code FROM organisations_placecode GROUP BY code "
            "HAVING count(DISTINCT place_id) > 1) AS used"
        )
        found.codes_used_again = cursor.fetchone()[0]
        cursor.execute(_WITHOUT)
        found.without_successor = [
            {"place": row[0], "kind": row[1], "name": row[2], "code": row[3] or "", "until": str(row[4])}
            for row in cursor
        ]
        cursor.execute(_LINKS)
        names = [column.name for column in cursor.description]
        found.links = [dict(zip(names, row, strict=True)) for row in cursor]
        for kind, statement in _FAULTS.items():
            cursor.execute(statement)
            found.faults += [{"kind": kind, "place": row[0], "text": row[1]} for row in cursor]
    found.doubtful_links = [link for link in found.links if link["doubtful"]]
    return found


def _counts(today: date) -> list[dict[str, Any]]:
    """The counts by kind on the first day of each map, on its eve, and today; no kind is left out."""
    changed = set(PlaceChange.objects.filter(state=ChangeState.CONFIRMED.value).values_list("day", flat=True))
    days = sorted({*changed, *(day - timedelta(days=1) for day in changed), today})
    types: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [days])
        for day, kind, designation, count in cursor:
            types[day, kind][designation] = count
    return [
        {
            "date": day.isoformat(),
            "kind": kind.value,
            "count": sum(types[day.isoformat(), kind.value].values()),
            "types": types[day.isoformat(), kind.value],
        }
        for day in days
        for kind in Kind
    ]


def _changes() -> dict[str, int]:
    states = Counter(PlaceChange.objects.values_list("state", flat=True))
    return {state.value: states[state.value] for state in ChangeState}


def _links() -> dict[str, int]:
    return PlaceEdge.objects.filter(successor__isnull=False).aggregate(
        total=Count("id"),
        as_a_whole=Count("id", filter=Q(whole=True)),
        in_part=Count("id", filter=Q(whole=False)),
        without_share=Count("id", filter=Q(whole=False, share__isnull=True)),
        in_doubt=Count("id", filter=Q(doubtful=True)),
    )
