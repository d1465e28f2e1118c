"""A small map for tests: one province with two communes, and a province next to it.

Tỉnh Bắc Ninh (24)
  Xã Lục Nam (07444): eight villages        Phường Vũ Ninh (09169): seven
Thành phố Huế (46)
  Xã A Lưới 1 (20044)
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from nguon.organisations.actions import Source, Unit, demo_villages_csv, import_places, import_villages
from nguon.organisations.actions.sources import FIRST_DAY_2025
from nguon.organisations.models import Place
from nguon.organisations.queries import by_codes
from nguon.organisations.states import SYSTEM_OFFICIAL
from tests.kept_rows import kept

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

UNITS = (
    Unit("24", "Tỉnh", "Bắc Ninh", None),
    Unit("46", "Thành phố", "Huế", None),
    Unit("07444", "Xã", "Lục Nam", "24"),
    Unit("09169", "Phường", "Vũ Ninh", "24"),
    Unit("20044", "Xã", "A Lưới 1", "46"),
)


def source(*units: Unit) -> Source:
    """This function will return a source with these units, or with those of the small map."""
    return Source("test", SYSTEM_OFFICIAL, FIRST_DAY_2025, units or UNITS)


@dataclass(frozen=True)
class SmallMap:
    """The places of the small map."""

    province: Place
    commune: Place
    ward: Place
    other_province: Place
    other_commune: Place

    @property
    def villages(self) -> list[Place]:
        """This property will give the villages of the commune, in Vietnamese order."""
        return list(Place.objects.filter(parent=self.commune).select_related("parent").in_order())


@kept
def small_map() -> SmallMap:
    """This function will make the small map, or find it."""
    import_places(source=source(), by=None, at=AT)
    import_villages(text=demo_villages_csv(), by=None, at=AT)
    found = by_codes([unit.code for unit in UNITS], at=AT)
    return SmallMap(found["24"], found["07444"], found["09169"], found["46"], found["20044"])
