"""The agent's own clock: an offset that signed beacons set. The machine's clock is never changed."""

from nguon_device.ports import Timer
from nguon_device.store import Store
from nguon_protocol.clocks import BEACON_ROUND_TRIP_S, ClockState, state_after
from nguon_protocol.documents import Beacon

BUILT_AT = 1_767_225_600
"""No device of this version ever lived before 2026-01-01."""
_SAVE_EVERY_S = 3600


class DeviceClock:
    """Epoch time by the last beacon and the monotonic clock since."""

    def __init__(self, timer: Timer, store: Store) -> None:
        self._timer = timer
        self._store = store
        self._floor = max(BUILT_AT, store.number("time.floor"))
        self._synced: float | None = None
        self.fresh = False
        """Whether a beacon has set the clock since the machine was switched on."""
        self._base = timer.wall() - timer.monotonic()
        self._restore()

    def _restore(self) -> None:
        """After a reboot, trust the battery clock as far as the last beacon reaches (HOLDOVER)."""
        saved = self._store.fact("time.offset_ms")
        if saved is None:
            return
        self._base += int(saved) / 1000
        age = self.now() - self._store.number("time.synced")
        if age >= 0 and self.now() >= self._floor:
            self._synced = self._timer.monotonic() - age - 86_400  # never SYNCED before a fresh beacon

    def now(self) -> float:
        """Give epoch seconds as far as this device knows; look at `state` before trusting it."""
        return self._base + self._timer.monotonic()

    def now_ms(self) -> int:
        """Give epoch ms."""
        return int(self.now() * 1000)

    @property
    def state(self) -> ClockState:
        """Say how far the clock may be trusted."""
        return state_after(None if self._synced is None else self._timer.monotonic() - self._synced)

    @property
    def known(self) -> bool:
        """Say whether there is a time to speak of."""
        return self.state is not ClockState.UNKNOWN

    def set_by(self, beacon: Beacon, asked_at: float) -> bool:
        """Take the time of an accepted beacon, asked for at monotonic `asked_at`; False when it was too slow.

        A beacon in whole seconds only says that the time lies within one second and the round trip (0.5 is
        its middle). A clock that is inside already is left alone, or it would jump with every beacon.
        """
        mono = self._timer.monotonic()
        trip = mono - asked_at
        if not 0 <= trip <= BEACON_ROUND_TRIP_S:
            return False
        if beacon.now_ms is not None:
            self._move(beacon.now_ms / 1000 + trip / 2, within=0.005)
        elif self._synced is None or not beacon.now <= self.now() <= beacon.now + 1 + trip:
            self._move(beacon.now + 0.5 + trip / 2, within=0.0)
        self._synced = mono
        self.fresh = True
        self._save()
        return True

    def _move(self, now: float, within: float) -> None:
        wanted = max(now, self._floor)
        if abs(wanted - self.now()) > within or self._synced is None:
            self._base = wanted - self._timer.monotonic()

    def raise_floor(self, issued: int) -> None:
        """Never again be set before the issue of an accepted document; the caller's transaction keeps it."""
        if issued > self._floor:
            self._floor = issued
            self._store.remember("time.floor", issued)

    def _save(self) -> None:
        offset_ms = round((self.now() - self._timer.wall()) * 1000)
        saved = self._store.fact("time.offset_ms")
        old = self.now() - self._store.number("time.synced") > _SAVE_EVERY_S
        if saved is None or old or abs(int(saved) - offset_ms) > 500:
            with self._store.transaction():
                self._store.remember("time.offset_ms", offset_ms)
                self._store.remember("time.synced", int(self.now()))
                self.raise_floor(int(self.now()) if old else 0)
