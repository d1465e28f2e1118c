"""The tables of places: as they are today, as they were on any day, and what became what."""

from nguon.organisations.models.body import Agency, AgencyStep, Body, Facility, FacilityStep, TableFile
from nguon.organisations.models.headcount import Headcount
from nguon.organisations.models.history import (
    PlaceChange,
    PlaceDescent,
    PlaceEdge,
    PlaceVersion,
    SourceOddity,
)
from nguon.organisations.models.place import Place, PlaceCode, PlaceQuerySet

__all__ = [
    "Agency",
    "AgencyStep",
    "Body",
    "Facility",
    "FacilityStep",
    "Headcount",
    "Place",
    "PlaceChange",
    "PlaceCode",
    "PlaceDescent",
    "PlaceEdge",
    "PlaceQuerySet",
    "PlaceVersion",
    "SourceOddity",
    "TableFile",
]
