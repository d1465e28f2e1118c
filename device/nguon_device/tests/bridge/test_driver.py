"""Driver and sink: nobody waits for a box, silence comes first, and what is heard is what the box says."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nguon_device.bridge.driver import Driver
from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.hearing import Hearing
from nguon_device.bridge.sink import FarSink
from nguon_device.feed import Feed
from nguon_device.ports import Playing, SinkState
from nguon_device.tests.live import wait_for


@dataclass
class Radio:
    """A box in memory."""

    proves: bool = True
    calls: list[str] = field(default_factory=list)
    fault: FarFault | None = None
    hanging: threading.Event | None = None
    told: Told = field(default_factory=lambda: Told(playing=False))

    def _do(self, call: str) -> None:
        self.calls.append(call)
        if self.hanging is not None:
            self.hanging.wait(30)
            raise FarFault("slow")
        if self.fault is not None:
            raise self.fault

    def play(self, wanted: Wanted) -> None:
        self._do(f"play {wanted.item}")
        self.told = Told(playing=True, url=wanted.url)

    def stop(self, item: str) -> None:
        self._do(f"stop {item}")
        self.told = Told(playing=False)

    def look(self) -> Told:
        self._do("look")
        return self.told

    def hang_up(self) -> None:
        if self.hanging is not None:
            hanging, self.hanging = self.hanging, None
            hanging.set()

    def close(self) -> None:
        pass


def playing(item: str = "a", ms: int = 600) -> Playing:
    return Playing(item, "", Path("x"), "audio/ogg", 0, ms, 80, 0)


def offer(hearing: Hearing) -> Wanted:
    one = hearing.playing
    return Wanted(one.item, one.title, f"http://here/{one.item}", one.dur_ms, one.started_at_ms)


class Stream:
    """A stream in memory: what is not a file yet goes through here."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.sounding = False

    def start(self, playing: Playing) -> None:
        self.started.append(playing.item)
        self.sounding = True

    def state(self) -> SinkState:
        return SinkState(700, finished=not self.sounding)

    def stop(self) -> SinkState:
        state, self.sounding = self.state(), False
        return state

    def close(self) -> None:
        self.stop()


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def radio() -> Radio:
    return Radio()


@pytest.fixture
def sink(radio: Radio, stream: Stream) -> Iterator[FarSink]:
    driver = Driver(radio, offer, Random(1), look_s=0.05, idle_s=0.05)
    one = FarSink(driver, stream, look_s=0.05, proves=radio.proves, muted=lambda: False)
    yield one
    one.close()


def driver_of(sink: FarSink) -> Driver:
    return sink._driver


def test_a_sound_that_the_box_tells_of_until_its_end_is_played_whole(radio: Radio, sink: FarSink) -> None:
    sink.start(playing())
    wait_for(lambda: sink.state().finished)
    assert (sink.state().played_ms, sink.state().error) == (600, "")
    sink.stop()
    assert "stop a" not in radio.calls  # it came to its own end


def test_a_box_that_takes_an_order_and_plays_nothing_has_played_nothing(radio: Radio, sink: FarSink) -> None:
    radio.__class__ = type("Deaf", (Radio,), {"play": lambda self, wanted: self._do("play")})
    sink.start(playing())
    wait_for(lambda: sink.state().finished)
    assert (sink.state().played_ms, sink.state().error) == (0, "sink")
    fault = driver_of(sink).breaker.fault
    assert fault is not None
    assert fault.code == "silent"


def test_a_box_that_plays_something_else_has_not_played_this(radio: Radio, sink: FarSink) -> None:
    sink.start(playing(ms=60_000))
    wait_for(lambda: radio.told.playing)
    radio.told = Told(playing=True, url="http://elsewhere/own-song")
    wait_for(lambda: sink.state().error == "sink")


def test_a_box_that_plays_without_an_order_is_told_of(radio: Radio, sink: FarSink) -> None:
    radio.told = Told(playing=True, url="http://elsewhere/own-song")
    breaker = driver_of(sink).breaker
    wait_for(lambda: breaker.fault is not None and breaker.fault.code == "stranger")


def test_whoever_wishes_never_waits_for_a_box_that_hangs(radio: Radio, sink: FarSink) -> None:
    radio.hanging = threading.Event()
    wait_for(lambda: radio.calls)
    began = time.monotonic()
    sink.start(playing(ms=60_000))
    assert sink.state().played_ms == 0
    sink.stop()
    assert time.monotonic() - began < 5


def test_silence_hangs_up_on_what_is_under_way_and_comes_first(radio: Radio, sink: FarSink) -> None:
    radio.hanging = threading.Event()
    sink.start(playing("a", 60_000))
    wait_for(lambda: radio.hanging is None or "play a" in radio.calls)
    sink.stop()
    wait_for(lambda: "stop a" in radio.calls)


def test_silence_is_asked_for_until_it_is_there(
    radio: Radio, sink: FarSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon_device.bridge.driver.SILENCE_S", 0.02)
    sink.start(playing("a", 60_000))
    wait_for(lambda: radio.told.playing)
    radio.fault = FarFault("unreachable")
    sink.stop()
    wait_for(lambda: radio.calls.count("stop a") >= 5)
    assert driver_of(sink).breaker.open
    radio.fault = None
    wait_for(lambda: not radio.told.playing)
    wait_for(lambda: not driver_of(sink).breaker.open)


def test_a_box_that_is_silent_already_may_refuse_to_stop(radio: Radio, sink: FarSink) -> None:
    sink.start(playing("a", 60_000))
    wait_for(lambda: radio.told.playing)
    radio.__class__ = type("Strict", (Radio,), {"stop": _refuses})
    sink.stop()
    wait_for(lambda: radio.calls[-1] == "look" and driver_of(sink).breaker.fault is None)
    assert radio.calls.count("stop a") == 1


def test_a_box_that_takes_the_stop_and_plays_on_is_told_to_stop_again_and_told_of(
    radio: Radio, sink: FarSink
) -> None:
    sink.start(playing("a", 60_000))
    wait_for(lambda: radio.told.playing)
    radio.__class__ = type("Stubborn", (Radio,), {"stop": lambda self, item: self._do(f"stop {item}")})
    sink.stop()
    wait_for(lambda: radio.calls.count("stop a") >= 3)
    wait_for(lambda: (fault := driver_of(sink).breaker.fault) is not None and fault.code == "goes-on")
    radio.told = Told(playing=False)
    wait_for(lambda: driver_of(sink).breaker.fault is None)
    asked = radio.calls.count("stop a")
    looks = radio.calls.count("look")
    wait_for(lambda: radio.calls.count("look") > looks + 2)
    assert radio.calls.count("stop a") == asked


def test_a_bridge_that_was_killed_silences_first_what_it_had_its_box_play(
    radio: Radio, tmp_path: Path
) -> None:
    note = tmp_path / "sent.json"
    killed = Driver(radio, offer, Random(1), look_s=0.05, idle_s=0.05, note=note)
    one = FarSink(killed, Stream(), look_s=0.05, proves=True, muted=lambda: False)
    one.start(playing("a", 60_000))
    wait_for(lambda: radio.told.playing)
    killed._far = Radio()  # it sees and says nothing any more
    before = len(radio.calls)
    after = Driver(radio, offer, Random(1), look_s=0.05, idle_s=0.05, note=note)
    wait_for(lambda: not radio.told.playing)
    assert [call for call in radio.calls[before:] if call != "look"] == ["stop a"]
    wait_for(lambda: after.told is not None and after.breaker.fault is None)
    for driver in (killed, after):
        driver.close()


@pytest.mark.parametrize("text", ["", "[", "{}", "[1, 2, 3]", '["a", "u", 1.0]', '["a", "u", null]'])
def test_a_note_that_rotted_or_is_long_over_is_nothing(radio: Radio, tmp_path: Path, text: str) -> None:
    note = tmp_path / "sent.json"
    note.write_text(text)
    driver = Driver(radio, offer, Random(1), look_s=0.05, idle_s=0.05, note=note)
    wait_for(lambda: driver.told is not None)
    assert "look" in radio.calls
    assert not [call for call in radio.calls if call.startswith("stop")]
    driver.close()


def _refuses(self: Radio, item: str) -> None:
    self.calls.append(f"stop {item}")
    self.told = Told(playing=False)
    raise FarFault("refused", "không có lịch này")


def test_the_next_sound_takes_the_one_before_back(radio: Radio, sink: FarSink) -> None:
    sink.start(playing("a", 60_000))
    wait_for(lambda: radio.told.playing)
    sink.start(playing("b", 60_000))
    wait_for(lambda: "play b" in radio.calls)
    assert radio.calls.index("stop a") < radio.calls.index("play b")


def test_a_box_that_fails_is_asked_ever_less_often(radio: Radio, sink: FarSink) -> None:
    driver_of(sink).breaker._backoff._base = 0.02
    radio.fault = FarFault("unreachable")
    wait_for(lambda: driver_of(sink).breaker.open)
    assert driver_of(sink).breaker.wait(time.monotonic()) >= 0
    assert len(radio.calls) < 10


def test_an_adapter_with_a_fault_of_its_own_is_a_box_that_fails(radio: Radio, sink: FarSink) -> None:
    radio.__class__ = type("Broken", (Radio,), {"look": lambda self: 1 / 0})
    breaker = driver_of(sink).breaker
    wait_for(lambda: breaker.fault is not None and breaker.fault.code == "fault")
    assert driver_of(sink).is_alive()


def test_a_test_that_nobody_is_to_hear_never_reaches_the_box(radio: Radio, sink: FarSink) -> None:
    sink.start(Playing("t", "", Path("x"), "audio/ogg", 0, 50, 0, 0))
    wait_for(lambda: sink.state().finished)
    sink.stop()
    assert [call for call in radio.calls if call != "look"] == []


def test_one_that_does_not_say_what_it_plays_counts_from_when_it_took_the_order() -> None:
    radio = Radio(proves=False)
    driver = Driver(radio, offer, Random(1), look_s=0.05, idle_s=0.05)
    one = FarSink(driver, Stream(), look_s=0.05, proves=False, muted=lambda: False)
    one.start(playing(ms=300))
    wait_for(lambda: one.state().finished)
    assert (one.state().played_ms, one.state().error) == (300, "")
    one.close()


@pytest.mark.parametrize(
    "changes", [{"feed": Feed()}, {"before": (Path("siren.ogg"),), "path": Path("not-here-yet.ogg")}]
)
def test_what_is_no_file_yet_is_listened_to_while_it_sounds(
    radio: Radio, sink: FarSink, stream: Stream, changes: dict[str, Any]
) -> None:
    sink.start(replace(playing("live", 60_000), **changes))
    wait_for(lambda: "play live" in radio.calls)
    assert stream.started == ["live"]
    assert sink.stop().played_ms == 700
    assert not stream.sounding
    wait_for(lambda: "stop live" in radio.calls)


def test_the_end_of_a_sound_may_come_late_and_is_then_asked_for(
    radio: Radio, sink: FarSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.start(playing(ms=300))
    wait_for(lambda: sink.state().finished)
    sink.stop()
    looks = radio.calls.count("look")
    wait_for(lambda: radio.calls.count("look") > looks)
    assert driver_of(sink).breaker.fault is None
    assert "stop a" not in radio.calls
    monkeypatch.setattr("nguon_device.bridge.driver.TAIL_S", 0.0)
    driver_of(sink)._look_at = 0.0
    driver_of(sink)._wake.set()
    wait_for(lambda: "stop a" in radio.calls)
