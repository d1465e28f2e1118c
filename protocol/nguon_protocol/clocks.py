"""How much a device may trust its clock."""

from enum import StrEnum

SYNC_LIFE_S = 24 * 3600
HOLDOVER_LIFE_S = 35 * 24 * 3600
BEACON_ROUND_TRIP_S = 10


class ClockState(StrEnum):
    """SYNCED: signed time within 24 h. HOLDOVER: within 35 days, on a battery clock. Else UNKNOWN."""

    SYNCED = "SYNCED"
    HOLDOVER = "HOLDOVER"
    UNKNOWN = "UNKNOWN"


def state_after(age_s: float | None) -> ClockState:
    """Give the state of a clock that was last set by a beacon age_s seconds ago (None: never)."""
    if age_s is None or age_s < 0 or age_s >= HOLDOVER_LIFE_S:
        return ClockState.UNKNOWN
    return ClockState.SYNCED if age_s < SYNC_LIFE_S else ClockState.HOLDOVER
