"""What is obeyed: beacons, documents by hash or by message, their judging, and what they change."""

import hashlib
from collections.abc import Callable, Collection
from random import Random

from nguon_device import identity as identities
from nguon_device.backoff import Backoff
from nguon_device.identity import Identity
from nguon_device.inputs import Inputs
from nguon_device.kept import Kept, Read
from nguon_device.ports import Ports, Reply, Request
from nguon_device.reports import Reports
from nguon_device.stage import Stage
from nguon_device.store import KEPT_ITEMS_S, Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol import targets
from nguon_protocol.acceptance import FUTURE_S, Accepted, DeviceState, Refused, accept, first_root
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import counted_by, floors
from nguon_protocol.documents import Beacon, Document, Input, Order, Plan, Policy, Release, Root, Urgent
from nguon_protocol.documents.plan import Stocked

IN_FLIGHT = 4
LONGEST_AWAY_S = 25.0
"""Who found no server looks again within this: a loudspeaker whose plan ran dry is to play again soon."""
OBEYED = ("root", "plan", "order", "urgent", "drill", "beacon", "release", "input")
_FETCHED = frozenset(OBEYED) - {"beacon"}
_REFUSED_KEPT = 1000
_BY_TIME = frozenset({"future", "expired", "clock", "quiet"})
_UNSIGNED = frozenset({"parse", "type", "threshold"})
_DAY_S = 86_400

Judge = Callable[[bytes | str, DeviceState, int, ClockState, Collection[str]], Accepted | Refused]


class Desk:
    """Judges every document that reaches the device and passes on what it changes."""

    def __init__(
        self, ports: Ports, store: Store, clock: DeviceClock, reports: Reports, rng: Random, poll_s: float
    ) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._reports = reports
        self._rng = rng
        self._poll_s = poll_s
        self._backoff = Backoff(rng, cap_s=max(5.0, min(poll_s, LONGEST_AWAY_S)))
        self._kept = Kept(store, reports)
        self._counters = store.counters()
        self._refused: dict[str, str] = {}
        self._wanted: list[str] = []
        self._asked: set[str] = set()
        self._nonce: str | None = None
        self._root_asked = False
        self._asked_at = 0.0
        self._beacon_at = 0.0
        self._ring_again = False
        self.root: Root | None = None
        self.root_sha256 = ""
        self.identity: Identity | None = None
        self.stage: Stage | None = None
        self.inputs: Inputs | None = None
        self.moved: Callable[[], None] = lambda: None
        self.restart: Callable[[], None] = lambda: None
        self.tell_log: Callable[[str], None] = lambda _order: None
        self.lost = False
        """The journal is gone: only a root and a fresh beacon are obeyed, and `regain` is called with it."""
        self.regain: Callable[[Beacon], None] = lambda _beacon: None
        self.model = ""
        self.narrow: Callable[[], bool] = lambda: False
        """Whether alerts of more than a commune are refused here: a box that verifies nothing is behind."""
        # A simulator of many devices shares this work among them.
        self.accept: Judge = accept
        self.read_root: Callable[[str], tuple[Root, str]] = first_root

    def read_with(self, read: Callable[[str, str, bytes], Read | None]) -> None:
        """Have kept documents read by `read`: many simulated devices share this work too."""
        self._kept.read = read

    def policy(self) -> Policy:
        """Give what the root asks of every device."""
        return Policy() if self.root is None else self.root.policy

    def load(self) -> None:
        """Take root, identity and documents from the journal."""
        self.identity = identities.load(self._store)
        if self.identity is not None:
            self._reports.device = self.identity.device
        envelope = self._store.fact("root")
        if envelope is not None:
            self.root, self.root_sha256 = self.read_root(envelope)
        self.rebuild()

    def bell(self, within_s: float = 0.1) -> None:
        """Look again soon: somebody rang, or something may have been missed."""
        if self._nonce is not None:
            self._ring_again = True
        else:
            soon = self._ports.timer.monotonic() + self._rng.uniform(0, within_s)
            self._beacon_at = min(self._beacon_at, soon)

    def first_beacon_within(self, seconds: float) -> None:
        """Do not ask at once after the boot, but at a random moment."""
        self._beacon_at = self._ports.timer.monotonic() + self._rng.uniform(0, seconds)

    def step(self) -> float:
        """Ask for a beacon or a document that is due; give the seconds until the next look."""
        if self.identity is None:
            return 60.0
        now = self._ports.timer.monotonic()
        if self._nonce is None and now >= self._beacon_at:
            self._nonce, self._asked_at = f"{self._rng.getrandbits(128):032x}", now
            self._ports.network.ask(Request("beacon", "GET", f"/lsp/v1/beacon?nonce={self._nonce}"))
        while self._wanted and len(self._asked) < IN_FLIGHT:
            sha256 = self._wanted.pop(0)
            self._asked.add(sha256)
            path = f"/lsp/v1/documents/{sha256}"
            self._ports.network.ask(Request("document", "GET", path, context=sha256))
        return max(0.0, self._beacon_at - now) if self._nonce is None else 60.0

    def beacon_answered(self, reply: Reply) -> None:
        """Take the time from a beacon and fetch what is missing."""
        now = self._ports.timer.monotonic()
        beacon = self.judge(reply.body) if reply.ok else None
        asked_at, self._nonce = self._asked_at, None
        sent_at = asked_at if reply.sent_at is None else reply.sent_at
        if isinstance(beacon, Beacon) and self._clock.set_by(beacon, sent_at, reply.received_at):
            self._backoff.worked()
            if self.lost:
                self.lost = False
                self.regain(beacon)
            self._beacon_at = now + self._poll_s * self._rng.uniform(0.8, 1.2)
            self._want(beacon)
            self._take_place(beacon)
            self._reports.acknowledge(beacon.ack, asked_at)
        else:
            self._beacon_at = now + self._backoff.failed()
        if reply.ok and (not isinstance(beacon, Beacon) or self._is_behind(beacon)):
            self._ask_root()  # a beacon of new server keys is refused before the root that names them is here
        if self._ring_again:
            self._ring_again = False
            self.bell()

    def root_answered(self, reply: Reply) -> None:
        """Take the next root (rule 5); when it is accepted, the beacon is asked for again at once."""
        self._root_asked = False
        if reply.ok:
            self.judge(reply.body)

    def _is_behind(self, beacon: Beacon) -> bool:
        return self.root is not None and beacon.root_v > self.root.v

    def _ask_root(self) -> None:
        """Fetch the root after the own one; roots are taken one by one, each signed by the one before."""
        if self.root is not None and not self._root_asked:
            self._root_asked = True
            path = f"/lsp/v1/roots/{self.root.v + 1}"
            self._ports.network.ask(Request("root", "GET", path))

    def document_answered(self, reply: Reply) -> None:
        """Take a document that was asked for by its hash; what is not there now is asked for again later."""
        self._asked.discard(reply.request.context)
        if reply.ok:
            self.judge(reply.body)
        else:
            again = self._ports.timer.monotonic() + self._backoff.failed()
            self._beacon_at = min(self._beacon_at, again)

    def judge(self, text: bytes | str) -> Document | None:
        """Accept a document and act on it, or refuse and report it; give it when it is accepted and new."""
        if self.identity is None or self.root is None:
            return None
        # The root too: a beacon that is signed with newer keys could never be read without it.
        expected = ("root", "beacon") if self.lost else OBEYED
        found = self.accept(text, self._state(), int(self._clock.now()), self._clock.state, expected)
        if self.lost and isinstance(found, Refused):
            return None  # the first beacon will name it again, if it still holds
        if isinstance(found, Refused):
            self._refuse(found, text)
            return None
        document = found.document
        if isinstance(document, Urgent) and self._too_wide(document):
            self._refuse(Refused("scope", document.target, found.type, found.sha256), text)
            return None
        if isinstance(document, Beacon):
            return document
        # Obeyed before, but not here any more.
        again = isinstance(document, Plan | Release) or found.sha256 in self._kept.rotted
        if (found.changed or again) and found.sha256 not in self._kept.hashes:
            self._obey(found, text if isinstance(text, str) else text.decode())
        return document

    def _too_wide(self, alert: Urgent) -> bool:
        """What ends an alert is always taken."""
        return alert.action != "cancel" and not targets.is_commune_or_narrower(alert.target) and self.narrow()

    def distrust_before(self, beacon: Beacon) -> None:
        """Take what a beacon names as the floor of every counter: nothing older is ever accepted again."""
        for (kind, target), counter in floors(beacon.latest).items():
            self._store.put_counter(kind, target, counter)
            self._counters[kind, target] = counter

    def reload(self) -> None:
        """Take counters and documents from the journal again, after a transaction that failed."""
        self._kept.reload()
        self._counters = self._store.counters()
        self._asked.clear()
        self._nonce = None
        self._root_asked = False
        self.load()

    def rebuild(self) -> None:
        """Give the stage its cues anew from the documents that are kept."""
        if self.stage is not None and self.identity is not None:
            self.stage.set_cues(self._kept.cues(self._is_mine))

    @property
    def stock(self) -> list[Stocked]:
        """Give the sounds that the plans want to have ready here."""
        return self._kept.stock

    def forget_old(self) -> None:
        """Drop what can matter no more; called once in a while. A battery clock that runs days ahead must not
        cost an alert that still holds: only a time that was signed since the machine began counts."""
        if self._clock.fresh:
            with self._store.transaction():
                self._store.forget_documents(int(self._clock.now()) - _DAY_S)
                self._store.forget_items(int(self._clock.now()) - KEPT_ITEMS_S)

    def _state(self) -> DeviceState:
        assert self.identity is not None  # noqa: S101  for the type checker; judge() asks before
        assert self.root is not None  # noqa: S101
        now_ms = self._clock.now_ms()
        return DeviceState(
            device=self.identity.device,
            area=self.identity.area,
            groups=frozenset(self.identity.groups),
            root=self.root,
            root_sha256=self.root_sha256,
            counters=self._counters,
            heard=self._store.heard_since(now_ms - _DAY_S * 1000),
            nonce=self._nonce,
            model=self.model,
        )

    def _want(self, beacon: Beacon) -> None:
        for one in beacon.latest:
            known = one.sha256 in self._kept.hashes or one.sha256 in self._asked or one.sha256 in self._wanted
            # Whoever puts a stranger's signature under a body must not keep the true document away.
            refused = self._refused.get(one.sha256, "threshold") not in _UNSIGNED
            if not known and not refused and one.type in _FETCHED:
                self._wanted.append(one.sha256)

    def _take_place(self, beacon: Beacon) -> None:
        """Follow the device's area and groups as the signed beacon has them."""
        assert self.identity is not None  # noqa: S101
        place = (beacon.area, tuple(sorted(beacon.groups)))
        if beacon.area is None or place == (self.identity.area, tuple(sorted(self.identity.groups))):
            return
        self.identity = Identity(self.identity.device, beacon.area, self.identity.name, place[1])
        with self._store.transaction():
            identities.save(self._store, self.identity)
        self.rebuild()
        self.moved()

    def _refuse(self, found: Refused, text: bytes | str) -> None:
        """Report a refusal once; what only lacked a clock or was too early may come again."""
        data = text.encode() if isinstance(text, str) else text
        name = found.sha256 or hashlib.sha256(data).hexdigest()
        if found.reason in _BY_TIME and not self._clock.fresh:
            self.bell()  # the signed time is on its way, and the beacon will name this document again
            return
        if self._refused.get(name) != found.reason:
            self._reports.add("refused", doc=found.sha256, reason=found.reason)
        if len(self._refused) >= _REFUSED_KEPT:
            self._refused.clear()
        self._refused[name] = found.reason
        if found.reason in {"clock", "future"}:
            self._refused.pop(name)

    def _obey(self, found: Accepted, envelope: str) -> None:
        """Store the counter, what it forbids and the receipt in one commit; only then let it sound."""
        document = found.document
        with self._store.transaction():
            self._clock.raise_floor(min(document.issued, int(self._clock.now()) + FUTURE_S))
            self._keep(found, envelope)
            self._reports.add("accepted", doc=found.sha256)
            self._act(document, found.sha256)
        self._kept.hashes.add(found.sha256)
        self.rebuild()
        if isinstance(document, Root):
            self.bell()  # what only the new root allows may have been refused, or not asked for

    def _act(self, document: Document, sha256: str) -> None:
        """Do what a document asks for at once."""
        self._open_or_close(document, sha256)
        if isinstance(document, Order) and document.action == "restart":
            self.restart()
        elif isinstance(document, Order) and document.action == "logs":
            self.tell_log(document.id)
        elif isinstance(document, Order) and self.stage is not None:
            if document.action == "stop":
                self.stage.stop(document.issued)
            elif document.action == "cancel":
                self.stage.cancel(document.items)
            elif document.volume is not None:
                self.stage.set_loudest(document.volume, document.hours, document.issued)
        elif isinstance(document, Urgent) and document.of is not None and self.stage is not None:
            self.stage.cancel((document.of,))

    def _open_or_close(self, document: Document, sha256: str) -> None:
        """An input follows its own documents, and is silenced with all else."""
        if self.inputs is None:
            return
        if isinstance(document, Input):
            self.inputs.take(document, sha256)
        elif isinstance(document, Order) and document.action == "stop":
            self.inputs.silence("stopped")

    def _keep(self, found: Accepted, envelope: str) -> None:
        document = found.document
        if isinstance(document, Root):
            self._store.remember("root", envelope)
            self.root, self.root_sha256 = document, found.sha256
            self._refused.clear()
        elif isinstance(document, Plan | Order | Urgent | Release | Input):
            self._store.put_document(found.type, document.target, found.sha256, found.body, document.expires)
            self._kept.rotted.discard(found.sha256)
            if found.counter is not None:
                kept_by = counted_by(found.type, document.target, document.v)
                self._store.put_counter(*kept_by, found.counter)
                self._counters[kept_by] = found.counter

    def _is_mine(self, target: str) -> bool:
        me = self.identity
        return me is not None and targets.covers(target, me.area, me.groups, me.device)
