"""A loudspeaker that sounds in the world's time and tells every sample to the judge."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nguon_device.feed import Feed
from nguon_device.ports import Playing, SinkState


class Ear(Protocol):
    """Who hears: the begin of a sound, and its end with the ms that sounded."""

    def begins(self, playing: Playing, content: str) -> None:
        """Hear a sound begin; `content` is the SHA-256 of the bytes that really sound."""

    def ends(self, playing: Playing, played_ms: int) -> None:
        """Hear it end."""

    def hears(self, playing: Playing, packet: bytes) -> None:
        """Hear a packet of a live session."""


@dataclass
class Stopwatch:
    """A machine's oscillator: `rate` is how fast it runs; it counts from when the machine is switched on."""

    rate: float
    since: float
    first: float = 1000.0

    def count(self, now: float) -> float:
        """This function will give the monotonic seconds at a true instant."""
        return self.first + (now - self.since) * self.rate


class WorldSink:
    """The Sink port of one machine; `mono` gives its monotonic seconds."""

    def __init__(self, mono: "Mono", ear: Ear) -> None:
        self._mono = mono
        self._ear = ear
        self.playing: Playing | None = None
        self.error = ""
        self._since = 0.0
        self._voice_us = self._listened_us = 0
        self._heard_out = False

    def start(self, playing: Playing) -> None:
        """This function will begin to sound, after silencing what sounded."""
        self.stop()
        self.playing, self._since, self.error = playing, self._mono(), ""
        self._heard_out = False
        self._voice_us = self._listened_us = 0
        self._ear.begins(playing, _digest(playing.path))

    def state(self) -> SinkState:
        """This function will say how far it has come."""
        if self.playing is None:
            return SinkState()
        if self.playing.feed is not None:
            played, finished = self._listen(self.playing, self.playing.feed)
        else:
            whole = self.playing.dur_ms - self.playing.offset_ms
            played = min(whole, max(0, int((self._mono() - self._since) * 1000)))
            finished = played >= whole or self.error != ""
        if finished and not self._heard_out:
            self._heard_out = True
            self._ear.ends(self.playing, played)
        return SinkState(played, finished=finished, error=self.error)

    def _listen(self, playing: Playing, feed: Feed) -> tuple[int, bool]:
        """Take from a live session what has sounded since the last look; what was missing was silence."""
        now_us = int((self._mono() - self._since) * 1_000_000)
        while self._listened_us < now_us:
            packet = feed.take()
            if packet is None:
                self._listened_us = now_us
                break
            self._listened_us += packet.us
            self._voice_us += packet.us
            self._ear.hears(playing, packet.data)
        return self._voice_us // 1000, feed.over

    def stop(self) -> SinkState:
        """This function will be silent and say how far it came."""
        state = self.state()
        if self.playing is not None:
            gone, self.playing = self.playing, None
            if not self._heard_out:
                self._ear.ends(gone, state.played_ms)
        return state

    def close(self) -> None:
        """This function will be silent for good."""
        self.stop()


class Mono(Protocol):
    """Gives monotonic seconds."""

    def __call__(self) -> float:
        """Give them."""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
