"""The tables of places: as they are today, as they were on any day, and what became what."""

from nguon.organisations.models.history import PlaceChange, PlaceDescent, PlaceEdge, PlaceVersion
from nguon.organisations.models.place import Place, PlaceCode, PlaceQuerySet

__all__ = [
    "Place",
    "PlaceChange",
    "PlaceCode",
    "PlaceDescent",
    "PlaceEdge",
    "PlaceQuerySet",
    "PlaceVersion",
]
