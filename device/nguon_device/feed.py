"""The small buffer between a live session and the sink: evens out the network, never falls behind."""

import threading
from collections import deque
from collections.abc import Iterable

from nguon_protocol.live import MAX_SEGMENT_US, Packet

MOST_US = 4 * MAX_SEGMENT_US
"""Who has this much waiting is behind the speaker, and goes on with the newest segment's length of it."""
LEAST_US = 200_000
"""What is kept in hand on a good network, and no less than one segment."""
WINDOW_US = 2_000_000
"""After so much sound without a gap, what lay unused all the while is left out: it was only delay."""


class Feed:
    """Packets of one session, put by the core and taken by the sink's thread.

    Nothing is given until more is there than what is to be kept in hand, at the beginning and after each gap;
    each gap doubles that, up to the longest segment, and quiet times take it back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packets: deque[Packet] = deque()
        self._us = 0
        self._flowing = False
        self._ended = False
        self._longest = self._recent = 0
        self._kept = LEAST_US
        self._lowest = MOST_US
        self._given = 0
        self.silence_ms = 0
        """What the sink put in for want of packets, since it began."""

    def put(self, packets: Iterable[Packet]) -> None:
        """Take what comes next; of what has piled up the oldest is dropped."""
        with self._lock:
            before = self._us
            for one in packets:
                self._packets.append(one)
                self._us += one.us
            self._recent = max(self._recent, min(self._us - before, MAX_SEGMENT_US))
            self._longest = max(self._longest, self._recent)
            if self._us > MOST_US:
                self._drop_to(MAX_SEGMENT_US)

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
            if not self._flowing:
                self._flowing = self._enough()
                self._begin_now()
            elif not self._packets:
                self._gap()
            if not self._flowing:
                return None
            self._leave_out()
            one = self._packets.popleft()
            self._us -= one.us
            self._given += one.us
            self._lowest = min(self._lowest, self._us)
            return one

    def _begin_now(self) -> None:
        """What piled up while another order was heard is no longer "now", and would be delay for ever."""
        if self._flowing and not self._ended:
            self._drop_to(max(self._kept, self._longest) + self._recent)

    def _gap(self) -> None:
        self._flowing = False
        self._kept = min(2 * self._kept, MAX_SEGMENT_US)
        self._given, self._lowest = 0, MOST_US

    def _leave_out(self) -> None:
        if self._given < WINDOW_US or self._ended:
            return
        self._longest, self._recent = self._recent, 0
        idle = self._lowest - max(self._kept, self._longest)
        if idle > 0:
            self._drop_to(max(self._us - idle, 1))
        self._kept = max(LEAST_US, self._kept * 9 // 10)
        self._given, self._lowest = 0, MOST_US

    def _drop_to(self, us: int) -> None:
        while self._us > us and len(self._packets) > 1:
            self._us -= self._packets.popleft().us

    def _enough(self) -> bool:
        return bool(self._packets) and (self._ended or self._us > max(self._kept, self._longest))
