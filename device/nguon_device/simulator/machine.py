"""The machine around one simulated loudspeaker: a clock that drifts, a sink that only counts time."""

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from nguon_device.ports import Playing, SinkState


class DriftingTimer:
    """Clocks that run `ppm` parts in a million too fast; the battery clock is wrong by `offset_s` as well."""

    def __init__(self, ppm: float, offset_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = 1 + ppm / 1_000_000
        self._offset = offset_s
        self._real = monotonic
        self._since = monotonic()
        self._wall = time.time()

    def monotonic(self) -> float:
        """Give seconds that only ever grow."""
        return self._since + (self._real() - self._since) * self._rate

    def wall(self) -> float:
        """Give what the battery clock believes is epoch seconds."""
        return self._wall + self._offset + (self._real() - self._since) * self._rate

    def era(self) -> str:
        """Give one name: this machine has a battery clock."""
        return "battery"


class CountingSink:
    """Sounds nothing; knows how far it would have come."""

    def __init__(self, timer: DriftingTimer) -> None:
        self._timer = timer
        self._playing: Playing | None = None
        self._since = 0.0

    def start(self, playing: Playing) -> None:
        """Begin."""
        self._playing, self._since = playing, self._timer.monotonic()

    def state(self) -> SinkState:
        """Say how far it has come."""
        if self._playing is None:
            return SinkState()
        whole = self._playing.dur_ms - self._playing.offset_ms
        played = min(whole, int((self._timer.monotonic() - self._since) * 1000))
        return SinkState(played, finished=played >= whole)

    def stop(self) -> SinkState:
        """Be silent."""
        state = self.state()
        self._playing = None
        return state

    def left_s(self) -> float:
        """Give the seconds until what sounds is over; it needs no look before that."""
        if self._playing is None:
            return 0.0
        whole = self._playing.dur_ms - self._playing.offset_ms
        return max(0.01, whole / 1000 - (self._timer.monotonic() - self._since))

    def close(self) -> None:
        """Be silent for good."""
        self._playing = None


_SOUNDS = ("siren", "attention", "all-clear", "false-alarm", "drill")


class MakersSounds:
    """What the maker put on every box: siren and phrases, of which only the names matter here."""

    def names(self) -> Collection[str]:
        """Name them."""
        return _SOUNDS

    def path(self, name: str) -> Path:
        """Give where one would lie."""
        return Path(f"{name}.ogg")


class CountedSensors:
    """What a box of the middle kind measures: mains, a battery, a modem, an amplifier at rest."""

    def __init__(self, number: int) -> None:
        self._found = {
            "mains": True,
            "battery": 80 + number % 20,
            "temp": 35.0 + number % 15,
            "disk": 20 + number % 30,
            "signal": -60 - number % 40,
            "net": "4g",
            "amp_ma": 3,
            "line": "ok",
        }

    def read(self) -> Mapping[str, Any]:
        """Give the same each time."""
        return self._found
