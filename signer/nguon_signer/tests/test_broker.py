"""The trust that `init` makes, on a real nats-server: who may connect, hear and speak."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from nguon_signer import keys, natsauth

DEVICE = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
GROUP = "66666666-2222-3333-4444-555555555555"
AREA = "vn.5.120.4001"
REFUSED = 0x80


class Broker(Protocol):
    """What the engines' fixture gives."""

    url: str
    mqtt_url: str
    creds: Path
    store: Path


class Box:
    """A loudspeaker's connection over MQTT 3.1.1, as the agent makes it."""

    def __init__(self, broker: Broker, password: str, name: str = DEVICE) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
        self._client.username_pw_set(name, password)
        self._answers: queue.Queue[int] = queue.Queue()
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._client.on_connect = lambda _c, _u, _f, reason, _p: self._answers.put(reason.value)
        self._client.on_subscribe = lambda _c, _u, _m, reasons, _p: self._answers.put(reasons[0].value)
        self.gone = threading.Event()
        self._client.on_disconnect = lambda *_: self.gone.set()
        self._client.on_message = lambda _c, _u, message: self.heard.put(
            (message.topic, bytes(message.payload))
        )
        where = urlsplit(broker.mqtt_url)
        self._client.connect(where.hostname or "", where.port or 0)
        self._client.loop_start()
        self.connected = self._answers.get(timeout=5) == 0

    def subscribe(self, topic: str) -> bool:
        """This function will say whether the broker lets this box hear the topic."""
        self._client.subscribe(topic, 0)
        return self._answers.get(timeout=5) != REFUSED

    def publish(self, topic: str, text: bytes) -> None:
        """This function will speak at QoS 0."""
        self._client.publish(topic, text)

    def close(self) -> None:
        """This function will disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


Enter = Callable[..., Box]


@pytest.fixture
def enter(nats_server: Broker) -> Iterator[Enter]:
    """This fixture will connect boxes with tokens minted from the store's account key."""
    boxes: list[Box] = []
    seed = keys.read_secret(nats_server.store / "nats" / "account.nk").strip()

    def connect(*, lives: int = 60, account: natsauth.NatsKey | None = None) -> Box:
        at = int(time.time()) - 120
        signer = account or natsauth.key_from_seed(seed)
        jwt = natsauth.device_jwt(signer, DEVICE, AREA, [GROUP], at=at, expires=at + 120 + lives)
        boxes.append(Box(nats_server, jwt))
        return boxes[-1]

    yield connect
    for box in boxes:
        box.close()


def test_device_hears_its_own_topics_and_no_others(enter: Enter) -> None:
    box = enter()
    assert box.connected
    own = [f"lsp/d/{DEVICE}", f"lsp/d/{DEVICE}/#", f"lsp/g/{GROUP}"]
    own += ["lsp/a/vn/5", "lsp/a/vn/5/120", "lsp/a/vn/5/120/4001"]
    foreign = [
        f"lsp/d/{OTHER}",
        "lsp/g/other",
        "lsp/a/vn",
        "lsp/a/vn/5/121",
        "lsp/a/vn/5/120/4002",
        "lsp/a/vn/5/+",
    ]
    foreign += ["lsp/#", "#", f"lsp/r/{DEVICE}", f"lsp/h/{OTHER}", "$SYS/#", "lsp/d/+"]
    assert [topic for topic in own if not box.subscribe(topic)] == []
    assert [topic for topic in foreign if box.subscribe(topic)] == []


def test_device_speaks_as_itself_only_and_the_server_hears_and_rings(
    enter: Enter, nats_server: Broker
) -> None:
    box = enter()
    assert box.subscribe("lsp/a/vn/5/120")

    async def listen() -> list[str]:
        server = await nats.connect(nats_server.url, user_credentials=str(nats_server.creds))
        heard: list[str] = []

        async def keep(message: Any) -> None:
            heard.append(message.subject)

        await server.subscribe("lsp.>", cb=keep)
        await server.flush()
        for topic in (f"lsp/r/{OTHER}", f"lsp/h/{OTHER}", f"lsp/d/{OTHER}", "lsp/a/vn/5", f"lsp/r/{DEVICE}"):
            box.publish(topic, b"x")
        while f"lsp.r.{DEVICE}" not in heard:
            await asyncio.sleep(0.01)
        await server.publish("lsp.a.vn.5.120", b'{"bell":1}')
        await server.drain()
        return heard

    assert asyncio.run(asyncio.wait_for(listen(), 10)) == [
        f"lsp.r.{DEVICE}",
        "lsp.a.vn.5.120",
    ]
    assert box.heard.get(timeout=5) == ("lsp/a/vn/5/120", b'{"bell":1}')


def test_expired_and_foreign_tokens_are_refused(enter: Enter) -> None:
    assert not enter(lives=-60).connected
    assert not enter(account=natsauth.new_key(natsauth.ACCOUNT)).connected


def test_a_token_is_dropped_when_it_expires(enter: Enter) -> None:
    box = enter(lives=2)
    assert box.connected
    assert box.gone.wait(10)


def test_a_device_token_is_no_key_to_the_servers_door(nats_server: Broker, tmp_path: Path) -> None:
    seed = keys.read_secret(nats_server.store / "nats" / "account.nk").strip()
    at = int(time.time())
    jwt = natsauth.device_jwt(natsauth.key_from_seed(seed), DEVICE, AREA, [], at=at, expires=at + 60)
    user = natsauth.new_key(natsauth.USER)
    (tmp_path / "stolen.creds").write_text(natsauth.creds_file(jwt, user))

    async def enter() -> None:
        client = Client()
        creds = str(tmp_path / "stolen.creds")
        try:
            await client.connect(nats_server.url, user_credentials=creds, allow_reconnect=False)
        finally:
            await client.close()

    with pytest.raises(NatsError):
        asyncio.run(enter())


def test_the_servers_credentials_reach_lsp_and_nothing_else(nats_server: Broker) -> None:
    async def speak() -> list[str]:
        faults: list[str] = []

        async def fault(error: Exception) -> None:
            faults.append(str(error))

        server = await nats.connect(
            nats_server.url, user_credentials=str(nats_server.creds), error_cb=fault, allow_reconnect=False
        )
        await server.publish("other", b"x")
        await server.subscribe("$SYS.>")
        while len(faults) < 2:
            await asyncio.sleep(0.01)
        await server.close()
        return faults

    faults = asyncio.run(asyncio.wait_for(speak(), 10))
    assert all("permissions violation" in fault.lower() for fault in faults)
