"""Shapes on the earth, near enough for communes: polygons of some hundred kilometres, circles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt

from nguon.adapters.cap.model import Area, Circle, Point

EARTH_KM = 6371.0
MOST_LOOKED_AT = 400


def km_between(one: Point, other: Point) -> float:
    """This function will give the distance of two points along the earth, in kilometres (haversine)."""
    north, east = radians(other[0] - one[0]), radians(other[1] - one[1])
    near = cos(radians(one[0])) * cos(radians(other[0]))
    return 2 * EARTH_KM * asin(min(1.0, sqrt(sin(north / 2) ** 2 + near * sin(east / 2) ** 2)))


def inside(point: Point, polygon: Sequence[Point]) -> bool:
    """This function will say whether a closed polygon holds a point (even-odd rule); no polygon of ours
    crosses the 180th meridian."""
    latitude, longitude = point
    within = False
    for (north, east), (south, west) in pairwise(polygon):
        if (north > latitude) != (south > latitude):
            crossing = east + (latitude - north) * (west - east) / (south - north)
            within ^= longitude < crossing
    return within


def crosses(polygon: Sequence[Point]) -> bool:
    """This function will say whether the border of a closed polygon crosses itself, so that nobody can tell
    what is inside; of polygons of more than MOST_LOOKED_AT points it is not asked."""
    edges = list(pairwise(polygon))
    if len(edges) > MOST_LOOKED_AT:
        return False
    last = len(edges) - 1
    return any(
        _cross(*edges[one], *edges[other])
        for one in range(len(edges))
        for other in range(one + 2, len(edges))
        if (one, other) != (0, last)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def km_to_polygon(point: Point, polygon: Sequence[Point]) -> float:
    """This function will give how far a point is from a closed polygon, in kilometres; 0 inside of it."""
    if inside(point, polygon):
        return 0.0
    flat = cos(radians(point[0]))
    plane = [((lon - point[1]) * flat, lat - point[0]) for lat, lon in polygon]
    return radians(min(map(_to_edge, plane, plane[1:]))) * EARTH_KM


def _to_edge(one: tuple[float, float], other: tuple[float, float]) -> float:
    """From the origin to a straight edge, in degrees."""
    x, y = other[0] - one[0], other[1] - one[1]
    length = x * x + y * y
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(one[0] * x + one[1] * y) / length))
    return hypot(one[0] + along * x, one[1] + along * y)


def km_to_circle(point: Point, circle: Circle) -> float:
    """This function will give how far a point is from a circle, in kilometres; 0 inside of it."""
    return max(0.0, km_between(point, circle.middle) - circle.km)


def km_to_area(point: Point, area: Area) -> float | None:
    """This function will give how far a point is from the nearest shape of an area; None without a shape."""
    found = [km_to_polygon(point, polygon) for polygon in area.polygons]
    found += [km_to_circle(point, circle) for circle in area.circles]
    return min(found, default=None)
