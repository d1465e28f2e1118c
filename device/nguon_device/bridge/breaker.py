"""A circuit breaker: a box that fails again and again is asked ever less often."""

from random import Random

from nguon_device.backoff import Backoff
from nguon_device.bridge.faults import FarFault

OPENS_AFTER = 3
"""Failures in a row after which the circuit counts as open."""
LONGEST_S = 60.0


class Breaker:
    """Counts failures in a row. All times are monotonic seconds, given by the caller."""

    def __init__(self, rng: Random) -> None:
        """Begin closed: everything is let through."""
        self._backoff = Backoff(rng, base_s=0.5, cap_s=LONGEST_S)
        self._next_at = float("-inf")
        self.fault: FarFault | None = None
        """The newest failure; None since the box last did as asked."""

    @property
    def open(self) -> bool:
        """Say whether the box has failed so often that only a try now and then is made."""
        return self._backoff.failures >= OPENS_AFTER

    def wait(self, now: float) -> float:
        """Give the seconds until the next try is allowed; 0 when it is."""
        return max(0.0, self._next_at - now)

    def failed(self, fault: FarFault, now: float) -> None:
        """Note a failure; the next try waits."""
        self.fault = fault
        self._next_at = now + self._backoff.failed()

    def worked(self) -> None:
        """Note that the box did as asked."""
        self._backoff.worked()
        self.fault, self._next_at = None, float("-inf")

    def hurry(self, at: float = float("-inf")) -> None:
        """Let the next try through at `at` at the latest: silence does not wait as long as other things."""
        self._next_at = min(self._next_at, at)
