"""Root documents on their way: drafted, signed by one holder after another on own machines, checked, rotated.

A draft is a DSSE envelope that has too few signatures yet. It is a file, goes from hand to hand, and needs no
network; what everybody compares aloud are its twelve words.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nguon_protocol import envelope as envelopes
from nguon_protocol import strict_json
from nguon_protocol.documents import Policy, Root
from nguon_protocol.documents.root import Role
from nguon_protocol.envelope import HolderKey
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey, Signer
from nguon_signer import words
from nguon_signer.errors import SignerError
from nguon_signer.second import HOLDER

QUORUM = 2
HOLDERS = 3
LIFE_S = 3 * 366 * 86_400
TYPE = envelopes.payload_type("root")


@dataclass(frozen=True)
class Card:
    """The public half of one holder's keys, as it is handed to whoever drafts the root."""

    holder: str
    keys: tuple[PublicKey, ...]

    def to_json(self) -> str:
        """This function will give the card's text."""
        whole = {"holder": self.holder, "keys": [key.to_json() for key in self.keys]}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def read_card(text: str) -> Card:
    """This function will read a card; raises SignerError."""
    try:
        found = json.loads(text)
        keys = tuple(PublicKey.from_hex(str(one["alg"]), str(one["pub"])) for one in found["keys"])
        holder = str(found["holder"])
    except (ValueError, TypeError, KeyError, ProtocolError):
        raise SignerError("This is no card of a holder's public keys.") from None
    if not keys or not 0 < len(holder) <= 100:
        raise SignerError("A card names a holder and at least one key.")
    return Card(holder, keys)


@dataclass(frozen=True)
class Draft:
    """A root with the signatures that it has so far."""

    body: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()

    @property
    def root(self) -> Root:
        """This function will read the root; raises SignerError."""
        try:
            return Root.parse(self.body)
        except ProtocolError as error:
            raise SignerError(f"This is no root: {error}.") from error

    @property
    def words(self) -> str:
        """This function will give the twelve words that everybody compares."""
        return words.of_digest(self.root.sha256)

    def to_json(self) -> str:
        """This function will give the file's text: an envelope, as soon as it has a signature."""
        encoded = [
            {"keyid": kid, "sig": base64.b64encode(sig).decode("ascii")} for kid, sig in self.signatures
        ]
        payload = base64.b64encode(self.body).decode("ascii")
        whole = {"payload": payload, "payloadType": TYPE, "signatures": encoded}
        return strict_json.dumps(whole).decode("utf-8")

    def signed_by(self, signers: Sequence[Signer]) -> Draft:
        """This function will add the signatures of a holder of this root or of the one before; the same key
        counts once."""
        message = envelopes.pae(TYPE, self.body)
        own = {one.public.kid: one.sign(message) for one in signers}
        kept = [pair for pair in self.signatures if pair[0] not in own]
        together = (*kept, *own.items())
        if len(together) > envelopes.MAX_SIGNATURES:
            raise SignerError(f"A root has at most {envelopes.MAX_SIGNATURES} signatures.")
        return replace(self, signatures=tuple(together))


def read_draft(text: str) -> Draft:
    """This function will read a draft or a whole root; raises SignerError."""
    try:
        found = strict_json.loads(text.encode())
        if not isinstance(found, dict) or found.get("payloadType") != TYPE:
            raise ValueError
        body = base64.b64decode(str(found["payload"]), validate=True)
        signatures = tuple(
            (str(one["keyid"]), base64.b64decode(str(one["sig"]), validate=True))
            for one in found["signatures"]
        )
    except (ValueError, TypeError, KeyError, binascii.Error, ProtocolError):
        raise SignerError("This file holds no root and no draft of one.") from None
    draft = Draft(body, signatures)
    if draft.root.body() != body:
        raise SignerError("This root is not written in the one canonical way.")
    return draft


def first(server: Card, holders: Sequence[Card], policy: Policy, at: int) -> Draft:
    """This function will draft root v1 for three holders, of whom any two make a root."""
    if len(holders) != HOLDERS or len({one.holder for one in (server, *holders)}) != HOLDERS + 1:
        raise SignerError(f"A root has {HOLDERS} holders with names of their own, and the server.")
    keys = _keys((server, *holders))
    roles = {
        "root": Role(QUORUM, _kids(holders), 1),
        "server": Role(1, _kids([server]), 1),
    }
    return _checked(Root(issued=at, expires=at + LIFE_S, v=1, keys=keys, roles=roles, policy=policy))


def rotated(
    old: Root,
    at: int,
    *,
    holders: Mapping[str, Card] | None = None,
    server: Card | None = None,
    duty: Sequence[Card] = (),
    maintainers: Sequence[Card] = (),
    revoke_server: bool = False,
) -> Draft:
    """This function will draft the root after `old`: `holders` by the name of who is replaced, other server
    keys, duty officers' keys, the three maintainers of whom two sign programs. `revoke_server`
    raises the server's epoch: whatever it signed before is void.
    """
    replaced = dict(holders or {})
    unknown = set(replaced) - {old.keys[kid].holder for kid in old.roles["root"].kids}
    if unknown:
        raise SignerError(f"{sorted(unknown)[0]!r} holds no root key.")
    cards = [replaced.get(one.holder, one) for one in cards_of(old, "root")]
    servers = [server] if server else cards_of(old, "server")
    officers = list(duty) or cards_of(old, "duty")
    epoch = old.roles["server"].epoch + (1 if revoke_server else 0)
    roles = dict(old.roles) | {
        "root": replace(old.roles["root"], kids=_kids(cards)),
        "server": replace(old.roles["server"], kids=_kids(servers), epoch=epoch),
    }
    if officers:
        # One epoch for all, so that a root that voids the server's documents voids the officers' too.
        roles["duty"] = Role(1, _kids(officers), epoch)
    seconds = [one for one in cards_of(old, "urgent") if one.holder == HOLDER]
    if officers or seconds:
        roles["urgent"] = Role(2, _kids([*servers, *seconds, *officers]), epoch)
    if maintainers:
        roles["release"] = _maintained(maintainers, old)
    rest = sorted(set(roles) - {"root", "server", "duty", "urgent", "release"})
    others = [card for name in rest for card in cards_of(old, name)]
    others += list(maintainers) or cards_of(old, "release")
    keys = _keys([*servers, *cards, *officers, *seconds, *others])
    made = Root(issued=at, expires=at + LIFE_S, v=old.v + 1, keys=keys, roles=roles, policy=old.policy)
    return _checked(made)


def _maintained(cards: Sequence[Card], old: Root) -> Role:
    if len({card.holder for card in cards}) != HOLDERS or len(cards) != HOLDERS:
        raise SignerError(f"There are {HOLDERS} maintainers with names of their own.")
    epoch = old.roles["release"].epoch if "release" in old.roles else 1
    return Role(QUORUM, _kids(cards), epoch)


def cards_of(root: Root, role: str) -> list[Card]:
    """This function will give the cards of a role's holders, in the root's order."""
    if role not in root.roles:
        return []
    found: dict[str, list[PublicKey]] = {}
    for kid in root.roles[role].kids:
        found.setdefault(root.keys[kid].holder, []).append(root.keys[kid].key)
    return [Card(holder, tuple(keys)) for holder, keys in found.items()]


def missing(draft: Draft, old: Root | None) -> dict[str, int]:
    """This function will give how many more holders must sign: {"old": of the root before, "new": of its
    own}; both 0 when it is whole."""
    new = draft.root
    return {
        "old": _missing(draft, old) if old else 0,
        "new": _missing(draft, new),
    }


def _missing(draft: Draft, judge: Root) -> int:
    role = judge.roles["root"]
    if not draft.signatures:
        return role.quorum
    holders = envelopes.verify(envelopes.parse(draft.to_json()), judge.keys_of("root"))
    return max(0, role.quorum - len(holders))


def _kids(cards: Sequence[Card]) -> tuple[str, ...]:
    return tuple(key.kid for card in cards for key in card.keys)


def _keys(cards: Sequence[Card]) -> dict[str, HolderKey]:
    return {key.kid: HolderKey(key, card.holder) for card in cards for key in card.keys}


def _checked(root: Root) -> Draft:
    body = root.body()
    try:
        Root.parse(body)
    except ProtocolError as error:
        raise SignerError(f"This would be no root: {error}.") from error
    return Draft(body)
