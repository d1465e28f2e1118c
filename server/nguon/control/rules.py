"""Who may tell loudspeakers what, and what follows from where they stand: pure functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role

CONTROLLERS = (Role.OPERATOR, Role.TECHNICIAN, Role.DUTY, Role.ADMINISTRATOR)
"""The signer asks for the same roles again (signer/nguon_signer/commanding.py)."""
EARTH_M = 6_371_000.0
SOUND_M_S = 343.0
ECHO_MS = 50.0
"""A copy of a sound that comes later than this is heard as an echo (Haas 1951)."""
USUAL_RANGE_M = 300
"""Earshot of a pole of which nobody has told: a horn of 30 W on 8 m, as a cautious guess."""

Hours = list[tuple[str, str, int]]


def can_control(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may tell the loudspeakers of an area what to be."""
    return any(has_role(user, role, area, at) for role in CONTROLLERS)


@dataclass(frozen=True, slots=True)
class Pole:
    """A pole with a position (degrees), and how far it is heard (metres)."""

    key: UUID
    name: str
    latitude: float
    longitude: float
    range_m: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two poles whose earshots meet, in metres, and by how many ms one is heard after the other at most."""

    one: Pole
    other: Pole
    metres: float

    @property
    def echo_ms(self) -> float:
        """This property will give how much later the farther one is heard beside the nearer one."""
        return self.metres / SOUND_M_S * 1000

    @property
    def echoes(self) -> bool:
        """This property will say whether people between them hear an echo, also if both begin together."""
        return self.echo_ms > ECHO_MS


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """This function will return the distance of two positions (degrees) along the earth (haversine)."""
    north, east = radians(b[0] - a[0]), radians(b[1] - a[1])
    near = cos(radians(a[0])) * cos(radians(b[0]))
    return 2 * EARTH_M * asin(sqrt(sin(north / 2) ** 2 + near * sin(east / 2) ** 2))


def meetings(poles: Sequence[Pole]) -> list[Meeting]:
    """This function will return which poles of a commune are heard at one place, the nearest first.

    A commune has some dozens of poles; poles are compared along latitude first, so that hundreds cost little.
    """
    found: list[Meeting] = []
    ordered = sorted(poles, key=lambda one: (one.latitude, one.key))
    farthest = max((one.range_m for one in poles), default=0)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if (other.latitude - one.latitude) * 111_000 > one.range_m + farthest:
                break
            metres = metres_between((one.latitude, one.longitude), (other.latitude, other.longitude))
            if metres < one.range_m + other.range_m:
                found.append(Meeting(one, other, metres))
    return sorted(found, key=lambda meeting: (meeting.metres, str(meeting.one.key)))


def zones(poles: Sequence[Pole], met: Sequence[Meeting]) -> list[list[Pole]]:
    """This function will return the poles that are tied by earshot, each zone whole, the largest first:
    those must begin together (sync) or one after the other (turns).
    """
    tied: dict[UUID, set[UUID]] = {one.key: {one.key} for one in poles}
    for meeting in met:
        whole = tied[meeting.one.key] | tied[meeting.other.key]
        for key in whole:
            tied[key] = whole
    by_key = {one.key: one for one in poles}
    whole_zones = {min(map(str, keys)): keys for keys in tied.values()}
    found = [sorted((by_key[key] for key in keys), key=lambda one: one.name) for keys in whole_zones.values()]
    return sorted(found, key=lambda zone: (-len(zone), zone[0].name))


def turns(
    poles: Sequence[Pole], met: Sequence[Meeting], held: Mapping[UUID, Collection[int]] | None = None
) -> dict[UUID, int]:
    """This function will give each pole a turn (0, 1, …) so that no two that are heard at one place have the
    same, nor one of those `held` beyond the border where it is heard too: greedily, who has most neighbours
    first (Welsh and Powell 1967), so at most one more than the most neighbours.
    """
    beyond = held or {}
    near: Mapping[UUID, set[UUID]] = {one.key: set() for one in poles}
    for meeting in met:
        near[meeting.one.key].add(meeting.other.key)
        near[meeting.other.key].add(meeting.one.key)
    found: dict[UUID, int] = {}
    for key in sorted(near, key=lambda one: (-len(near[one]) - len(beyond.get(one, ())), str(one))):
        taken = {found[other] for other in near[key] if other in found} | set(beyond.get(key, ()))
        found[key] = next(turn for turn in count() if turn not in taken)
    return found


def quieter(volume: int, hours: Hours, ceilings: Collection[tuple[str, str, int]], most: int) -> Hours:
    """This function will return the hours of an order with the ceilings of its pole laid over: the least
    counts in a loudspeaker, so they are put beside each other, the quietest first, at most `most`.
    """
    over = [one for one in ceilings if one[2] < volume]
    merged = sorted({*hours, *over}, key=lambda one: (one[2], one[0], one[1]))
    return merged[:most]
