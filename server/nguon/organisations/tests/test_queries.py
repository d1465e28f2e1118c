"""Questions about places: each is one query."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from nguon.organisations import queries
from nguon.organisations.actions import Unit, import_places
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.models import Place, PlaceCode
from nguon.organisations.states import SYSTEM_OFFICIAL, Kind
from nguon.organisations.tests.cast import AT, UNITS, SmallMap, small_map, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def found(text: str, area: str = "vn", **more: object) -> list[str]:
    return [place.label for place in queries.search(area, text, at=AT, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    ["lục nam", "luc nam", "LUC NAM", "Xã Lục Nam", "xa luc nam, bac ninh", "Lục  Nam", "luc n", "07444"],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_search_with_and_without_marks(places: SmallMap, typed: str, form: str) -> None:
    assert found(unicodedata.normalize(form, typed))[0] == "Xã Lục Nam, tỉnh Bắc Ninh"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed", ["đồi ngô", "doi ngo", "Ðồi Ngô", "ĐỒI NGÔ", "to dan pho doi ngo", "doi ngo luc nam"]
)
def test_search_finds_a_village_and_knows_d(places: SmallMap, typed: str) -> None:
    assert found(typed) == ["Tổ dân phố Đồi Ngô, xã Lục Nam"]


def test_search_puts_the_very_marks_and_the_wider_place_first() -> None:
    more = (
        Unit("1", "Xã", "Thanh An", "24"),
        Unit("2", "Xã", "Thạnh An", "24"),
        Unit("3", "Xã", "Bắc Ninh", "46"),
    )
    import_places(source=source(*UNITS, *more), by=None, at=AT)
    assert found("thạnh an")[0].startswith("Xã Thạnh An")
    assert found("thanh an")[0].startswith("Xã Thanh An")
    assert found("bac ninh")[:2] == ["Tỉnh Bắc Ninh", "Xã Bắc Ninh, thành phố Huế"]


def test_search_stays_within_its_area_and_kinds(places: SmallMap) -> None:
    assert found("luc nam", places.other_province.area) == []
    assert found("bac ninh", kinds=[Kind.PROVINCE]) == ["Tỉnh Bắc Ninh"]
    assert len(found("luc nam", places.commune.area, limit=3)) == 3


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "%", "_", "\\", "';--", "\u202e", "zzzz"])
def test_search_for_nothing_finds_nothing(places: SmallMap, typed: str) -> None:
    assert found(typed) == []


def test_search_finds_an_apostrophe_as_people_type_it() -> None:
    import_places(source=source(*UNITS, Unit("1", "Xã", "Ea H'Leo", "24")), by=None, at=AT)
    for typed in ("ea h'leo", "ea hleo", "ea h leo", "Ea H’Leo"):
        assert found(typed) == ["Xã Ea H'Leo, tỉnh Bắc Ninh"]


def test_each_question_is_one_query(
    places: SmallMap, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    questions: list[Callable[[], object]] = [
        lambda: [row.label for row in queries.children(places.province.area, at=AT)],
        lambda: [row.label for row in queries.roots([places.commune.area], at=AT)],
        lambda: [row.label for row in queries.ancestors(places.villages[0].area, at=AT)],
        lambda: [row.label for row in queries.search("vn", "lục nam", at=AT)],
        lambda: queries.by_code("07444", at=AT).label,
        lambda: queries.place(places.commune.area, at=AT).label,
        lambda: queries.labels([places.commune.area, places.ward.area]),
    ]
    assert places.villages
    for number, question in enumerate(questions):
        with django_assert_num_queries(2 if number == 2 else 1):  # asking for the villages is one more
            question()


def test_the_tree_opens_where_there_is_something(places: SmallMap) -> None:
    assert [(row.label, row.has_children) for row in queries.tree_rows(places.province.area, at=AT)] == [
        ("Xã Lục Nam, tỉnh Bắc Ninh", True),
        ("Phường Vũ Ninh, tỉnh Bắc Ninh", True),
    ]
    assert [row.has_children for row in queries.roots([places.other_commune.area], at=AT)] == [False]
    assert [row.name for row in queries.children(places.ward.area, at=AT)][:4] == ["1", "2", "3", "Cô Mễ"]


def test_ancestors_come_from_the_country_down(places: SmallMap) -> None:
    village = places.villages[0]
    assert [str(row) for row in queries.ancestors(village.area, at=AT)] == [
        "Việt Nam",
        "Tỉnh Bắc Ninh",
        "Xã Lục Nam",
    ]


def test_a_code_means_other_land_on_another_day(places: SmallMap) -> None:
    PlaceCode.objects.filter(code="07444").update(valid_to=date(2026, 6, 30))
    PlaceCode.objects.create(
        place=places.other_commune, system=f"{SYSTEM_OFFICIAL}-x", code="07444", valid_from=date(2025, 7, 1)
    )
    assert queries.by_code("07444", at=AT) == places.commune
    with pytest.raises(PlaceNotFound):
        queries.by_code("07444", at=datetime(2026, 7, 1, 12, tzinfo=UTC))


def test_the_day_is_a_vietnamese_day(places: SmallMap) -> None:
    Place.objects.filter(pk=places.commune.pk).update(valid_to=date(2026, 3, 2))
    last_moment = datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
    assert queries.place(places.commune.area, at=last_moment) == places.commune
    with pytest.raises(PlaceNotFound, match=r"vn\."):
        queries.place(places.commune.area, at=datetime(2026, 3, 2, 17, tzinfo=UTC))


@pytest.mark.parametrize("area", ["", "vn.999999", "vn.1; DROP", "x" * 5000, "vn.\x00"])
def test_an_unknown_area_is_one_sentence(area: str) -> None:
    with pytest.raises(PlaceNotFound):
        queries.place(area, at=AT)
