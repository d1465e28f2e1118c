"""Pure yes or no, and the hour of the next session."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from nguon.areas.paths import covers
from nguon.broadcasts.rules import is_commune
from nguon.bulletins.models import Revision
from nguon.kernel.clock import VIETNAM, local
from nguon.supply.states import PLACED_BY_DEFAULT, SESSIONS


def is_placed_by_default(revision: Revision) -> bool:
    """This function will say whether communes find a supplied bulletin in their programme already."""
    return revision.priority in PLACED_BY_DEFAULT


def next_session(after: datetime, sessions: Sequence[time] = SESSIONS) -> datetime:
    """This function will return the beginning of the next session at or after an instant."""
    day = local(after).date()
    starts = [
        datetime.combine(day + timedelta(days=later), hour, VIETNAM) for later in (0, 1) for hour in sessions
    ]
    return min(start for start in starts if start >= after).astimezone(after.tzinfo)


def is_sender(areas: Collection[str], revision: Revision) -> bool:
    """This function will say whether somebody with these areas stands where a bulletin came from."""
    return any(covers(area, revision.bulletin.area) for area in areas)


def communes_among(areas: Collection[str]) -> list[str]:
    """This function will return the areas that are a single commune each, sorted."""
    return sorted(area for area in areas if is_commune(area))
