"""Who may put what into a commune's programme, and when it may sound: pure yes or no."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.areas.paths import outermost
from nguon.kernel.clock import local
from nguon.organisations.rules import covers

PLACERS = (Role.WRITER, Role.APPROVER, Role.OPERATOR)
"""Whoever has one of these roles over a commune keeps its programme; the signer asks for the same."""
MOST_A_DAY = 12
"""One bulletin plays so often a day in one commune; the signer holds to the same."""
DAYS_AHEAD = 366
MOST_AT_ONCE = 500
_COMMUNE_LABELS = 3


def is_commune(area: str) -> bool:
    """This function will say whether an area has the depth of a commune (xã, phường, đặc khu)."""
    return area.count(".") + 1 == _COMMUNE_LABELS


def commune_of(area: str) -> str:
    """This function will return the commune that an area lies in; a wider area stands for itself."""
    return ".".join(area.split(".")[:_COMMUNE_LABELS])


def may_place(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may change a commune's programme: by a role there or above."""
    return any(covers(outer, area) for outer in kept_by(user, at))


def is_of_commune(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person keeps a programme by a role in that very commune, and decides
    there what goes first; who keeps it from above asks."""
    held = rights(user, at)
    return any(area in held.areas_of(role) for role in PLACERS)


def kept_by(user: User, at: datetime) -> list[str]:
    """This function will return the outermost areas whose programmes a person may change, in one query."""
    held = rights(user, at)
    return outermost([area for role in PLACERS for area in held.areas_of(role)])


def within(aims: Iterable[tuple[str, str]], area: str) -> list[str]:
    """This function will return the LSP-1 targets at which a revision sounds in one commune, sorted.

    `aims` are (area, target) of its places. What reaches wider than the commune sounds in the whole of it,
    and nowhere else; villages, groups and loudspeakers inside it stay what they are; what lies elsewhere is
    left out.
    """
    return Aims(aims).within(area)


class Aims:
    """The places of one revision, (area, target) each, sorted by the communes that they lie in, so that many
    communes can be asked about."""

    def __init__(self, aims: Iterable[tuple[str, str]]) -> None:
        self._wide: list[str] = []
        self._inside: dict[str, set[str]] = {}
        for where, target in aims:
            if where.count(".") + 1 >= _COMMUNE_LABELS:
                self._inside.setdefault(commune_of(where), set()).add(target)
            elif target == where:
                self._wide.append(where)

    def within(self, area: str) -> list[str]:
        """This function will return what `within` does."""
        found = set(self._inside.get(area, ()))
        if any(covers(where, area) for where in self._wide):
            found.add(area)
        return sorted(found)


def quiet_touched(
    quiet: Sequence[tuple[str, str]], start: datetime, length: timedelta
) -> tuple[str, str] | None:
    """This function will return the quiet hours that any moment of a sound touches, or None.

    `quiet` are pairs "HH:MM" of Vietnamese wall time, from ≤ t < to, also across midnight. It looks at the
    first moment and at each whole minute after it, as the loudspeakers do.
    """
    moments = [start]
    minute = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while minute < start + length:
        moments.append(minute)
        minute += timedelta(minutes=1)
    clocks = [local(moment).time() for moment in moments]
    for begin, end in quiet:
        first, last = time.fromisoformat(begin), time.fromisoformat(end)
        if any(_inside(clock, first, last) for clock in clocks):
            return begin, end
    return None


def _inside(clock: time, first: time, last: time) -> bool:
    return first <= clock < last if first <= last else clock >= first or clock < last
