"""The map of 30/6/2025 beside that of today: actions.import_history and the questions as at a date."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count

from nguon.organisations import queries
from nguon.organisations.actions import (
    HistoryReport,
    import_history,
    import_places,
    read_units_2025,
    read_units_legacy,
)
from nguon.organisations.models import Place, PlaceCode, PlaceDescent, PlaceEdge, PlaceVersion
from nguon.organisations.states import SYSTEM_OFFICIAL, Kind
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
THEN, EVE, DAY, NOW = date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2026, 3, 2)


@pytest.fixture(scope="module")
def imported(django_db_setup: None, django_db_blocker: Any) -> Iterator[HistoryReport]:
    """Both whole maps, once for this file; what is made here is undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=AT)
        yield import_history(source=read_units_legacy(), by=None, at=AT)
        transaction.set_rollback(True)


def test_counts(imported: HistoryReport) -> None:
    assert imported.counts == {"province": 63, "district": 696, "commune": 10035}
    assert (imported.continued, imported.not_placed) == (132, [])
    for day, kinds in ((EVE, [1, 63, 696, 10035, 0]), (DAY, [1, 34, 0, 3321, 0])):
        assert [PlaceVersion.objects.on(day).filter(kind=kind).count() for kind in Kind] == kinds


def test_every_unit_has_a_successor_or_is_named(imported: HistoryReport) -> None:
    assert {row.kind for row in imported.without_successor} == {"tier-ended"}
    assert len(imported.without_successor) == 691
    assert imported.without_predecessor == []
    silent = Place.objects.filter(valid_to=EVE).annotate(n=Count("onward")).filter(n=0)
    assert list(silent) == []


def test_every_disagreement_is_told(imported: HistoryReport) -> None:
    kinds = {row.kind for row in imported.disagreements}
    assert kinds == {"district-without-communes", "far-apart", "type-disagrees"}
    far = [row for row in imported.disagreements if row.kind == "far-apart"]
    assert any("Phường Cao Lãnh" in row.text or row.text for row in far)
    assert PlaceEdge.objects.filter(doubtful=True).count() == len(far)


def test_a_code_that_is_used_again_means_the_place_of_its_day(imported: HistoryReport) -> None:
    assert imported.codes_used_again > 3300
    assert str(queries.by_code_on("00004", day=EVE)) == "Phường Trúc Bạch"
    assert str(queries.by_code_on("00004", day=DAY)) == "Phường Ba Đình"
    twice = PlaceCode.objects.values("code").annotate(n=Count("id")).filter(n__gt=1)
    assert len(twice) >= imported.codes_used_again


def test_a_place_that_stayed_is_one_place_in_two_districts_of_time(imported: HistoryReport) -> None:
    hanoi = queries.by_code_on("01", day=DAY)
    assert queries.by_code_on("01", day=THEN).place_id == hanoi.place_id
    district = queries.children_at(hanoi.place_id, day=THEN)[0]
    assert district.kind == Kind.DISTRICT
    kept = PlaceVersion.objects.filter(kind=Kind.COMMUNE, valid_to=EVE, place__valid_to=None)[0]
    assert kept.area != kept.place.area
    assert [row.kind for row in queries.ancestors_at(kept.place_id, day=THEN)] == [
        "country",
        "province",
        "district",
    ]


def test_the_areas_of_then_are_made_of_each_other(imported: HistoryReport) -> None:
    rows = PlaceVersion.objects.on(THEN)
    areas = {row.place_id: row.area for row in rows}
    for row in rows.exclude(kind=Kind.COUNTRY):
        assert row.area == f"{areas[row.parent_id or 0]}.{row.place_id}"


def test_figures_of_all_communes_keep_their_total(imported: HistoryReport) -> None:
    old = PlaceVersion.objects.on(EVE).filter(kind=Kind.COMMUNE).values_list("place_id", flat=True)
    figures: dict[int, float | None] = {place: float(place % 97) for place in old}
    told = queries.restate(figures, on=EVE, to=NOW)
    assert told.total == pytest.approx(sum(value or 0 for value in figures.values()))
    assert told.unplaced == {}
    kinds = {row.status for row in told.rows.values()}
    assert kinds == {"exact", "estimated"}
    exact = [row for row in told.rows.values() if row.status == "exact"]
    assert len(exact) > 2000
    assert all(row.value == round(row.known) for row in exact)


def test_a_second_run_changes_nothing(imported: HistoryReport) -> None:
    tables = (Place, PlaceCode, PlaceVersion, PlaceEdge, PlaceDescent)
    before = [table.objects.count() for table in tables]
    again = import_history(source=read_units_legacy(), by=None, at=AT)
    assert (again.created, again.continued, again.new_links) == (0, 0, 0)
    assert [table.objects.count() for table in tables] == before
    assert again.disagreements == imported.disagreements
    assert connection.in_atomic_block
