"""The op `admit`: what officers signed without this signer is verified, kept, and named in beacons."""

from __future__ import annotations

from nguon_protocol import envelope as envelopes
from nguon_protocol import relay
from nguon_protocol.acceptance import Refused as NotObeyed
from nguon_protocol.documents import Order, Urgent
from nguon_protocol.errors import ProtocolError
from nguon_signer import policy, reads
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.judging import check
from nguon_signer.opened import Opened
from nguon_signer.rows import Target
from nguon_signer.store import Issued


class Relay:
    """Takes foreign envelopes in. They keep their own numbers and signatures: nothing is signed here."""

    def __init__(self, opened: Opened, database: Database) -> None:
        self._opened = opened
        self._database = database

    def admit(self, sha256: str, now: int) -> Issued:
        """This function will keep the document of that body hash, as it stands in the database, for every
        beacon of its target; raises Refused when no device would obey it."""
        known = self._opened.store.document(sha256)
        if known is not None:
            return known
        text, document, where = self._database.read(lambda db: _look(db, sha256))
        counted = relay.counter_of(document)
        earlier = self._opened.store.numbers(document.TYPE, document.target, document.v)
        judged = relay.judge(text, self._opened.root, now, earlier)
        if isinstance(judged, NotObeyed):
            raise Refused(judged.reason, f"No loudspeaker would obey this document: {judged.reason}.")
        if judged.sha256 != sha256:
            raise Refused("content", "This document is not the one that was asked for.")
        _check_target(document, where)
        holders = sorted(judged.holders)
        return self._keep(document, text, sha256, now, {"holders": holders, "counted": counted[0]})

    def _keep(
        self, document: Order | Urgent, text: str, sha256: str, now: int, told: dict[str, object]
    ) -> Issued:
        store = self._opened.store
        data = {"type": document.TYPE, "target": document.target, "sha256": sha256, "v": document.v, **told}
        with store.transaction():
            seq = store.append(at=now, fact="document.admitted", data=data)
            row = Issued(
                sha256=sha256,
                seq=seq,
                type=document.TYPE,
                target=document.target,
                epoch=document.epoch,
                v=document.v,
                action=document.action,
                order_id="",  # an officer's id must never be taken for one that this signer has answered
                content="",
                issued=document.issued,
                expires=document.expires,
                items=[{"id": one} for one in _ids(document)],
                body=envelopes.parse(text).payload,
                envelope=text,
            )
            store.insert(row)
        return row


def _look(db: Connection, sha256: str) -> tuple[str, Order | Urgent, Target]:
    text = reads.document(db, sha256)
    if text is None:
        raise Refused("unknown", f"There is no document {sha256}.")
    try:
        document = relay.read(text)
    except ProtocolError as error:
        raise Refused("parse", f"This is nothing that officers sign: {error}.") from error
    return text, document, reads.target(db, document.target)


def _check_target(document: Order | Urgent, where: Target) -> None:
    if isinstance(document, Order):
        check(policy.refuse_target(where))
    elif where.area is None or where.revoked:
        raise Refused("target", f"Target {document.target} does not exist.")


def _ids(document: Order | Urgent) -> tuple[str, ...]:
    """What a later cancel would name, or what this one cancels."""
    if isinstance(document, Urgent):
        return (document.of or document.id,)
    if document.action == "live":  # the session is named by its order
        return (document.id,)
    return (document.item.id,) if document.item else document.items
