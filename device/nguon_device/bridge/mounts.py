"""Streams that boxes listen to: one listener each, who proves himself, and never holds anything up."""

import base64
import hmac
import queue
import threading
import time
from dataclasses import dataclass, field

MOST_BEHIND = 160
"""Packets; a listener who is so far behind is hung up on, and may come again to the present."""
END = b""


@dataclass
class Mount:
    """A stream at one address. What is put in is for whoever listens now; nobody waits for anybody."""

    mime: str
    username: str = ""
    password: str = field(default="", repr=False)
    _listeners: list["queue.Queue[bytes]"] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _changed: threading.Event = field(default_factory=threading.Event)
    refused: int = 0
    """How often somebody came with a wrong password."""

    def admits(self, authorization: str) -> bool:
        """Say whether a listener may come in (RFC 7617); without a password the address is the secret."""
        if not self.password:
            return True
        wanted = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        good = hmac.compare_digest(authorization.encode(), f"Basic {wanted}".encode())
        self.refused += not good
        return good

    def listen(self) -> "queue.Queue[bytes]":
        """Begin to listen; whoever listened before with the same credential is hung up on."""
        line: queue.Queue[bytes] = queue.Queue(MOST_BEHIND)
        with self._lock:
            for old in self._listeners:
                _hang_up(old)
            self._listeners = [line]
        self._changed.set()
        return line

    def leave(self, line: "queue.Queue[bytes]") -> None:
        """Listen no more."""
        with self._lock:
            self._listeners = [one for one in self._listeners if one is not line]

    @property
    def heard(self) -> bool:
        """Say whether anybody listens."""
        return bool(self._listeners)

    def wait(self, seconds: float) -> bool:
        """Wait until somebody listens, so long at most, or until `wake`."""
        ends = time.monotonic() + seconds
        while not self.heard and (left := ends - time.monotonic()) > 0:
            if not self._changed.wait(left):
                break
            self._changed.clear()
            if not self.heard:
                break
        return self.heard

    def wake(self) -> None:
        """End a wait."""
        self._changed.set()

    def put(self, data: bytes) -> None:
        """Give a packet to whoever listens; one who has not taken the last ones is let go of."""
        with self._lock:
            kept = []
            for line in self._listeners:
                try:
                    line.put_nowait(data)
                    kept.append(line)
                except queue.Full:
                    _hang_up(line)
            self._listeners = kept

    def end(self) -> None:
        """Hang up on whoever listens."""
        with self._lock:
            for line in self._listeners:
                _hang_up(line)
            self._listeners = []


def _hang_up(line: "queue.Queue[bytes]") -> None:
    try:
        line.put_nowait(END)
    except queue.Full:
        with line.mutex:
            line.queue.clear()
        line.put_nowait(END)
