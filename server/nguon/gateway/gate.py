"""How much one loudspeaker may send: what is more is dropped before it takes anybody's place, and counted."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from nguon.adapters.nats import Message

MOST_BYTES = 4096
"""Of a health message; an honest one has 400."""
# Messages a second for ever, and at once. Health is once a minute and at each change. A loudspeaker keeps
# up to 10,000 receipts without a network (LSP-1 rule 11): all of them may come at once, in their order.
# Over HTTP ("w") it asks once a minute, and once for each document after it was away.
RATES = {"h": (2.0, 60.0), "r": (200.0, 12_000.0), "w": (10.0, 600.0)}
WRONG_COSTS = 50
"""What nobody signed takes so many messages' room: an honest loudspeaker sends none."""
MOST_OWED = 12_000.0
"""So deep in debt is at most who sends such things: for a minute nothing more of it is looked at."""
TELL_SECONDS = 10.0
FORGET = 50_000


class Gate:
    """A bucket of tokens for each loudspeaker and kind of message."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """This function will begin with full buckets."""
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._dropped: dict[str, int] = defaultdict(int)
        self._owed: dict[str, float] = {}
        self._told_at = float("-inf")
        self._lock = threading.Lock()

    def passes(self, message: Message) -> bool:
        """This function will say whether a message is taken; called on the thread of the broker."""
        kind = message.subject[4:5]
        rate, most = RATES.get(kind, RATES["h"])
        at = self._clock()
        left, before = self._buckets.get(message.subject, (most, at))
        left = min(most, left + (at - before) * rate)
        if self._owed:
            with self._lock:
                left = max(-MOST_OWED, left - self._owed.pop(message.subject, 0.0))
        if left < 1 or (kind == "h" and len(message.data) > MOST_BYTES):
            self._buckets[message.subject] = (left, at)
            self._count(message.subject[6:])
            return False
        if len(self._buckets) >= FORGET and message.subject not in self._buckets:
            self._buckets.clear()  # all begin with a full bucket again
        self._buckets[message.subject] = (left - 1, at)
        return True

    def rejected(self, device: UUID) -> None:
        """This function will count a message that was no health."""
        self._count(str(device))

    def forged(self, device: UUID, count: int) -> None:
        """Count receipts that the loudspeaker's key did not sign, and let fewer in that come after them: soon
        none for a minute, in which each costs a look into a table. Called on the thread of the gateway."""
        subject = f"lsp.r.{device}"
        with self._lock:
            self._owed[subject] = self._owed.get(subject, 0.0) + count * WRONG_COSTS
            self._dropped[str(device)] += count

    def _count(self, device: str) -> None:
        with self._lock:
            self._dropped[device] += 1

    def told(self, at: float) -> dict[UUID, int]:
        """This function will give what was dropped of whom, once every ten seconds, and count anew."""
        if at - self._told_at < TELL_SECONDS or not self._dropped:
            return {}
        self._told_at = at
        with self._lock:
            taken, self._dropped = self._dropped, defaultdict(int)
        found: dict[UUID, int] = {}
        for name, count in taken.items():
            try:
                found[UUID(name)] = count
            except ValueError:
                continue  # no loudspeaker has such a name
        return found
