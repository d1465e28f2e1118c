"""The laws of places: areas, and what becomes of land."""

from nguon.areas.paths import covers, is_area, is_commune_or_narrower, lineage, outermost, parent_of
from nguon.organisations.rules.descent import Descent, Link, compose, with_shares

__all__ = [
    "Descent",
    "Link",
    "compose",
    "covers",
    "is_area",
    "is_commune_or_narrower",
    "lineage",
    "outermost",
    "parent_of",
    "with_shares",
]
