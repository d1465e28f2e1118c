"""The loudspeaker's own inputs (AUX, FM): muted unless a signed document opens one, for its time only."""

from dataclasses import dataclass

from nguon_device.ports import Ports
from nguon_device.reports import Reports
from nguon_device.store import Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol.documents import Input

MUTED = "muted"
_LOOK_S = 0.25
_IDLE_S = 60.0


@dataclass(slots=True)
class _Opened:
    document: Input
    doc: str
    ends_at: float
    begun_ms: int
    heard_s: float = 0.0
    since: float | None = None
    """When it was opened, or last seen to sound."""
    lost: bool = False
    """For a time it was open and could not be heard."""


class Inputs:
    """At most one input is open. It is journaled as an item is, and its time counts towards the day's limit.

    Whatever else sounds goes first, and the input is muted meanwhile. Times inside are monotonic seconds, so
    that no clock that is set anew keeps an input open.
    """

    def __init__(self, ports: Ports, store: Store, clock: DeviceClock, reports: Reports) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._reports = reports
        self._opened: _Opened | None = None
        ports.inputs.close()

    @property
    def state(self) -> str:
        """Give "muted", or the name of the input that may sound."""
        return MUTED if self._opened is None else self._opened.document.input

    @property
    def opened(self) -> str | None:
        """Give the id of the document that opened what may sound."""
        return None if self._opened is None else self._opened.document.id

    def take(self, document: Input, doc: str) -> None:
        """Obey an accepted document, inside the transaction that stores it; it sounds from the next step."""
        if document.action == "close":
            if self._opened is not None and self._opened.document.input == document.input:
                self.silence("stopped")
            return
        lost_until_ms = self._store.number("unknown_ms", -1)
        if document.issued * 1000 <= lost_until_ms or self._store.has_begun(document.id):
            return  # it has sounded, or may have: the document rotted and came again, or the journal was lost
        self.silence("preempted")
        begun_ms = self._clock.now_ms()
        ends_at = self._ports.timer.monotonic() + (document.dur_ms or 0) / 1000
        self._store.begin(document.id, doc, begun_ms)
        self._reports.add("started", doc=doc, item=document.id, started_at_ms=begun_ms)
        self._opened = _Opened(document, doc, ends_at, begun_ms)

    def silence(self, reason: str) -> None:
        """Mute it now, for good, and report what was heard."""
        self._end("partly", reason)

    def reload(self) -> None:
        """After a transaction that failed: mute it; the stage closes what the journal left open."""
        self._ports.inputs.close()
        self._opened = None

    def step(self, *, busy: bool, muted: bool, volume_max: int) -> float:
        """Open, mute or end it; give the seconds until the next look."""
        one = self._opened
        if one is None:
            return _IDLE_S
        now = self._ports.timer.monotonic()
        if muted:
            self.silence("mute")
        elif now >= one.ends_at:
            self._end("played", None)
        elif busy:
            self._pause(one, now)
        elif one.since is None:
            one.since = now
            until_ms = self._clock.now_ms() + round((one.ends_at - now) * 1000)
            self._ports.inputs.open(one.document.input, min(one.document.volume or 0, volume_max), until_ms)
        else:
            self._count(one, now)
        return _LOOK_S

    def _count(self, one: _Opened, now: float) -> None:
        """Only what could be heard counts: what is asked for again and again is not yet open."""
        until = min(now, one.ends_at)
        sounded = self._ports.inputs.sounds(one.document.input)
        if one.since is not None and until > one.since:
            one.heard_s += until - one.since if sounded else 0.0
            one.lost |= not sounded
            one.since = until

    def _pause(self, one: _Opened, now: float) -> None:
        if one.since is not None:
            self._count(one, now)
            self._ports.inputs.close()
            one.since = None

    def _end(self, event: str, reason: str | None) -> None:
        one, self._opened = self._opened, None
        if one is None:
            return
        self._pause(one, self._ports.timer.monotonic())
        heard_ms = round(one.heard_s * 1000)
        if event == "played" and heard_ms + 1000 < (one.document.dur_ms or 0):
            event, reason = "partly", "sink" if one.lost else "preempted"
        with self._store.transaction():
            self._store.end(one.document.id, one.doc, event, heard_ms, self._clock.stamp())
            self._reports.add(
                event,
                doc=one.doc,
                item=one.document.id,
                reason=reason,
                started_at_ms=one.begun_ms,
                seconds_ms=heard_ms,
            )
