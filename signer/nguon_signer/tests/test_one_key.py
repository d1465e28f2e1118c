"""One security key under two names makes nobody two people: not when it is pinned, nor when it signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import cbor2
import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from nguon_protocol.approvals import alert_challenge
from nguon_protocol.documents import Policy
from nguon_signer.assertions import Site, material
from nguon_signer.ceremony import make_store
from nguon_signer.errors import Refused
from nguon_signer.memory import Memory
from nguon_signer.opened import Opened
from nguon_signer.passkeys import Passkeys
from nguon_signer.rows import Alert, Approval, Passkey, Words
from nguon_signer.tests.authenticator import ORIGIN, Authenticator
from nguon_signer.tests.cast import APPROVER, COMMUNE, DUTY, EPOCH, NOW, WRITER


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This fixture will put a store that is no demo in the place of the usual one."""
    folder = tmp_path_factory.mktemp("one-key") / "store"
    make_store(folder, policy=Policy(), at=EPOCH)
    return folder


def alert_of(*signed: tuple[int, Authenticator]) -> Alert:
    """This function will make an alert of nowhere that some people have touched their keys for."""
    name, content, silence = str(uuid4()), "ab" * 32, Words((), None)
    touches = [
        Approval(by, "approve", NOW, content, hand.touch(alert_challenge(name, content)))
        for by, hand in signed
    ]
    return Alert(
        name, "real", WRITER, "storm", 2, "Bão", "", None, None, (), silence, silence, 1, (0,), 0, 0, 1, 0,
        ended=False, content_sha256=content, targets=(), signed=tuple(touches),
    )  # fmt: skip


def row(user: int, hand: Authenticator, public_key: str = "") -> Passkey:
    return Passkey(str(uuid4()), user, hand.credential_id, public_key or hand.public_key, revoked=False)


def test_one_key_under_two_names_makes_nobody_two_people(opened: Opened) -> None:
    """The same numbers, written as COSE in another order, under another credential's name."""
    hand = Authenticator()
    twin = Authenticator(private=hand.private)
    other_way = dict(reversed(cbor2.loads(base64url_to_bytes(twin.public_key)).items()))
    own, other = row(APPROVER, hand), row(DUTY, twin, bytes_to_base64url(cbor2.dumps(other_way)))
    assert other.public_key != own.public_key
    keys, memory = Passkeys(opened.store, Site(ORIGIN), "UTC"), Memory(opened.store)
    with opened.store.transaction():
        memory.grant(own, "approver", COMMUNE, "console", EPOCH, EPOCH)
    with pytest.raises(Refused, match="this very security key"):
        keys.trust(other, COMMUNE, EPOCH)
    with pytest.raises(Refused, match="this very security key"):
        keys.pin(other, [], [], EPOCH)
    with opened.store.transaction():  # pinned by a program that did not ask this yet
        memory.grant(other, "duty", COMMUNE, "console", EPOCH, EPOCH)
    alert = alert_of((APPROVER, hand), (DUTY, twin))
    refusal = keys.refuse_alert(alert, EPOCH)
    assert refusal is not None
    assert (refusal.reason, "One security key" in refusal.message) == ("second", True)
    assert keys.refuse_alert(replace(alert, signed=alert.signed[:1]), EPOCH) is None


def test_what_is_no_key_is_only_itself() -> None:
    assert material("") != material("AAAA")
    assert material("AAAA") == "AAAA"
