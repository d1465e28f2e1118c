"""The profile v2.0 over MQTT: a real broker, and a made-up box behind it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon_device.bridge.boxes.v2_mqtt import V2MqttBox
from nguon_device.bridge.building import build
from nguon_device.bridge.far import Told
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.v2.over_mqtt import V2Mqtt
from nguon_device.tests.bridge.boxes import BOX, LOOPBACK, settings, sound, tools
from nguon_device.tests.live import wait_for
from nguon_device.tests.test_broker import Broker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    one = Broker(tmp_path_factory.mktemp("broker"))
    yield one
    one.stop()


@pytest.fixture
def box(broker: Broker) -> Iterator[V2MqttBox]:
    one = V2MqttBox(BOX, "127.0.0.1", broker.port, every_s=0.1)
    yield one
    one.close()


@pytest.fixture
def far(broker: Broker, box: V2MqttBox) -> Iterator[V2Mqtt]:
    one = V2Mqtt(settings(f"mqtt://127.0.0.1:{broker.port}", "v2-mqtt", seconds=10), LOOPBACK)
    yield one
    one.close()


def code_of(adapter: V2Mqtt) -> str:
    try:
        adapter.look()
    except FarFault as fault:
        return fault.code
    return ""


def test_a_sound_is_played_by_the_box_and_counted_by_its_word(
    broker: Broker, box: V2MqttBox, tmp_path: Path
) -> None:
    with tools(tmp_path) as made:
        driven = build(settings(f"mqtt://127.0.0.1:{broker.port}", "v2-mqtt", seconds=10), made)
        driven.sink.start(sound(tmp_path, 0.6))
        wait_for(lambda: driven.sink.state().finished)
        assert (driven.sink.state().played_ms, driven.sink.state().error) == (600, "")
        driven.sink.stop()
        driven.sink.start(sound(tmp_path, 6.0, item="item-2"))
        wait_for(lambda: box.amplifier.now)
        driven.sink.stop()
        wait_for(lambda: box.amplifier.now is None)
        assert driven.report()["connection"] == "Ethernet"
        driven.sink.close()


def test_what_comes_under_its_topic_is_read_as_strictly(far: V2Mqtt, box: V2MqttBox) -> None:
    assert far.look().playing is False
    box.wrong.body = b"\xff"
    wait_for(lambda: code_of(far) == "rubbish")
    box.wrong.body = json.dumps(box.status() | {"CumLoaID": "another"}).encode()
    wait_for(lambda: code_of(far) == "other")
    box.wrong.body = b"x" * 100_000
    wait_for(lambda: code_of(far) == "large")
    box.wrong.body = None
    wait_for(lambda: code_of(far) == "")


def test_a_status_grows_old(far: V2Mqtt, box: V2MqttBox) -> None:
    assert isinstance(far.look(), Told)
    box.wrong.hangs_s = 1
    far._stale_s = 0.3
    wait_for(lambda: code_of(far) == "slow")


def test_a_flood_is_hung_up_on(far: V2Mqtt, box: V2MqttBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon_device.bridge.v2.over_mqtt.MOST_A_SECOND", 20)
    far.look()
    payload = json.dumps(box.status()).encode()
    for _ in range(500):
        box.say(payload)
    wait_for(lambda: code_of(far) == "large")
    wait_for(lambda: code_of(far) == "")


def test_a_broker_that_is_not_there_or_not_ours_is_told(broker: Broker) -> None:
    assert code_of(V2Mqtt(settings("mqtt://127.0.0.1:9", "v2-mqtt"), LOOPBACK)) == "unreachable"
    assert code_of(V2Mqtt(settings(f"mqtt://127.0.0.1:{broker.port}", "v2-mqtt"), Reach.of([]))) == "private"
