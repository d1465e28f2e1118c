"""The law of areas: prefixes of labels in Python and ranges of bytes in the database are the same."""

from hypothesis import given
from hypothesis import strategies as st

from nguon.areas.paths import bounds, covers, is_area, outermost

LABELS = st.sampled_from(["1", "5", "50", "51", "9", "120"])
AREAS = st.lists(LABELS, max_size=4).map(lambda labels: ".".join(["vn", *labels]))


@given(AREAS, AREAS)
def test_a_range_of_bytes_is_what_an_area_covers(outer: str, inner: str) -> None:
    first, after = (text.encode() for text in bounds(outer))
    assert is_area(inner)
    assert (first <= inner.encode() < after) == covers(outer, inner)


@given(st.lists(AREAS, max_size=6), AREAS)
def test_the_outermost_areas_cover_what_all_of_them_cover(areas: list[str], inner: str) -> None:
    kept = outermost(areas)
    assert any(covers(one, inner) for one in areas) == any(covers(one, inner) for one in kept)
    assert not any(covers(one, other) for one in kept for other in kept if one != other)
