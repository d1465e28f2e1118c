"""The profile v1.0 over HTTP, against a made-up box."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge.boxes.v1 import V1Box
from nguon_device.bridge.far import Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.rendering import render
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.v1.over_http import V1Http
from nguon_device.tests.bridge.boxes import BOX, LOOPBACK, settings, sound, tools


@pytest.fixture
def box() -> Iterator[V1Box]:
    one = V1Box(BOX, "cau", "mat-khau-thu")
    yield one
    one.close()


def far(box: V1Box) -> V1Http:
    return V1Http(settings(box.url, "v1-http"), LOOPBACK)


def test_a_medium_is_played_told_of_and_stopped(box: V1Box, tmp_path: Path) -> None:
    adapter = far(box)
    with tools(tmp_path) as made:
        path = tmp_path / "a.wav"
        render(sound(tmp_path, 2.0), path, "wav")
        url = made.server.offer(path, "audio/wav")
        adapter.play(Wanted("i1", "Thông báo", url, 2000, 1_800_000_000_000))
        told = adapter.look()
        assert (told.playing, told.url, told.volume) == (True, url, 75)
        assert (told.connection, told.program) == ("3G", "2.3.0")
        adapter.stop("i1")
        assert adapter.look().playing is False
    assert abs(box.amplifier.heard[0].seconds - 2.0) < 0.05
    (said,) = [body for where, body in box.asked if where == "/api/Media/Play"]
    assert (said["Imei"], said["Priority"]["id"], said["ContentType"]["id"], said["Duration"]) == (
        BOX,
        3,
        3,
        2,
    )


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"Imei": "another"}, "other"),
        ({"Status": "Đang phát"}, "unknown-code"),
        ({"Status": 1}, "unknown-code"),
    ],
)
def test_what_it_says_wrongly_is_refused(box: V1Box, says: dict[str, Any], code: str) -> None:
    box.wrong.says = says
    with pytest.raises(FarFault) as caught:
        far(box).look()
    assert caught.value.code == code


@pytest.mark.parametrize("says", [{"Video": None}, {"Video": {"Path": 7}, "Volume": "x", "NetworkInfo": 1}])
def test_what_it_leaves_out_is_nothing(box: V1Box, says: dict[str, Any]) -> None:
    box.wrong.says = says
    assert far(box).look().url == ""


def test_a_wrong_password_is_told(box: V1Box) -> None:
    adapter = V1Http(BoxSettings("v1-http", box.url, BOX, "cau", "sai"), LOOPBACK)
    with pytest.raises(FarFault) as caught:
        adapter.look()
    assert caught.value.code == "password"
