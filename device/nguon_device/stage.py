"""What sounds: asks the player what should, and makes the sink follow, journal first."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import takewhile
from random import Random

from nguon_device.asked import asked, first_sounds
from nguon_device.lives import Lives
from nguon_device.ports import EarlySink, ForeseeingSink, Playing, Ports, SinkState
from nguon_device.reports import Reports
from nguon_device.store import ALERT, SILENT, OpenItem, Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol import quiet
from nguon_protocol.documents import Loudness, Policy
from nguon_protocol.fields import Fields
from nguon_protocol.player import Conditions, Cue, Decision, Level, Sound, decide, nothing_due
from nguon_protocol.quiet import loudest_at
from nguon_protocol.receipts import JOURNAL_LOST

PROGRESS_S = 1.0
LOOK_S = 0.25
AHEAD_MS = 500
"""So long before its instant an item of the plan is journaled and opened, so that it begins to the ms."""
MOST_SUPERSEDED = 20
UNKNOWN_MS = 1000
"""What two clocks may differ by around the moment at which a program without a journal began."""
_AHEAD_OFF_S = 0.05
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Running:
    """An item that has begun in this boot: its cue, when its offset 0 was, what was heard before a break."""

    cue: Cue
    begun_ms: int
    heard_ms: int = 0
    broken: bool = False
    error: str = ""


class Stage:
    """One loudspeaker's sound. `policy` gives the root's policy, once there is a root."""

    def __init__(
        self,
        ports: Ports,
        store: Store,
        clock: DeviceClock,
        reports: Reports,
        policy: Callable[[], Policy],
        rng: Random,
    ) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._reports = reports
        self._policy = policy
        self._ended = store.ended()
        self._cancelled = store.cancelled()
        self._stopped_ms = store.number("stopped_ms", -1)
        self._cues: list[Cue] = []
        self._running: dict[str, Running] = {}
        self._current: str | None = None
        self._blocked: dict[str, str] = {}
        self._progress_at = 0.0
        self._left_open = False
        self.muted = store.number("muted") == 1
        self._cut = store.reopened()
        self._foreseeing = ports.sink if isinstance(ports.sink, ForeseeingSink) else None
        self._early = ports.sink if isinstance(ports.sink, EarlySink) else None
        self._ahead: tuple[str, float] | None = None
        self.volume = 0
        self._read_loudness()
        self.lives = Lives(ports.lines, ports.timer, rng)

    @property
    def sounding(self) -> Cue | None:
        """Give what sounds now."""
        return None if self._current is None else self._running[self._current].cue

    @property
    def cues(self) -> list[Cue]:
        """Give what may still sound, in the player's order."""
        return self._cues

    def has_begun(self, item: str) -> bool:
        """Say whether an item sounds, waits for its turn to go on, or is over."""
        return item in self._running or item in self._ended

    def recover(self) -> None:
        """After a reboot: what had begun is over, with what was heard of it; only an alert begins again."""
        for item in self._store.open_items():
            if item.kind == ALERT:
                self._reopen(item)
            else:
                self._journal_end(item.id, item.doc, "partly", "power", item.begun_ms, item.heard_ms)

    def _reopen(self, item: OpenItem) -> None:
        with self._store.transaction():
            self._store.reopen(item.id)
            self._reports.add(
                "partly",
                doc=item.doc,
                item=item.id,
                reason="power",
                started_at_ms=item.begun_ms,
                seconds_ms=item.heard_ms,
            )
        self._cut.add(item.id)

    def reload(self) -> None:
        """After a transaction that failed, know what the journal knows; the next step closes the rest."""
        self._ended = self._store.ended()
        self._cancelled = self._store.cancelled()
        self._stopped_ms = self._store.number("stopped_ms", -1)
        self._read_loudness()
        self._left_open = True

    def _read_loudness(self) -> None:
        """Know the ordered volume and its hours; they are asked for in each step."""
        kept = json.loads(self._store.fact("loudest.hours") or "[]")
        self._loudness = self._store.number("loudest", 100), [Loudness.parse(Fields(one)) for one in kept]

    def _close_left_open(self) -> None:
        """End what was silenced while its end could not be written."""
        for item in self._store.open_items():
            if item.id not in self._running:
                self._journal_end(item.id, item.doc, "partly", "stopped", item.begun_ms, item.heard_ms)
                self._drop({item.id})
        self._left_open = False

    def set_cues(self, cues: Iterable[Cue]) -> None:
        """Take what the accepted documents want to sound; what has begun stays until its end."""
        fresh = [one for one in cues if not {one.item.id, one.doc} & self._ended]
        unknown_ms = self._store.number("unknown_ms", -1)
        wanted = [one for one in fresh if not self._may_have_sounded(one, unknown_ms)]
        self._note_cancelled(one for one in wanted if one.item.id in self._cancelled)
        self._note_superseded({one.item.id for one in fresh})
        kept = [running.cue for running in self._running.values()]
        out = self._running.keys() | self._cancelled | self._ended
        kept += [one for one in wanted if one.item.id not in out]
        self._cues = sorted(kept, key=lambda one: (one.level, one.start_ms))

    def _may_have_sounded(self, cue: Cue, unknown_ms: int) -> bool:
        """After the journal was lost: what was due before this program began may have sounded, or not.

        What was due in the last second of that time cannot have, and is missed. An alert begins again.
        """
        if cue.level is Level.URGENT or cue.start_ms > unknown_ms:
            return False
        if cue.start_ms > unknown_ms - UNKNOWN_MS and cue.item.id not in self._ended | set(self._running):
            self._journal_end(cue.item.id, cue.doc, "missed", JOURNAL_LOST)
        return True

    def _note_superseded(self, names: set[str]) -> None:
        """Say of what was planned and is in no plan any more that it will not be heard. It may come back in
        a later plan, so this is no end; of very many only the first are named."""
        now_ms = self._clock.now_ms()
        told = names | self._ended
        gone = [
            one
            for one in self._cues
            if one.level is Level.PLAN and one.start_ms > now_ms and one.item.id not in told
        ]
        with self._store.transaction() if gone else nullcontext():
            for one in gone[:MOST_SUPERSEDED]:
                self._reports.add("info", doc=one.doc, item=one.item.id, reason="superseded")
            if len(gone) > MOST_SUPERSEDED:
                self._reports.add("info", reason="superseded-more")

    def stop(self, issued: int) -> None:
        """Silence everything that is not urgent now, and let nothing begin that was due until then."""
        with self._store.transaction():
            self._stopped_ms = max(self._stopped_ms, issued * 1000)
            self._store.remember("stopped_ms", self._stopped_ms)
            self._end_running(
                "stopped", [n for n, r in self._running.items() if r.cue.level is not Level.URGENT]
            )

    def cancel(self, items: Iterable[str]) -> None:
        """Silence these if they sound, and never play them, also if they arrive only later."""
        names = set(items)
        with self._store.transaction():
            self._store.cancel(names, int(self._clock.now()))
            self._cancelled |= names
            self._end_running("cancelled", [name for name in self._running if name in names])
            self._note_cancelled([one for one in self._cues if one.item.id in names])
        self._drop(names)

    def set_loudest(self, volume: int, hours: Sequence[Loudness], issued: int) -> None:
        """Play nothing but alerts louder than `volume` (0-100), in some hours quieter, from the next sound
        on.
        """
        if issued >= self._store.number("loudest.issued"):
            with self._store.transaction():
                self._store.remember("loudest", volume)
                self._store.remember("loudest.hours", json.dumps([one.to_json() for one in hours]))
                self._store.remember("loudest.issued", issued)
                self._read_loudness()
                if volume == 0:  # mute is silence now, not from the next sound on
                    names = [n for n, r in self._running.items() if r.cue.level is not Level.URGENT]
                    self._end_running("mute", [n for n in names if not self._running[n].cue.silent])

    def close(self) -> None:
        """Silence for a clean end of the process; what sounds ends here, and is reported with its seconds."""
        alerts = {name for name, one in self._running.items() if one.cue.level is Level.URGENT}
        if self._current in alerts:
            # It begins again with the machine, as after a power cut.
            self._break(self._running[self._current])
        self._end_running("power", [name for name in self._running if name not in alerts])
        self._ports.sink.close()

    def step(self) -> float:
        """Make the sink follow the player's decision; give the seconds until the next look."""
        if self._left_open:
            self._close_left_open()
        self._check_ahead()
        self._look_at_sink()
        self._look_at_mute()
        self.lives.follow(self._cues)
        waits = self.lives.step()
        now_ms = self._clock.now_ms()
        self._look_at_live(now_ms)
        decision = None if self._current else nothing_due(now_ms, self._cues)
        if decision is None:
            decision = decide(now_ms, self._cues, self._conditions(now_ms))
        self._blocked = dict(decision.blocked)
        self._take_ends(decision)
        if not self._follow(decision.sound):
            return 0.0
        self._journal_progress()
        if decision.next_ms is not None:
            waits = min(waits, max(0.0, (decision.next_ms - now_ms) / 1000))
        return min(waits, self._next_look_s()) if self._current else min(waits, self._get_ahead(now_ms))

    def _next_look_s(self) -> float:
        return LOOK_S if self._foreseeing is None else self._foreseeing.left_s()

    def _get_ahead(self, now_ms: int) -> float:
        """Journal and open what the plan begins with next, shortly before; give the seconds until then.

        Should the power fail in between, the item counts as begun and not heard.
        """
        sink = self._early
        coming = (one for one in self._cues if one.level is Level.PLAN and one.start_ms > now_ms)
        cue = next(coming, None)
        if cue is None or sink is None or self._ahead is not None:
            return 60.0
        if cue.start_ms - now_ms > AHEAD_MS:
            return (cue.start_ms - AHEAD_MS - now_ms) / 1000
        sound = decide(cue.start_ms, self._cues, self._conditions(cue.start_ms)).sound
        if sound is None or sound.cue.start_ms != cue.start_ms or sound.cue.item.id in self._running:
            return 60.0
        if not self._still_whole(sound):
            return 60.0
        self._journal_begin(sound)
        at = self._ports.timer.monotonic() + (cue.start_ms / 1000 - self._clock.now())
        self._ahead = (sound.cue.item.id, at)
        sink.prepare(self._playing(sound), at)
        return 60.0

    def _still_whole(self, sound: Sound) -> bool:
        """Hash the sound's file again; one that has rotted is dropped and reported.

        An alert does not wait for it: it begins with its stored sounds.
        """
        cue, media = sound.cue, sound.cue.item.media.sha256
        without = not cue.has_media or bool(first_sounds(cue, self._ports.phrases))
        if without and media not in self._ports.shelf.stored():
            return True
        if self._ports.shelf.still_whole(media):
            return True
        self._reports.add("info", doc=sound.cue.doc, item=sound.cue.item.id, reason="media-rot")
        return without

    def _check_ahead(self) -> None:
        """Take back what was opened ahead when the clock was set anew meanwhile; its instant may come yet."""
        if self._ahead is None:
            return
        name, at = self._ahead
        running = self._running.get(name)
        if running is not None:
            due = self._ports.timer.monotonic() + (running.begun_ms / 1000 - self._clock.now())
            if abs(due - at) <= _AHEAD_OFF_S:
                return
        self._ahead = None
        self._ports.sink.stop()

    def _look_at_mute(self) -> None:
        """Fall silent when whoever stands here says so, urgent or not, and report each change."""
        muted = self._ports.mute.muted()
        if muted and self._running:
            self._end_running("mute", list(self._running))
        if muted == self.muted:
            return
        with self._store.transaction():
            self._store.remember("muted", int(muted))
            self._reports.add("muted", reason="on" if muted else "off")
        self.muted = muted

    def _look_at_live(self, now_ms: int) -> None:
        """End live sessions whose order has expired, or of which nothing genuine has come for too long."""
        for name, one in list(self._running.items()):
            if one.cue.live is not None and now_ms >= one.cue.latest_ms:
                self._end_running("expired", [name])
            elif one.cue.live is not None and self.lives.lost(name):
                self._end_running("media", [name])

    def _conditions(self, now_ms: int) -> Conditions:
        policy = self._policy()
        return Conditions(
            policy=policy,
            clock_known=self._clock.believed,
            ready=self._ports.shelf.stored(),
            begun={name: one.begun_ms for name, one in self._running.items()},
            sounds=self._ports.phrases.names(),
            live=self.lives.ready(),
            sounding=self._current,
            stopped_ms=self._stopped_ms,
            muted=self.muted,
            loudest=self.loudest,
            heard_ms=self._heard_today(policy, now_ms),
            blocked=self._blocked,
        )

    def _heard_today(self, policy: Policy, now_ms: int) -> int:
        """Count the day's non-urgent ms in the journal, when something could begin that they forbid."""
        due = takewhile(lambda one: one.level is not Level.PLAN or one.start_ms <= now_ms, self._cues)
        fresh = (one for one in due if one.item.id not in self._running)
        if all(one.level is Level.URGENT for one in fresh) or policy.minutes_per_day >= 1440:
            return 0
        spans = self._store.heard_since(now_ms - _DAY_MS)
        return quiet.heard_ms(spans, quiet.day_start_ms(policy, now_ms))

    def _look_at_sink(self) -> None:
        """Close the current item when the sink has come to its end."""
        state = self._ports.sink.state()
        if self._current is None or not state.finished:
            return
        running = self._running[self._current]
        running.heard_ms += self._ports.sink.stop().played_ms  # counted once, also if the journal fails now
        running.error = running.error or state.error
        if running.error:
            self._end(running, "partly", running.error)
        elif running.broken:
            self._end(running, "partly", "preempted")
        else:
            self._end(running, "played", "silent" if running.cue.silent else None)
        self._current = None

    def _take_ends(self, decision: Decision) -> None:
        if not decision.missed and not decision.over:
            return
        with self._store.transaction():
            for cue, reason in decision.missed:
                self._miss(cue, reason)
            for cue in decision.over:
                one = self._running.pop(cue.item.id)
                self._journal_end(cue.item.id, cue.doc, "partly", "preempted", one.begun_ms, one.heard_ms)
        self._drop({cue.item.id for cue, _ in decision.missed} | {cue.item.id for cue in decision.over})

    def _miss(self, cue: Cue, reason: str) -> None:
        """Report what never began. An alert that is renewed may yet: only this document of it is over."""
        if cue.level is not Level.URGENT:
            self._journal_end(cue.item.id, cue.doc, "missed", reason)
        elif cue.item.id in self._cut:
            self._store.end(cue.item.id, cue.doc, "partly", 0, self._clock.stamp())  # its end was told before
            self._ended.add(cue.item.id)
        else:
            self._store.end(cue.doc, cue.doc, "missed", 0, self._clock.stamp())
            self._reports.add("missed", doc=cue.doc, item=cue.item.id, reason=reason)
            self._ended.add(cue.doc)

    def _follow(self, sound: Sound | None) -> bool:
        """Make the sink follow; False when the sound's file has rotted, so that something else may sound."""
        wanted = None if sound is None else sound.cue.item.id
        if wanted == self._current:
            return True
        ahead = self._ahead is not None and self._ahead[0] == wanted
        if sound is not None and not ahead and not self._still_whole(sound):
            return False
        if self._current is not None:
            self._break(self._running[self._current])
        if sound is not None:
            self._begin(sound)
        return True

    def _break(self, running: Running) -> None:
        """Another sound goes first; this one keeps its place in time and may go on later."""
        running.heard_ms += self._ports.sink.stop().played_ms
        running.broken = True
        self._store.progress(running.cue.item.id, running.heard_ms)
        self._current = None

    def _begin(self, sound: Sound) -> None:
        """Journal the start, then sound."""
        name = sound.cue.item.id
        if name not in self._running:
            self._journal_begin(sound)
        if self._ahead is not None and self._ahead[0] != name and self._ahead[0] in self._running:
            self._running[self._ahead[0]].broken = True  # its beginning goes to this one
        self._current, self._ahead = name, None
        self._progress_at = self._ports.timer.monotonic() + PROGRESS_S
        playing = self._playing(sound)
        self.volume = playing.volume
        self._ports.sink.start(playing)

    def _journal_begin(self, sound: Sound) -> None:
        cue, name = sound.cue, sound.cue.item.id
        with self._store.transaction():
            kind = ALERT if cue.level is Level.URGENT else SILENT if cue.silent else ""
            self._store.begin(name, cue.doc, sound.begun_ms, kind)
            self._reports.add("started", doc=cue.doc, item=name, started_at_ms=sound.begun_ms)
        self._cut.discard(name)
        self._running[name] = Running(cue, sound.begun_ms)

    def _playing(self, sound: Sound) -> Playing:
        live = sound.cue.live is not None
        return asked(
            sound,
            self._ports,
            volume=self._volume_of(sound.cue),
            started_at_ms=max(sound.begun_ms, self._clock.now_ms()),
            feed=self.lives.feed(sound.cue.item.id) if live else None,
        )

    def _volume_of(self, cue: Cue) -> int:
        """An alert has its own volume; everything else is held to the root's, and to what was ordered."""
        if cue.silent:
            return 0
        if cue.level is Level.URGENT:
            return cue.item.volume
        return min(cue.item.volume, self._policy().volume_max, self.loudest)

    @property
    def loudest(self) -> int:
        """Give how loud anything but an alert may be now (0-100), as it was ordered; 0 is mute."""
        volume, hours = self._loudness
        return loudest_at(self._policy(), volume, hours, self._clock.now_ms()) if hours else volume

    def _journal_progress(self) -> None:
        now = self._ports.timer.monotonic()
        if self._current is not None and now >= self._progress_at:
            running = self._running[self._current]
            heard = running.heard_ms + self._ports.sink.state().played_ms
            self._store.progress(self._current, heard)
            self._progress_at = now + PROGRESS_S

    def _end_running(self, reason: str, names: list[str]) -> None:
        """Silence first and journal afterwards: a crash in between can only repeat the silence."""
        ahead = self._ahead[0] if self._ahead is not None else None
        state = self._ports.sink.stop() if {self._current, ahead} & set(names) else SinkState()
        if ahead in names:
            self._ahead = None
        for name in names:
            running = self._running[name]
            running.heard_ms += state.played_ms if name == self._current else 0
            running.broken = True  # should the journal fail now, it is never taken for played whole
            self._end(running, "partly", reason)
        if self._current in names:
            self._current = None

    def _end(self, running: Running, event: str, reason: str | None) -> None:
        cue = running.cue
        self._journal_end(cue.item.id, cue.doc, event, reason, running.begun_ms, running.heard_ms)
        self._running.pop(cue.item.id)
        self._drop({cue.item.id})

    def _journal_end(
        self,
        item: str,
        doc: str,
        event: str,
        reason: str | None,
        begun_ms: int | None = None,
        heard_ms: int = 0,
    ) -> None:
        with self._store.transaction():
            self._store.end(item, doc, event, heard_ms, self._clock.stamp())
            self._reports.add(
                event,
                doc=doc,
                item=item,
                reason=reason,
                started_at_ms=begun_ms,
                seconds_ms=None if begun_ms is None else heard_ms,
            )
        self._ended.add(item)

    def _note_cancelled(self, cues: Iterable[Cue]) -> None:
        for cue in cues:
            if cue.item.id not in self._running and cue.item.id not in self._ended:
                self._journal_end(cue.item.id, cue.doc, "cancelled", None)

    def _drop(self, names: set[str]) -> None:
        self._cues = [one for one in self._cues if one.item.id not in names]
