"""Boxes that listen to a stream of ours."""

import http.client
import socket
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import pytest

from nguon_device.bridge.boxes.listener import StreamBox as Listener
from nguon_device.bridge.building import StreamBox, Tools, build
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.settings import BoxSettings
from nguon_device.tests.bridge.boxes import sound, tools
from nguon_device.tests.live import wait_for

PASSWORD = "mat-khau-thu"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Tools]:
    with tools(tmp_path) as one:
        yield one


def stream(made: Tools, **options: object) -> StreamBox:
    one = build(BoxSettings("stream", "", "", "loa", PASSWORD, {"wait": 10, **options}), made)
    assert isinstance(one, StreamBox)
    return one


def seconds_of(data: bytes) -> float:
    with av.open(BytesIO(data), "r", format="mp3") as container:
        samples = [frame.samples for frame in container.decode(container.streams.audio[0])]
        return float(sum(samples)) / 48_000


def test_a_box_hears_a_sound_whole_and_is_hung_up_on_afterwards(made: Tools, tmp_path: Path) -> None:
    one = stream(made)
    box = Listener(one.url, "loa", PASSWORD)
    one.sink.start(sound(tmp_path, 1.0))
    wait_for(lambda: one.sink.state().finished)
    state = one.sink.stop()
    assert (state.error, state.played_ms) == ("", 1000)
    wait_for(lambda: abs(seconds_of(bytes(box.heard)) - 1.0) < 0.15 if len(box.heard) > 7000 else False)
    box.close()
    one.sink.close()


def test_nobody_listens_without_the_password_of_this_box(made: Tools, tmp_path: Path) -> None:
    one = stream(made, wait=0.3)
    box = Listener(one.url, "loa", "sai-mat-khau")
    wait_for(lambda: 401 in box.statuses)
    one.sink.start(sound(tmp_path, 0.5))
    wait_for(lambda: one.sink.state().finished)
    assert one.sink.state().error == ""  # so short a sound may be missed: it says how much was heard
    assert not box.heard
    assert one.report()["code"] == "password"
    box.close()
    one.sink.close()


def test_a_sound_that_nobody_listened_to_was_not_heard(made: Tools, tmp_path: Path) -> None:
    one = stream(made, wait=0)
    one.sink.start(sound(tmp_path, 1.7))
    wait_for(lambda: one.report()["code"] == "no-listener")
    wait_for(lambda: one.sink.state().finished)
    assert (one.sink.state().error, one.sink.state().played_ms) == ("sink", 0)
    one.sink.close()


def test_a_listener_who_takes_nothing_holds_nothing_up(made: Tools, tmp_path: Path) -> None:
    one = stream(made)
    box = Listener(one.url, "loa", PASSWORD)
    box.takes = False
    one.sink.start(sound(tmp_path, 1.0))
    began = time.monotonic()
    wait_for(lambda: one.sink.state().finished)
    assert time.monotonic() - began < 15
    box.close()
    one.sink.close()


def test_a_box_that_does_not_come_back_is_given_silence(made: Tools) -> None:
    one = stream(made, always=True)
    box = Listener(one.url, "loa", PASSWORD)
    wait_for(lambda: len(box.heard) > 2000)
    assert box.statuses == [200]
    box.close()
    one.sink.close()


def test_a_stop_is_silence_at_once(made: Tools, tmp_path: Path) -> None:
    one = stream(made)
    box = Listener(one.url, "loa", PASSWORD)
    one.sink.start(sound(tmp_path, 6.0))
    wait_for(lambda: len(box.heard) > 4000)
    assert one.sink.stop().played_ms < 6_000
    heard = len(box.heard)
    wait_for(lambda: 404 not in box.statuses and len(box.heard) >= heard)
    one.sink.close()
    wait_for(lambda: 404 in box.statuses)  # the stream itself is gone
    box.close()


def test_a_stream_has_a_credential_of_its_own(made: Tools) -> None:
    for username, password in (("", PASSWORD), ("loa", ""), ("loa", "ngan")):
        with pytest.raises(FarFault, match="settings"):
            build(BoxSettings("stream", "", "", username, password), made)


def test_the_door_answers_for_nothing_else(made: Tools, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"0123456789")
    url = made.server.offer(path, "audio/wav")
    name = url.removeprefix(made.server.public)
    host = made.server.public.removeprefix("http://")

    def get(where: str, **headers: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(host, timeout=10)
        line.request("GET", where, headers=headers)
        with line.getresponse() as answer:
            found = answer.status, answer.read()
        line.close()
        return found

    assert get(name) == (200, b"0123456789")
    assert get(name, Range="bytes=4-5") == (206, b"45")
    assert get(name, Range="bytes=90-")[0] == 416
    for other in ("/", "/s/", "/s/../../etc/passwd", f"{name}x", "/nghe/x.mp3"):
        assert get(other)[0] == 404
    made.server.take_back(url)
    assert get(name)[0] == 404
    assert not path.exists()


def test_a_player_that_only_looks_puts_no_listener_out(made: Tools) -> None:
    one = stream(made, always=True)
    box = Listener(one.url, "loa", PASSWORD)
    wait_for(lambda: box.heard)
    line = http.client.HTTPConnection(made.server.public.removeprefix("http://"), timeout=10)
    line.request("HEAD", one.url.removeprefix(made.server.public), headers=box._headers)
    with line.getresponse() as answer:
        assert (answer.status, answer.getheader("icy-br")) == (200, "64")
    line.close()
    heard = len(box.heard)
    wait_for(lambda: len(box.heard) > heard)
    assert box.statuses == [200]
    box.close()
    one.sink.close()


def test_one_that_opens_ever_more_lines_and_says_a_byte_a_second_leaves_room(
    made: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon_device.bridge.narrow.MOST_OF_ONE", 3)
    monkeypatch.setattr("nguon_device.bridge.narrow.HEAD_S", 0.3)
    path = tmp_path / "a.wav"
    path.write_bytes(b"0123456789")
    name = made.server.offer(path, "audio/wav").removeprefix(made.server.public)
    lines = [socket.create_connection(("127.0.0.1", made.server.port), 10) for _ in range(4)]
    for line in lines[:3]:
        line.sendall(b"GET /")
    assert lines[3].recv(1) == b""  # there is no room for a fourth
    assert [line.recv(1) for line in lines[:3]] == [b"", b"", b""]  # and the three were too slow
    wait_for(lambda: not made.server._server._lines)
    monkeypatch.setattr("nguon_device.bridge.narrow.HEAD_S", 10.0)
    with socket.create_connection(("127.0.0.1", made.server.port), 10) as line:
        line.sendall(f"GET {name} HTTP/1.0\r\n\r\n".encode())
        assert b" 200 " in line.recv(100)
    for line in lines:
        line.close()
