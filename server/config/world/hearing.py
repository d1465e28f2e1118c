"""What must hold of everything that sounds: whose it is, when, how loud, how often."""

import math
from collections.abc import Callable

from config.world.files import File, Heard, Signed, Violated
from config.world.machine import Machine
from nguon_device.lives import LOST_S
from nguon_device.ports import Playing
from nguon_protocol import quiet
from nguon_protocol.documents import Input, Item, Plan, Policy, Root
from nguon_protocol.player import Cue, Level

CLOCK_S = 6.0
"""How far a clock that was set honestly may be off before a week without a beacon adds to it."""
PPM = 100e-6
OVERLAP_MS = 150
PROGRESS_MS = 2200
"""The agent journals each second what was heard, at the looks of a slow machine."""
ASLEEP_MS = 4500
"""What a power cut may take of what is told: in ordinary times a machine looks every 2.5 s."""
INPUT_MS = 2000
LOOKED_MS = 5000
"""A loudspeaker that sounds looks after 5 s at the latest, and takes what sounded since then."""


class Hearing:
    """The part of the judge that listens; `signed` and `cues` are what keys really signed."""

    def __init__(self, root: Root, now: Callable[[], float]) -> None:
        self._first = root
        self._now = now
        self.files: dict[str, File] = {}
        self.signed: dict[str, Signed | Root] = {root.sha256: root}
        self.cues: dict[str, dict[str, Cue]] = {}
        self.spoken: dict[str, set[bytes]] = {}

    def file(self, machine: Machine) -> File:
        """This function will give what is known of a loudspeaker."""
        if machine.name not in self.files:
            self.files[machine.name] = File(self._first)
        return self.files[machine.name]

    def begins(self, machine: Machine, playing: Playing, content: str) -> None:
        """This function will check whether this may sound here and now."""
        file, name = self.file(machine), playing.item
        now_ms = machine.agent.clock.now_ms()
        cue = self._cue(machine, file, name)
        item, urgent = cue.item, cue.level is Level.URGENT
        if playing.has_file and content != item.media.sha256 and (content or not playing.before):
            raise Violated("document", f"{machine.name} sounds bytes that are not {name}'s")
        if machine.panel.pressed:
            raise Violated("mute", f"{machine.name} begins {name} although it is muted")
        if name not in file.started:
            raise Violated("document", f"{machine.name} sounds {name} before its start is in the journal")
        if name in file.cancelled:
            raise Violated("cancelled", f"{machine.name} sounds {name}, which was cancelled")
        self._once(machine, file, playing, urgent=urgent)
        if len(file.heard[name].parts) == 0 or (urgent and playing.offset_ms == 0):
            self._in_time(machine, file, cue, now_ms)
        if cue.silent and playing.volume > 0:
            raise Violated("policy", f"{machine.name} lets a test be heard")
        if not urgent and not cue.silent:
            self._policy(machine, file.root.policy, playing, item, now_ms)
        self._true_time(machine, now_ms)
        file.sounding = (playing, now_ms, cue)

    def _cue(self, machine: Machine, file: File, name: str) -> Cue:
        docs = [sha for sha in file.accepted if name in self.cues.get(sha, {})]
        if not docs:
            raise Violated("document", f"{machine.name} sounds {name} without an accepted document")
        plans = file.plans.values()
        current = [sha for sha in docs if sha in plans or not isinstance(self.signed[sha], Plan)]
        if not current and name not in file.heard:
            raise Violated("document", f"{machine.name} begins {name}, which its plan has no more")
        return max((self.cues[sha][name] for sha in current or docs), key=lambda one: one.latest_ms)

    def _once(self, machine: Machine, file: File, playing: Playing, *, urgent: bool) -> None:
        heard = file.heard.setdefault(playing.item, Heard(machine.life))
        end = max((offset + ms for offset, ms in heard.parts), default=0)
        if playing.item in file.ended:
            raise Violated("once", f"{machine.name} sounds {playing.item}, whose end it has reported")
        if heard.life != machine.life and not urgent:
            raise Violated("once", f"{machine.name} sounds {playing.item} again after a power cut")
        if heard.parts and playing.offset_ms < end - OVERLAP_MS:
            raise Violated("once", f"{machine.name} sounds {playing.item} again from {playing.offset_ms} ms")

    def _in_time(self, machine: Machine, file: File, cue: Cue, now_ms: int) -> None:
        name = cue.item.id
        if now_ms > cue.latest_ms:
            late = (now_ms - cue.latest_ms) / 1000
            raise Violated("expiry", f"{machine.name} begins {name} {late:.1f} s after its last moment")
        if cue.level.name == "PLAN" and now_ms < cue.start_ms:
            raise Violated("expiry", f"{machine.name} begins {name} before its instant")
        if cue.level.name != "URGENT" and cue.start_ms <= file.stopped_ms:
            raise Violated("cancelled", f"{machine.name} begins {name}, due before a stop that it obeyed")

    def _policy(self, machine: Machine, rules: Policy, playing: Playing, item: Item, now_ms: int) -> None:
        if playing.volume > min(rules.volume_max, item.volume, self.file(machine).loudest):
            raise Violated("policy", f"{machine.name} sounds {item.id} at volume {playing.volume}")
        if playing.offset_ms == 0 and quiet.touches_quiet(rules, now_ms, item.dur_ms):
            raise Violated("policy", f"{machine.name} begins {item.id} that reaches into quiet hours")

    def _true_time(self, machine: Machine, now_ms: int) -> None:
        agent = machine.agent
        if not agent.clock.known:
            raise Violated("clock", f"{machine.name} sounds without knowing the time")
        off = abs(now_ms / 1000 - self._now())
        if not machine.clocks.tampered and off > CLOCK_S + 40 * 86_400 * PPM:
            raise Violated("clock", f"{machine.name} sounds while its clock is {off:.0f} s off")

    def ends(self, machine: Machine, playing: Playing, played_ms: int) -> None:
        """This function will note what sounded, and hold it against the day's minutes and the quiet hours."""
        file = self.file(machine)
        if file.sounding is None or file.sounding[0] is not playing:
            raise Violated("document", f"{machine.name} ends a sound that never began")
        (_, begun_ms, cue), file.sounding = file.sounding, None
        file.heard[playing.item].parts.append((playing.offset_ms, played_ms))
        if cue.level is Level.URGENT or cue.silent:
            return
        rules = file.root.policy
        moments = [begun_ms + 1000, begun_ms + played_ms - 1000] if played_ms > 2000 else []
        if any(quiet.is_quiet(rules, one) for one in moments):
            raise Violated("policy", f"{machine.name} sounded {playing.item} in quiet hours")
        day = quiet.day_start_ms(rules, begun_ms)
        file.by_day[day] += played_ms
        file.cuts[day] += int(not machine.on)
        slack = PROGRESS_MS + ASLEEP_MS * file.cuts[day]
        if file.by_day[day] > rules.minutes_per_day * 60_000 + slack:
            raise Violated("policy", f"{machine.name} sounded {file.by_day[day] / 60_000:.1f} minutes a day")

    def turned(self, machine: Machine) -> None:
        """This function will look at a loudspeaker after each turn: what must be silent is silent."""
        file = self.file(machine)
        self._open_input(machine, file)
        if file.sounding is not None:
            playing, begun_ms, cue = file.sounding
            if machine.panel.pressed:
                raise Violated("mute", f"{machine.name} goes on with {playing.item} although it is muted")
            if cue.level is not Level.URGENT:
                self._alert_waits(machine, file)
            if playing.item in file.cancelled:
                raise Violated(
                    "cancelled", f"{machine.name} goes on with {playing.item}, which was cancelled"
                )
            due_ms = self._due_ms(file, playing.item) if begun_ms <= file.stopped_ms else begun_ms
            if due_ms <= file.stopped_ms and cue.level is not Level.URGENT:
                raise Violated("cancelled", f"{machine.name} sounds {playing.item} through a stop")

            if cue.live is not None:
                self._voice_goes_on(machine, file, cue)

    def spoken_now(self, order: str, packet: bytes) -> None:
        """This function will note what somebody really says."""
        self.spoken.setdefault(order, set()).add(packet)

    def carried(self, machine: Machine, order: str, *, is_end: bool) -> None:
        """This function will note that a whole and genuine segment has come to a loudspeaker; behind the end
        nothing is waited for, and what is there may sound."""
        self.file(machine).voices[order] = math.inf if is_end else self._now()

    def hears(self, machine: Machine, playing: Playing, packet: bytes) -> None:
        """This function will check a packet of a live session: said, not heard before, and not too late."""
        file, name = self.file(machine), playing.item
        if file.sounding is None or file.sounding[0] is not playing:
            raise Violated("live", f"{machine.name} hears {name}, which has not begun")
        if packet not in self.spoken.get(name, ()):
            raise Violated("live", f"{machine.name} sounds what nobody said in {name}")
        if packet in file.voiced:
            raise Violated("live", f"{machine.name} sounds a part of {name} again")
        file.voiced.add(packet)
        if machine.agent.clock.now_ms() > file.sounding[2].latest_ms + LOOKED_MS:
            raise Violated("live", f"{machine.name} sounds {name} after its order has expired")

    def _voice_goes_on(self, machine: Machine, file: File, cue: Cue) -> None:
        """A live session is over with its order, and when nothing genuine has come for 10 s."""
        if machine.agent.clock.now_ms() > cue.latest_ms:
            raise Violated("live", f"{machine.name} stays with {cue.item.id}, whose order has expired")
        if self._now() > file.voices.get(cue.item.id, 0.0) + LOST_S + 0.5:
            raise Violated("live", f"{machine.name} stays with {cue.item.id}, in which nobody speaks")

    def _alert_waits(self, machine: Machine, file: File) -> None:
        """While anything else sounds, no alert may be due: each has a siren, so none has to wait."""
        now_ms = machine.agent.clock.now_ms()
        for sha256 in sorted(file.alerts):
            (name, cue), *_ = self.cues[sha256].items()
            told = (file.ended, file.cancelled, machine.agent.stage._ended)
            over = any(name in one or sha256 in one for one in told)
            if not over and now_ms <= cue.latest_ms:
                raise Violated("urgent", f"{machine.name} lets the alert {name} wait")

    def _openings(self, file: File, name: str) -> list[Input]:
        """Give what was signed to open an input, was accepted, and has neither run out nor been stopped."""
        return [
            document
            for document, at in file.inputs.get(name, [])
            if document.action == "open"
            and (self._now() - at) * 1000 <= (document.dur_ms or 0) + INPUT_MS
            and at * 1000 >= file.stopped_at_ms
        ]

    def opens(self, machine: Machine, name: str, volume: int, until_ms: int) -> None:
        """This function will check whether an input may be opened here and now."""
        file = self.file(machine)
        known = self._openings(file, name)
        if not known:
            raise Violated("document", f"{machine.name} opens {name}, which nothing asks for now")
        rules, now_ms = file.root.policy, machine.agent.clock.now_ms()
        if volume > min(rules.volume_max, max(one.volume or 0 for one in known)):
            raise Violated("policy", f"{machine.name} opens {name} at volume {volume}")
        if machine.panel.pressed:
            raise Violated("mute", f"{machine.name} opens {name} although it is muted")
        if until_ms > now_ms + max(one.dur_ms or 0 for one in known) + INPUT_MS:
            raise Violated("expiry", f"{machine.name} opens {name} for too long")

    def _open_input(self, machine: Machine, file: File) -> None:
        if machine.panel.opened is None:
            return
        name = machine.panel.opened[0]
        if not self._openings(file, name):
            raise Violated("expiry", f"{machine.name} leaves {name} open, over its time or through a stop")
        if machine.panel.pressed:
            raise Violated("mute", f"{machine.name} leaves {name} open although it is muted")
        if file.sounding is not None and not file.sounding[2].silent:
            raise Violated("policy", f"{machine.name} lets {name} sound into a bulletin")

    def _due_ms(self, file: File, name: str) -> int:
        found = [self.cues[sha][name].start_ms for sha in file.accepted if name in self.cues.get(sha, {})]
        return max(found, default=0)
