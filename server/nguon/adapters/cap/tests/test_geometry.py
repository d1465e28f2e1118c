"""Shapes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.adapters.cap.geometry import inside, km_between, km_to_area, km_to_polygon
from nguon.adapters.cap.model import Area, Circle

SQUARE = ((21.0, 106.0), (21.0, 106.4), (21.4, 106.4), (21.4, 106.0), (21.0, 106.0))
POINTS = st.tuples(st.floats(20.5, 22), st.floats(105.5, 107))


def test_distances() -> None:
    assert km_between((21.0, 106.0), (22.0, 106.0)) == pytest.approx(111.2, abs=0.1)
    assert km_to_polygon((20.9, 106.2), SQUARE) == pytest.approx(11.1, abs=0.1)
    assert km_to_polygon((21.2, 106.2), SQUARE) == 0
    area = Area("", (SQUARE,), (Circle((20.0, 106.2), 100),))
    assert km_to_area((20.9, 106.2), area) == pytest.approx(0.08, abs=0.1)
    assert km_to_area((20.9, 106.2), Area("")) is None


@settings(max_examples=30)
@given(POINTS)
def test_a_point_is_inside_a_square_or_not(point: tuple[float, float]) -> None:
    assert inside(point, SQUARE) == (21.0 <= point[0] < 21.4 and 106.0 <= point[1] < 106.4)
    assert (km_to_polygon(point, SQUARE) == 0) >= inside(point, SQUARE)


@settings(max_examples=30)
@given(POINTS, st.integers(0, 3))
def test_where_a_polygon_begins_does_not_matter(point: tuple[float, float], turn: int) -> None:
    turned = (*SQUARE[turn:-1], *SQUARE[:turn], SQUARE[turn])
    assert inside(point, turned) == inside(point, SQUARE)
    assert inside(point, turned[::-1]) == inside(point, SQUARE)
