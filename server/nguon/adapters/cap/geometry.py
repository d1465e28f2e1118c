"""Shapes on the earth, near enough for communes: polygons of some hundred kilometres, circles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING

from nguon.adapters.cap.model import Area, Circle, Point
from nguon.kernel.later import later

if TYPE_CHECKING:
    import numpy as np

    Border = np.ndarray[tuple[int, int], np.dtype[np.float64]]
else:
    np = later("numpy")

EARTH_KM = 6371.0
KM_A_DEGREE = 111.0
MOST_LOOKED_AT = 400


def km_between(one: Point, other: Point) -> float:
    """This function will give the distance of two points along the earth, in kilometres (haversine)."""
    north, east = radians(other[0] - one[0]), radians(other[1] - one[1])
    near = cos(radians(one[0])) * cos(radians(other[0]))
    return 2 * EARTH_KM * asin(min(1.0, sqrt(sin(north / 2) ** 2 + near * sin(east / 2) ** 2)))


def inside(point: Point, polygon: Sequence[Point]) -> bool:
    """This function will say whether a closed polygon holds a point (even-odd rule). An edge goes the short
    way around the earth: from 170 to -170 it crosses the 180th meridian."""
    latitude, longitude = point
    within = False
    for (north, east), (south, west) in pairwise(_unrolled(polygon, longitude)):
        if (north > latitude) != (south > latitude):
            crossing = east + (latitude - north) * (west - east) / (south - north)
            within ^= longitude < crossing
    return within


def _unrolled(polygon: Sequence[Point], near: float) -> list[Point]:
    """The same border without a jump, with longitudes beyond 180 where it goes on there; turned so that its
    middle is as near to a longitude as it can be."""
    found: list[Point] = []
    for latitude, longitude in polygon:
        before = found[-1][1] if found else longitude
        found.append((latitude, before + (longitude - before + 180) % 360 - 180))
    middle = (min(one[1] for one in found) + max(one[1] for one in found)) / 2
    turn = round((near - middle) / 360) * 360
    return [(latitude, longitude + turn) for latitude, longitude in found]


def crosses(polygon: Sequence[Point]) -> bool:
    """This function will say whether the border of a closed polygon crosses itself, so that nobody can tell
    what is inside; of polygons of more than MOST_LOOKED_AT points it is not asked."""
    edges = list(pairwise(_unrolled(polygon, polygon[0][1])))
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
    plane = [((lon - point[1]) * flat, lat - point[0]) for lat, lon in _unrolled(polygon, point[1])]
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


class Outlines:
    """The shapes of an area, made ready to be asked about the many points of a country that lies around a
    longitude: a border of thousands of points is gone through once and not for each of them."""

    def __init__(self, area: Area, near: float) -> None:
        self._borders = [np.array(_unrolled(polygon, near)) for polygon in area.polygons]
        self._bounds = [(one.min(axis=0), one.max(axis=0)) for one in self._borders]
        self._circles = area.circles

    def km(self, point: Point, most: float) -> float | None:
        """This function will give how far a point is from the nearest shape, in kilometres (0: inside); None
        where none is within `most`."""
        found = [km_to_circle(point, circle) for circle in self._circles]
        flat = cos(radians(point[0]))
        margin = np.array([most / KM_A_DEGREE, most / KM_A_DEGREE / flat])
        for border, (low, high) in zip(self._borders, self._bounds, strict=True):
            if 0.0 in found:  # inside of one is near enough
                break
            if (np.array(point) >= low - margin).all() and (np.array(point) <= high + margin).all():
                found.append(_km_to_border(point, border, flat))
        nearest = min(found, default=None)
        return nearest if nearest is not None and nearest <= most else None


def _km_to_border(point: Point, border: Border, flat: float) -> float:
    """As km_to_polygon, over all edges at once."""
    (north, east), (south, west) = border[:-1].T, border[1:].T
    across = (north > point[0]) != (south > point[0])
    high, low = north[across], south[across]
    crossing = east[across] + (point[0] - high) * (west[across] - east[across]) / (low - high)
    if int((point[1] < crossing).sum()) % 2:
        return 0.0
    x, y = (border[:, 1] - point[1]) * flat, border[:, 0] - point[0]
    dx, dy = np.diff(x), np.diff(y)
    length = dx * dx + dy * dy
    along = np.clip(-(x[:-1] * dx + y[:-1] * dy) / np.where(length == 0, 1, length), 0, 1)
    return float(radians(np.hypot(x[:-1] + along * dx, y[:-1] + along * dy).min())) * EARTH_KM


def km_to_area(point: Point, area: Area) -> float | None:
    """This function will give how far a point is from the nearest shape of an area; None without a shape."""
    found = [km_to_polygon(point, polygon) for polygon in area.polygons]
    found += [km_to_circle(point, circle) for circle in area.circles]
    return min(found, default=None)
