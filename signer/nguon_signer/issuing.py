"""Log, fsync, sign: the only place where a body becomes an envelope that leaves this process."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from nguon_protocol.documents import PARSERS, Drill, Order, Plan
from nguon_protocol.envelope import payload_type
from nguon_protocol.envelope import sign as sign_envelope
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import Signer
from nguon_signer.building import Entry
from nguon_signer.errors import Refused
from nguon_signer.store import Issued, Store

_STRIPES = 64
Make = Callable[[int], Plan | Order | Drill]


@dataclass(frozen=True)
class Draft:
    """What is about to be issued: everything but the number."""

    type: str
    target: str
    epoch: int
    action: str
    order_id: str
    content: str
    issued: int
    expires: int
    items: list[Entry]


class Issuer:
    """Numbers, logs and signs documents with the server's keys."""

    def __init__(self, store: Store, signers: list[Signer]) -> None:
        self._store = store
        self._signers = signers
        self._targets = [threading.Lock() for _ in range(_STRIPES)]

    @contextmanager
    def one_at_a_time(self, *targets: str) -> Iterator[None]:
        """This function will keep two requests of one target apart, from their look at the database to the
        signature.

        Otherwise the one with the older look could be signed last, and bring a withdrawn item back.
        """
        with ExitStack() as held:
            for stripe in sorted({hash(target) % _STRIPES for target in targets}):
                held.enter_context(self._targets[stripe])
            yield

    def issue(self, draft: Draft, make: Make) -> Issued:
        """This function will number, log, fsync and sign one document; `make` builds it for its number."""
        return self.issue_many([(draft, make)])[0]

    def issue_many(self, drafts: Sequence[tuple[Draft, Make]]) -> list[Issued]:
        """This function will number, log and sign documents that share one fsync; all of them or none.

        Each has a log row of its own, and all these rows are on the disk before the first signature.
        """
        if not drafts:
            return []
        with self._store.transaction():
            rows = [self._draft(draft, make) for draft, make in drafts]
        signed = [replace(row, envelope=self.sign(row.type, row.body)) for row in rows]
        self._store.sign([(row.sha256, row.envelope or "") for row in signed])
        return signed

    def _draft(self, draft: Draft, make: Make) -> Issued:
        v = self._store.next_v(draft.type, draft.target)
        body = make(v).body()
        sha256 = hashlib.sha256(body).hexdigest()
        _check(draft.type, body)
        seq = self._store.append(at=draft.issued, fact="document.signing", data=_told(draft, v, sha256))
        row = Issued(sha256=sha256, seq=seq, v=v, body=body, envelope=None, **vars(draft))
        self._store.insert(row)
        return row

    def finish(self, row: Issued) -> Issued:
        """This function will sign a body that is in the log; a signed one is given back as it is."""
        if row.envelope is not None:
            return row
        envelope = self.sign(row.type, row.body)
        self._store.sign([(row.sha256, envelope)])
        return replace(row, envelope=envelope)

    def sign(self, type_: str, body: bytes) -> str:
        """This function will give the envelope of a body, signed with every key of the server."""
        try:
            return sign_envelope(body, payload_type(type_), self._signers)
        except ProtocolError as error:
            raise Refused("spec", f"This cannot be signed: {error}.") from error


def _check(type_: str, body: bytes) -> None:
    """Read the body as a device will, before its number is taken and anything is logged."""
    try:
        PARSERS[type_](body)
    except ProtocolError as error:
        raise Refused("spec", f"No device would accept this {type_}: {error}.") from error


def _told(draft: Draft, v: int, sha256: str) -> dict[str, object]:
    return {
        "type": draft.type,
        "target": draft.target,
        "epoch": draft.epoch,
        "v": v,
        "action": draft.action,
        "order": draft.order_id,
        "sha256": sha256,
        "expires": draft.expires,
        "revisions": sorted({str(item["revision"]) for item in draft.items}),
    }


def told(row: Issued) -> dict[str, Any]:
    """This function will give what a requester is told of a document."""
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
