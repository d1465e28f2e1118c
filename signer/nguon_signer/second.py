"""The second signer: a machine of its own beside the signer, and the other holder that an alert needs.

An officer's security key signs what browsers let it sign, which no loudspeaker can check. So two machines
check the officers' touches, each with its own list of keys, its own log and its own look at the database, and
the root names both: who owns one of them alone sounds no siren. It takes identifiers and two numbers, builds
the body itself, and gives back signatures, never an envelope.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nguon_protocol.documents import Root, Urgent
from nguon_protocol.envelope import pae, payload_type
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import Signer
from nguon_signer import alarm_reads, keys, reads, requests
from nguon_signer.alarm_bodies import At, born_of
from nguon_signer.alarm_judge import AlarmJudge
from nguon_signer.assertions import Site
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused, StoreMissing
from nguon_signer.judging import check
from nguon_signer.passkeys import Passkeys
from nguon_signer.rows import Role, Step, Target
from nguon_signer.store import Store

HOLDER = "second"
KEYS = "keys"
SKEW_S = 60
Answer = dict[str, Any]


class Countersigner(Protocol):
    """Whoever countersigns: the second signer in this process, or the client of its socket."""

    def call(self, op: str, **fields: Any) -> Answer: ...


@dataclass(frozen=True)
class OpenSecond:
    """A second signer's store and keys; the repr shows no secret because no part of it does."""

    store: Store
    signers: list[Signer]
    root: Root

    def close(self) -> None:
        """This function will close the store."""
        self.store.close()


def open_second(folder: Path) -> OpenSecond:
    """This function will open a second signer's store; raises StoreMissing when any part of it is absent."""
    store = Store.open(folder)
    row = store.latest("root", "")
    if row is None:
        store.close()
        raise StoreMissing(f"The store {folder} has no root: nothing is signed.")
    return OpenSecond(store, keys.read(folder / KEYS), Root.parse(row.body))


class Second:
    """Checks an alert for itself and countersigns it; `clock` gives epoch seconds."""

    def __init__(
        self, opened: OpenSecond, database: Database, clock: Callable[[], float], site: Site | None = None
    ) -> None:
        self._opened = opened
        self._database = database
        self._clock = clock
        self._passkeys = Passkeys(opened.store, site, opened.root.policy.tz)
        self._judge = AlarmJudge(self._passkeys, opened.root.policy.tz)

    def call(self, op: str, **fields: Any) -> Answer:
        """This function will answer one request in this process."""
        return self.handle({"op": op, **fields})

    def handle(self, request: dict[str, Any]) -> Answer:
        """This function will answer one request; raises Refused or another SignerError."""
        operations = {"status": self.status, "countersign": self.countersign, "passkey": self.passkey}
        operation = operations.get(str(request.get("op")))
        if operation is None:
            raise Refused("op", f"There is no operation {str(request.get('op'))[:40]!r}.")
        return operation(request)

    def status(self, request: dict[str, Any]) -> Answer:
        """This function will tell what this second signer is."""
        requests.only(request)
        seq, head = self._opened.store.head()
        return {"kids": [one.public.kid for one in self._opened.signers], "log": {"seq": seq, "hash": head}}

    def passkey(self, request: dict[str, Any]) -> Answer:
        """This function will pin what administrators touched for a key, by its own look at the database."""
        requests.only(request, "passkey")
        name = requests.uuid(request, "passkey")
        found = self._database.read(lambda db: _for_passkey(db, name))
        if found is None:
            raise Refused("unknown", f"There is no security key {name}.")
        self._passkeys.pin(*found, int(self._clock()))
        return {}

    def countersign(self, request: dict[str, Any]) -> Answer:
        """This function will sign an alert, its cancel, its correction and its all-clear: those that it
        builds itself for this sounding, target, number and second."""
        requests.only(request, "step", "target", "issued", "v")
        name, text = requests.uuid(request, "step"), requests.target(request)
        issued, v = requests.number(request, "issued"), requests.number(request, "v")
        now = int(self._clock())
        if abs(now - issued) > SKEW_S:
            raise Refused("clock", "The two signers' clocks differ by more than a minute.")
        step, roles, counted, place = self._database.read(lambda db: _look(db, name, text))
        check(self._judge.refuse(step, roles, counted, [place], now))
        role = self._opened.root.roles.get("urgent")
        if role is None:
            raise Refused("root", "The root names nobody who signs alerts.")
        try:
            bodies = born_of(step, At(text, issued, role.epoch, v))
        except ProtocolError as error:
            raise Refused("spec", f"This fits no document: {error}.") from error
        self._log(step, text, v, bodies, now)
        return {"signatures": {one.sha256: self._sign(one) for one in bodies}}

    def _log(self, step: Step, text: str, v: int, bodies: tuple[Urgent, ...], now: int) -> None:
        hashes = [one.sha256 for one in bodies]
        data = {"alert": step.alert.id, "step": step.id, "target": text, "v": v, "sha256": hashes}
        with self._opened.store.transaction():  # its commit waits for the disk
            self._opened.store.append(at=now, fact="alert.countersigning", data=data)

    def _sign(self, one: Urgent) -> list[dict[str, str]]:
        message = pae(payload_type(one.TYPE), one.body())
        return [
            {"keyid": key.public.kid, "sig": base64.b64encode(key.sign(message)).decode("ascii")}
            for key in self._opened.signers
        ]


def _look(db: Connection, name: str, text: str) -> tuple[Step, list[Role], int, Target]:
    found = alarm_reads.step(db, name)
    if found is None:
        raise Refused("unknown", f"There is no sounding {name}.")
    return (*found, reads.target(db, text))


def _for_passkey(db: Connection, name: str) -> reads.KeyRows | None:
    found = reads.passkey(db, name)
    if found is None:
        return None
    key, grants = found
    return key, grants, reads.roles(db, [grant.by for grant in grants])
