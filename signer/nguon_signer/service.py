"""The operations of the signer: identifiers in, a signed document or one clear refusal out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from nguon_protocol.errors import ProtocolError
from nguon_signer import reads, requests, words
from nguon_signer.admitting import Admission
from nguon_signer.alarms import Alarms
from nguon_signer.assertions import Site
from nguon_signer.commanding import Commands
from nguon_signer.database import Connection, Database
from nguon_signer.errors import DatabaseDown, Refused
from nguon_signer.heads import Heads, last_head
from nguon_signer.issuing import Issuer, told
from nguon_signer.judging import Judge
from nguon_signer.opened import Opened
from nguon_signer.ordering import Orders
from nguon_signer.passkeys import Passkeys
from nguon_signer.planning import Planner
from nguon_signer.policy import Refusal
from nguon_signer.programs import Programs
from nguon_signer.publishing import Publishing
from nguon_signer.relaying import Relay
from nguon_signer.second import Countersigner
from nguon_signer.speaking import Speaking
from nguon_signer.stations import Stations

Request = dict[str, Any]
Answer = dict[str, Any]


class Service:
    """Answers requests; `clock` gives epoch seconds, and only the entry point gives the real one."""

    def __init__(
        self,
        opened: Opened,
        database: Database,
        clock: Callable[[], float],
        site: Site | None = None,
        second: Countersigner | None = None,
    ) -> None:
        self._second = second
        self._opened = opened
        self._database = database
        self._clock = clock
        self._site = site
        self._issuer = Issuer(opened.store, opened.signers)
        self._passkeys = Passkeys(opened.store, site, opened.tz)
        judge = Judge(opened, self._passkeys)
        self._planner = Planner(opened, database, self._issuer, judge)
        self._orders = Orders(opened, database, self._issuer, judge)
        self._relay = Relay(opened, database)
        publishing = Publishing(opened, database, clock, site)
        self._operations: dict[str, Callable[[Request], Answer]] = {
            "status": self.status,
            "root": self.root,
            "plan": self.plan,
            "plans": self.plans,
            "order": self.order,
            "orders": self.orders,
            "stop": self.stop,
            "cancel": self.cancel,
            "admit": self.admit,
            "passkey": self.passkey,
            "release": Programs(opened, database, clock).release,
            **Stations(database, judge, clock).operations,
            "cap": publishing.cap,
            "cap_certificate": publishing.certificate,
            "head": Heads(opened, database, self._issuer, clock).head,
            **Speaking(opened, database, self._issuer, judge, clock).operations,
            **Alarms(opened, database, self._issuer, self._passkeys, clock, second).operations,
            **Commands(opened, database, self._issuer, clock).operations,
            **Admission(opened, database, self._issuer, clock).operations,
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
        journal = last_head(self._opened.store)
        try:
            self._database.read(lambda connection: connection.execute("SELECT 1").fetchone())
            database = "ok"
        except DatabaseDown as error:
            database = str(error)
        return {
            "root_v": self._opened.root.v,
            "words": words.of_digest(self._opened.root.sha256),
            "epoch": self._opened.epoch,
            "kids": [signer.public.kid for signer in self._opened.signers],
            "policy": self._opened.root.policy.to_json(),
            "demo": self._passkeys.demo,
            "origin": self._site.origin if self._site else "",
            "log": {"seq": seq, "hash": head},
            "journal": asdict(journal) if journal else None,
            "database": database,
            "now": self._now(),
        }

    def root(self, request: Request) -> Answer:
        """This function will give the current root's envelope, or that of version `v`, with its words."""
        requests.only(request, "v")
        v = request.get("v", self._opened.root.v)
        if v == self._opened.root.v:
            envelope, sha256 = self._opened.root_envelope, self._opened.root.sha256
        else:
            row = self._opened.store.root(v) if isinstance(v, int) and 0 < v < 2**53 else None
            if row is None or row.envelope is None:
                raise Refused("unknown", "There is no root of that version.")
            envelope, sha256 = row.envelope, row.sha256
        return {"v": v, "envelope": envelope, "sha256": sha256, "words": words.of_digest(sha256)}

    def plan(self, request: Request) -> Answer:
        """This function will sign the plan of a target when it says something new or is due for renewal."""
        requests.only(request, "target")
        text = requests.target(request)
        return _or_raise(self._plan([text])[text])

    def plans(self, request: Request) -> Answer:
        """This function will do the same for many targets with one fsync; each has its own answer."""
        requests.only(request, "targets")
        found = self._plan(requests.targets_of(request))
        return {"answers": {text: _or_refusal(one) for text, one in found.items()}}

    def _plan(self, texts: list[str]) -> dict[str, Answer | Refusal]:
        with self._issuer.one_at_a_time(*texts):
            return {
                text: one if isinstance(one, Refusal) else {"document": told(one.pop("row")), **one}
                for text, one in self._planner.plans(texts, self._now()).items()
            }

    def order(self, request: Request) -> Answer:
        """This function will sign the order to play an approved play-now revision at a target, once."""
        requests.only(request, "revision", "target")
        text = requests.target(request)
        return _or_raise(self._order(requests.uuid(request, "revision"), [text])[text])

    def orders(self, request: Request) -> Answer:
        """This function will do the same for many targets with one fsync; each has its own answer."""
        requests.only(request, "revision", "targets")
        found = self._order(requests.uuid(request, "revision"), requests.targets_of(request))
        return {"answers": {text: _or_refusal(one) for text, one in found.items()}}

    def _order(self, revision: str, texts: list[str]) -> dict[str, Answer | Refusal]:
        with self._issuer.one_at_a_time(*texts):
            return {
                text: one if isinstance(one, Refusal) else {"document": told(one)}
                for text, one in self._orders.play(revision, texts, self._now()).items()
            }

    def stop(self, request: Request) -> Answer:
        """This function will sign the order to be silent at a target, from one press of the stop button."""
        requests.only(request, "stop", "target")
        stop_id, text = requests.uuid(request, "stop"), requests.target(request)
        with self._issuer.one_at_a_time(text):
            return {"document": told(self._orders.stop(stop_id, text, self._now()))}

    def cancel(self, request: Request) -> Answer:
        """This function will sign the order to silence, and never play, the items of a withdrawn bulletin."""
        requests.only(request, "withdrawal", "target")
        withdrawal_id, text = requests.uuid(request, "withdrawal"), requests.target(request)
        with self._issuer.one_at_a_time(text):
            return {"document": told(self._orders.cancel(withdrawal_id, text, self._now()))}

    def admit(self, request: Request) -> Answer:
        """This function will name a document that officers signed themselves in the beacons of its target."""
        requests.only(request, "document")
        sha256 = requests.sha256(request, "document")
        with self._issuer.one_at_a_time("admit"):
            return {"document": told(self._relay.admit(sha256, self._now()))}

    def passkey(self, request: Request) -> Answer:
        """This function will look at a registered security key again, pin what administrators touched for it,
        and tell what the key may do here; its words are for two people to compare."""
        requests.only(request, "passkey")
        passkey_id = requests.uuid(request, "passkey")
        found = self._database.read(lambda db: _for_passkey(db, passkey_id))
        if found is None:
            raise Refused("unknown", f"There is no security key {passkey_id}.")
        key, grants, roles = found
        self._passkeys.pin(key, grants, roles, self._now())
        known = self._passkeys.pinned(key.credential_id)
        if self._second is not None:
            self._second.call("passkey", passkey=passkey_id)
        return {
            "words": words.of_passkey(key.user, key.credential_id, key.public_key),
            "pinned": known is not None and not known.revoked,
            "revoked": known is not None and known.revoked,
            "grants": [
                {"role": role, "area": area, "from": from_at}
                for role, area, from_at in (known.grants if known else ())
            ],
        }

    def _now(self) -> int:
        return int(self._clock())


def _for_passkey(db: Connection, passkey_id: str) -> reads.KeyRows | None:
    found = reads.passkey(db, passkey_id)
    if found is None:
        return None
    key, grants = found
    return key, grants, reads.roles(db, [grant.by for grant in grants])


def _or_raise(answer: Answer | Refusal) -> Answer:
    if isinstance(answer, Refusal):
        raise Refused(answer.reason, answer.message)
    return answer


def _or_refusal(answer: Answer | Refusal) -> Answer:
    return {"ok": False, **answer._asdict()} if isinstance(answer, Refusal) else {"ok": True, **answer}
