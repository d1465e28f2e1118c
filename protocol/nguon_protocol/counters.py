"""(epoch, v): what keeps an old document from being replayed."""

from collections.abc import Iterable
from dataclasses import dataclass

from nguon_protocol.documents.beacon import Latest

WINDOW = 64
COUNTED = frozenset({"plan", "order", "urgent", "drill", "input", "release"})
"""The types whose documents are numbered for each target; a root has its own v, a beacon its nonce."""
PEOPLES = 2**40
"""Orders with these numbers and higher ones are people's own, signed without the server: by the clock, in
seconds. They are counted apart, so that no number of a person's shuts out the server's next order."""
_APART = "order/people"
LOST_SHA256 = "0" * 64
"""Stands in a counter for a document that is not known any more."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The highest (epoch, v) accepted for a type and target, its hash, and which of the last 64 were seen.

    Plans replace each other, so only a higher one is accepted. Orders do not: two of them may overtake each
    other on the way and both must be heard, each once. They are therefore kept with the sliding window of
    IPsec (RFC 4303, 3.4.3): bit i of `seen` says that v - i was accepted.
    """

    epoch: int = 0
    v: int = 0
    sha256: str = ""
    seen: int = 0

    def is_same(self, epoch: int, v: int, sha256: str) -> bool:
        """Say whether this is the document that is stored already."""
        return (epoch, v, sha256) == (self.epoch, self.v, self.sha256)

    def after(self, epoch: int, v: int, sha256: str, *, windowed: bool) -> "Counter | None":
        """Give the counter after accepting (epoch, v), or None when that would be a step back or a replay."""
        if self.sha256 == "" or epoch > self.epoch:
            return Counter(epoch, v, sha256, 1)
        if epoch < self.epoch:
            return None
        if v > self.v:
            moved = (self.seen << min(v - self.v, WINDOW)) & (2**WINDOW - 1)
            return Counter(epoch, v, sha256, moved | 1)
        behind = self.v - v
        if not windowed or behind >= WINDOW or self.seen >> behind & 1:
            return None
        return Counter(self.epoch, self.v, self.sha256, self.seen | 1 << behind)


def counted_by(kind: str, target: str, v: int) -> tuple[str, str]:
    """Give the (type, target) under which a document's counter is kept; people's orders have their own."""
    return (_APART if kind == "order" and v >= PEOPLES else kind, target)


def type_of(kept_by: str) -> str:
    """Give the document type of a counter that `counted_by` named."""
    return kept_by.partition("/")[0]


def floors(latest: Iterable[Latest]) -> dict[tuple[str, str], Counter]:
    """Give the counters of a device that has lost its own, from the documents that a fresh beacon names.

    Exactly those documents, and later ones, are accepted from then on; everything older is a replay.
    """
    found: dict[tuple[str, str], list[Latest]] = {}
    for one in latest:
        if one.type in COUNTED:
            found.setdefault(counted_by(one.type, one.target, one.v), []).append(one)
    return {key: _floor(rows) for key, rows in found.items()}


def _floor(rows: list[Latest]) -> Counter:
    top = max(rows, key=lambda one: (one.epoch, one.v))
    if top.type in {"plan", "release"}:
        return Counter(top.epoch, max(0, top.v - 1), LOST_SHA256, 1)
    named = {top.v - one.v for one in rows if one.epoch == top.epoch}
    seen = sum(1 << behind for behind in range(WINDOW) if behind not in named)
    return Counter(top.epoch, top.v, LOST_SHA256, seen)
