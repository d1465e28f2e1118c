"""A duty officer's pinned key lifts the limit of three communes; the role alone does not."""

from __future__ import annotations

import json

import pytest

from nguon_protocol.approvals import approval_challenge
from nguon_signer.errors import Refused
from nguon_signer.passkeys import Passkeys
from nguon_signer.tests.authenticator import Authenticator
from nguon_signer.tests.cast import ADMINISTRATOR, APPROVER, EPOCH, PROVINCE, WRITER, Clock
from nguon_signer.tests.test_passkeys import Keys, approve, call, keys, made, real_made, submit

__all__ = ["call", "keys", "made", "real_made"]

pytestmark = pytest.mark.django_db


def test_a_duty_key_lifts_the_limit_of_three_communes_where_it_was_pinned(keys: Keys, clock: Clock) -> None:
    communes = [f"vn.5.{number}" for number in range(130, 134)]
    for area in communes:
        keys.world.place(area, "commune", 5)
    for user, role in (
        (WRITER, "writer"),
        (APPROVER, "approver"),
        (APPROVER, "duty"),
        (ADMINISTRATOR, "administrator"),
    ):
        keys.world.role(user, role, PROVINCE)
    Passkeys(keys.opened.store, None, "UTC").trust(keys.admin_key, PROVINCE, EPOCH)
    keys.vouch(keys.approver_passkey, APPROVER, keys.approver, area=PROVINCE)
    keys.call("passkey", passkey=keys.approver_passkey)

    def asked(area: str) -> str:
        revision, said = submit(keys.world, targets=(area,), timing="now")
        approve(keys.world, keys.approver.touch(approval_challenge(revision, said)), revision, said)
        try:
            return str(keys.call("order", revision=revision, target=area)["document"]["type"])
        except Refused as refused:
            return refused.reason

    # The role alone lifts nothing.
    assert [asked(area) for area in communes] == ["order", "order", "order", "burst"]
    own = Authenticator()
    passkey = keys.register(APPROVER, own)
    keys.vouch(passkey, APPROVER, own, area=PROVINCE, role="duty")
    keys.call("passkey", passkey=passkey)
    assert asked(communes[3]) == "order"
    gone = "UPDATE accounts_passkey SET revoked_at = now(), revoked_by_id = %s WHERE id = %s"
    keys.world.db.execute(gone, (APPROVER, passkey))
    keys.call("passkey", passkey=passkey)
    keys.world.place("vn.5.134", "commune", 5)
    assert asked("vn.5.134") == "burst"
    facts = keys.opened.store.rows("SELECT at, data FROM log WHERE fact = 'passkey.revoked'")
    assert facts == [(EPOCH, json.dumps({"credential": own.credential_id}, separators=(",", ":")))]
