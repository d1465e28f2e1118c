"""The agent's own clock: an offset that signed beacons set. The machine's clock is never changed."""

from collections import deque
from dataclasses import dataclass

from nguon_device.ports import Timer
from nguon_device.store import Store
from nguon_protocol.clocks import BEACON_ROUND_TRIP_S, ClockState, state_after
from nguon_protocol.documents import Beacon

BUILT_AT = 1_767_225_600
"""No device of this version ever lived before 2026-01-01."""
_SAVE_EVERY_S = 3600


WAIT_FOR_BEACON_S = 20.0
DRIFT = 100e-6
"""What a cheap crystal may be wrong by, in s each s."""
_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Heard:
    """One beacon: epoch minus monotonic s, how wrong that may be (s), and when it was (monotonic s)."""

    base: float
    doubt: float
    at: float


class DeviceClock:
    """Epoch time by the last beacon and the monotonic clock since."""

    def __init__(self, timer: Timer, store: Store) -> None:
        self._timer = timer
        self._store = store
        self._floor = max(BUILT_AT, store.number("time.floor"))
        self._synced: float | None = None
        self.fresh = False
        """Whether a beacon has set the clock since the machine was switched on."""
        self._born = timer.monotonic()
        self._base = timer.wall() - timer.monotonic()
        self._heard: deque[_Heard] = deque(maxlen=_KEPT)
        self._restore()

    def _restore(self) -> None:
        """After a reboot, trust the battery clock as far as the last beacon reaches (HOLDOVER)."""
        saved = self._store.fact("time.offset_ms")
        if saved is None or self._store.fact("time.era") != self._timer.era():
            return
        self._base += int(saved) / 1000
        age = self.now() - self._store.number("time.synced")
        if age >= 0 and self.now() >= self._floor:
            self._synced = self._timer.monotonic() - age - 86_400  # never SYNCED before a fresh beacon

    def now(self) -> float:
        """Give epoch seconds as far as this device knows; look at `state` before trusting it."""
        return self._base + self._timer.monotonic()

    def stamp(self) -> int:
        """Give epoch seconds for the journal: never before the floor, also while the time is not known."""
        return int(max(self.now(), self._floor))

    def now_ms(self) -> int:
        """Give epoch ms."""
        return int(self.now() * 1000)

    @property
    def began_ms(self) -> int:
        """Give the epoch ms at which this program began, by what the clock knows now."""
        return int((self._base + self._born) * 1000)

    @property
    def state(self) -> ClockState:
        """Say how far the clock may be trusted."""
        return state_after(None if self._synced is None else self._timer.monotonic() - self._synced)

    @property
    def known(self) -> bool:
        """Say whether there is a time to speak of."""
        return self.state is not ClockState.UNKNOWN

    @property
    def believed(self) -> bool:
        """Say whether sound may begin by this time.

        After a reboot the battery clock alone could be wrong by hours: for a while a beacon is waited for.
        """
        waited = self._timer.monotonic() - self._born >= WAIT_FOR_BEACON_S
        return self.known and (self.fresh or waited)

    def set_by(self, beacon: Beacon, asked_at: float, answered_at: float | None = None) -> bool:
        """Take the time of an accepted beacon, asked for and answered at these monotonic seconds (None: now).

        False when it was too slow. Of the last beacons with ms the one counts that can be least wrong: half
        its round trip, and what this machine's clock may have drifted since (as NTP's clock filter, RFC 5905,
        section 10). A beacon in whole seconds only says that the time lies within one second and the round
        trip (0.5 is its middle). A clock that is inside already is left alone, or it would jump with each.
        """
        mono = self._timer.monotonic() if answered_at is None else answered_at
        trip = mono - asked_at
        if not 0 <= trip <= BEACON_ROUND_TRIP_S:
            return False
        if beacon.now_ms is not None:
            self._heard.append(_Heard(beacon.now_ms / 1000 + trip / 2 - mono, trip / 2, mono))
            self._take_best()
        elif self._synced is None or not beacon.now <= self.now() <= beacon.now + 1 + trip:
            self._move(beacon.now + 0.5 + trip / 2 - mono)
        self._synced = mono
        self.fresh = True
        self._save()
        return True

    def _take_best(self) -> None:
        """Move to the beacon that can be least wrong now; what contradicts the newest one is forgotten."""
        newest = self._heard[-1]

        def doubt(one: _Heard) -> float:
            return one.doubt + DRIFT * (newest.at - one.at)

        fitting = [one for one in self._heard if abs(one.base - newest.base) <= doubt(one) + newest.doubt]
        self._heard = deque(fitting, maxlen=_KEPT)
        self._move(min(fitting, key=doubt).base)

    def _move(self, base: float) -> None:
        self._base = max(base, self._floor - self._timer.monotonic())

    def raise_floor(self, issued: int) -> None:
        """Never again be set before the issue of an accepted document; the caller's transaction keeps it."""
        if issued > self._floor:
            self._floor = issued
            self._store.remember("time.floor", issued)

    def _save(self) -> None:
        offset_ms = round((self.now() - self._timer.wall()) * 1000)
        saved = self._store.fact("time.offset_ms")
        old = self.now() - self._store.number("time.synced") > _SAVE_EVERY_S
        moved = saved is None or abs(int(saved) - offset_ms) > 500
        if moved or old or self._store.fact("time.era") != self._timer.era():
            with self._store.transaction():
                self._store.remember("time.era", self._timer.era())
                self._store.remember("time.offset_ms", offset_ms)
                self._store.remember("time.synced", int(self.now()))
                self.raise_floor(int(self.now()) if old else 0)
