"""Wired and FM stations behind a relay: closed only while something signed is heard."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_device.bridge import settings as kept
from nguon_device.bridge.boxes.relay import RelayBoard
from nguon_device.bridge.building import Tools, build
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.runner import BoxThread, Place
from nguon_device.bridge.serving import SoundServer
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.station.contact import again, granted
from nguon_device.bridge.station.relay import RelayBox
from nguon_device.ports import Settings
from nguon_device.tests.authority import Authority
from nguon_device.tests.bridge.boxes import LOOPBACK, sound, tools
from nguon_device.tests.live import serving, wait_for


def orders(name: str) -> dict[str, str]:
    return {"on": f"/relay/{name}?turn=on&timer={{seconds}}", "off": f"/relay/{name}?turn=off"}


def settings(url: str, **options: Any) -> BoxSettings:
    contacts = {name: orders(name) for name in ("amp", "fm")}
    return BoxSettings("relay", url, options={"contacts": contacts, "sound": "wav", "hold": 3, **options})


@pytest.fixture
def board() -> Iterator[RelayBoard]:
    one = RelayBoard()
    yield one
    one.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Tools]:
    with tools(tmp_path) as one:
        yield one


def relay(board: RelayBoard, made: Tools, **options: Any) -> RelayBox:
    one = build(settings(board.url, **options), made)
    assert isinstance(one, RelayBox)
    return one


def test_the_amplifier_is_on_while_a_sound_lasts_and_no_longer(
    board: RelayBoard, made: Tools, tmp_path: Path
) -> None:
    one = relay(board, made)
    assert not board.closed("amp")
    one.start(sound(tmp_path, 0.5))
    wait_for(lambda: board.closed("amp"))
    wait_for(lambda: one.state().finished)
    assert one.stop().error == ""
    wait_for(lambda: not board.closed("amp"))
    assert board.orders[-1] == ("amp", "off")
    assert len(list((tmp_path / "wav").glob("*.wav"))) == 1
    one.close()


def test_it_is_held_closed_and_falls_back_by_itself_and_then_nothing_counts_as_heard(
    board: RelayBoard, made: Tools, tmp_path: Path
) -> None:
    one = relay(board, made, hold=1)
    one.start(sound(tmp_path, 9.0))
    wait_for(lambda: board.orders.count(("amp", "on")) >= 3)  # given again before its time is over
    assert board.closed("amp")
    board.status = 500  # nothing that is asked has an effect any more, as if the bridge were gone
    wait_for(lambda: not board.closed("amp"), 20)
    wait_for(lambda: one.report()["code"] == "status")
    wait_for(lambda: one.state().finished)
    assert one.state().error == "sink"
    assert one.state().played_ms < 9000
    one.close()


@given(left=st.floats(0.0, 200.0), hold=st.floats(1.0, 120.0))
def test_no_order_lasts_beyond_what_was_signed_and_less_than_a_second_of_it_is_lost(
    left: float, hold: float
) -> None:
    falls = lost = 0.0
    at = 0.0
    while at < left:
        seconds = granted(left - at, hold)
        assert at + seconds <= left + 1e-6
        lost += max(0.0, at - falls)
        falls = max(falls, at + seconds)
        at += max(again(left - at, hold), 0.01)
    assert lost + left - falls < 1.0 + 1e-6


def test_a_bridge_that_was_killed_opens_what_the_one_before_left_closed(
    board: RelayBoard, made: Tools
) -> None:
    board.until |= {"amp": time.monotonic() + 3600, "fm": time.monotonic() + 3600}
    one = relay(board, made, idle=0.1)
    wait_for(lambda: not board.closed("amp") and not board.closed("fm"))
    board.until["fm"] = time.monotonic() + 3600  # somebody closes it by hand
    wait_for(lambda: not board.closed("fm"))
    one.close()


def test_an_input_whose_window_ends_while_the_relay_is_away_is_shut_by_its_timer(
    board: RelayBoard, made: Tools
) -> None:
    one = relay(board, made)
    one.open_input("fm", 1.6)
    wait_for(lambda: board.closed("fm") and one.input_sounds("fm"))
    board.status = 500
    wait_for(lambda: not board.closed("fm"))
    wait_for(lambda: not one.input_sounds("fm"))
    board.status, asked = 200, len(board.orders)
    wait_for(lambda: ("fm", "off") in board.orders[asked:] and one.report()["code"] == "")
    one.close()


def test_a_relay_that_does_not_close_keeps_the_sound_away(
    board: RelayBoard, made: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon_device.bridge.station.relay.CLOSES_WITHIN_S", 0.3)
    board.status = 500
    one = relay(board, made)
    one.start(sound(tmp_path, 1.0))
    wait_for(lambda: one.state().finished)
    assert (one.state().error, one.state().played_ms) == ("sink", 0)
    one.close()


def test_what_may_have_happened_is_taken_back(board: RelayBoard, made: Tools) -> None:
    one = relay(board, made)
    one.open_input("fm", 60)
    wait_for(lambda: board.closed("fm"))
    board.hangs_s = 0.2
    one.close_inputs()
    wait_for(lambda: not board.closed("fm"))
    one.close()


@pytest.mark.parametrize(
    ("contacts", "code"),
    [
        ({"amp": {"on": "/relay/0?turn=on", "off": "/relay/0?turn=off"}}, "no-timer"),
        ({"amp": {"on": "http://evil/{seconds}", "off": "/x"}}, "settings"),
        ({"amp": {"on": "/{seconds}"}}, "settings"),
        ({"door": orders("door")}, "settings"),
        ({}, "settings"),
        ("amp", "settings"),
    ],
)
def test_a_relay_without_a_timer_or_with_odd_orders_is_not_used(
    board: RelayBoard, made: Tools, contacts: object, code: str
) -> None:
    with pytest.raises(FarFault) as caught:
        relay(board, made, contacts=contacts)
    assert caught.value.code == code
    assert board.orders == []


@pytest.mark.parametrize("options", [{"sound": "wav:/tmp/x"}, {"sound": 7}, {"method": "PUSH"}, {"hold": 0}])
def test_odd_options_are_refused(board: RelayBoard, made: Tools, options: dict[str, Any]) -> None:
    with pytest.raises(FarFault, match="settings"):
        relay(board, made, **options)


def test_an_input_is_heard_inside_its_signed_window_alone(board: RelayBoard, tmp_path: Path) -> None:
    authority = Authority(now=time.time(), broker={"url": "mqtt://127.0.0.1:9", "jwt": "x"})
    folder = tmp_path / "boxes" / "dai-fm"
    folder.mkdir(parents=True)
    kept.save(folder, settings(board.url))
    sounds = SoundServer("127.0.0.1", 0)
    with serving(authority) as url:
        one = BoxThread(Place(tmp_path, url, LOOPBACK, sounds), "dai-fm", Settings(0.3, 3.0), refresh_s=0.1)
        one.start()
        wait_for(lambda: authority.events("info"))
        assert not board.closed("fm")
        authority.input(name="fm", dur_ms=2000)
        wait_for(lambda: board.closed("fm") and board.closed("amp"))
        wait_for(lambda: authority.events("played", "partly"))
        wait_for(lambda: not board.closed("fm") and not board.closed("amp"))
        (heard,) = authority.events("played", "partly")
        assert heard.startswith(("played", "partly sink"))  # a busy machine is late to close it
        one.end()
        one.join(10)
    sounds.close()
