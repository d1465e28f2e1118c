"""The op `release`: a program that maintainers signed is judged and kept; beacons name it, turn by turn.

The server says whose turn has come (docs/adr/038) and can only wait or hurry with it: which bundle a
loudspeaker takes is two maintainers' word, judged here as a loudspeaker of that model will judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nguon_protocol import envelope as envelopes
from nguon_protocol.acceptance import DeviceState, accept
from nguon_protocol.acceptance import Refused as NotObeyed
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import Counter
from nguon_protocol.documents import Latest, Release
from nguon_protocol.errors import ProtocolError
from nguon_signer import reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import told
from nguon_signer.opened import Opened
from nguon_signer.store import Issued

KIND = "release"
OFFERED = ("rolling", "done")


class Programs:
    """Takes releases in. They keep their own numbers and signatures: nothing is signed here."""

    def __init__(self, opened: Opened, database: Database, clock: Callable[[], float]) -> None:
        self._opened = opened
        self._database = database
        self._clock = clock

    def release(self, request: dict[str, Any]) -> dict[str, Any]:
        """This function will keep the release of that body hash, as it stands in the database, so that
        beacons may name it; raises Refused when no loudspeaker would obey it."""
        requests.only(request, "document")
        sha256 = requests.sha256(request, "document")
        known = self._opened.store.document(sha256)
        if known is not None and known.type == KIND:
            return {"document": told(known)}
        text = self._database.read(lambda db: reads.document(db, sha256))
        if text is None:
            raise Refused("unknown", f"There is no document {sha256}.")
        now = int(self._clock())
        return {"document": told(self._keep(text, self._judged(text, sha256, now), sha256, now))}

    def _judged(self, text: str, sha256: str, now: int) -> Release:
        try:
            model = Release.parse(envelopes.parse(text).payload).model
        except ProtocolError as error:
            raise Refused("parse", f"This is no release: {error}.") from error
        before = self._opened.store.latest(KIND, model)
        counted = {} if before is None else {(KIND, model): _after(before)}
        found = accept(text, _loudspeaker(self._opened, model, counted), now, ClockState.SYNCED, (KIND,))
        if isinstance(found, NotObeyed):
            raise Refused(found.reason, f"No loudspeaker would obey this release: {found.reason}.")
        if found.sha256 != sha256 or not isinstance(found.document, Release):
            raise Refused("content", "This release is not the one that was asked for.")
        return found.document

    def _keep(self, text: str, release: Release, sha256: str, now: int) -> Issued:
        store = self._opened.store
        data = {"type": KIND, "target": release.model, "sha256": sha256, "v": release.v}
        with store.transaction():
            row = Issued(
                sha256=sha256,
                seq=store.append(at=now, fact="document.admitted", data=data),
                type=KIND,
                target=release.model,
                epoch=release.epoch,
                v=release.v,
                action="",
                order_id="",
                content="",
                issued=release.issued,
                expires=release.expires,
                items=[],
                body=envelopes.parse(text).payload,
                envelope=text,
            )
            store.insert(row)
        return row


def offered(db: Connection, device_id: str) -> list[str]:
    """This function will read the hashes of the releases whose turn has come for one loudspeaker."""
    found = reads.rows(
        db,
        "SELECT r.document FROM releases_turn t JOIN releases_release r ON r.id = t.release_id"
        " WHERE t.device_id = %s AND r.state = ANY(%s)",
        (device_id, list(OFFERED)),
    )
    return [str(row["document"]) for row in found]


def named(opened: Opened, hashes: Iterable[str], now: int) -> tuple[Latest, ...]:
    """This function will give what a beacon says of some releases: of each model the newest that this signer
    has judged and that still holds."""
    newest: dict[str, Issued] = {}
    for sha256 in hashes:
        row = opened.store.document(sha256)
        if row is None or row.type != KIND or row.epoch != opened.epochs.get(KIND) or row.expires < now:
            continue
        other = newest.get(row.target)
        if other is None or row.v > other.v:
            newest[row.target] = row
    return tuple(Latest(KIND, row.target, row.epoch, row.v, row.sha256) for row in newest.values())


def _after(row: Issued) -> Counter:
    return Counter(row.epoch, row.v, row.sha256, 1)


def _loudspeaker(opened: Opened, model: str, counters: dict[tuple[str, str], Counter]) -> DeviceState:
    """A loudspeaker of that model that has taken what was kept before."""
    return DeviceState(device="", area="vn", root=opened.root, root_sha256="", counters=counters, model=model)
