"""The signer as a process of the world: real issuer, building, beacons and store, on a disk that fails."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from config.world.ceremony import Ceremony
from config.world.clockwork import chance
from config.world.duty import Duty
from config.world.storage import Disk, FailingConnection, Trouble
from nguon_protocol.documents import Ack, Input, Item, Order, Plan
from nguon_protocol.documents.order import LIFETIME_S
from nguon_protocol.ids import order_id
from nguon_signer import building, policy, programs
from nguon_signer.beacons import beacon_for
from nguon_signer.errors import Refused
from nguon_signer.issuing import Draft, Issuer
from nguon_signer.opened import Opened
from nguon_signer.rows import Device, Revision
from nguon_signer.store import Issued, Store

RENEW_S = 20 * 3600


class SignerProcess:
    """What the server asks to sign; the rows come with the question, the number is real."""

    def __init__(self, folder: Path, ceremony: Ceremony, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._ceremony = ceremony
        self._clock = clock
        self.trouble = Trouble(chance(0))
        self.duty = Duty(ceremony)
        folder.mkdir(parents=True)
        empty = Store.create(folder)
        self.disk = Disk()
        empty._db.execute("PRAGMA journal_mode = DELETE")  # there is no WAL in memory
        empty._db.backup(self.disk.connection)
        empty.close()
        self.start()

    def start(self) -> None:
        """This function will open the store with the newest root, as a restarted process does."""
        failing = FailingConnection(self.disk.connection, self.trouble, _nothing, _nothing)
        self._store = Store(failing)  # type: ignore[arg-type]
        ceremony = self._ceremony
        known: Any = {
            "store": self._store,
            "signers": ceremony.signers,
            "root": ceremony.root,
            "root_envelope": ceremony.envelopes[-1],
            "folder": self._folder,
        }
        self._opened = _fill(Opened, known)
        self._issuer = Issuer(self._store, ceremony.signers)

    def stop(self) -> None:
        """This function will end the process; what was not committed is gone."""
        self._store.close()

    def save(self) -> bytes:
        """This function will give a backup of the store."""
        return self.disk.image()

    def restore(self, backup: bytes) -> None:
        """This function will put an old store in the place of this one; the process must be stopped."""
        self.disk.write(backup)

    @property
    def epoch(self) -> int:
        """This function will give the epoch that documents are signed in."""
        return self._opened.epoch

    def plan(self, target: str, revisions: Iterable[Revision]) -> Issued:
        """This function will sign the plan of a target when it says something new or is due for renewal."""
        now, epoch = int(self._clock()), self.epoch
        start, end = building.window(now)
        rules = self._opened.root.policy
        playing = [(one, building.instants_of(one, start, end, rules.tz)) for one in revisions]
        planned = building.plan_items(playing, rules, end)
        expires = now + building.AHEAD_S

        def make(v: int) -> Plan:
            return Plan(issued=now, expires=expires, epoch=epoch, v=v, target=target, items=planned.items)

        said = building.content_of_plan(make(0))
        last = self._store.latest("plan", target)
        if last and (last.epoch, last.content) == (epoch, said) and now < last.issued + RENEW_S:
            return self._issuer.finish(last)
        draft = Draft("plan", target, epoch, "", "", said, now, expires, planned.entries)
        return self._issuer.issue(draft, make)

    def order(self, revision: Revision, target: str) -> Issued:
        """This function will sign the order to play a revision now."""
        item = building.item_of(revision, building.PLAY_NOW, self._opened.root.policy)
        refusal = policy.refuse_quiet(self._opened.root.policy, item.dur_ms, int(self._clock()))
        if refusal is not None:
            raise Refused(refusal.reason, refusal.message)
        name = building.play_order_id(revision.id, target)
        entries = [building.entry(revision, building.PLAY_NOW)]
        return self._issue_order(target, name, "play", entries, item=item)

    def stop_order(self, name: str, target: str) -> Issued:
        """This function will sign the order to be silent now."""
        return self._issue_order(target, order_id(name, target), "stop", [])

    def volume(self, name: str, target: str, volume: int) -> Issued:
        """This function will sign the order to be no louder than that, 0 to 100."""
        return self._issue_order(target, order_id(name, target), "volume", [], volume=volume)

    def admit(self, order: Order, envelope: str) -> None:
        """This function will keep an officer's own order for the beacons, as the signer's relay does."""
        with self._store.transaction():
            told = {"type": order.TYPE, "target": order.target, "sha256": order.sha256, "v": order.v}
            seq = self._store.append(at=int(self._clock()), fact="document.admitted", data=told)
            self._store.insert(
                Issued(
                    order.sha256, seq, order.TYPE, order.target, order.epoch, order.v, order.action, "", "",
                    order.issued, order.expires, [{"id": order.id}], order.body(), envelope,
                )
            )  # fmt: skip

    def input(self, name: str, target: str, asked: tuple[str, str, int, int]) -> Issued:
        """This function will sign that an input is opened (its name, the ms, the volume) or closed."""
        now, epoch = int(self._clock()), self.epoch
        action, own, dur_ms, volume = asked
        expires = now + LIFETIME_S
        heard: dict[str, Any] = {"dur_ms": dur_ms, "volume": volume} if action == "open" else {}

        def make(v: int) -> Any:
            return Input(
                issued=now, expires=expires, epoch=epoch, v=v, target=target,
                id=name, action=action, input=own, **heard,
            )  # fmt: skip

        last = self._store.of_order(name)
        if last is not None and last.epoch == epoch:
            return self._issuer.finish(last)
        return self._issuer.issue(Draft("input", target, epoch, action, name, name, now, expires, []), make)

    def cancel(self, name: str, revisions: Iterable[Revision], target: str) -> Issued:
        """This function will sign the order never to play the items of these revisions."""
        entries = building.cancelled_entries(revisions, int(self._clock()), self._opened.tz)
        ids = tuple(str(one["id"]) for one in entries)
        return self._issue_order(target, order_id(name, target), "cancel", entries, items=ids)

    def _issue_order(
        self,
        target: str,
        name: str,
        action: str,
        entries: list[building.Entry],
        item: Item | None = None,
        items: tuple[str, ...] = (),
        volume: int | None = None,
    ) -> Issued:
        """Follow the rules of the signer's service: an order is signed once, and finished after a crash."""
        now, epoch = int(self._clock()), self.epoch
        last = self._store.of_order(name)
        if last and last.epoch == epoch and now <= last.expires:
            return self._issuer.finish(last)
        if last and last.envelope is not None and action != "cancel":
            raise Refused("expired", f"This order was signed before and ended at {last.expires}.")
        expires = now + LIFETIME_S

        def make(v: int) -> Order:
            return Order(
                issued=now, expires=expires, epoch=epoch, v=v, target=target,
                id=name, action=action, item=item, items=items, volume=volume,
            )  # fmt: skip

        content = building.content_of_order(make(0))
        draft = Draft("order", target, epoch, action, name, content, now, expires, entries)
        return self._issuer.issue(draft, make)

    def release(self, sha256: str, text: str) -> None:
        """This function will judge what maintainers signed and keep it; raises Refused."""
        programs.Programs(self._opened, _OneRow(text), self._clock).release({"document": sha256})  # type: ignore[arg-type]

    def beacon(self, device: Device, nonce: str, ack: Ack, offered: Iterable[str] = ()) -> str:
        """This function will sign the time, what one loudspeaker should have and what is kept of it."""
        newer = programs.named(self._opened, offered, int(self._clock()))
        document = beacon_for(self._opened, device, nonce, int(self._clock() * 1000), ack, newer)
        document = replace(document, latest=(*document.latest, *self.duty.latest(device, int(self._clock()))))
        return self._issuer.sign("beacon", document.body())

    def should_have(self, device: Device) -> dict[str, tuple[str, str, str]]:
        """This function will give what a beacon would list: sha256 to (type, target, action)."""
        document = beacon_for(self._opened, device, "00", int(self._clock() * 1000))
        rows = {one.sha256: self._store.document(one.sha256) for one in document.latest}
        known = {name: (row.type, row.target, row.action) for name, row in rows.items() if row is not None}
        alerts = self.duty.live(device, int(self._clock()))
        return known | {one.sha256: (one.TYPE, one.target, one.action) for one in alerts}


class _OneRow:
    """Stands for the database: whatever is asked, it has this document."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, _question: Callable[..., Any]) -> str:
        return self._text


def _fill(kind: Callable[..., Opened], known: dict[str, Any]) -> Opened:
    """Make it of what issuing needs; the broker's keys and the lock stay out of the world."""
    return kind(**{one.name: known.get(one.name) for one in fields(Opened)})


def _nothing() -> None:
    """Do nothing."""
