"""Who keeps a programme, what it says as instants, and by which calendar."""

from nguon.broadcasts.rules.placing import (
    DAYS_AHEAD,
    MOST_A_DAY,
    MOST_AT_ONCE,
    PLACERS,
    Aims,
    commune_of,
    is_commune,
    is_of_commune,
    kept_by,
    may_place,
    quiet_touched,
    within,
)

__all__ = [
    "DAYS_AHEAD",
    "MOST_AT_ONCE",
    "MOST_A_DAY",
    "PLACERS",
    "Aims",
    "commune_of",
    "is_commune",
    "is_of_commune",
    "kept_by",
    "may_place",
    "quiet_touched",
    "within",
]
