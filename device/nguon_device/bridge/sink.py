"""The sink of a bridge: what the agent wants heard is wished of the box, and nothing here waits for it."""

import time
from collections.abc import Callable
from dataclasses import replace

from nguon_device.bridge.driver import Driver
from nguon_device.bridge.hearing import Hearing
from nguon_device.ports import Playing, Sink, SinkState


class FarSink:
    """The Sink port over a Driver. `stream` takes what cannot be a file yet: live sessions, and alerts whose
    words are still on their way.
    """

    def __init__(
        self, driver: Driver, stream: Sink, *, look_s: float, proves: bool, muted: Callable[[], bool]
    ) -> None:
        """Begin silent."""
        self._driver, self._stream = driver, stream
        self._look_s, self._proves = look_s, proves
        self._muted = muted
        self._hearing: Hearing | None = None

    def start(self, playing: Playing) -> None:
        """Have the box sound this; one that is not to be heard at all (a test) goes no further than here."""
        self.stop()
        live = playing.feed is not None or _waits_for_words(playing)
        self._hearing = Hearing(playing, time.monotonic(), self._look_s, self._proves, live)
        if playing.volume == 0 or self._muted():
            self._hearing = replace(self._hearing, proves=False, live=False, taken_at=time.monotonic())
            return
        if live:
            self._stream.start(playing)
        self._driver.play(self._hearing)

    def state(self) -> SinkState:
        """Say how far the box says it has come; of a stream, how much of it went out to it."""
        if self._hearing is None:
            return SinkState()
        return self._stream.state() if self._hearing.live else self._hearing.state(time.monotonic())

    def stop(self) -> SinkState:
        """Have the box fall silent, and say how far it came."""
        state = self.state()
        one, self._hearing = self._hearing, None
        if one is not None and one.playing.volume > 0:
            self._driver.silence()
        if one is not None and one.live:
            self._stream.stop()
        return state

    def close(self) -> None:
        """Have the box fall silent for good."""
        self.stop()
        self._stream.close()
        self._driver.close()


def _waits_for_words(playing: Playing) -> bool:
    return bool(playing.before) and playing.has_file and not playing.path.exists()
