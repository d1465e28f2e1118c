"""The operations of the signer: identifiers in, a signed document or one clear refusal out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from nguon_protocol.content import content_hash
from nguon_protocol.documents import Item, Order, Plan
from nguon_protocol.documents.order import LIFETIME_S
from nguon_protocol.errors import ProtocolError
from nguon_protocol.ids import order_id
from nguon_signer import building, natsauth, policy, reads, requests
from nguon_signer.beacons import beacon_for
from nguon_signer.database import Connection, Database
from nguon_signer.errors import DatabaseDown, Refused
from nguon_signer.issuing import Draft, Issuer
from nguon_signer.opened import Opened
from nguon_signer.policy import Refusal
from nguon_signer.rows import Device, Revision, Role, Stop, Target, Withdrawal
from nguon_signer.store import Issued

PLAN_LIFE_S = building.AHEAD_S
RENEW_S = 20 * 3600
"""A plan older than this is signed anew even when it says the same, so that a daily round renews every
plan."""
OLDEST_PLAY_S = 3600
"""Play-now means now: an approval that found no signer for an hour is asked for again."""
OLDEST_STOP_S = LIFETIME_S
CREDENTIAL_S = 24 * 3600
log = logging.getLogger("nguon_signer")
Request = dict[str, Any]
Answer = dict[str, Any]


class Service:
    """Answers requests; `clock` gives epoch seconds, and only the entry point gives the real one."""

    def __init__(self, opened: Opened, database: Database, clock: Callable[[], float]) -> None:
        self._opened = opened
        self._database = database
        self._clock = clock
        self._issuer = Issuer(opened.store, opened.signers)
        self._operations: dict[str, Callable[[Request], Answer]] = {
            "status": self.status,
            "root": self.root,
            "plan": self.plan,
            "order": self.order,
            "stop": self.stop,
            "cancel": self.cancel,
            "beacon": self.beacon,
            "credential": self.credential,
        }

    def handle(self, request: Request) -> Answer:
        """This function will answer one request; raises Refused or another SignerError."""
        operation = self._operations.get(str(request.get("op")))
        if operation is None:
            raise Refused("op", f"There is no operation {str(request.get('op'))[:40]!r}.")
        try:
            return operation(request)
        except ProtocolError as error:
            raise Refused("spec", f"This fits no document: {error}.") from error

    def status(self, request: Request) -> Answer:
        """This function will tell what this signer is, and whether it can read the database."""
        requests.only(request)
        seq, head = self._opened.store.head()
        try:
            self._database.read(lambda connection: connection.execute("SELECT 1").fetchone())
            database = "ok"
        except DatabaseDown as error:
            database = str(error)
        return {
            "root_v": self._opened.root.v,
            "epoch": self._opened.epoch,
            "kids": [signer.public.kid for signer in self._opened.signers],
            "policy": self._opened.root.policy.to_json(),
            "log": {"seq": seq, "hash": head},
            "database": database,
            "now": self._now(),
        }

    def root(self, request: Request) -> Answer:
        """This function will give the current root's envelope."""
        requests.only(request)
        return {"v": self._opened.root.v, "envelope": self._opened.root_envelope}

    def plan(self, request: Request) -> Answer:
        """This function will sign the plan of a target when it says something new or is due for renewal."""
        requests.only(request, "target")
        text = requests.target(request)
        with self._issuer.one_at_a_time(text):
            now = self._now()
            start, end = building.window(now)
            where, found, roles = self._database.read(lambda db: _for_plan(db, text, start, end))
            _check(policy.refuse_target(where))
            playing, refused = self._judge(found, roles, start, end)
            planned = building.plan_items(playing, self._opened.root.policy, end)
            row = self._issue_plan(text, planned, now)
        return {"document": _told(row), "until": planned.until, "refused": refused}

    def order(self, request: Request) -> Answer:
        """This function will sign the order to play an approved play-now revision at a target, once."""
        requests.only(request, "revision", "target")
        revision_id, text = requests.uuid(request, "revision"), requests.target(request)
        with self._issuer.one_at_a_time(text):
            now = self._now()
            where, revision, roles = self._database.read(lambda db: _for_order(db, revision_id, text))
            if revision is None:
                raise Refused("unknown", f"There is no revision {revision_id}.")
            _check(policy.refuse_target(where))
            _check(self._refuse(revision, roles))
            _check(policy.refuse_order(revision, where, _instant(now), OLDEST_PLAY_S))
            _check(policy.refuse_burst(revision, where))
            item = building.item_of(revision, building.PLAY_NOW, self._opened.root.policy)
            _check(policy.refuse_quiet(self._opened.root.policy, item.dur_ms, now))
            entries = [building.entry(revision, building.PLAY_NOW)]
            name = building.play_order_id(revision.id, text)
            return self._issue_order(text, name, "play", entries, now, item=item)

    def stop(self, request: Request) -> Answer:
        """This function will sign the order to be silent at a target, from one press of the stop button."""
        requests.only(request, "stop", "target")
        stop_id, text = requests.uuid(request, "stop"), requests.target(request)
        with self._issuer.one_at_a_time(text):
            now = self._now()
            where, stop, roles = self._database.read(lambda db: _for_stop(db, stop_id, text))
            if stop is None:
                raise Refused("unknown", f"There is no stop {stop_id}.")
            _check(policy.refuse_target(where))
            _check(policy.refuse_stop(stop, where, roles, self._opened.tz))
            _check(policy.refuse_old_stop(stop, _instant(now), OLDEST_STOP_S))
            return self._issue_order(text, order_id(stop.id, text), "stop", [], now)

    def cancel(self, request: Request) -> Answer:
        """This function will sign the order to silence, and never play, the items of a withdrawn bulletin."""
        requests.only(request, "withdrawal", "target")
        withdrawal_id, text = requests.uuid(request, "withdrawal"), requests.target(request)
        with self._issuer.one_at_a_time(text):
            now = self._now()
            where, withdrawal, roles = self._database.read(lambda db: _for_cancel(db, withdrawal_id, text))
            if withdrawal is None:
                raise Refused("unknown", f"There is no withdrawal {withdrawal_id}.")
            _check(policy.refuse_target(where))
            _check(policy.refuse_cancel(withdrawal, where, roles, self._opened.tz))
            entries = building.cancelled_entries(withdrawal.revisions, now, self._opened.tz)
            ids = tuple(str(entry["id"]) for entry in entries)
            return self._issue_order(text, order_id(withdrawal.id, text), "cancel", entries, now, items=ids)

    def beacon(self, request: Request) -> Answer:
        """This function will sign the time and what one loudspeaker should have, echoing its nonce.

        A beacon makes no sound and dies after five minutes: it is not logged, or the log would hold little
        else.
        """
        requests.only(request, "device", "nonce")
        nonce = requests.nonce(request)
        device = self._device(request)
        document = beacon_for(self._opened, device, nonce, int(self._clock() * 1000))
        envelope = self._issuer.sign("beacon", document.body())
        told = {"type": "beacon", "sha256": document.sha256, "issued": document.issued}
        return {"document": {**told, "expires": document.expires, "envelope": envelope}}

    def credential(self, request: Request) -> Answer:
        """This function will mint the broker password of one loudspeaker: its own topics, for a day."""
        requests.only(request, "device")
        device = self._device(request)
        now = self._now()
        expires = now + CREDENTIAL_S
        jwt = natsauth.device_jwt(
            self._opened.nats_account, device.id, device.area, list(device.groups), at=now, expires=expires
        )
        with self._opened.store.transaction():
            data = {"device": device.id, "area": device.area, "expires": expires}
            self._opened.store.append(at=now, fact="credential.minted", data=data)
        return {"jwt": jwt, "expires": expires}

    def _now(self) -> int:
        return int(self._clock())

    def _device(self, request: Request) -> Device:
        device_id = requests.uuid(request, "device")
        device = self._database.read(lambda db: reads.device(db, device_id))
        if device is None:
            raise Refused("unknown", f"There is no loudspeaker {device_id}.")
        if device.revoked:
            raise Refused("revoked", f"Loudspeaker {device_id} is revoked.")
        return device

    def _refuse(self, revision: Revision, roles: Iterable[Role]) -> Refusal | None:
        try:
            recomputed = content_hash(revision.content())
        except ProtocolError as error:
            return Refusal("content", f"The content of this revision has no hash: {error}.")
        return policy.refuse_revision(revision, roles, recomputed, self._opened.tz)

    def _judge(
        self, found: list[Revision], roles: list[Role], start: int, end: int
    ) -> tuple[list[tuple[Revision, list[int]]], list[Answer]]:
        """Sort the revisions into those that play and those that do not: one bad row must not silence the
        rest."""
        playing: list[tuple[Revision, list[int]]] = []
        refused: list[Answer] = []
        for revision in found:
            refusal = self._refuse(revision, roles)
            try:
                if refusal is None:
                    building.item_of(revision, start, self._opened.root.policy)
                    playing.append((revision, building.instants_of(revision, start, end, self._opened.tz)))
                    continue
            except ProtocolError as error:
                refusal = Refusal("spec", f"This revision fits no document: {error}.")
            log.info("left out of the plan: revision=%s reason=%s", revision.id, refusal.reason)
            refused.append({"revision": revision.id, **refusal._asdict()})
        return playing, refused

    def _issue_plan(self, target: str, planned: building.Planned, now: int) -> Issued:
        epoch = self._opened.epoch
        expires = now + PLAN_LIFE_S

        def make(v: int) -> Plan:
            return Plan(issued=now, expires=expires, epoch=epoch, v=v, target=target, items=planned.items)

        said = building.content_of_plan(make(0))
        last = self._opened.store.latest("plan", target)
        if last and (last.epoch, last.content) == (epoch, said) and now < last.issued + RENEW_S:
            return self._issuer.finish(last)
        draft = Draft("plan", target, epoch, "", "", said, now, expires, planned.entries)
        return self._issuer.issue(draft, make)

    def _issue_order(
        self,
        target: str,
        name: str,
        action: str,
        entries: list[building.Entry],
        now: int,
        item: Item | None = None,
        items: tuple[str, ...] = (),
    ) -> Answer:
        epoch, store = self._opened.epoch, self._opened.store
        last = store.of_order(name)
        if last and last.epoch == epoch and now <= last.expires:
            return {"document": _told(self._issuer.finish(last))}
        if last and last.envelope is not None and action != "cancel":
            raise Refused(
                "expired", f"This order was signed before and ended at {last.expires}: it is not repeated."
            )
        expires = now + LIFETIME_S

        def make(v: int) -> Order:
            return Order(
                issued=now, expires=expires, epoch=epoch, v=v, target=target,
                id=name, action=action, item=item, items=items,
            )  # fmt: skip

        draft = Draft(
            "order", target, epoch, action, name, building.content_of_order(make(0)), now, expires, entries
        )
        return {"document": _told(self._issuer.issue(draft, make))}


def _for_plan(db: Connection, text: str, start: int, end: int) -> tuple[Target, list[Revision], list[Role]]:
    found = reads.revisions_for_plan(db, text, _instant(start), _instant(end))
    people = {revision.author for revision in found} | {one.approval.by for one in found if one.approval}
    return reads.target(db, text), found, reads.roles(db, people)


def _for_order(db: Connection, revision_id: str, text: str) -> tuple[Target, Revision | None, list[Role]]:
    revision = reads.revision(db, revision_id)
    people = set() if revision is None else {revision.author}
    if revision and revision.approval:
        people.add(revision.approval.by)
    return reads.target(db, text), revision, reads.roles(db, people)


def _for_stop(db: Connection, stop_id: str, text: str) -> tuple[Target, Stop | None, list[Role]]:
    stop = reads.stop(db, stop_id)
    return reads.target(db, text), stop, reads.roles(db, [stop.by] if stop else [])


def _for_cancel(db: Connection, name: str, text: str) -> tuple[Target, Withdrawal | None, list[Role]]:
    withdrawal = reads.withdrawal(db, name)
    return reads.target(db, text), withdrawal, reads.roles(db, [withdrawal.by] if withdrawal else [])


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal.reason, refusal.message)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _told(row: Issued) -> Answer:
    return {
        "type": row.type,
        "target": row.target,
        "epoch": row.epoch,
        "v": row.v,
        "sha256": row.sha256,
        "issued": row.issued,
        "expires": row.expires,
        "action": row.action,
        "order": row.order_id,
        "items": row.items,
        "envelope": row.envelope,
    }
