"""The server: rows of approved bulletins, an outbox, the gateway; the web application in small."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qs, urlsplit

from config.world.ceremony import Ceremony
from config.world.clockwork import Clockwork
from config.world.machine import Machine
from config.world.programs import Releases, Rollout
from config.world.signing import SignerProcess
from config.world.storage import PowerCut
from config.world.ways import Post
from nguon_device.ports import Request
from nguon_protocol import http_auth, strict_json
from nguon_protocol.documents import Ack, Order, Urgent
from nguon_protocol.receipts import JOURNAL_LOST, Receipt
from nguon_signer.errors import Refused
from nguon_signer.rows import Device, Revision
from nguon_signer.store import Issued

DOWN_S = (1.0, 15.0)
ROOT_AGAIN_S = 2.0
BATCH_S = 0.1


@dataclass
class Task:
    """One request to the signer."""

    kind: str
    target: str
    subject: str = ""
    due: float = 0.0


@dataclass
class Tables:
    """What stands in the server's database, and comes back with an old backup of it."""

    revisions: dict[str, Revision] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    plan_targets: dict[str, float] = field(default_factory=dict)
    receipts: dict[str, dict[int, Receipt]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    roots: dict[str, int] = field(default_factory=dict)
    programs: list[Rollout] = field(default_factory=list)

    def copy(self) -> "Tables":
        """This function will give a backup; its rows are values and are shared."""
        return Tables(
            dict(self.revisions),
            dict(self.withdrawn),
            [Task(**vars(one)) for one in self.tasks],
            dict(self.documents),
            dict(self.plan_targets),
            {name: dict(rows) for name, rows in self.receipts.items()},
            dict(self.acknowledged),
            dict(self.roots),
            [one.copy() for one in self.programs],
        )


class Office:
    """The server side; `published` is told of every document that leaves it."""

    def __init__(
        self,
        work: Clockwork,
        rng: Random,
        ceremony: Ceremony,
        signer: SignerProcess,
        post: Post,
        published: Callable[[Issued], None],
        took: Callable[[str, str], Receipt | None],
    ) -> None:
        self.tables = Tables()
        self.media: dict[str, bytes] = {}
        self.releases: Releases | None = None
        self.devices: dict[str, Device] = {}
        self.machines: dict[str, Machine] = {}
        self.inputs: dict[str, tuple[str, str, int, int]] = {}
        self.volumes: dict[str, int] = {}
        self.revoked: set[str] = set()
        self.up = True
        self.happened: Callable[[str, str, str], None] = lambda name, who, what: None
        self.ceremony = ceremony
        self.signer = signer
        self._work = work
        self._rng = rng
        self._post = post
        self._published = published
        self._took = took
        self._told_root: dict[str, float] = {}
        self._busy = False
        self._anew: dict[str, set[int]] = {}
        self._inbox: list[tuple[str, str]] = []

    # what officers do

    def approve(self, revision: Revision) -> None:
        """This function will put an approved revision into the outbox."""
        self.tables.revisions[revision.id] = revision
        for target in revision.targets:
            kind = "order" if revision.timing == "now" else "plan"
            self.ask(kind, target.target, revision.id if kind == "order" else "")

    def withdraw(self, revision: Revision, name: str) -> None:
        """This function will take a bulletin back, everywhere."""
        tables = self.tables
        tables.withdrawn[revision.id] = name
        tables.tasks = [one for one in tables.tasks if (one.kind, one.subject) != ("order", revision.id)]
        for target in revision.targets:
            if revision.timing != "now":
                self.ask("plan", target.target)
            self.ask("cancel", target.target, revision.id)

    def ask(self, kind: str, target: str, subject: str = "") -> None:
        """This function will queue one request to the signer; what is queued already is not queued twice."""
        if any((one.kind, one.target, one.subject) == (kind, target, subject) for one in self.tables.tasks):
            return
        self.tables.tasks.append(Task(kind, target, subject, self._work.now))
        self.stir()

    def renew(self) -> None:
        """This function will have every plan signed anew that is a day old."""
        for target, at in list(self.tables.plan_targets.items()):
            if self._work.now - at >= 86_000:
                self.ask("plan", target)

    def release(self, row: Rollout, content: bytes) -> bool:
        """This function will have the signer judge a newer program, and say whether it may be rolled out."""
        try:
            self.signer.release(row.signed.sha256, row.envelope)
        except Refused as refusal:
            self.happened("program refused", "server", refusal.reason)
            return False
        except PowerCut:
            self.crash(self._rng.uniform(*DOWN_S))
            return False
        self.media[row.signed.sha256_of_bundle] = content
        return True

    def announce(self, document: Urgent) -> None:
        """This function will bring what the duty officer released to everybody whom it means."""
        self.happened(f"{document.TYPE} {document.action}", "duty", f"{document.target} v{document.v}")
        envelope = self.signer.duty.envelopes[document.sha256]
        self._post.publish(topic_of(document.target), b'{"doc":' + envelope.encode() + b"}")

    def relay(self, order: Order, envelope: str) -> None:
        """This function will keep an officer's own order for the beacons, and bring it to whom it means."""
        self.happened(f"{order.TYPE} {order.action}", "duty", f"{order.target} until {order.expires}")
        try:
            self.signer.admit(order, envelope)
        except PowerCut:
            self.crash(self._rng.uniform(*DOWN_S))
            return
        self.tables.documents[order.sha256] = envelope
        self._post.publish(topic_of(order.target), b'{"doc":' + envelope.encode() + b"}")

    def revoke(self, machine: Machine) -> None:
        """This function will take a loudspeaker's rights back: the web and the broker are closed to it."""
        self.revoked.add(machine.plate.device)
        if self.releases is not None:
            self.releases.gone.add(machine.plate.device)
        self.happened("revoked", "server", machine.name)
        self._post.revoke(machine.name)

    # power

    def crash(self, down_s: float) -> None:
        """This function will kill the server's processes; their disks are as they were."""
        if not self.up:
            return
        self.happened("server down", "server", "")
        self.up, self._busy, self._inbox = False, False, []
        self.signer.stop()
        self._work.after(down_s, self.start)

    def start(self) -> None:
        """This function will start the server again."""
        if not self.up:
            self.up = True
            self.signer.start()
            self.happened("server up", "server", "")
            self.stir()

    # the dispatcher

    def stir(self) -> None:
        """This function will have the outbox worked off."""
        if not self._busy and self.up:
            self._busy = True
            self._work.after(self._rng.uniform(0.05, 0.3), self._dispatch)

    def _dispatch(self) -> None:
        self._busy = False
        due = [one for one in self.tables.tasks if one.due <= self._work.now]
        if self.up and due:
            try:
                self._sign(due[0])
            except PowerCut:
                self.crash(self._rng.uniform(*DOWN_S))
        if self.up and self.tables.tasks:
            self.stir()

    def _sign(self, task: Task) -> None:
        try:
            document = self._ask_signer(task)
        except Refused as refusal:
            self.tables.tasks.remove(task)
            self.happened("signer refused", "server", f"{task.kind} {refusal.reason}")
            return
        self._published(document)
        envelope = document.envelope or ""
        if self._rng.random() < 0.02:
            self.crash(self._rng.uniform(*DOWN_S))  # signed, and nobody wrote it down
            return
        self.tables.documents[document.sha256] = envelope
        if task in self.tables.tasks:
            self.tables.tasks.remove(task)
        self.happened("signed", "server", f"{task.kind} {task.target} v{document.v}")
        if task.kind == "plan":
            self.tables.plan_targets[task.target] = self._work.now
            self._post.publish(topic_of(task.target), b'{"bell":1}')
        else:
            self._post.publish(topic_of(task.target), b'{"doc":' + envelope.encode() + b"}")

    def _ask_signer(self, task: Task) -> Issued:
        tables = self.tables
        if task.kind == "plan":
            return self.signer.plan(task.target, self._planned(task.target))
        if task.kind == "input":
            return self.signer.input(task.subject, task.target, self.inputs[task.subject])
        if task.kind == "volume":
            return self.signer.volume(task.subject, task.target, self.volumes[task.subject])
        if task.kind == "stop":
            return self.signer.stop_order(task.subject, task.target)
        revision = tables.revisions[task.subject]
        if task.kind == "cancel":
            return self.signer.cancel(tables.withdrawn[task.subject], [revision], task.target)
        if task.subject in tables.withdrawn:
            raise Refused("withdrawn", "This bulletin was withdrawn.")
        return self.signer.order(revision, task.target)

    def _planned(self, target: str) -> list[Revision]:
        return [
            one
            for one in self.tables.revisions.values()
            if one.timing != "now"
            and one.id not in self.tables.withdrawn
            and any(line.target == target for line in one.targets)
        ]

    # the gateway

    def answer(self, machine: Machine, request: Request, header: str | None) -> tuple[int, bytes]:
        """This function will answer one HTTP request."""
        if not self.up:
            return 0, b""
        path = urlsplit(request.path).path
        name = path.rpartition("/")[2]
        if path.startswith("/lsp/v1/media/"):
            return (200, self.media[name]) if name in self.media else (404, b"")
        if machine.plate.device in self.revoked or not self._proven(machine, request, header):
            return 401, b""
        if path == "/lsp/v1/beacon":
            return self._beacon(machine, parse_qs(urlsplit(request.path).query)["nonce"][0])
        if path.startswith("/lsp/v1/documents/"):
            return self._program(machine, name) or self._document(name)
        if path.startswith("/lsp/v1/roots/"):
            return self._found(self._root_numbered(name))
        if path == "/lsp/v1/receipts":
            for envelope in json.loads(request.body):
                self._take(machine.plate.device, strict_json.dumps(envelope).decode())
            return 200, json.dumps({"acknowledged": self._whole(machine.plate.device)}).encode()
        if path == "/lsp/v1/state":
            return 200, b'{"broker":{"url":"mqtt://world","jwt":"j2"}}'
        return 200, b"{}"

    def _program(self, machine: Machine, name: str) -> tuple[int, bytes] | None:
        """A signed program comes over HTTPS to whom it is offered, and over no broker."""
        found = self.releases and self.releases.document(machine.plate.device, name)
        return (200, found.encode()) if found else None

    def _document(self, name: str) -> tuple[int, bytes]:
        alert = self.signer.duty.envelopes.get(name)
        return self._found(self.tables.documents.get(name) or alert or self._root_named(name))

    def _root_numbered(self, name: str) -> str | None:
        envelopes = self.ceremony.envelopes
        known = name.isdecimal() and 0 < int(name) <= len(envelopes)
        return envelopes[int(name) - 1] if known else None

    def _found(self, envelope: str | None) -> tuple[int, bytes]:
        """Answer with an envelope; a stranger on the way keeps it too."""
        if envelope is None:
            return 404, b""
        self._post.spied(b'{"doc":' + envelope.encode() + b"}")
        return 200, envelope.encode()

    def _proven(self, machine: Machine, request: Request, header: str | None) -> bool:
        skew = None if "/beacon" in request.path else http_auth.MAX_SKEW_S
        found = http_auth.parse(header or "")
        key, now = machine.plate.key.public, int(self._work.now)
        return http_auth.verify(found, key, request.method, request.path, request.body, now, skew)

    def _beacon(self, machine: Machine, nonce: str) -> tuple[int, bytes]:
        device = machine.plate.device
        self._offer_root(machine)
        if self.releases is None:
            return 200, self.signer.beacon(self.devices[device], nonce, self._ack(device)).encode()
        self.releases.step()
        offered = self.releases.offered(device)
        text = self.signer.beacon(self.devices[device], nonce, self._ack(device), offered)
        self.releases.told_by(device, text)
        return 200, text.encode()

    def _ack(self, device: str) -> Ack:
        whole = self._whole(device)
        return Ack(whole, self.tables.receipts[device][whole].sha256 if whole else "")

    def _offer_root(self, machine: Machine) -> None:
        """Send the next root to a loudspeaker that has not reported it: it may not understand a beacon."""
        device, now = machine.plate.device, self._work.now
        has = self.tables.roots.get(device, 1)
        session = self._post.sessions.get(machine.name)
        again = now - self._told_root.get(device, 0.0) >= ROOT_AGAIN_S
        if has < len(self.ceremony.roots) and session is not None and again:
            self._told_root[device] = now
            payload = b'{"doc":' + self.ceremony.envelopes[has].encode() + b"}"
            self._post.spied(payload)
            self._post.deliver(session, payload)

    def connected(self, machine: Machine) -> None:
        """This function will greet a loudspeaker with the root that it lacks."""
        if self.up:
            self._offer_root(machine)

    def _root_named(self, sha256: str) -> str | None:
        v = self.ceremony.versions.get(sha256)
        return None if v is None else self.ceremony.envelopes[v - 1]

    def heard(self, device: str, topic: str, payload: bytes) -> None:
        """This function will take what a loudspeaker published into the next batch."""
        if self.up and self.releases is not None and topic == f"lsp/h/{device}":
            self.releases.heard(device, payload)
        if self.up and topic == f"lsp/r/{device}" and device not in self.revoked:
            if not self._inbox:
                self._work.after(BATCH_S, self._store_batch)
            self._inbox.append((device, payload.decode("utf-8", "replace")))

    def _store_batch(self) -> None:
        """Keep what has come meanwhile and acknowledge it, once to each loudspeaker, as the gateway does."""
        batch, self._inbox = self._inbox, []
        for device, text in batch:
            self._take(device, text)
        for device in dict.fromkeys(one for one, _ in batch):
            self._post.publish(f"lsp/d/{device}", b'{"ack":%d}' % self._whole(device))

    def _take(self, device: str, text: str) -> None:
        receipt = self._took(device, text)
        if receipt is not None:
            self.tables.receipts.setdefault(device, {}).setdefault(receipt.n, receipt)
            if self.releases is not None:
                self.releases.proven(device, receipt)
            if receipt.reason == JOURNAL_LOST:
                self._anew.setdefault(device, set()).add(receipt.n)
            v = self.ceremony.versions.get(receipt.doc or "") if receipt.event == "accepted" else None
            if v is not None:
                self.tables.roots[device] = max(v, self.tables.roots.get(device, 1))
                self._told_root.pop(device, None)

    def _whole(self, device: str) -> int:
        rows = self.tables.receipts.get(device, {})
        whole = self.tables.acknowledged.get(device, 0)
        while (following := self._following(device, rows, whole)) is not None:
            whole = following
        self.tables.acknowledged[device] = whole
        return whole

    def _following(self, device: str, rows: dict[int, Receipt], whole: int) -> int | None:
        """Give the number of the next receipt, also of one that begins anew behind a lost journal."""
        if whole + 1 in rows:
            return whole + 1
        anew = (n for n in self._anew.get(device, ()) if n > whole and n in rows)
        return min(anew, default=None)


def topic_of(target: str) -> str:
    """This function will give the topic on which a target's loudspeakers listen."""
    return f"lsp/{target}" if target[1] == "/" else f"lsp/a/{target.replace('.', '/')}"
