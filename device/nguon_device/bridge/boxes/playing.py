"""What every made-up box has: it fetches what it is told to, plays it in real time, and can misbehave."""

import threading
import time
import urllib.request
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

FETCH_S = 10.0


@dataclass
class Misbehaviour:
    """What is wrong with a box just now; nothing, as it is made."""

    hangs_s: float = 0.0
    drips: bool = False
    body: bytes | None = None
    """What it answers whatever it is asked."""
    status: int = 200
    location: str = ""
    refuses_password: bool = False
    refuses: bool = False
    deaf: bool = False
    """It takes orders and plays nothing."""
    says: dict[str, Any] = field(default_factory=dict)
    """What it says wrongly in its status."""


@dataclass
class Heard:
    """One sound that a box played: where it was fetched, how long it is, how far it came (seconds)."""

    url: str
    item: str
    seconds: float
    began: float
    ended: float | None = None

    @property
    def played(self) -> float:
        """Give how much of it was heard until now."""
        until = time.monotonic() if self.ended is None else self.ended
        return min(self.seconds, until - self.began)


class Amplifier:
    """The part of a box that sounds."""

    def __init__(self) -> None:
        """Begin silent."""
        self.heard: list[Heard] = []
        self.volume = 80
        self._lock = threading.Lock()

    def play(self, url: str, item: str) -> None:
        """Fetch a sound and begin with it; what sounded before ends. Raises OSError when it is not there."""
        with urllib.request.urlopen(url, timeout=FETCH_S) as answer:  # noqa: S310  a made-up box fetches what it is told
            data = answer.read()
        seconds = length_of(data)
        with self._lock:
            self._end()
            self.heard.append(Heard(url, item, seconds, time.monotonic()))

    def stop(self, item: str = "") -> None:
        """Fall silent; with `item` only if that is what sounds."""
        with self._lock:
            if not item or (self.heard and self.heard[-1].item == item):
                self._end()

    def _end(self) -> None:
        if self.heard and self.heard[-1].ended is None:
            self.heard[-1].ended = time.monotonic()

    @property
    def now(self) -> Heard | None:
        """Give what sounds."""
        with self._lock:
            last = self.heard[-1] if self.heard else None
            return last if last is not None and last.ended is None and last.played < last.seconds else None


def length_of(data: bytes) -> float:
    """Decode a sound and give its seconds."""
    import av  # noqa: PLC0415

    with av.open(BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        samples = [frame.samples for frame in container.decode(stream)]
        return float(sum(samples)) / (stream.rate or 1)
