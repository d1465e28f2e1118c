"""The map of 30/6/2025 beside that of today: actions.import_history and the questions as at a date."""

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
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
from nguon.organisations.models import (
    Place,
    PlaceCode,
    PlaceDescent,
    PlaceEdge,
    PlaceVersion,
    SourceOddity,
)
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL, Kind
from nguon.organisations.tests.cast import AT, UNITS, source

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


@pytest.fixture(scope="module")
def told(imported: HistoryReport, django_db_blocker: Any) -> dict[str, Any]:
    """What `nguon places check` says of them."""
    with django_db_blocker.unblock():
        return ask("check")


def ask(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("places", *words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_counts_of_both_maps_by_kind_and_date(told: dict[str, Any]) -> None:
    counts = {(row["date"], row["kind"]): row["count"] for row in told["counts"]}
    eve, day = "2025-06-30", "2025-07-01"
    assert [counts[eve, kind] for kind in ("province", "district", "commune")] == [63, 696, 10035]
    assert [counts[day, kind] for kind in ("province", "district", "commune")] == [34, 0, 3321]
    types = next(row["types"] for row in told["counts"] if (row["date"], row["kind"]) == (day, "commune"))
    assert types == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}


def test_every_link_is_listed_with_both_ends(told: dict[str, Any]) -> None:
    assert told["ok"] is True
    assert (
        len(told["links"])
        == told["link_counts"]["total"]
        == PlaceEdge.objects.exclude(successor=None).count()
    )
    one = next(row for row in told["links"] if row["from_code"] == "00013")
    assert one["from_name"] == "Phường Quán Thánh"
    assert (one["to_code"], one["to_name"], one["whole"], one["day"]) == (
        "00004",
        "Phường Ba Đình",
        True,
        "2025-07-01",
    )
    assert all(row["from_code"] and row["to_code"] for row in told["links"])


def test_every_unit_of_the_sources_is_on_the_map_or_a_fault(told: dict[str, Any]) -> None:
    assert {row["kind"] for row in told["without_successor"]} == {"district"}
    assert len(told["without_successor"]) == 691
    with transaction.atomic():
        PlaceCode.objects.filter(system=SYSTEM_LEGACY, code="00013").delete()
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("places", "check", "--json", stdout=out)
        transaction.set_rollback(True)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["faults"] == [
        {"kind": "left-out", "place": None, "text": "00013 Quán Thánh"}
    ]


def test_every_disagreement_of_the_sources_is_kept_and_told(told: dict[str, Any]) -> None:
    kinds = {row["kind"] for row in told["disagreements"]}
    assert {"type-disagrees", "far-apart", "district-without-communes", "looks-alike"} <= kinds
    assert len(told["disagreements"]) == SourceOddity.objects.count()
    assert all(row["meaning"] and row["text"] for row in told["disagreements"])


def test_an_import_again_keeps_them_and_one_that_is_over_goes(told: dict[str, Any]) -> None:
    before = set(SourceOddity.objects.values_list("pk", flat=True))
    import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=AT)
    assert set(SourceOddity.objects.values_list("pk", flat=True)) == before
    with transaction.atomic():
        import_places(source=source(*UNITS), by=None, at=AT)
        left = SourceOddity.objects.filter(system=SYSTEM_OFFICIAL).values_list("kind", flat=True)
        assert set(left) == {"name-differs", "not-in-source"}
        assert SourceOddity.objects.filter(system=SYSTEM_LEGACY).exists()
        transaction.set_rollback(True)


def test_a_place_of_a_day(told: dict[str, Any]) -> None:
    then = ask("at", "--date", "2024-12-31", "--area", "00004")
    assert (then["place"]["name"], [row["name"] for row in then["ancestors"]]) == (
        "Trúc Bạch",
        ["Việt Nam", "Hà Nội", "Ba Đình"],
    )
    assert [(row["name"], row["share"]) for row in then["successors"]] == [("Phường Ba Đình", 1.0)]
    assert ask("at", "--date", "2025-07-01", "--area", "00004")["place"]["name"] == "Ba Đình"
    country = ask("at", "--date", "2024-12-31", "--area", "vn")
    assert len(country["children"]) == 63


@pytest.mark.parametrize(
    ("day", "area", "sentence"),
    [
        ("2024-02-30", "01", "không phải một ngày"),
        ("", "01", "không phải một ngày"),
        ("2024-12-31", "99999", "Không có địa bàn “99999”"),
        ("2024-12-31", "", "Không có địa bàn"),
        ("2024-12-31", "vn.0", "Không có địa bàn"),
        ("2024-12-31", "0\x00", "Không có địa bàn"),
        (
            "1990-01-01",
            "00004",
            "Ngày 01/01/1990 không có địa bàn nào mang mã “00004”; mã này có từ 01/01/2024 đến",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(told: dict[str, Any], day: str, area: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        ask("at", "--date", day, "--area", area)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
