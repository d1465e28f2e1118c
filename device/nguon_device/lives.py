"""Live sessions: their lines, what of them is genuine, and when one is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from nguon_device.backoff import Backoff
from nguon_device.feed import Feed
from nguon_device.ports import LineClosed, LineData, Lines, Timer
from nguon_protocol.live import Segment, SegmentReader
from nguon_protocol.player import Cue

LOST_S = 10.0
MOST_LINES = 4
"""So many sessions are listened to at once; one is heard, others wait as orders do."""
_LOOK_S = 0.25
_IDLE_S = 60.0
_CAP_S = 5.0


@dataclass(slots=True)
class _Session:
    url: str
    reader: SegmentReader
    backoff: Backoff
    feed: Feed = field(default_factory=Feed)
    line: int | None = None
    again_at: float = 0.0
    good_at: float | None = None


class Lives:
    """Listens to the sessions that the accepted orders name. A session is named by its order's id."""

    def __init__(self, lines: Lines, timer: Timer, rng: Random) -> None:
        self._lines = lines
        self._timer = timer
        self._rng = rng
        self._sessions: dict[str, _Session] = {}
        self._number = 0

    def follow(self, cues: Iterable[Cue]) -> None:
        """Listen to these and to no others."""
        wanted = [one for one in cues if one.live is not None][:MOST_LINES]
        for name in set(self._sessions) - {one.item.id for one in wanted}:
            gone = self._sessions.pop(name)
            if gone.line is not None:
                self._lines.close(gone.line)
        for cue in wanted:
            if cue.live is not None and cue.item.id not in self._sessions:
                reader = SegmentReader(cue.item.id, cue.live.session)
                backoff = Backoff(self._rng, cap_s=_CAP_S)
                self._sessions[cue.item.id] = _Session(cue.live.url, reader, backoff)

    def step(self) -> float:
        """Open the lines that are due; give the seconds until the next look."""
        now = self._timer.monotonic()
        for one in self._sessions.values():
            if one.line is None and now >= one.again_at and not one.reader.ended:
                self._number += 1
                one.line = self._number
                one.reader.begin_again()
                self._lines.open(one.line, one.url)
        return _LOOK_S if self._sessions else _IDLE_S

    def take(self, event: LineData | LineClosed) -> None:
        """Take what a line brought, or its end; what no session asked for is dropped."""
        one = next((one for one in self._sessions.values() if one.line == event.line), None)
        if one is None:
            return
        if isinstance(event, LineData):
            self._hear(one, event.data)
        if isinstance(event, LineClosed) or one.reader.broken or one.reader.ended:
            self._lines.close(event.line)
            one.line, one.again_at = None, self._timer.monotonic() + one.backoff.failed()

    def _hear(self, one: _Session, data: bytes) -> None:
        for found in one.reader.feed(data):
            if not isinstance(found, Segment):
                continue
            one.good_at = self._timer.monotonic()
            one.backoff.worked()
            one.feed.put(found.packets)
            if found.is_end:
                one.feed.end()

    def ready(self) -> set[str]:
        """Give the sessions of which there is something to be heard."""
        return {name for name, one in self._sessions.items() if one.feed.ready and not self.lost(name)}

    def feed(self, name: str) -> Feed:
        """Give a session's sound."""
        return self._sessions[name].feed

    def lost(self, name: str) -> bool:
        """Say whether no good segment has come for 10 s, though the speaker has not finished."""
        one = self._sessions.get(name)
        if one is None or one.good_at is None:
            return True
        return not one.reader.ended and self._timer.monotonic() > one.good_at + LOST_S
