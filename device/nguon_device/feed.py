"""The small buffer between a live session and the sink: evens out the network, never falls behind."""

import threading
from collections import deque
from collections.abc import Iterable

from nguon_protocol.live import MAX_SEGMENT_US, Packet

MOST_US = 4 * MAX_SEGMENT_US
"""Who has this much waiting is behind the speaker, and goes on with the newest segment's length of it."""


class Feed:
    """Packets of one session, put by the core and taken by the sink's thread.

    Nothing is given until more than the longest segment is there, at the beginning and after each gap.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packets: deque[Packet] = deque()
        self._us = 0
        self._flowing = False
        self._ended = False
        self.silence_ms = 0
        """What the sink put in for want of packets, since it began."""

    def put(self, packets: Iterable[Packet]) -> None:
        """Take what comes next; of what has piled up the oldest is dropped."""
        with self._lock:
            for one in packets:
                self._packets.append(one)
                self._us += one.us
            if self._us > MOST_US:
                while self._us > MAX_SEGMENT_US:
                    self._us -= self._packets.popleft().us

    def end(self) -> None:
        """The speaker has finished: what is there is still given."""
        with self._lock:
            self._ended = True

    @property
    def ready(self) -> bool:
        """Say whether there is enough to begin with."""
        with self._lock:
            return self._enough()

    @property
    def over(self) -> bool:
        """Say whether nothing more will be given."""
        with self._lock:
            return self._ended and not self._packets

    def take(self) -> Packet | None:
        """Give the next packet, or None while there is nothing to be heard."""
        with self._lock:
            self._flowing = bool(self._packets) and (self._flowing or self._enough())
            if not self._flowing:
                return None
            one = self._packets.popleft()
            self._us -= one.us
            return one

    def _enough(self) -> bool:
        return bool(self._packets) and (self._ended or self._us > MAX_SEGMENT_US)
