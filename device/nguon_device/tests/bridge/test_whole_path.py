"""From a signed order to a foreign box and back to a signed receipt, over real sockets."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge import settings as kept
from nguon_device.bridge.boxes.v2 import V2Box
from nguon_device.bridge.runner import BoxThread, Place
from nguon_device.bridge.serving import SoundServer
from nguon_device.ports import Settings
from nguon_device.sensing import SENSORS_FILE
from nguon_device.tests.authority import DEVICE, Authority
from nguon_device.tests.bridge.boxes import BOX, LOOPBACK, settings
from nguon_device.tests.live import serving, tone, wait_for
from nguon_protocol import keys, sealing
from nguon_protocol.documents import Order
from nguon_protocol.ids import order_id


@pytest.fixture
def authority() -> Authority:
    return Authority(now=time.time(), broker={"url": "mqtt://127.0.0.1:9", "jwt": "x"})


@pytest.fixture
def box() -> Iterator[V2Box]:
    one = V2Box(BOX, "cau", "mat-khau-thu")
    yield one
    one.close()


@pytest.fixture
def bridge(authority: Authority, box: V2Box, tmp_path: Path) -> Iterator[BoxThread]:
    folder = tmp_path / "boxes" / "dinh-lang"
    folder.mkdir(parents=True)
    kept.save(folder, settings(box.url))
    (folder / "sounds").mkdir()
    (folder / "sounds" / "siren.ogg").write_bytes(tone(0.5))
    sounds = SoundServer("127.0.0.1", 0)
    with serving(authority) as url:
        place = Place(tmp_path, url, LOOPBACK, sounds)
        one = BoxThread(place, "dinh-lang", Settings(0.3, 3.0), refresh_s=0.1)
        one.start()
        wait_for(lambda: authority.events("info"))
        yield one
        one.end()
        one.join(10)
    sounds.close()


def test_what_is_signed_is_verified_played_by_the_box_and_proven_as_class_l(
    authority: Authority, bridge: BoxThread, box: V2Box, tmp_path: Path
) -> None:
    stranger = authority.item("stranger", sound=tone(1.0), dur_ms=1000)
    now = int(time.time())
    forged = Order(
        issued=now, expires=now + 900, epoch=1, v=7, id=order_id("x", "vn.5.120"), target="vn.5.120",
        action="play", item=stranger,
    )  # fmt: skip
    authority.publish(forged, keys.generate())
    wait_for(lambda: authority.events("refused"))
    authority.order(item=authority.item("own", sound=tone(1.0), dur_ms=1000))
    wait_for(lambda: authority.events("played", "partly"))
    assert authority.events("refused", "played", "partly") == ["refused threshold", "played 1s"]
    assert {one.device_class for one in authority.receipts} == {"L"}
    (heard,) = box.amplifier.heard
    assert abs(heard.seconds - 1.0) < 0.1
    assert authority.claim["class"] == "L"
    sensors = tmp_path / "boxes" / "dinh-lang" / SENSORS_FILE
    wait_for(lambda: json.loads(sensors.read_text()).get("signal") == -71)
    assert authority.claim["model"] == "nguon-bridge"


def test_a_stop_silences_the_box(authority: Authority, bridge: BoxThread, box: V2Box) -> None:
    authority.order(item=authority.item("long", sound=tone(6.0), dur_ms=6000))
    wait_for(lambda: box.amplifier.now)
    authority.order("stop")
    wait_for(lambda: authority.events("partly"))
    wait_for(lambda: box.amplifier.now is None)
    assert box.amplifier.heard[0].played < 6
    (partly,) = [one for one in authority.receipts if one.event == "partly"]
    assert partly.reason == "stopped"


def test_a_bridge_that_knows_no_box_says_so_and_plays_nothing(
    authority: Authority, bridge: BoxThread, box: V2Box, tmp_path: Path
) -> None:
    (tmp_path / "boxes" / "dinh-lang" / kept.FILE).unlink()
    wait_for(lambda: bridge.sink is not None and bridge.sink.report()["code"] == "waiting")
    authority.order(item=authority.item("own", sound=tone(1.0), dur_ms=1000))
    wait_for(lambda: authority.events("partly"))
    assert authority.events("played", "partly") == ["partly sink 0s"]
    assert box.amplifier.heard == []


def test_what_the_office_seals_for_it_is_the_box_that_it_drives(
    authority: Authority, bridge: BoxThread, box: V2Box
) -> None:
    other = V2Box("another", "cau", "mat-khau-moi")
    wait_for(lambda: authority.bridged)
    said = authority.bridged[-1]
    told: dict[str, Any] = {"device": DEVICE, "adapter": "v2-http", "address": other.url, "box": "another"}
    told |= {"username": "cau", "options": {"look": 0.1, "idle": 0.1}}
    stolen = sealing.seal("mat-khau-moi", said["seal"], {**told, "address": box.url})
    authority.foreign = {**told, "sealed": stolen}
    wait_for(lambda: authority.bridged[-1]["report"]["code"] == "sealed")
    assert other.logins == 0
    authority.foreign = {**told, "sealed": sealing.seal("mat-khau-moi", said["seal"], told)}
    wait_for(lambda: authority.bridged[-1]["report"].get("connection") == "4G,-71dbm" and other.tokens)
    assert authority.bridged[-1]["report"]["code"] == ""
    other.close()


def test_settings_that_change_in_the_midst_of_a_sound_cut_it_short_and_say_so(
    authority: Authority, bridge: BoxThread, box: V2Box, tmp_path: Path
) -> None:
    authority.order(item=authority.item("long", sound=tone(6.0), dur_ms=6000))
    wait_for(lambda: box.amplifier.now)
    kept.save(tmp_path / "boxes" / "dinh-lang", settings(box.url, look=0.2))
    wait_for(lambda: authority.events("played", "partly"))
    assert authority.events("played", "partly")[0].startswith("partly sink")
    wait_for(lambda: box.amplifier.now is None)


def test_an_alert_of_more_than_a_commune_needs_the_provinces_waiver(
    authority: Authority, bridge: BoxThread, box: V2Box
) -> None:
    wait_for(lambda: box.tokens)
    authority.alert(target="vn.5", dur_ms=1000)
    wait_for(lambda: authority.events("refused"))
    assert authority.events("refused", "started") == ["refused scope"]
    authority.waived = True
    wait_for(lambda: bridge.office is not None and bridge.office.waived)
    authority.alert(target="vn.5", dur_ms=1000)
    wait_for(lambda: box.amplifier.heard)
