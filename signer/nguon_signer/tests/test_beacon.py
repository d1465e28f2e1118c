"""The ops `beacon` and `credential`: what one loudspeaker is told, and who it is at the broker."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from nguon_protocol import envelope
from nguon_protocol.acceptance import Accepted, DeviceState, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.documents import Ack, Beacon
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened
from nguon_signer.tests.cast import COMMUNE, EPOCH, NOW, OTHER, VILLAGE, Call, Clock, World

pytestmark = pytest.mark.django_db
NONCE = "00ff" * 8


def _beacon(call: Call, device: str) -> Beacon:
    answer = call("beacon", device=device, nonce=NONCE)
    return Beacon.parse(envelope.parse(answer["document"]["envelope"]).payload)


def test_beacon_lists_the_newest_documents_of_the_device_and_no_others(call: Call, world: World) -> None:
    revision = world.revision(COMMUNE, VILLAGE, f"g/{world.group}", f"d/{world.device}")
    call("plan", target=COMMUNE)
    world.withdraw(revision)
    targets = [COMMUNE, VILLAGE, f"g/{world.group}", f"d/{world.device}"]
    newest = {target: call("plan", target=target)["document"]["sha256"] for target in targets}
    call("plan", target=OTHER)
    beacon = _beacon(call, world.device)
    assert {one.target: one.sha256 for one in beacon.latest} == newest
    assert (beacon.now, beacon.nonce, beacon.device, beacon.root_v) == (EPOCH, NONCE, world.device, 1)
    assert beacon.expires == EPOCH + 300


def test_a_loudspeaker_believes_the_beacon(call: Call, world: World, opened: Opened) -> None:
    told = call("beacon", device=world.device, nonce=NONCE)["document"]
    root = opened.root
    state = DeviceState(device=world.device, area=VILLAGE, root=root, root_sha256=root.sha256, nonce=NONCE)
    found = accept(told["envelope"], state, EPOCH, ClockState.UNKNOWN, ("beacon",))
    assert isinstance(found, Accepted), found
    assert told == {
        "type": "beacon",
        "sha256": found.sha256,
        "issued": EPOCH,
        "expires": EPOCH + 300,
        "envelope": told["envelope"],
    }


def test_passes_are_taken_back_of_the_revoked_alone(call: Call, world: World) -> None:
    for device, reason in ((str(uuid4()), "unknown"), (world.device, "in-use")):
        with pytest.raises(Refused) as found:
            call("revoke", device=device)
        assert found.value.reason == reason
    world.db.execute("UPDATE devices_device SET revoked_at = now() WHERE id = %s", (world.device,))
    assert call("revoke", device=world.device)["jwt"]
    # Whoever writes the database makes it whole again: the signer remembers, and says it once more.
    world.db.execute("ALTER TABLE devices_device DISABLE TRIGGER USER")
    world.db.execute("UPDATE devices_device SET revoked_at = NULL WHERE id = %s", (world.device,))
    world.db.execute("ALTER TABLE devices_device ENABLE TRIGGER USER")
    assert call("revoke", device=world.device)["jwt"]


def test_the_account_token_is_of_this_moment_and_takes_no_wish(call: Call) -> None:
    assert _claims(call("account")["jwt"])["iat"] == EPOCH
    with pytest.raises(Refused):
        call("account", exp=0)


def test_beacon_lists_live_orders_in_sequence_until_they_end(call: Call, world: World, clock: Clock) -> None:
    first, second = world.revision(timing="now"), world.revision(timing="now")
    hashes = [call("order", revision=one, target=COMMUNE)["document"]["sha256"] for one in (first, second)]
    assert [one.sha256 for one in _beacon(call, world.device).latest] == hashes
    clock.now += 901
    assert _beacon(call, world.device).latest == ()


@pytest.mark.parametrize("column", ["enrolled_at", "rejoined_at"])
def test_what_was_ordered_before_a_loudspeaker_joined_is_not_for_it(
    call: Call, world: World, clock: Clock, column: str
) -> None:
    call("order", revision=world.revision(timing="now"), target=COMMUNE)
    stop = call("stop", stop=world.stop(), target=VILLAGE)["document"]["sha256"]
    clock.now += 60
    joined = sql.SQL("UPDATE devices_device SET {} = %s WHERE id = %s").format(sql.Identifier(column))
    world.db.execute(joined, (datetime.fromtimestamp(clock.now, UTC), world.device))
    assert [one.sha256 for one in _beacon(call, world.device).latest] == [stop]
    after = call("order", revision=world.revision(timing="now"), target=COMMUNE)["document"]["sha256"]
    assert [one.sha256 for one in _beacon(call, world.device).latest] == [stop, after]


def test_beacon_leaves_out_what_was_stopped_or_cancelled_since(call: Call, world: World) -> None:
    one, two, three = (world.revision(timing="now") for _ in range(3))
    call("order", revision=one, target=COMMUNE)
    stop = call("stop", stop=world.stop(), target=VILLAGE)["document"]["sha256"]
    call("order", revision=two, target=COMMUNE)
    cancel = call("cancel", withdrawal=world.withdraw(two), target=COMMUNE)["document"]["sha256"]
    last = call("order", revision=three, target=COMMUNE)["document"]["sha256"]
    assert [one.sha256 for one in _beacon(call, world.device).latest] == [stop, cancel, last]


def test_beacon_says_which_receipts_are_kept_and_names_the_last_by_its_hash(call: Call, world: World) -> None:
    assert _beacon(call, world.device).ack == Ack(0, "")
    world.insert(
        "deliveries_receipt", device_id=world.device, n=7, sha256="ab" * 32, event="played", at=NOW,
        clock="SYNCED", envelope="{}", received_at=NOW,
    )  # fmt: skip
    world.db.execute("UPDATE devices_device SET acknowledged_n = 7 WHERE id = %s", (world.device,))
    assert _beacon(call, world.device).ack == Ack(7, "ab" * 32)
    world.db.execute("UPDATE devices_device SET acknowledged_n = 8 WHERE id = %s", (world.device,))
    assert _beacon(call, world.device).ack is None


def test_beacon_and_credential_of_a_revoked_or_unknown_device_are_refused(call: Call, world: World) -> None:
    world.db.execute("UPDATE devices_device SET revoked_at = now() WHERE id = %s", (world.device,))
    for device, reason in ((world.device, "revoked"), (str(uuid4()), "unknown")):
        with pytest.raises(Refused) as refused:
            call("beacon", device=device, nonce=NONCE)
        assert refused.value.reason == reason
        with pytest.raises(Refused) as refused:
            call("credential", device=device)
        assert refused.value.reason == reason


def _claims(jwt: str) -> dict[str, Any]:
    part = jwt.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def test_credential_names_the_device_its_topics_and_a_day(call: Call, world: World, opened: Opened) -> None:
    answer = call("credential", device=world.device)
    claims = _claims(answer["jwt"])
    assert (claims["name"], claims["exp"], answer["expires"]) == (
        world.device,
        EPOCH + 86_400,
        EPOCH + 86_400,
    )
    assert claims["nats"]["pub"]["allow"] == [f"lsp.r.{world.device}", f"lsp.h.{world.device}"]
    assert claims["nats"]["sub"]["allow"] == [
        f"lsp.d.{world.device}",
        f"lsp.d.{world.device}.>",
        f"lsp.g.{world.group}",
        "lsp.a.vn.5",
        "lsp.a.vn.5.120",
        "lsp.a.vn.5.120.4001",
    ]
    assert answer["jwt"] not in (opened.store.head()[1], str(opened))
