"""What must hold, looked at from outside the agent: every sample, every commit, every receipt.

The judge believes nothing that the agent thinks: it knows which documents were really signed, what each
journal has committed, what each loudspeaker really sounded, and the true time.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from config.world.files import File, Signed, Violated
from config.world.hearing import ASLEEP_MS, PROGRESS_MS, Hearing
from config.world.machine import Machine
from config.world.proving import Proving
from config.world.storage import Journal
from nguon_protocol import envelope, receipts, targets
from nguon_protocol.documents import Drill, Input, Order, Plan, Release, Root, Urgent
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_protocol.player import alert_cue, order_cue, plan_cues

_verified = lru_cache(maxsize=50_000)(receipts.verify)


class Judge(Hearing):
    """Watches every loudspeaker; raises Violated at the first thing that must not be."""

    def __init__(
        self, root: Root, now: Callable[[], float], happened: Callable[[str, str, str], None]
    ) -> None:
        super().__init__(root, now)
        self.happened_ = happened
        self.counts: Counter[str] = Counter()
        self._server_chain: dict[tuple[str, int], str] = {}
        self.programs = Proving(now, self.happened)

    def published(self, sha256: str, body: bytes) -> None:
        """This function will note a document that keys of the server really signed."""
        if sha256 not in self.signed:
            self._know(sha256, _read(body))

    def released(self, document: Urgent) -> None:
        """This function will note what the duty officer really signed."""
        self._know(document.sha256, document)

    def _know(self, sha256: str, document: Signed) -> None:
        self.signed[sha256] = document
        cue = None
        if isinstance(document, Plan):
            self.cues[sha256] = {one.item.id: one for one in plan_cues(document, sha256)}
        elif isinstance(document, Order):
            cue = order_cue(document, sha256)
        elif isinstance(document, Urgent):
            cue = alert_cue(document, sha256)
        if cue is not None:
            self.cues[sha256] = {cue.item.id: cue}

    def programmed(self, release: Release) -> None:
        """This function will note a program that two maintainers really signed."""
        self.signed[release.sha256] = release
        self.programs.signed(release)

    def turned(self, machine: Machine) -> None:
        """This function will look at a machine after each of its steps."""
        super().turned(machine)
        self.programs.looks(machine)

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
        if receipt.reason == receipts.JOURNAL_LOST and file.lost:
            self._begin_anew(file, receipt)
        if not file.chain.follows(receipt) or receipt.n != n:
            raise Violated("receipts", f"{machine.name} wrote receipt {receipt.n} after {file.chain.n}")
        file.chain.add(receipt)
        file.hashes[receipt.n] = receipt.sha256
        file.committed_at[receipt.n] = self._now()
        self.happened(receipt.event, machine.name, " ".join(filter(None, (receipt.item, receipt.reason))))
        if receipt.event == "started" and receipt.item:
            if receipt.item in file.started:
                raise Violated("once", f"{machine.name} reported the start of {receipt.item} twice")
            file.started.add(receipt.item)
        elif receipt.event in receipts.ENDS and receipt.item:
            if receipt.item in file.ended:
                raise Violated("once", f"{machine.name} reported the end of {receipt.item} twice")
            self._end(machine, file, receipt, receipt.item)
        elif receipt.event == "accepted" and receipt.doc:
            self._accepted(machine, file, receipt.doc)

    def _begin_anew(self, file: File, receipt: receipts.Receipt) -> None:
        """Behind a lost journal, the chain goes on from a receipt that the server has: any earlier one."""
        file.lost, file.unknown_ms = False, self._now() * 1000 + 3000
        if receipt.n <= max(file.hashes):
            raise Violated("receipts", f"receipt {receipt.n} is written again after a lost journal")
        if receipt.prev in file.hashes.values():
            file.chain.prev = receipt.prev

    def _end(self, machine: Machine, file: File, receipt: receipts.Receipt, item: str) -> None:
        """Note an end. An alert that was cut by the power, or missed and renewed, may begin again."""
        alert = isinstance(self.signed.get(receipt.doc or ""), Urgent)
        self._honest(machine, file, receipt)
        if alert and (receipt.event == "missed" or (receipt.event, receipt.reason) == ("partly", "power")):
            file.started.discard(item)
            file.heard.pop(item, None)
        else:
            file.ended.add(item)

    def _honest(self, machine: Machine, file: File, receipt: receipts.Receipt) -> None:
        """Hold the seconds that a receipt tells against what sounded; a power cut may take one second."""
        heard = file.heard.get(receipt.item or "")
        if isinstance(self.signed.get(receipt.doc or ""), Input):
            return  # what an input brings is nobody's sound
        sounded = sum(ms for _offset, ms in heard.parts) if heard else 0
        told = receipt.seconds_ms or 0
        lag = ASLEEP_MS if receipt.reason == "power" else PROGRESS_MS
        if file.sounding is None and not sounded - lag <= told <= sounded + 50:
            raise Violated("receipts", f"{machine.name} told {told} ms of {receipt.item}, heard {sounded} ms")

    def read_receipt(self, machine: Machine, text: str) -> receipts.Receipt:
        """This function will read a receipt and check whose it is."""
        try:
            receipt = receipts.Receipt.parse(text.encode())
        except ProtocolError as error:
            raise Violated("receipts", f"{machine.name} wrote one that cannot be read: {error}") from error
        if receipt.device != machine.plate.device:
            raise Violated("receipts", f"{machine.name} wrote one for {receipt.device}")
        return receipt

    def _accepted(self, machine: Machine, file: File, sha256: str) -> None:
        document = self.signed.get(sha256)
        if document is None:
            raise Violated("document", f"{machine.name} accepted {sha256[:8]}, which nobody signed")
        if isinstance(document, Root):
            anew, file.root_lost = file.root_lost and document.v >= file.root.v, False
            if document.v != file.root.v + 1 and not anew:
                raise Violated("counters", f"{machine.name} took root {document.v} after {file.root.v}")
            file.root = document
            return
        if isinstance(document, Release):
            self.programs.accepted(machine, document, again=sha256 in file.accepted)
            file.accepted.add(sha256)
            return
        self._covers(machine, document)
        self._newer(machine, file, document, sha256)
        file.accepted.add(sha256)
        if isinstance(document, Plan):
            file.plans[document.target] = sha256
        elif isinstance(document, Input):
            old = file.inputs.get(document.input, []) if document.action == "open" else []
            file.inputs[document.input] = [*old, (document, self._now())]
        elif isinstance(document, Urgent):
            file.cancelled |= {document.of} if document.of else set()
            if sha256 in self.cues and not isinstance(document, Drill):
                file.alerts.add(sha256)
        else:
            self._obeys(file, document)

    def _obeys(self, file: File, order: Order) -> None:
        if order.action == "cancel":
            file.cancelled |= set(order.items)
        elif order.volume is not None and order.issued >= file.loudest_issued:
            file.loudest, file.loudest_issued = order.volume, order.issued
        elif order.action == "stop":
            file.stopped_ms = max(file.stopped_ms, order.issued * 1000)
            file.stopped_at_ms = self._now() * 1000

    def _newer(self, machine: Machine, file: File, document: Signed, sha256: str) -> None:
        """Numbers only rise, whatever the journal says; an order is taken once, in whatever sequence."""
        if sha256 in file.taken:
            raise Violated("counters", f"{machine.name} took {sha256[:8]} twice")
        file.taken.add(sha256)
        if isinstance(document, Plan):
            old, new = file.newest.get(document.target, (0, 0)), (document.epoch, document.v)
            if new < old:
                raise Violated("counters", f"{machine.name} took plan {new} after {old}")
            file.newest[document.target] = new

    def rotted(self, machine: Machine, sha256: str) -> None:
        """This function will let a loudspeaker take a document again, whose bytes in the journal changed."""
        file = self.file(machine)
        file.taken.discard(sha256)
        file.alerts.discard(sha256)

    def forgot(self, machine: Machine) -> None:
        """This function will note that a journal is lost, with all numbers; nothing else is excused."""
        file = self.file(machine)
        self.programs.forgot(machine)
        self.happened("journal lost", machine.name)
        file.lost = file.root_lost = True
        file.started &= file.ended
        taken = [self.signed[sha256] for sha256 in file.accepted]
        for name in {one.id for one in taken if isinstance(one, Urgent) and not isinstance(one, Drill)}:
            file.started.discard(name)  # an alert begins again after a power cut, also when it had been heard
            file.ended.discard(name)
            file.heard.pop(name, None)
        file.alerts.clear()
        file.counters, file.numbers, file.committed_at = {}, {}, {}
        file.plans, file.taken = {}, set()
        file.by_day.clear()
        file.loudest, file.loudest_issued = 100, -1

    def _covers(self, machine: Machine, document: Signed) -> None:
        plate, target = machine.plate, document.target
        if not targets.covers(target, plate.area, plate.groups, plate.device):
            raise Violated("reach", f"{machine.name} in {plate.area} obeyed a document for {target}")
        if not targets.is_commune_or_narrower(target) and document.TYPE != "urgent":
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


def _read(body: bytes) -> Signed:
    """Read a signed body."""
    kinds: dict[str, Callable[[bytes], Signed]] = {
        "plan": Plan.parse, "order": Order.parse, "input": Input.parse,
    }  # fmt: skip
    return kinds[json.loads(body)["type"]](body)


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
