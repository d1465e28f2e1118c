"""Whose turn comes when, and when a release goes on: pure, so that the simulated world lives by it too."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from nguon.releases.states import ENOUGH, PATIENCE, WAVES


def in_turn(release: UUID, devices: Iterable[UUID]) -> list[UUID]:
    """This function will return loudspeakers in the order of their turns: by the SHA-256 of the release's id
    and their own, so that nobody chooses, each release begins elsewhere, and anybody can reckon it again.
    """
    return sorted(devices, key=lambda one: hashlib.sha256(f"{release}/{one}".encode()).digest())


def share_of(wave: int, count: int) -> int:
    """This function will return how many of `count` loudspeakers have had their turn when a wave is open: its
    per cent of them, rounded up, so that the first wave is never empty.
    """
    return -(-count * WAVES[wave - 1] // 100)


def is_filled(wave: int, count: int, had: int) -> bool:
    """This function will say whether as many of `count` loudspeakers have had their turn as a small wave
    wants. One that is not is waited for: its soak begins, and whoever comes meanwhile is invited, so that an
    hour in which nobody is there does not open the last wave. `had` are those who are still in use: a wave
    whose loudspeaker was taken out of use has proven nothing.
    """
    return wave == len(WAVES) or had >= share_of(wave, count)


def invited(
    release: UUID,
    wave: int,
    *,
    everybody: Collection[UUID],
    there: Collection[UUID],
    had: Collection[UUID],
) -> list[UUID]:
    """This function will return whose turn comes with a wave, after those who `had` theirs: in the small
    waves of those who are there, as one that is away proves nothing; in the last one everybody. Who had a
    turn and is not of `everybody` any more proves nothing either: another one comes in its place.
    """
    last = wave == len(WAVES)
    fresh = in_turn(release, set(everybody if last else there).difference(had))
    room = share_of(wave, len(everybody)) - len(set(had).intersection(everybody))
    return fresh if last else fresh[: max(0, room)]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the loudspeakers of a release that count: how many run it well, failed, are on the way."""

    good: int = 0
    bad: int = 0
    open: int = 0

    @property
    def all(self) -> int:
        """This property will give how many count."""
        return self.good + self.bad + self.open

    @property
    def enough(self) -> bool:
        """This property will say whether enough of them are well."""
        return self.good * 100 >= self.all * ENOUGH

    def exceeds(self, limit: int) -> bool:
        """This function will say whether more than `limit` per cent failed."""
        return self.bad * 100 > self.all * limit


class Move(Enum):
    """What a release does next."""

    WAIT = "wait"
    ADVANCE = "advance"
    HALT = "halt"
    STALE = "stale"
    """Halt, because too few have come to the new version in a day."""


def judge(
    counts: Counts,
    *,
    opened_at: datetime,
    well_since: datetime | None,
    soak: timedelta,
    limit: int,
    filled: bool,
    at: datetime,
) -> Move:
    """This function will say what a release does next: it halts as soon as more failed than `limit` per cent,
    goes on when the wave is `filled` and enough have been well for the whole soak, and waits otherwise, a day
    at most. A wave that a day has not filled goes on with those who are well, if there is anybody.
    """
    if counts.exceeds(limit):
        return Move.HALT
    if counts.enough:
        rested = well_since is not None and at - well_since >= soak
        waited = at - opened_at >= PATIENCE and counts.good > 0
        return Move.ADVANCE if rested and (filled or waited) else Move.WAIT
    return Move.STALE if at - opened_at >= PATIENCE else Move.WAIT
