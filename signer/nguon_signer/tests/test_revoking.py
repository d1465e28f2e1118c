"""Taking a loudspeaker's pass back, on a real nats-server: at once, and through its restart."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nats
import pytest

from config.engines.nats import Nats
from config.engines.process import spawn, stop, wait_until
from nguon_protocol.documents import Policy
from nguon_signer import natsauth
from nguon_signer.brokers import PUSH_CREDS, BrokerTrust, bring_up_to_date
from nguon_signer.ceremony import make_store
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.rows import Device
from nguon_signer.tests.cast import Call, World
from nguon_signer.tests.test_broker import AREA, DEVICE, OTHER, Box

SECONDS = 5.0


@contextmanager
def running(engine: Nats, *, prepared: bool = False) -> Iterator[None]:
    """This function will run a nats-server, as `nguon up` starts it or (`prepared`) as it restarts it."""
    if not prepared:
        engine.prepare()
    with engine.log.open("ab") as log:
        child = spawn(engine.command(), env=engine.environment(), log=log.fileno())
    try:
        assert wait_until(lambda: engine.ready(child.pid), seconds=10), engine.log.read_text()[-500:]
        yield
    finally:
        stop(child, signal.SIGTERM, seconds=3)


@pytest.fixture
def engine(tmp_path: Path) -> Nats:
    make_store(tmp_path / "signer", policy=Policy(), at=int(time.time()) - 60)
    return Nats(tmp_path / "nats", tmp_path / "signer")


@pytest.fixture
def trust(engine: Nats) -> Iterator[BrokerTrust]:
    opened = open_store(engine.store)
    yield BrokerTrust(opened.folder, opened.store, opened.nats_account)
    opened.close()


def passes(trust: BrokerTrust, *names: str) -> list[str]:
    devices = [Device(name, AREA, revoked=False, groups=()) for name in names]
    return [str(made["jwt"]) for made in trust.credentials(devices, int(time.time()))]


def push(engine: Nats, token: str) -> dict[str, Any]:
    """This function will hand an account token to the broker as the server does."""

    async def ask() -> dict[str, Any]:
        creds = str(engine.store / "public" / "nats" / PUSH_CREDS)
        server = await nats.connect(engine.url, user_credentials=creds, allow_reconnect=False)
        answer = await server.request(natsauth.CLAIMS_UPDATE, token.encode(), timeout=3)
        await server.close()
        return dict(json.loads(answer.data))

    return asyncio.run(ask())


def enters(engine: Nats, token: str, name: str = DEVICE) -> bool:
    """This function will say whether the broker lets a pass in."""
    box = Box(engine, token, name)  # type: ignore[arg-type]
    box.close()
    return box.connected


def test_a_revoked_loudspeaker_is_cut_off_at_once_and_the_others_stay(
    engine: Nats, trust: BrokerTrust
) -> None:
    first, second = passes(trust, DEVICE, OTHER)
    with running(engine):
        boxes = [Box(engine, first, "a"), Box(engine, second, "b")]  # type: ignore[arg-type]
        assert all(box.connected for box in boxes)
        began = time.monotonic()
        assert push(engine, trust.revoke(DEVICE, int(time.time()))["jwt"])["data"]["code"] == 200
        assert boxes[0].gone.wait(SECONDS)
        assert time.monotonic() - began < SECONDS
        assert not boxes[1].gone.is_set()
        assert not enters(engine, first)
        assert enters(engine, second, OTHER)
        for box in boxes:
            box.close()


@pytest.mark.parametrize("wiped", [False, True], ids=["restarted", "wiped"])
def test_a_revocation_outlives_the_brokers_restart(engine: Nats, trust: BrokerTrust, wiped: bool) -> None:
    (token,) = passes(trust, DEVICE)
    with running(engine):
        assert enters(engine, token)
        push(engine, trust.revoke(DEVICE, int(time.time()))["jwt"])
    if wiped:
        shutil.rmtree(engine.folder)
    with running(engine, prepared=not wiped):
        assert not enters(engine, token)


def test_a_revocation_that_met_a_broker_that_was_away_holds_when_it_comes_back(
    engine: Nats, trust: BrokerTrust
) -> None:
    (token,) = passes(trust, DEVICE)
    with running(engine):
        assert enters(engine, token)
    trust.revoke(DEVICE, int(time.time()))
    with running(engine):
        assert not enters(engine, token)


def test_a_forged_account_token_lets_nobody_in_and_is_gone_after_a_start(
    engine: Nats, trust: BrokerTrust
) -> None:
    # Whoever holds the server's credentials can disturb the broker with it; devices go on by HTTP.
    (token,) = passes(trust, DEVICE)
    now, foreign = int(time.time()), natsauth.new_key(natsauth.ACCOUNT)
    account = str(trust.account(now)["account"])
    forged = natsauth.account_jwt(
        natsauth.new_key(natsauth.OPERATOR), account, "NGUON", at=now + 60, jetstream=True
    )
    with running(engine):
        push(engine, forged)
        assert not enters(engine, natsauth.device_jwt(foreign, DEVICE, AREA, [], at=now, expires=now + 60))
    with running(engine):
        assert enters(engine, token)


def test_who_may_push_can_do_nothing_else(engine: Nats) -> None:
    with running(engine):
        faults: list[str] = []

        async def try_more() -> None:
            async def fault(error: Exception) -> None:
                faults.append(str(error).lower())

            creds = str(engine.store / "public" / "nats" / PUSH_CREDS)
            server = await nats.connect(engine.url, user_credentials=creds, error_cb=fault)
            await server.publish("$SYS.REQ.SERVER.PING", b"")
            await server.subscribe("$SYS.>")
            while len(faults) < 2:
                await asyncio.sleep(0.01)
            await server.close()

        asyncio.run(asyncio.wait_for(try_more(), 10))
    assert all("permissions violation" in fault for fault in faults)


def test_what_was_taken_back_is_never_given_again(call: Call, world: World, opened: Opened) -> None:
    enrolled = world.device
    with pytest.raises(Refused, match="is not revoked"):
        call("revoke", device=enrolled)
    world.db.execute("UPDATE devices_device SET revoked_at = now() WHERE id = %s", (enrolled,))
    token = call("revoke", device=enrolled)["jwt"]
    assert call("revoke", device=enrolled)["jwt"] != token
    world.db.execute("UPDATE devices_device SET revoked_at = NULL WHERE id = %s", (enrolled,))
    for op, fields in {"credential": {}, "beacon": {"nonce": "00"}}.items():
        with pytest.raises(Refused, match="revoked"):
            call(op, device=enrolled, **fields)
    assert call("credentials", devices=[enrolled])["credentials"] == []
    again = BrokerTrust(opened.folder, opened.store, opened.nats_account)
    assert again.is_revoked(enrolled)
    assert opened.store.broken_at() is None


def test_many_passes_at_once_are_those_of_one_after_the_other(call: Call, world: World) -> None:
    (made,) = call("credentials", devices=[world.device, OTHER])["credentials"]
    alone = call("credential", device=world.device)
    assert natsauth.unpack(made["jwt"])["sub"] == natsauth.unpack(alone["jwt"])["sub"]
    assert made["expires"] == alone["expires"]


@pytest.mark.parametrize("names", [None, "x", ["x"], [DEVICE] * 501])
def test_a_list_of_names_is_checked(call: Call, names: object) -> None:
    with pytest.raises(Refused, match=r"devices|UUID"):
        call("credentials", devices=names)


def test_the_time_of_the_account_token_never_falls(trust: BrokerTrust) -> None:
    now = int(time.time())
    times = [natsauth.issued_at(str(trust.account(at)["jwt"])) for at in (now, now - 3600, now - 7200)]
    assert times == sorted(set(times))


def test_a_store_of_an_earlier_version_gets_what_it_lacks(engine: Nats) -> None:
    creds = engine.store / "public" / "nats" / PUSH_CREDS
    creds.unlink()
    bring_up_to_date(engine.store, int(time.time()))
    assert creds.stat().st_mode & 0o777 == 0o600
