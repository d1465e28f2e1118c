"""What must hold, looked at from outside the agent: every sample, every commit, every receipt.

The judge believes nothing that the agent thinks: it knows which documents were really signed, what each
journal has committed, what each loudspeaker really sounded, and the true time.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from config.world.machine import Machine
from config.world.storage import Journal
from nguon_device.ports import Playing
from nguon_protocol import envelope, quiet, receipts, targets
from nguon_protocol.documents import Item, Order, Plan, Policy, Root
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_protocol.player import Cue, order_cue, plan_cues

CLOCK_S = 6.0
"""How far a clock that was set honestly may be off before a week without a beacon adds to it."""
PPM = 100e-6
OVERLAP_MS = 150
PROGRESS_MS = 1500


_verified = lru_cache(maxsize=50_000)(receipts.verify)


class Violated(BaseException):
    """An invariant did not hold: its name, and what happened in words. Nothing under test may catch it."""

    def __init__(self, invariant: str, words: str) -> None:
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant


@dataclass
class Heard:
    """One item at one loudspeaker: the parts of it that sounded (offset ms, ms), and in which life."""

    life: int
    parts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class File:
    """What the judge knows of one loudspeaker."""

    root: Root
    chain: receipts.Chain = field(default_factory=receipts.Chain)
    committed_at: dict[int, float] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    plans: dict[str, str] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    stopped_ms: int = -1
    heard: dict[str, Heard] = field(default_factory=dict)
    by_day: Counter[int] = field(default_factory=Counter)
    cuts: Counter[int] = field(default_factory=Counter)
    counters: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    sounding: tuple[Playing, int] | None = None
    life: int = 0
    synced_at: float = 0.0


class Judge:
    """Watches every loudspeaker; raises Violated at the first thing that must not be."""

    def __init__(
        self, root: Root, now: Callable[[], float], happened: Callable[[str, str, str], None]
    ) -> None:
        self._first = root
        self._now = now
        self.happened_ = happened
        self.files: dict[str, File] = {}
        self.signed: dict[str, Plan | Order | Root] = {root.sha256: root}
        self.cues: dict[str, dict[str, Cue]] = {}
        self.counts: Counter[str] = Counter()
        self._server_chain: dict[tuple[str, int], str] = {}

    def file(self, machine: Machine) -> File:
        """This function will give what is known of a loudspeaker."""
        if machine.name not in self.files:
            self.files[machine.name] = File(self._first)
        return self.files[machine.name]

    def published(self, sha256: str, body: bytes) -> None:
        """This function will note a document that keys of the server really signed."""
        if sha256 not in self.signed:
            document = _read(body)
            self.signed[sha256] = document
            if isinstance(document, Plan):
                self.cues[sha256] = {one.item.id: one for one in plan_cues(document, sha256)}
            elif (cue := order_cue(document, sha256)) is not None:
                self.cues[sha256] = {cue.item.id: cue}

    def rooted(self, root: Root) -> None:
        """This function will note a root that the holders really signed."""
        self.signed[root.sha256] = root

    def happened(self, name: str, who: str, what: str = "") -> None:
        """This function will count and pass on what is worth a line."""
        self.counts[name] += 1
        self.happened_(name, who, what)

    def failed(self, machine: Machine, error: Exception) -> None:
        """This function will call an exception of the agent what it is."""
        raise Violated("agent", f"{machine.name} raised {type(error).__name__}: {error}") from error

    # the journal

    def committed(self, machine: Machine, journal: Journal) -> None:
        """This function will check what a commit has made durable."""
        file = self.file(machine)
        for n, _event, text in journal.written:
            self._receipt(machine, file, n, text)
        if journal.written or file.life != machine.life:
            file.life = machine.life
            self._counters(machine, file, journal)

    def _receipt(self, machine: Machine, file: File, n: int, text: str) -> None:
        receipt = self.read_receipt(machine, text)
        if not file.chain.follows(receipt) or receipt.n != n:
            raise Violated("receipts", f"{machine.name} wrote receipt {receipt.n} after {file.chain.n}")
        file.chain.add(receipt)
        file.committed_at[receipt.n] = self._now()
        self.happened(receipt.event, machine.name, " ".join(filter(None, (receipt.item, receipt.reason))))
        if receipt.event == "started" and receipt.item:
            if receipt.item in file.started:
                raise Violated("once", f"{machine.name} reported the start of {receipt.item} twice")
            file.started.add(receipt.item)
        elif receipt.event in receipts.ENDS and receipt.item:
            if receipt.item in file.ended:
                raise Violated("once", f"{machine.name} reported the end of {receipt.item} twice")
            file.ended.add(receipt.item)
            self._honest(machine, file, receipt)
        elif receipt.event == "accepted" and receipt.doc:
            self._accepted(machine, file, receipt.doc)

    def _honest(self, machine: Machine, file: File, receipt: receipts.Receipt) -> None:
        """Hold the seconds that a receipt tells against what sounded; a power cut may take one second."""
        heard = file.heard.get(receipt.item or "")
        sounded = sum(ms for _offset, ms in heard.parts) if heard else 0
        told = receipt.seconds_ms or 0
        if file.sounding is None and not sounded - PROGRESS_MS <= told <= sounded + 50:
            raise Violated("receipts", f"{machine.name} told {told} ms of {receipt.item}, heard {sounded} ms")

    def read_receipt(self, machine: Machine, text: str) -> receipts.Receipt:
        """This function will read a receipt and check whose it is."""
        try:
            receipt = _verified(text, machine.plate.key.public)
        except ProtocolError as error:
            raise Violated("receipts", f"{machine.name} wrote one that does not verify: {error}") from error
        if receipt.device != machine.plate.device:
            raise Violated("receipts", f"{machine.name} wrote one for {receipt.device}")
        return receipt

    def _accepted(self, machine: Machine, file: File, sha256: str) -> None:
        document = self.signed.get(sha256)
        if document is None:
            raise Violated("document", f"{machine.name} accepted {sha256[:8]}, which nobody signed")
        if isinstance(document, Root):
            if document.v != file.root.v + 1:
                raise Violated("counters", f"{machine.name} took root {document.v} after {file.root.v}")
            file.root = document
            return
        self._covers(machine, document.target)
        file.accepted.add(sha256)
        if isinstance(document, Plan):
            file.plans[document.target] = sha256
        elif document.action == "cancel":
            file.cancelled |= set(document.items)
        elif document.action == "stop":
            file.stopped_ms = max(file.stopped_ms, document.issued * 1000)

    def _covers(self, machine: Machine, target: str) -> None:
        plate = machine.plate
        if not targets.covers(target, plate.area, plate.groups, plate.device):
            raise Violated("reach", f"{machine.name} in {plate.area} obeyed a document for {target}")
        if not targets.is_commune_or_narrower(target):
            raise Violated("reach", f"{machine.name} obeyed a document for all of {target}")

    def _counters(self, machine: Machine, file: File, journal: Journal) -> None:
        rows = {(t, w): (e, v) for t, w, e, v in journal.look("SELECT type, target, epoch, v FROM counters")}
        for name, old in file.counters.items():
            if rows.get(name, (-1, -1)) < old:
                raise Violated("counters", f"{machine.name}: {name} fell from {old} to {rows.get(name)}")
        file.counters = rows
        known = "('boot', 'receipt.n', 'time.floor', 'stopped_ms')"
        numbers = dict(journal.look(f"SELECT key, substr(value, 10) FROM facts WHERE key IN {known}"))  # noqa: S608
        for key, number in file.numbers.items():
            if int(numbers.get(key, -1)) < number:
                raise Violated("counters", f"{machine.name}: {key} fell from {number} to {numbers.get(key)}")
        file.numbers = {key: int(value) for key, value in numbers.items()}

    def received(self, machine: Machine, text: str) -> receipts.Receipt | None:
        """This function will check a receipt at the server; spoiled on the way, it is nothing."""
        try:
            receipt = _verified(text, machine.plate.key.public)
        except ProtocolError:
            return None
        known = self._server_chain.setdefault((machine.name, receipt.n), receipt.sha256)
        before = self._server_chain.get((machine.name, receipt.n - 1), receipt.prev)
        if known != receipt.sha256 or before != receipt.prev:
            raise Violated("receipts", f"{machine.name} told two stories of receipt {receipt.n}")
        return receipt

    # sound

    def begins(self, machine: Machine, playing: Playing, content: str) -> None:
        """This function will check whether this may sound here and now."""
        file, name = self.file(machine), playing.item
        now_ms = machine.agent.clock.now_ms()
        cue = self._cue(machine, file, name)
        item, urgent = cue.item, cue.level.name == "URGENT"
        if content != item.media.sha256:
            raise Violated("document", f"{machine.name} sounds bytes that are not {name}'s")
        if name not in file.started:
            raise Violated("document", f"{machine.name} sounds {name} before its start is in the journal")
        if name in file.cancelled:
            raise Violated("cancelled", f"{machine.name} sounds {name}, which was cancelled")
        self._once(machine, file, playing, urgent=urgent)
        if len(file.heard[name].parts) == 0:
            self._in_time(machine, file, cue, now_ms)
        self._policy(machine, file.root.policy, playing, item, now_ms, urgent=urgent)
        self._true_time(machine, now_ms)
        file.sounding = (playing, now_ms)

    def _cue(self, machine: Machine, file: File, name: str) -> Cue:
        docs = [sha for sha in file.accepted if name in self.cues.get(sha, {})]
        if not docs:
            raise Violated("document", f"{machine.name} sounds {name} without an accepted document")
        current = [sha for sha in docs if isinstance(self.signed[sha], Order) or sha in file.plans.values()]
        if not current and name not in file.heard:
            raise Violated("document", f"{machine.name} begins {name}, which its plan has no more")
        return max((self.cues[sha][name] for sha in current or docs), key=lambda one: one.latest_ms)

    def _once(self, machine: Machine, file: File, playing: Playing, *, urgent: bool) -> None:
        heard = file.heard.setdefault(playing.item, Heard(machine.life))
        end = max((offset + ms for offset, ms in heard.parts), default=0)
        if heard.life != machine.life and not urgent:
            raise Violated("once", f"{machine.name} sounds {playing.item} again after a power cut")
        if heard.parts and playing.offset_ms < end - OVERLAP_MS and not urgent:
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

    def _policy(
        self, machine: Machine, rules: Policy, playing: Playing, item: Item, now_ms: int, *, urgent: bool
    ) -> None:
        if urgent:
            return
        if playing.volume > min(rules.volume_max, item.volume):
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
        begun_ms, file.sounding = file.sounding[1], None
        file.heard[playing.item].parts.append((playing.offset_ms, played_ms))
        rules = file.root.policy
        moments = [begun_ms + 1000, begun_ms + played_ms - 1000] if played_ms > 2000 else []
        if any(quiet.is_quiet(rules, one) for one in moments):
            raise Violated("policy", f"{machine.name} sounded {playing.item} in quiet hours")
        day = quiet.day_start_ms(rules, begun_ms)
        file.by_day[day] += played_ms
        file.cuts[day] += int(not machine.on)
        slack = PROGRESS_MS * (1 + file.cuts[day])
        if file.by_day[day] > rules.minutes_per_day * 60_000 + slack:
            raise Violated("policy", f"{machine.name} sounded {file.by_day[day] / 60_000:.1f} minutes a day")

    def turned(self, machine: Machine) -> None:
        """This function will look at a loudspeaker after each turn: what must be silent is silent."""
        file = self.file(machine)
        if file.sounding is not None:
            playing, begun_ms = file.sounding
            if playing.item in file.cancelled:
                raise Violated(
                    "cancelled", f"{machine.name} goes on with {playing.item}, which was cancelled"
                )
            due_ms = self._due_ms(file, playing.item) if begun_ms <= file.stopped_ms else begun_ms
            if due_ms <= file.stopped_ms and self._level(playing.item) != "URGENT":
                raise Violated("cancelled", f"{machine.name} sounds {playing.item} through a stop")

    def _level(self, name: str) -> str:
        return next((cues[name].level.name for cues in self.cues.values() if name in cues), "")

    def _due_ms(self, file: File, name: str) -> int:
        found = [self.cues[sha][name].start_ms for sha in file.accepted if name in self.cues.get(sha, {})]
        return max(found, default=0)


def _read(body: bytes) -> Plan | Order:
    """Read a signed body."""
    kind = json.loads(body)["type"]
    return Plan.parse(body) if kind == "plan" else Order.parse(body)


def digest(parts: list[str]) -> str:
    """This function will give the hash of a trace."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def key_of(machine: Machine) -> PublicKey:
    """This function will give a loudspeaker's public key."""
    return machine.plate.key.public


def payload_of(text: str) -> tuple[str, bytes]:
    """This function will give the SHA-256 and the bytes of an envelope's body."""
    parsed = envelope.parse(text)
    return parsed.sha256, parsed.payload
