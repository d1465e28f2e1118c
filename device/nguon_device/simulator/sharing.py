"""Work that devices share: one verification of a document for all who judge it in the same circumstances.

The verdict is always the real `accept`'s. It is reused only for a device for which everything that it
depends on is the same: the bytes, the root, the second, the clock's state, whether the target means the
device, the counter of that type and target, and what was heard that day.
"""

import base64
import hashlib
import json
import time
from collections.abc import Collection, Hashable
from typing import Any

from nguon_protocol import targets
from nguon_protocol.acceptance import Accepted, DeviceState, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import COUNTED, counted_by
from nguon_protocol.errors import ProtocolError

_KEPT, _NOTED = 2000, 200
_SHARED = COUNTED - {"release"}  # a release is for a model, which is not in the key


class SharedJudge:
    """Stands in for `accept` in many devices at once. `judged` and `verified` count calls and real work."""

    def __init__(self) -> None:
        self._peeked: dict[bytes, tuple[str, str] | None] = {}
        self._verdicts: dict[Hashable, Accepted | Refused] = {}
        self.judged = self.verified = 0
        self.taken: dict[str, list[float]] = {}
        """When (monotonic) each loudspeaker accepted a document, by the hash of its body."""
        self.last_shared = 0.0  # when (monotonic) a document for many was judged last

    def __call__(
        self, text: bytes | str, state: DeviceState, now: int, clock: ClockState, expected: Collection[str]
    ) -> Accepted | Refused:
        """Give the verdict on one envelope for one device."""
        self.judged += 1
        key = self._key(text, state, now, clock, expected)
        found = None if key is None else self._verdicts.get(key)
        if found is None:
            self.verified += 1
            found = accept(text, state, now, clock, expected)
            if key is not None:
                if len(self._verdicts) >= _KEPT:
                    self._verdicts.clear()
                self._verdicts[key] = found
        if key is not None:
            self.last_shared = time.monotonic()
            if isinstance(found, Accepted) and found.changed:
                self._note(found.sha256)
        return found

    def _note(self, sha256: str) -> None:
        if sha256 not in self.taken and len(self.taken) >= _NOTED:
            del self.taken[next(iter(self.taken))]
        self.taken.setdefault(sha256, []).append(self.last_shared)

    def _key(
        self, text: bytes | str, state: DeviceState, now: int, clock: ClockState, expected: Collection[str]
    ) -> Hashable | None:
        name = hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()
        if name not in self._peeked:
            if len(self._peeked) >= _KEPT:
                self._peeked.clear()
            self._peeked[name] = _peek(text)
        about = self._peeked[name]
        if about is None:
            return None
        try:
            mine = targets.covers(about[1], state.area, state.groups, state.device)
        except ProtocolError:
            return None
        heard = tuple(state.heard)
        counter = state.counters.get(about)
        return (name, state.root_sha256, now, clock, tuple(expected), mine, counter, heard)


def _peek(text: bytes | str) -> tuple[str, str] | None:
    """Give the key of its counter as the unverified body says; None when it does not say so."""
    try:
        envelope: dict[str, Any] = json.loads(text)
        body = json.loads(base64.b64decode(envelope["payload"]))
        kind, target, v = body["type"], body["target"], body["v"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    known = kind in _SHARED and isinstance(target, str) and isinstance(v, int)
    return counted_by(kind, target, v) if known else None
