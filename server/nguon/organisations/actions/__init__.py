"""What may be done with places."""

from nguon.organisations.actions.history_imports import HistoryReport, import_history
from nguon.organisations.actions.imports import ImportReport, import_places
from nguon.organisations.actions.places import add_place
from nguon.organisations.actions.queueing import ask_for_history
from nguon.organisations.actions.sources import Oddity, Source, Unit, demo_villages_csv, read_units_2025
from nguon.organisations.actions.sources_legacy import (
    LegacyLink,
    LegacySource,
    LegacyUnit,
    read_units_legacy,
)
from nguon.organisations.actions.villages import RowError, VillageReport, import_villages

__all__ = [
    "HistoryReport",
    "ImportReport",
    "LegacyLink",
    "LegacySource",
    "LegacyUnit",
    "Oddity",
    "RowError",
    "Source",
    "Unit",
    "VillageReport",
    "add_place",
    "ask_for_history",
    "demo_villages_csv",
    "import_history",
    "import_places",
    "import_villages",
    "read_units_2025",
    "read_units_legacy",
]
