"""Waiting after a failure: exponential, with full jitter, so that devices do not knock all at once."""

from random import Random


class Backoff:
    """Counts failures and says how long to wait; the longest wait is `cap_s`."""

    def __init__(self, rng: Random, base_s: float = 0.5, cap_s: float = 60.0) -> None:
        self._rng = rng
        self._base = base_s
        self._cap = cap_s
        self.failures = 0

    def failed(self) -> float:
        """Note a failure and give the seconds to wait: between a tenth of the window and all of it."""
        self.failures += 1
        window = min(self._cap, self._base * 2 ** min(self.failures, 16))
        return self._rng.uniform(window / 10, window)

    def worked(self) -> None:
        """Begin again from the start."""
        self.failures = 0
