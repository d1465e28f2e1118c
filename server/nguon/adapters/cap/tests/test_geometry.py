"""Shapes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.adapters.cap.geometry import Outlines, crosses, inside, km_between, km_to_area, km_to_polygon
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


PACIFIC = ((-30.0, 150.0), (-30.0, -120.0), (30.0, -120.0), (30.0, 150.0), (-30.0, 150.0))


@pytest.mark.parametrize("border", [PACIFIC, PACIFIC[::-1], (*PACIFIC[2:-1], *PACIFIC[:3])])
def test_a_border_across_the_180th_meridian_goes_the_short_way(
    border: tuple[tuple[float, float], ...],
) -> None:
    """A warning for the whole Pacific, as tsunami centres draw it, is not for the rest of the world."""
    assert not inside((9.0, 105.0), border)
    assert km_to_polygon((9.0, 105.0), border) > 4000
    assert all(inside(point, border) for point in ((0.0, 179.9), (0.0, -179.9), (20.0, -155.0)))
    assert not crosses(border)
    beside = Area("", (border,))
    assert (km_to_area((0.0, 149.0), beside) or 0) == pytest.approx(111.2, abs=1)


@settings(max_examples=30)
@given(POINTS, st.lists(st.tuples(st.floats(-60, 60), st.floats(60, 150)), min_size=3, max_size=6))
def test_many_points_are_asked_about_as_one_is(
    point: tuple[float, float], corners: list[tuple[float, float]]
) -> None:
    area = Area("", ((*corners, corners[0]), SQUARE), (Circle((20.0, 106.2), 100),))
    assert Outlines(area, 107).km(point, 1e6) == pytest.approx(km_to_area(point, area), abs=1e-6)
    near, square = Outlines(Area("", (SQUARE,)), 107).km(point, 18), km_to_polygon(point, SQUARE)
    assert near == (pytest.approx(square, abs=1e-6) if square <= 18 else None)
    assert Outlines(Area("", (PACIFIC,)), 107).km(point, 1000) is None


@settings(max_examples=30)
@given(POINTS, st.integers(0, 3))
def test_where_a_polygon_begins_does_not_matter(point: tuple[float, float], turn: int) -> None:
    turned = (*SQUARE[turn:-1], *SQUARE[:turn], SQUARE[turn])
    assert inside(point, turned) == inside(point, SQUARE)
    assert inside(point, turned[::-1]) == inside(point, SQUARE)
