"""The sink of a bridge: what the agent wants heard is wished of the box, and nothing here waits for it."""

import time
from collections.abc import Callable
from dataclasses import replace

from nguon_device.bridge.driver import Driver
from nguon_device.bridge.hearing import Hearing
from nguon_device.ports import Playing, SinkState


class FarSink:
    """The Sink port over a Driver; `ended` is called by nobody, as the stage looks four times a second."""

    def __init__(self, driver: Driver, *, look_s: float, proves: bool, muted: Callable[[], bool]) -> None:
        """Begin silent."""
        self._driver = driver
        self._look_s, self._proves = look_s, proves
        self._muted = muted
        self._hearing: Hearing | None = None

    def start(self, playing: Playing) -> None:
        """Have the box sound this; one that is not to be heard at all (a test) goes no further than here."""
        self._hearing = Hearing(playing, time.monotonic(), self._look_s, self._proves)
        if playing.volume == 0 or self._muted():
            self._hearing = replace(self._hearing, proves=False, taken_at=time.monotonic())
            return
        self._driver.play(self._hearing)

    def state(self) -> SinkState:
        """Say how far the box says it has come."""
        if self._hearing is None:
            return SinkState()
        return self._hearing.state(time.monotonic())

    def stop(self) -> SinkState:
        """Have the box fall silent, and say how far it came."""
        state = self.state()
        one, self._hearing = self._hearing, None
        if one is not None and one.playing.volume > 0:
            self._driver.silence()
        return state

    def close(self) -> None:
        """Have the box fall silent for good."""
        self.stop()
        self._driver.close()
