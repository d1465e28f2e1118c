"""The law of areas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.organisations.rules import covers, is_area, is_commune_or_narrower, lineage, outermost, parent_of

AREAS = st.lists(st.integers(1, 12), max_size=4).map(lambda ids: ".".join(["vn", *map(str, ids)]))


def test_a_label_is_never_cut() -> None:
    assert covers("vn.5", "vn.5.120")
    assert covers("vn.5", "vn.5")
    assert not covers("vn.5", "vn.50")
    assert not covers("vn.5.120", "vn.5")


@given(AREAS, AREAS)
def test_covering_is_being_in_the_lineage(outer: str, inner: str) -> None:
    assert covers(outer, inner) == (outer in lineage(inner))


@given(AREAS, AREAS, AREAS)
def test_covering_is_an_order(first: str, second: str, third: str) -> None:
    assert covers(first, first)
    if covers(first, second) and covers(second, third):
        assert covers(first, third)
    if covers(first, second) and covers(second, first):
        assert first == second


@given(AREAS)
def test_a_parent_covers_its_child_and_the_lineage_starts_with_the_country(area: str) -> None:
    above = parent_of(area)
    assert (above is None) == (area == "vn")
    assert above is None or (covers(above, area) and lineage(above) == lineage(area)[:-1])
    assert lineage(area)[0] == "vn"


@given(st.lists(AREAS, max_size=12), AREAS)
def test_the_outermost_cover_the_same_and_not_each_other(areas: list[str], probe: str) -> None:
    kept = outermost(areas)
    assert any(covers(area, probe) for area in areas) == any(covers(area, probe) for area in kept)
    assert not any(covers(one, two) for one in kept for two in kept if one != two)


@pytest.mark.parametrize(
    "text", ["", "vn.", "VN", "vn.05", "vn.5 ", "vn.5\n", "vn.1.2.3.4.5", "d/1", "vn.٣", "%"]
)
def test_what_is_no_area(text: str) -> None:
    assert not is_area(text)


def test_commune_or_narrower() -> None:
    assert [is_commune_or_narrower(area) for area in ("vn", "vn.1", "vn.1.2", "vn.1.2.3")] == [
        False,
        False,
        True,
        True,
    ]
