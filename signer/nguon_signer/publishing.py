"""The op `cap`: the CAP message of an alert that loudspeakers were given, or of its end, built and signed.

Nobody hands this process a message: it takes the alert's id, reads the rows that it read for the
loudspeakers, and refuses what is not word for word what it signed for them.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from nguon_protocol.content import alert_hash
from nguon_protocol.errors import ProtocolError
from nguon_signer import alarm_reads, requests
from nguon_signer.alarm_bodies import At, born_of, drill_of, is_drill
from nguon_signer.assertions import Site
from nguon_signer.cap_message import ALERT, END, Place, Published, unsigned
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened
from nguon_signer.rows import Step
from nguon_signer.store import Issued

FACT = "cap.signing"
NOBODY = "nguon.invalid"
Answer = dict[str, Any]


class Publishing:
    """Signs messages for other systems; `clock` gives epoch seconds."""

    def __init__(
        self, opened: Opened, database: Database, clock: Callable[[], float], site: Site | None
    ) -> None:
        self._opened = opened
        self._database = database
        self._clock = clock
        self._host = site.rp_id if site else NOBODY
        self._lock = threading.Lock()
        self._key: Any = None

    def cap(self, request: dict[str, Any]) -> Answer:
        """This function will give the signed message of an alert (part "alert"), or of its end ("end")."""
        requests.only(request, "alert", "part")
        name, part = requests.uuid(request, "alert"), str(request.get("part"))
        if part not in {ALERT, END}:
            raise Refused("parse", "The field part is alert or end.")
        with self._lock:
            (step, ending, places), older = self._database.read(
                lambda db: (_look(db, name), _older(db, name))
            )
            began = self._began(step)
            if part == END and not ending:
                raise Refused("running", "This alert has not ended.")
            sent = self._sent(name, part, began)
            sender = f"canhbao@{self._host}"
            of = Published(step.alert, places, sender, part, ending, began, sent, self._replaced(older))
            xml = self._signing().sign(unsigned(of))
        identifier = name if part == ALERT else f"{name}.end"
        return {"xml": xml.decode(), "identifier": identifier, "sender": sender, "sent": sent}

    def _replaced(self, older: list[Step]) -> tuple[tuple[str, int], ...]:
        """The alerts that this one took the place of, with when they began; what loudspeakers were never
        given, or not as it stands there, nobody was told of."""
        found = []
        for step in older:
            with suppress(Refused):
                found.append((step.alert.id, self._began(step)))
        return tuple(found)

    def certificate(self, request: dict[str, Any]) -> Answer:
        """This function will give the certificate that others pin."""
        requests.only(request)
        with self._lock:
            return {"certificate": self._signing().certificate}

    def _signing(self) -> Any:
        if self._key is None:
            # Loaded at its first use: a signer starts without an XML library.
            made = import_module("nguon_signer.cap_signing")
            self._key = made.CapKey(self._opened.folder, self._host, int(self._clock()))
        return self._key

    def _began(self, step: Step) -> int:
        """When loudspeakers were first given it; refused when none was, or it is not what they were given."""
        _check_content(step)
        given = [self._opened.store.of_order(step.id, one.target) for one in step.alert.targets]
        signed = [row for row in given if row is not None and row.envelope is not None]
        if not signed:
            raise Refused("unsigned", "No loudspeaker was given this alert: there is nothing to tell others.")
        for row in signed:
            if not hmac.compare_digest(_body_hash(step, row), row.sha256):
                raise Refused("content", "This alert is not what loudspeakers were given.")
        return min(row.issued for row in signed)

    def _sent(self, name: str, part: str, began: int) -> int:
        """The instant of a message is that of its first signature; it is in the log before it is signed."""
        for _at, data in self._opened.store.facts(FACT):
            if data["alert"] == name and data["part"] == part:
                return int(data["sent"])
        sent = began if part == ALERT else max(int(self._clock()), began + 1)
        with self._opened.store.transaction():
            data = {"alert": name, "part": part, "sent": sent}
            self._opened.store.append(at=int(self._clock()), fact=FACT, data=data)
        return sent


def _check_content(step: Step) -> None:
    try:
        recomputed = alert_hash(step.alert.content())
    except ProtocolError as error:
        raise Refused("content", f"The content of this alert has no hash: {error}.") from error
    known = [step.alert.content_sha256, *(one.content_sha256 for one in step.alert.signed)]
    if len(known) < 2 or not all(hmac.compare_digest(one, recomputed) for one in known):
        raise Refused("content", "This alert is not word for word what was signed.")


def _body_hash(step: Step, row: Issued) -> str:
    at = At(row.target, row.issued, row.epoch, row.v)
    body = drill_of(step, at).body() if is_drill(step) else born_of(step, at).alert.body()
    return hashlib.sha256(body).hexdigest()


def _older(db: Connection, name: str) -> list[Step]:
    firsts = [alarm_reads.first_step(db, one) for one in alarm_reads.replaced_by(db, name)]
    steps = [alarm_reads.step(db, first[0]) for first in firsts if first]
    return [found[0] for found in steps if found]


def _look(db: Connection, name: str) -> tuple[Step, str, tuple[Place, ...]]:
    first = alarm_reads.first_step(db, name)
    found = alarm_reads.step(db, first[0]) if first else None
    if first is None or found is None:
        raise Refused("unknown", f"There is no alert {name} that sounded.")
    areas = [one.area for one in found[0].alert.targets if one.area]
    places = tuple(Place(*row) for row in alarm_reads.named_places(db, areas))
    return found[0], first[1], places
