"""Paging by SIP: the box is called, answers by itself, hears the sound and is hung up on."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon_device.bridge.boxes.certificate import self_signed
from nguon_device.bridge.boxes.sip import SipBox
from nguon_device.bridge.building import Driven, Tools, build
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.settings import BoxSettings
from nguon_device.tests.bridge.boxes import sound, tools
from nguon_device.tests.live import wait_for


@pytest.fixture
def box() -> Iterator[SipBox]:
    one = SipBox()
    yield one
    one.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Tools]:
    with tools(tmp_path) as one:
        yield one


def driven(box: SipBox, made: Tools, **options: Any) -> Driven:
    return build(BoxSettings("sip", f"sip://127.0.0.1:{box.port}", "101", options=options), made)


@pytest.mark.parametrize(("codec", "kind"), [("pcmu", 0), ("pcma", 8)])
def test_a_sound_is_a_call_that_lasts_as_long(
    box: SipBox, made: Tools, tmp_path: Path, codec: str, kind: int
) -> None:
    one = driven(box, made, codec=codec)
    one.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: one.report()["playing"])
    wait_for(lambda: one.sink.state().finished)
    assert abs(one.sink.stop().played_ms - 400) <= 20
    wait_for(lambda: len(box.rtp.packets) >= 20)
    assert {packet[0] for packet in box.rtp.packets} == {kind}
    (call,) = box.calls
    assert call.callee.startswith("sip:101@127.0.0.1")
    assert "answer-after=0" in call.invite.get_header("call-info")
    wait_for(lambda: box.byes)
    assert (one.report()["code"], one.report()["playing"]) == ("", False)


def test_a_stop_hangs_up_in_the_midst_of_it(box: SipBox, made: Tools, tmp_path: Path) -> None:
    one = driven(box, made)
    one.sink.start(sound(tmp_path, 6.0))
    wait_for(lambda: len(box.rtp.packets) > 5)
    assert 0 < one.sink.stop().played_ms < 6000
    wait_for(lambda: box.byes)


def test_a_stop_does_not_wait_for_an_answer(box: SipBox, made: Tools, tmp_path: Path) -> None:
    box.deaf = True
    one = driven(box, made, seconds=30)
    one.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: box.calls)
    assert one.sink.stop().played_ms == 0
    wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name == "sip call"])
    assert one.report()["code"] == ""


def test_over_tls_it_is_called_by_a_certificate_that_its_settings_name(made: Tools, tmp_path: Path) -> None:
    own, context = self_signed()
    box = SipBox(tls=context)
    known = {"certificate": own}
    address = f"sips://127.0.0.1:{box.port}"
    stranger = build(BoxSettings("sip", address, "101", options={"seconds": 5}), made)
    stranger.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: stranger.sink.state().finished)
    assert (stranger.report()["code"], box.calls) == ("tls", [])
    one = build(BoxSettings("sip", address, "101", options=known), made)
    one.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: one.sink.state().finished)
    assert abs(one.sink.stop().played_ms - 400) <= 20
    wait_for(lambda: len(box.rtp.packets) >= 20 and box.byes)
    (call,) = box.calls
    assert "SIP/2.0/TLS" in call.invite.get_header("via")
    assert "transport=tls" in call.invite.get_header("contact")
    assert one.report()["code"] == ""
    box.close()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"refuses": 486}, "refused"),
        ({"refuses": 401}, "password"),
        ({"refuses": 302}, "elsewhere"),
        ({"deaf": True}, "slow"),
        ({"points": "127.0.0.2"}, "elsewhere"),
    ],
)
def test_what_goes_wrong_is_a_sound_that_nobody_heard(
    box: SipBox, made: Tools, tmp_path: Path, wrong: dict[str, Any], code: str
) -> None:
    for name, value in wrong.items():
        setattr(box, name, value)
    one = driven(box, made, seconds=0.6)
    one.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: one.sink.state().finished)
    assert (one.sink.state().played_ms, one.sink.state().error) == (0, "sink")
    assert one.report()["code"] == code
    assert box.rtp.packets == []


@pytest.mark.parametrize(
    ("address", "name", "options"),
    [
        ("sip://127.0.0.1:5060", "a@b;x", {}),
        ("sip://127.0.0.1:5060", "101", {"codec": "opus"}),
        ("sip://127.0.0.1:5060", "101", {"headers": {"X-A": "1\r\nX-B: 2"}}),
        ("sip://127.0.0.1:5060", "101", {"headers": ["x"]}),
        ("http://127.0.0.1", "101", {}),
    ],
)
def test_what_could_be_read_otherwise_is_no_setting(
    made: Tools, address: str, name: str, options: dict[str, Any]
) -> None:
    with pytest.raises(FarFault):
        build(BoxSettings("sip", address, name, options=options), made)
