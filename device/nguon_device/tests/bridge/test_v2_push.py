"""Boxes of v2.0 that report by themselves: what they say is heard, and nobody else is."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge.boxes.v2_push import PushingBox
from nguon_device.bridge.building import CommandedBox, Tools, build
from nguon_device.tests.bridge.boxes import BOX, settings, sound, tools
from nguon_device.tests.live import wait_for

RIGHT = {"Username": "cau", "Password": "mat-khau-thu"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Tools]:
    with tools(tmp_path) as found:
        yield found


@pytest.fixture
def driven(made: Tools) -> Iterator[tuple[PushingBox, CommandedBox]]:
    box = PushingBox(BOX, "cau", "mat-khau-thu", made.server.public, every_s=0.1)
    bridge = build(settings(box.url, pushes=True, stale=0.7), made)
    assert isinstance(bridge, CommandedBox)
    yield box, bridge
    bridge.sink.close()
    box.close()


def posted(made: Tools, path: str, body: Any, token: str = "") -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(made.server.public + path, data, headers)  # noqa: S310  our own door
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}


def test_a_box_that_reports_by_itself_plays_and_is_believed_by_its_reports(
    made: Tools, driven: tuple[PushingBox, CommandedBox], tmp_path: Path
) -> None:
    box, bridge = driven
    wait_for(lambda: bridge.report()["connection"] == "4G,-71dbm")
    bridge.sink.start(sound(tmp_path, 0.8))
    wait_for(lambda: bridge.report()["playing"] is True)
    wait_for(lambda: bridge.sink.state().finished)
    assert bridge.sink.state().error == ""
    assert "/api/TrangThai" not in [path for path, _body in box.asked]
    box.wrong.says = {"TrangThaiHoatDong": 9}
    wait_for(lambda: bridge.report()["code"] == "unknown-code")
    box.close()
    wait_for(lambda: bridge.report()["code"] == "slow")


def test_nobody_reports_for_a_box_without_its_password(
    made: Tools, driven: tuple[PushingBox, CommandedBox]
) -> None:
    status = {"CumLoaID": BOX, "TrangThaiHoatDong": 0}
    assert posted(made, "/api/TrangThai", status)[0] == 401
    assert posted(made, "/api/TrangThai", status, "x" * 32)[0] == 401
    assert posted(made, "/api/Khac", status)[0] == 404
    assert posted(made, "/api/DangNhap", b"[1]")[0] == 400
    said, answer = posted(made, "/api/DangNhap", RIGHT)
    assert (said, answer["TrangThaiGui"]) == (200, 0)
    token = answer["NoiDung"]["Token"]
    other = posted(made, "/api/TrangThai", {**status, "CumLoaID": "867732050000999"}, token)
    assert other == (200, {"TrangThaiGui": 1, "MoTa": "other"})
    wrong = {posted(made, "/api/DangNhap", {**RIGHT, "Password": f"{n}"})[0] for n in range(25)}
    assert wrong == {200, 429}
    assert posted(made, "/api/DangNhap", RIGHT)[0] == 200  # the box itself is not locked out


def test_boxes_with_the_same_password_are_told_apart_by_their_names(
    made: Tools, driven: tuple[PushingBox, CommandedBox]
) -> None:
    other = build(replace(settings("http://127.0.0.1:9", pushes=True), box="another"), made)
    token = posted(made, "/api/DangNhap", RIGHT)[1]["NoiDung"]["Token"]
    status = {"CumLoaID": "another", "TrangThaiHoatDong": 2, "TrangThaiKetNoi": "3G"}
    assert posted(made, "/api/TrangThai", status, token)[1]["TrangThaiGui"] == 0
    wait_for(lambda: other.report()["connection"] == "3G")
    assert driven[1].report()["code"] != "other"
    other.sink.close()


def test_what_is_too_large_or_floods_is_hung_up_on(
    made: Tools, driven: tuple[PushingBox, CommandedBox]
) -> None:
    box, bridge = driven
    with socket.create_connection(("127.0.0.1", made.server.port), 5) as line:
        line.sendall(b"POST /api/TrangThai HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 413 " in line.recv(100)
    token = posted(made, "/api/DangNhap", RIGHT)[1]["NoiDung"]["Token"]
    statuses = {posted(made, "/api/TrangThai", box.status(), token)[0] for _ in range(125)}
    assert statuses == {200, 429}
    wait_for(lambda: bridge.report()["code"] == "large")


def test_without_such_a_box_nothing_is_answered(made: Tools) -> None:
    assert posted(made, "/api/DangNhap", RIGHT)[0] == 404
