"""Simulated time: what is to happen, in order; nothing waits."""

import heapq
from collections.abc import Callable
from itertools import count
from random import Random


def chance(seed: float) -> Random:
    """This function will give a source of chance that the seed decides."""
    return Random(seed)  # noqa: S311  it must come out the same again


class Clockwork:
    """The world's true time in epoch seconds, and what happens when."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.turns = 0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """This function will have `act` called so many seconds from now; equal instants keep their order."""
        heapq.heappush(self._heap, (self.now + max(0.0, seconds), next(self._numbers), act))

    def run(self, until: float) -> None:
        """This function will let everything happen up to an instant."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, act = heapq.heappop(self._heap)
            self.turns += 1
            act()
        self.now = max(self.now, until)
