"""Where communes lie, as far as the package of places tells: their middle and how large they are."""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from math import asin, cos, pi, radians, sin, sqrt
from pathlib import Path

from nguon.organisations.actions.sources import PACKAGE

EARTH_KM = 6371.0
# Corners of the country with its islands (Trường Sa, Hoàng Sa and Phú Quốc lie in it): degrees.
SOUTH, NORTH, WEST, EAST = 6.0, 23.6, 102.0, 118.0
_SLACK = 3.0  # a commune may be long and narrow: this often as far as if it were round,
_SLACK_KM = 3.0  # and so much more, for the middle is rounded
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a commune (degrees) and its size (km²)."""

    latitude: float
    longitude: float
    km2: float

    def km_to(self, latitude: float, longitude: float) -> float:
        """This function will return the distance along the earth, in kilometres (haversine)."""
        north, east = radians(latitude - self.latitude), radians(longitude - self.longitude)
        near = cos(radians(self.latitude)) * cos(radians(latitude))
        return 2 * EARTH_KM * asin(sqrt(sin(north / 2) ** 2 + near * sin(east / 2) ** 2))

    @property
    def reach_km(self) -> float:
        """This property will give how far from its middle a commune of this size may well reach."""
        return _SLACK * sqrt(self.km2 / pi) + _SLACK_KM


def in_the_country(latitude: float, longitude: float) -> bool:
    """This function will tell whether a position may lie in Viet Nam: within its outermost corners."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def centres(codes: Collection[str]) -> dict[str, Centre]:
    """This function will return where communes lie by their code of 2025; what is not known is left out.

    Source: the data file of the wheel `vietnamadminunits`.  There are no borders in it, so a position is
    judged by its distance from the middle alone.  Special zones (islands) have no useful size: left out.
    """
    return _ask(lambda file: dict(_rows(file, sorted(codes))))


def province_centres() -> dict[str, Centre]:
    """This function will return where every province lies by its code of 2025: amid its communes."""
    statement = (
        "SELECT provinceCode, avg(wardLat), avg(wardLon), sum(wardAreaKm2) FROM admin_units"
        " WHERE wardType <> 'Đặc khu' AND wardAreaKm2 > 0 GROUP BY provinceCode"
    )
    return _ask(lambda file: {code: Centre(*told) for code, *told in file.execute(statement)})


def _ask(question: Callable[[sqlite3.Connection], dict[str, Centre]]) -> dict[str, Centre]:
    try:
        package = metadata.distribution(PACKAGE)
        path = Path(str(package.locate_file(PACKAGE))) / "data" / "dataset.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            return question(file)
    except (metadata.PackageNotFoundError, sqlite3.Error):
        return {}


def _rows(file: sqlite3.Connection, codes: list[str]) -> list[tuple[str, Centre]]:
    found: list[tuple[str, Centre]] = []
    for first in range(0, len(codes), _AT_ONCE):
        some = codes[first : first + _AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = file.execute(
            "SELECT wardCode, wardLat, wardLon, wardAreaKm2 FROM admin_units"  # noqa: S608 - only marks
            f" WHERE wardType <> 'Đặc khu' AND wardAreaKm2 > 0 AND wardCode IN ({marks})",
            some,
        )
        found += [(code, Centre(lat, lon, km2)) for code, lat, lon, km2 in rows if lat and lon]
    return found
