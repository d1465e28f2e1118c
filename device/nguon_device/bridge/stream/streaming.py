"""A sound as a stream while it sounds: encoded as it comes, counted as heard only while the box listens."""

import threading
import time
from collections.abc import Callable, Iterator

from nguon_device.bridge.mounts import Mount
from nguon_device.bridge.rendering import Encoder
from nguon_device.decoding import BYTES_PER_MS
from nguon_device.ports import Playing, SinkState
from nguon_device.sinks.paced import PacedSink

COMES_WITHIN_S = 20.0
"""A box that listens to no stream at the beginning is waited for so long."""
MAY_MISS_MS = 1500
"""What a box may miss of a sound that still counts as heard whole: it was on its way in."""


class StreamOutput:
    """Takes samples in real time and puts packets into a mount."""

    paced = False

    def __init__(self, mount: Mount, waits_s: float) -> None:
        """Wait until the box listens."""
        self._mount = mount
        self._encoder = Encoder("libmp3lame")
        self.total = self.heard = 0
        self._mount.wait(waits_s)

    def begin(self, at: float) -> None:
        """The sound begins."""

    def write(self, samples: bytes) -> None:
        """Take one block; it is heard if anybody listens."""
        for packet in self._encoder.put(samples):
            self._mount.put(packet)
        self.total += len(samples)
        self.heard += len(samples) if self._mount.heard else 0

    def close(self, complete: bool) -> None:
        """Give the end of a sound that came to its end."""
        if complete:
            for packet in self._encoder.finish():
                self._mount.put(packet)


class StreamSink:
    """The Sink port over a mount; `keeps` leaves the stream open between two sounds."""

    def __init__(
        self, mount: Mount, muted: Callable[[], bool], *, keeps: bool, waits_s: float = COMES_WITHIN_S
    ) -> None:
        """Begin with nothing to hear."""
        self._mount, self._keeps, self._waits_s = mount, keeps, waits_s
        self._output: StreamOutput | None = None
        self._inner = PacedSink(self._make, lambda: None, muted)

    def _make(self, _playing: Playing) -> StreamOutput:
        self._output = StreamOutput(self._mount, self._waits_s)
        return self._output

    def start(self, playing: Playing) -> None:
        """Send a sound to whoever listens."""
        self.stop()
        self._inner.start(playing)

    def state(self) -> SinkState:
        """Say how much of it was listened to; a box that missed more than its beginning did not hear it."""
        state, output = self._inner.state(), self._output
        if output is None:
            return SinkState(0, state.finished, state.error)
        heard_ms = output.heard // BYTES_PER_MS
        missed = (output.total - output.heard) // BYTES_PER_MS
        error = state.error or ("sink" if state.finished and missed > MAY_MISS_MS else "")
        if state.finished and not error:
            heard_ms = state.played_ms
        return SinkState(min(heard_ms, state.played_ms), state.finished, error)

    def stop(self) -> SinkState:
        """Fall silent."""
        state = self.state()
        self._mount.wake()
        self._inner.stop()
        self._output = None
        if not self._keeps:
            self._mount.end()
        return state

    def close(self) -> None:
        """Fall silent for good."""
        self.stop()
        self._mount.end()


class Silence(threading.Thread):
    """Keeps a stream alive between two sounds, for boxes that do not come back by themselves."""

    BLOCK_MS = 100

    def __init__(self, mount: Mount, sounding: Callable[[], bool]) -> None:
        """Begin."""
        super().__init__(name="silence", daemon=True)
        self._mount, self._sounding = mount, sounding
        self._ending = threading.Event()
        self.start()

    def run(self) -> None:
        """Put silence in while nothing sounds and somebody listens."""
        packets = self._packets()
        at = time.monotonic()
        while not self._ending.wait(max(0.0, at - time.monotonic())):
            at = max(at + self.BLOCK_MS / 1000, time.monotonic() - 1)
            if self._mount.heard and not self._sounding():
                for packet in next(packets):
                    self._mount.put(packet)

    def _packets(self) -> Iterator[list[bytes]]:
        encoder = Encoder("libmp3lame")
        block = bytes(self.BLOCK_MS * BYTES_PER_MS)
        while True:
            yield list(encoder.put(block))

    def close(self) -> None:
        """End."""
        self._ending.set()
