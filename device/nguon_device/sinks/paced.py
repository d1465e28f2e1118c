"""A sink that plays in real time on a thread of its own, and is silent at once when told so."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Protocol

from nguon_device.decoding import BYTES_PER_MS, samples
from nguon_device.ports import Playing, SinkState

BLOCK_MS = 50
_BLOCK = BLOCK_MS * BYTES_PER_MS


class Output(Protocol):
    """Takes samples (16 bits, 48 kHz, mono). `paced` outputs take their time themselves, as a card does."""

    paced: bool

    def begin(self, at: float) -> None:
        """The sound begins now; `at` is what the monotonic clock says."""

    def write(self, samples: bytes) -> None:
        """Take the samples of one block."""

    def close(self, complete: bool) -> None:
        """End; `complete` when the sound came to its own end."""


class Silent:
    """An output that hears nothing."""

    paced = False

    def begin(self, at: float) -> None:
        """Begin."""

    def write(self, samples: bytes) -> None:
        """Take the samples and drop them."""

    def close(self, complete: bool) -> None:
        """End."""


class PacedSink:
    """One sound at a time; a new one silences the old one first."""

    def __init__(
        self, make_output: Callable[[Playing], Output], ended: Callable[[], None], muted: Callable[[], bool]
    ) -> None:
        self._muted = muted
        self._make_output = make_output
        self._ended = ended
        self._track: _Track | None = None

    def start(self, playing: Playing) -> None:
        """Begin to sound, after silencing what sounded; what was prepared for this item goes on."""
        early = self._track
        if early is not None and early.at is not None and early.item == playing.item:
            early.at = None
            return
        self._begin(playing, None)

    def prepare(self, playing: Playing, at: float) -> None:
        """Open and decode now, and begin to sound by itself at monotonic `at`."""
        self._begin(playing, at)

    def _begin(self, playing: Playing, at: float | None) -> None:
        self.stop()
        self._track = _Track(playing, self._make_output, self._ended, self._muted, at)
        self._track.start()

    def stop(self) -> SinkState:
        """Be silent and say how far it came; returns when it is silent."""
        track, self._track = self._track, None
        if track is None:
            return SinkState()
        track.stopping.set()
        track.join(2.0)
        return track.state()

    def state(self) -> SinkState:
        """Say how far it has come."""
        return SinkState() if self._track is None else self._track.state()

    def close(self) -> None:
        """Be silent for good."""
        self.stop()


class _Track(threading.Thread):
    def __init__(
        self,
        playing: Playing,
        make_output: Callable[[Playing], Output],
        ended: Callable[[], None],
        muted: Callable[[], bool],
        at: float | None,
    ) -> None:
        super().__init__(name=f"sound {playing.item}", daemon=True)
        self.item = playing.item
        self.at = at
        """When to begin by itself; None when it is to begin at once, or was taken over by `start`."""
        self._begins = at
        self._muted = muted
        self.stopping = threading.Event()
        self._playing = playing
        self._make_output = make_output
        self._ended = ended
        self._played = 0
        self._finished = False
        self._error = ""

    def state(self) -> SinkState:
        played_ms = self._played // BYTES_PER_MS
        if self._playing.feed is not None:  # what was put in for want of a voice was not heard
            played_ms = max(0, played_ms - self._playing.feed.silence_ms)
        return SinkState(played_ms, self._finished, self._error)

    def run(self) -> None:
        try:
            self._run()
        except OSError:
            self._error = "sink"
        except Exception:  # av raises many kinds; to a loudspeaker they all mean: this file cannot be played
            self._error = "media"
        self._finished = True
        if not self.stopping.is_set():
            self._ended()

    def _run(self) -> None:
        output = self._make_output(self._playing)
        complete = False
        try:
            complete = self._play(output)
        finally:
            output.close(complete)

    def _play(self, output: Output) -> bool:
        """Write each block when its time has passed, so that what is written is what was heard."""
        one = self._playing
        blocks = _blocks(samples(one))
        first = next(blocks, b"")
        if self._begins is not None and self.stopping.wait(max(0.0, self._begins - time.monotonic())):
            return False
        began = time.monotonic()
        output.begin(began)
        for block in chain([first], blocks):
            ends = began + (self._played + len(block)) / BYTES_PER_MS / 1000
            wait = 0.0 if output.paced else max(0.0, ends - time.monotonic())
            if self.stopping.wait(wait):
                return False
            if self._muted():
                self._error = "mute"
                return False
            output.write(block)
            self._played += len(block)
        return True


def _blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    pending = bytearray()
    for part in parts:
        pending += part
        while len(pending) >= _BLOCK:
            yield bytes(pending[:_BLOCK])
            del pending[:_BLOCK]
    if pending:
        yield bytes(pending)
