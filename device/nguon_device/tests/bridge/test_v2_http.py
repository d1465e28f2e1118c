"""The profile v2.0 over HTTP, against a made-up box that can do everything wrong."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge.boxes.certificate import self_signed
from nguon_device.bridge.boxes.v2 import STOP_ALL, V2Box
from nguon_device.bridge.building import build
from nguon_device.bridge.far import Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.rendering import render
from nguon_device.bridge.v2.over_http import V2Http
from nguon_device.tests.bridge.boxes import BOX, LOOPBACK, settings, tools
from nguon_device.tests.bridge.boxes import sound as sounding
from nguon_device.tests.live import wait_for


@pytest.fixture
def box() -> Iterator[V2Box]:
    one = V2Box(BOX, "cau", "mat-khau-thu")
    yield one
    one.close()


def far(box: V2Box, **options: Any) -> V2Http:
    return V2Http(settings(box.url, seconds=0.5, **options), LOOPBACK)


def code_of(adapter: V2Http) -> str:
    with pytest.raises(FarFault) as caught:
        adapter.look()
    return caught.value.code


def test_a_bulletin_is_fetched_played_told_of_and_taken_back(box: V2Box, tmp_path: Path) -> None:
    adapter = far(box)
    with tools(tmp_path) as made:
        path = tmp_path / "a.mp3"
        render(sounding(tmp_path, 2.0), path)
        url = made.server.offer(path, "audio/mpeg")
        adapter.play(Wanted("i1", "Thông báo “mới”", url, 2000, 1_800_000_000_000, 1))
        told = adapter.look()
        assert (told.playing, told.url, told.volume, told.connection) == (True, url, 80, "4G,-71dbm")
        adapter.stop("i1")
        assert adapter.look().playing is False
    (schedule,) = [body for path_, body in box.asked if path_ == "/api/LichPhat"]
    (bulletin,) = schedule["DanhSachBanTin"]
    assert schedule["DanhSachThietBi"] == {"CumLoaID": [BOX]}
    assert (bulletin["MucDoUuTien"], bulletin["LoaiBanTin"], bulletin["ThoiLuong"]) == (1, 3, "00:00:02")
    assert bulletin["LoaiLinhVuc"] == 2  # an alert is what comes unexpectedly
    assert bulletin["DanhSachNgayPhat"] == [
        {
            "NgayPhat": "2027-01-15",
            "ThoiDiemPhat": [{"ThoiGianBatDau": "15:00:00", "ThoiGianKetThuc": "15:00:02"}],
        }
    ]
    assert box.logins == 1


def test_it_logs_in_again_only_when_its_token_is_taken_no_more(box: V2Box) -> None:
    adapter = far(box)
    adapter.look()
    adapter.look()
    box.tokens.clear()
    adapter.look()
    assert box.logins == 2


def test_a_box_that_says_by_a_mere_refusal_that_its_token_is_old_is_asked_with_a_new_one_once_a_minute(
    box: V2Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = box._said
    monkeypatch.setattr(box, "_said", lambda *asked: (200, said(*asked)[1]))  # never a 401
    monkeypatch.setattr("nguon_device.bridge.v2.over_http.RENEW_S", 0.0)
    adapter = far(box)
    adapter.look()
    box.tokens.clear()
    assert adapter.look().playing is False
    assert box.logins == 2
    monkeypatch.setattr("nguon_device.bridge.v2.over_http.RENEW_S", 60.0)
    box.wrong.refuses = True
    for _turn in range(3):
        assert code_of(adapter) == "refused"
    assert box.logins == 2


def test_codes_that_a_maker_has_otherwise_are_data(box: V2Box) -> None:
    changed = {"commands": {"stop": STOP_ALL}, "codes": {"TrangThaiHoatDong": {"playing": 7}}}
    adapter = far(box, profile=changed)
    box.wrong.says = {"TrangThaiHoatDong": "7"}
    assert adapter.look().playing is True
    adapter.stop("i1")
    assert [body for path, body in box.asked if path == "/api/DieuKhien"] == [{"CumLoaID": BOX} | STOP_ALL]


@pytest.mark.parametrize(
    "profile",
    [{"paths": {"shell": "/x"}}, {"codes": {"MucDoUuTien": {"1": [1]}}}, {"paths": "x"}, {"new": 1}],
)
def test_nothing_but_codes_and_names_can_be_changed(profile: dict[str, Any]) -> None:
    with pytest.raises(FarFault, match="settings"):
        V2Http(settings("http://127.0.0.1:9", profile=profile), LOOPBACK)


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"CumLoaID": "867732050000999"}, "other"),
        ({"TrangThaiHoatDong": 9}, "unknown-code"),
        ({"TrangThaiHoatDong": None}, "unknown-code"),
        ({"TrangThaiHoatDong": True}, "unknown-code"),
    ],
)
def test_a_status_of_another_device_or_with_odd_codes_is_refused(
    box: V2Box, says: dict[str, Any], code: str
) -> None:
    box.wrong.says = says
    assert code_of(far(box)) == code


def test_what_it_says_beside_is_taken_for_words_only(box: V2Box) -> None:
    box.wrong.says = {
        "AmLuong": "300",
        "TrangThaiKetNoi": 3,
        "PhienBanUngDung": {"x": 1},
        "NoiDungPhat": None,
    }
    told = far(box).look()
    assert (told.volume, told.connection, told.program, told.url) == (None, "3", "", "")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe\x00", "Đã nhận".encode("utf-16"), b"<html>", b"[1]", b"[" * 100_000, b"{}",
        b'{"TrangThaiGui":NaN}', b'{"TrangThaiGui":0,"NoiDung":{"x":Infinity}}',
        b'{"a":' * 40 + b"1" + b"}" * 40, b'{"TrangThaiGui":' + b"9" * 5000 + b"}",
        b'{"TrangThaiGui":0,"TrangThaiGui":1}', b'{"TrangThaiGui":true}', b'{"TrangThaiGui":0,"NoiDung":"x"}',
        '{"TrangThaiGui":0,"MoTa":"Đ"}'.encode("cp1258"),
    ],
)  # fmt: skip
def test_rubbish_is_rubbish(box: V2Box, body: bytes) -> None:
    box.wrong.body = body
    assert code_of(far(box)) == "rubbish"


def test_a_huge_answer_is_not_read(box: V2Box) -> None:
    box.wrong.body = b"x" * 100_000_000
    assert code_of(far(box)) == "large"


def test_it_is_never_sent_on_to_another_address(box: V2Box) -> None:
    box.wrong.status, box.wrong.location = 307, "http://169.254.169.254/latest"
    with pytest.raises(FarFault) as caught:
        far(box).look()
    assert (caught.value.code, caught.value.about) == ("elsewhere", "169.254.169.254")
    assert len(box.asked) == 1


@pytest.mark.parametrize(("status", "code"), [(500, "status"), (403, "password"), (404, "status")])
def test_an_error_is_told_by_its_kind(box: V2Box, status: int, code: str) -> None:
    box.wrong.status = status
    assert code_of(far(box)) == code


def test_a_wrong_password_and_a_refusal_differ(box: V2Box) -> None:
    adapter = far(box)
    adapter.look()
    box.wrong.refuses = True
    with pytest.raises(FarFault, match="Thiết bị đang bận") as caught:
        adapter.look()
    assert caught.value.code == "refused"
    box.wrong.refuses_password = True
    assert code_of(far(box)) == "password"


@pytest.mark.parametrize("how", [{"hangs_s": 30.0}, {"drips": True}])
def test_one_that_hangs_is_waited_for_shortly(box: V2Box, how: dict[str, Any]) -> None:
    for name, value in how.items():
        setattr(box.wrong, name, value)
    began = time.monotonic()
    assert code_of(far(box)) == "slow"
    assert time.monotonic() - began < 20


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("scheme", "first", "again"),
    [
        ("https", b"", b""),  # TLS is never answered
        ("http", b"", b""),
        ("http", b"HTTP/1.1 ", b"2"),
        ("http", HEAD, b"X-A: 1\r\n"),
        ("http", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        ("http", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_wherever_it_hangs_the_exchange_has_its_end(scheme: str, first: bytes, again: bytes) -> None:
    with dripping(first, again) as port:
        one = V2Http(settings(f"{scheme}://127.0.0.1:{port}", seconds=0.2), LOOPBACK)
        assert code_of(one) == "slow"


def test_whoever_knows_names_may_hang_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = threading.Event()

    def hangs(*_asked: object, **_more: object) -> object:
        ending.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    assert code_of(V2Http(settings("http://hop.example", seconds=0.2), LOOPBACK)) == "slow"
    ending.set()


@contextmanager
def dripping(first: bytes, again: bytes) -> Iterator[int]:
    """A box that says `first`, and then `again` for ever and ever."""
    ending = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            line, _whom = listening.accept()
            with line:
                line.sendall(first)
                while not ending.wait(0.02):
                    line.sendall(again)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        ending.set()
        thread.join()


def test_a_certificate_of_its_own_is_trusted_where_its_settings_name_it() -> None:
    own, context = self_signed()
    box = V2Box(BOX, "cau", "mat-khau-thu", tls=context)
    assert code_of(V2Http(settings(box.url, seconds=10), LOOPBACK)) == "tls"
    assert box.asked == []
    known = V2Http(settings(box.url, seconds=10, certificate=own), LOOPBACK)
    assert known.look().playing is False
    box.close()
    with pytest.raises(FarFault, match="certificate"):
        far(box, certificate="-----BEGIN")
    with dripping(b"HTTP/1.1 400 No TLS here\r\n\r\n", b"") as port:
        assert code_of(V2Http(settings(f"https://127.0.0.1:{port}"), LOOPBACK)) == "tls"


def test_one_that_is_not_there_or_not_ours_to_reach_is_told() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert code_of(V2Http(settings(url), LOOPBACK)) == "unreachable"
        assert code_of(V2Http(settings(url), Reach.of([]))) == "private"
    assert code_of(V2Http(settings("http://[::ffff:10.0.0.1]"), LOOPBACK)) == "private"


@pytest.mark.parametrize(
    "url", ["ftp://box", "http://", "http://a:b@box", "http://box:99999", "http://b ox", "http://bọx", "box"]
)
def test_an_address_is_one_of_the_web(url: str) -> None:
    with pytest.raises(FarFault, match="address"):
        V2Http(settings(url), LOOPBACK)


def test_a_command_that_is_refused_does_not_keep_the_schedule(box: V2Box) -> None:
    adapter = far(box, profile={"commands": {"stop": STOP_ALL}, "paths": {"command": "/api/KhongCo"}})
    with pytest.raises(FarFault, match="404"):
        adapter.stop("i1")
    assert "/api/LichPhat/Huy" in [path for path, _body in box.asked]


def test_a_box_that_hangs_delays_no_other(box: V2Box, tmp_path: Path) -> None:
    other = V2Box(BOX, "cau", "mat-khau-thu")
    box.wrong.hangs_s = 30
    with tools(tmp_path) as made:
        for name in ("hanging", "well"):
            (tmp_path / name).mkdir()
        hanging = build(settings(box.url, seconds=10), replace(made, folder=tmp_path / "hanging"))
        well = build(settings(other.url), replace(made, folder=tmp_path / "well"))
        hanging.sink.start(sounding(tmp_path, 0.6, item="item-1"))
        well.sink.start(sounding(tmp_path, 0.6, item="item-2"))
        wait_for(lambda: well.sink.state().finished)
        assert (well.sink.state().played_ms, well.sink.state().error) == (600, "")
        wait_for(lambda: hanging.sink.state().error == "sink")
        assert hanging.sink.state().played_ms == 0
        box.wrong.hangs_s = 0
        for one in (hanging, well):
            one.sink.close()
    other.close()
