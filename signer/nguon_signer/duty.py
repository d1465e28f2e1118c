"""What duty officers sign with their own keys, without the server: a stop alone, an alert two together.

An alert is drafted with its cancel and its correction, and goes as one file from the first officer to the
second. What both compare aloud are the twelve words of all three.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from nguon_protocol import envelope as envelopes
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import PARSERS, Document, Order, Root, Urgent
from nguon_protocol.documents.order import LIFETIME_S
from nguon_protocol.documents.urgent import END_LIFETIME_S, born
from nguon_protocol.envelope import Envelope
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import Signer
from nguon_signer import words
from nguon_signer.errors import SignerError

STEP_MS = 600_000
"""An alert, repeated, lasts no longer than this."""


@dataclass(frozen=True)
class Sealed:
    """Envelopes of documents that were signed in one gesture."""

    envelopes: tuple[str, ...]

    @property
    def words(self) -> str:
        """This function will give the twelve words of all bodies together."""
        bodies = b"".join(envelopes.parse(one).payload for one in self.envelopes)
        return words.of_digest(hashlib.sha256(bodies).hexdigest())

    def to_json(self) -> str:
        """This function will give the file's text: one envelope, or a list of them."""
        found = [json.loads(one) for one in self.envelopes]
        return json.dumps(found[0] if len(found) == 1 else found) + "\n"


def read(text: str) -> Sealed:
    """This function will read a file of alerts; raises SignerError."""
    try:
        found = json.loads(text)
        listed = found if isinstance(found, list) else [found]
        sealed = Sealed(tuple(json.dumps(one) for one in listed))
        for one in sealed.envelopes:
            envelopes.parse(one)
    except (ValueError, ProtocolError):
        raise SignerError("This file holds nothing that duty officers sign.") from None
    return sealed


def stop(root: Root, signers: Sequence[Signer], target: str, at: int) -> Sealed:
    """This function will sign the order to be silent at a target (at most one commune) at epoch second `at`.

    Its number is the time: 2^40 + `at`, where devices count what people sign without the server.
    """
    check_held(root, signers, "duty")
    name = str(uuid4())
    order = Order(
        issued=at,
        expires=at + LIFETIME_S,
        epoch=root.roles["duty"].epoch,
        v=PEOPLES + at,
        id=name,
        target=target,
        action="stop",
    )
    return Sealed((seal(order, signers),))


def alert(
    root: Root,
    signers: Sequence[Signer],
    target: str,
    at: int,
    *,
    sounds: Sequence[str],
    correction: Sequence[str],
    dur_ms: int,
    repeat: int,
) -> Sealed:
    """This function will draft an alert of stored sounds, with the cancel and the correction it is born with,
    signed by the first of two officers; `dur_ms` (ms) is the whole, `correction` are the sounds that take it
    back."""
    check_held(root, signers, "urgent")
    if not 0 < dur_ms <= STEP_MS:
        raise SignerError(f"An alert lasts at most {STEP_MS // 60_000} minutes; sign another one after it.")
    first = Urgent(
        issued=at,
        expires=at + LIFETIME_S,
        epoch=root.roles["urgent"].epoch,
        v=at,
        id=str(uuid4()),
        target=target,
        action="play",
        sounds=tuple(sounds),
        dur_ms=dur_ms,
        repeat=repeat,
    )
    end = replace(first, of=first.id, expires=at + END_LIFETIME_S, repeat=1)
    cancel = replace(end, action="cancel", id=str(uuid4()), v=at + 1)  # says nothing of sounds
    words_ = replace(end, action="correct", id=str(uuid4()), v=at + 2, sounds=tuple(correction))
    return Sealed(tuple(seal(one, signers) for one in born(first, (cancel, words_))))


def cosign(root: Root, sealed: Sealed, signers: Sequence[Signer]) -> Sealed:
    """This function will add the second officer's signatures to an alert, its cancel and its correction.

    Raises SignerError when both are one person, or when the file holds anything else.
    """
    check_held(root, signers, "urgent")
    parsed = [envelopes.parse(one) for one in sealed.envelopes]
    _check_alert(parsed)
    signed = []
    for one in parsed:
        held = envelopes.verify(one, root.keys_of("urgent"))
        if not held or held & holders_of(root, signers):
            raise SignerError("The first signature is missing, or is your own: two people sign an alert.")
        signed.append(add(one, signers))
    return Sealed(tuple(signed))


def _check_alert(parsed: Sequence[Envelope]) -> None:
    """Refuse what is not wholly an alert with its own end: nobody signs half of it."""
    try:
        alert_, *end = [Urgent.parse(one.payload) for one in parsed]
        whole = born(alert_, end)
    except (ProtocolError, ValueError):
        raise SignerError("This is no alert with its cancel and its correction: not signed.") from None
    if [one.body() for one in whole] != [one.payload for one in parsed]:
        raise SignerError("The alert does not name this cancel and this correction: not signed.")


def holders_of(root: Root, signers: Sequence[Signer]) -> set[str]:
    """This function will give whose keys these are in the root."""
    return {root.keys[one.public.kid].holder for one in signers if one.public.kid in root.keys}


def check_held(root: Root, signers: Sequence[Signer], role: str) -> None:
    """This function will raise SignerError unless all these keys hold the role."""
    held = root.keys_of(role)
    if not all(one.public.kid in held for one in signers):
        raise SignerError(f"These keys do not hold the role {role} in root v{root.v}: not signed.")


def seal(document: Document, signers: Sequence[Signer]) -> str:
    """This function will sign a document that devices can read; raises SignerError."""
    try:
        PARSERS[document.TYPE](document.body())
    except ProtocolError as error:
        raise SignerError(f"No device would accept this: {error}.") from error
    return document.sign(signers)


def add(one: Envelope, signers: Sequence[Signer]) -> str:
    """This function will give the envelope with the signatures of one more holder."""
    message = envelopes.pae(one.payload_type, one.payload)
    own = {signer.public.kid: signer.sign(message) for signer in signers}
    kept = [(each.keyid, each.sig) for each in one.signatures if each.keyid not in own]
    return json.dumps(
        {
            "payload": base64.b64encode(one.payload).decode("ascii"),
            "payloadType": one.payload_type,
            "signatures": [
                {"keyid": kid, "sig": base64.b64encode(sig).decode("ascii")}
                for kid, sig in (*kept, *own.items())
            ],
        }
    )
