"""Writes of stations."""

from nguon.stations.actions.files import import_stations, register_stations_table
from nguon.stations.actions.keeping import add_station, change_station, end_station
from nguon.stations.actions.licensing import tell_licences
from nguon.stations.actions.lines import HEADINGS, LABELS, REQUIRED
from nguon.stations.actions.merging import merge

__all__ = [
    "HEADINGS",
    "LABELS",
    "REQUIRED",
    "add_station",
    "change_station",
    "end_station",
    "import_stations",
    "merge",
    "register_stations_table",
    "tell_licences",
]
