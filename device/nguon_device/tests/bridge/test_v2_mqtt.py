"""The profile v2.0 over MQTT: a real broker, and a made-up box behind it."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge.boxes.certificate import self_signed
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


def test_a_word_that_was_kept_by_the_broker_is_not_one_of_now(broker: Broker) -> None:
    box = V2MqttBox(BOX, "127.0.0.1", broker.port, every_s=3600)
    word = json.dumps(box.status() | {"AmLuong": 11}).encode()
    topic = f"httt/cumloa/{BOX}/trangthai"
    box._client.publish(topic, word, 1, retain=True).wait_for_publish(10)
    one = V2Mqtt(settings(f"mqtt://127.0.0.1:{broker.port}", "v2-mqtt", seconds=0.6), LOOPBACK)
    assert code_of(one) == "slow"
    box._client.publish(topic, b"", 1, retain=True).wait_for_publish(10)
    one.close()
    box.close()


CONNACK, REFUSED = b"\x20\x02\x00", b"\x90\x03\x00\x01\x80"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([b""], "slow"),
        ([CONNACK + b"\x05"], "password"),
        ([CONNACK + b"\x03"], "refused"),
        ([CONNACK + b"\x00", b""], "slow"),
        ([CONNACK + b"\x00", REFUSED], "refused"),
        ([None], "unreachable"),
    ],
)
def test_wherever_a_broker_hangs_or_refuses_it_is_told(answers: list[bytes | None], code: str) -> None:
    with answering(answers) as port:
        one = V2Mqtt(
            settings(f"mqtt://127.0.0.1:{port}", "v2-mqtt", seconds=0.4 if code == "slow" else 10), LOOPBACK
        )
        assert code_of(one) == code
        one.close()


def test_a_broker_over_tls_is_known_by_the_certificate_that_its_settings_name() -> None:
    own, context = self_signed()
    for certificate, code in ((own, "refused"), (None, "tls")):
        with answering([CONNACK + b"\x00", REFUSED], context) as port:
            options = {} if certificate is None else {"certificate": certificate}
            one = V2Mqtt(settings(f"mqtts://127.0.0.1:{port}", "v2-mqtt", seconds=10, **options), LOOPBACK)
            assert code_of(one) == code
            one.close()
    with answering([b""]) as port:  # it never speaks TLS
        one = V2Mqtt(settings(f"mqtts://127.0.0.1:{port}", "v2-mqtt", seconds=0.3), LOOPBACK)
        assert code_of(one) == "slow"


@contextmanager
def answering(answers: list[bytes | None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A broker that answers each packet with the next of these; None hangs up."""
    ending = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            line, _whom = listening.accept()
            if tls is not None:
                line = tls.wrap_socket(line, server_side=True)
            with line:
                for answer in answers:
                    line.recv(4096)
                    if answer is None:
                        return
                    line.sendall(answer)
                ending.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        ending.set()
        thread.join()


@pytest.mark.parametrize("topics", [{"up": "httt/+/trangthai"}, {"down": "#"}, {"up": ""}])
def test_a_topic_that_reaches_other_boxes_is_no_setting(topics: dict[str, str]) -> None:
    with pytest.raises(FarFault, match="topics"):
        V2Mqtt(settings("mqtt://127.0.0.1:9", "v2-mqtt", profile={"topics": topics}), LOOPBACK)


def test_what_others_say_under_a_topic_that_all_share_is_nothing_to_us() -> None:
    shared: dict[str, Any] = {"topics": {"up": "httt/trangthai"}}
    one = V2Mqtt(settings("mqtt://127.0.0.1:9", "v2-mqtt", profile=shared), LOOPBACK)
    one._take(json.dumps({"CumLoaID": BOX, "TrangThaiHoatDong": 0}).encode())
    one._take(json.dumps({"CumLoaID": "another", "TrangThaiHoatDong": 2}).encode())
    assert one._last is not None
    assert isinstance(one._last[1], Told)
    assert one._last[1].playing
