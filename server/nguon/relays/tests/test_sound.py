"""A station on this machine, decoded in a process of its own: what comes out, and what is said of faults."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nguon.adapters.radio.tests.stations import Station, station
from nguon.audio.tests.sounds import encoded, tone, wav
from nguon.relays.sound import BLOCK, SILENT_DB, Instead, Tap, Tried, level_db, try_out

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def radio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("station")
    with station(encoded(folder / "a.mp3", "libmp3lame", "mp3", seconds=4)) as found:
        yield found


def tried(radio: Station, path: str, patience: float = 20.0) -> Tried:
    return try_out(radio.url(path), [radio.host], seconds=1, patience=patience)


def test_a_station_with_titles_is_heard_and_measured(radio: Station) -> None:
    found = tried(radio, "icecast")
    assert (found.fault, found.codec, found.rate, found.channels) == ("", "mp3float", 44100, 2)
    assert -20 < found.loudness_db < -8


def test_a_live_playlist_is_heard(tmp_path: Path) -> None:
    with station(encoded(tmp_path / "a.ts", "aac", "mpegts", seconds=1)) as radio:
        found = tried(radio, "media.m3u8")
    assert (found.fault, found.codec) == ("", "aac")


@pytest.mark.parametrize(
    ("path", "fault"), [("garbage", "unreadable"), ("nothing", "status"), ("circle", "redirects")]
)
def test_what_is_wrong_has_its_name(radio: Station, path: str, fault: str) -> None:
    assert tried(radio, path).fault == fault


def test_a_slow_station_is_slow_and_nobody_waits_for_ever(radio: Station) -> None:
    began = time.monotonic()
    assert tried(radio, "slow", patience=1).fault == "slow"
    assert time.monotonic() - began < 15


def test_a_silent_station_is_heard_to_be_silent(tmp_path: Path) -> None:
    with station(wav(tmp_path / "silence.wav", bytes(48_000 * 2 * 4))) as radio:
        assert tried(radio, "plain").fault == "silent"


def test_a_station_that_goes_and_comes_back_is_heard_again(radio: Station) -> None:
    tap = Tap(radio.url("plain"), [radio.host])
    try:
        _until(lambda: bool(tap.take()))
        radio.gone.set()
        _until(lambda: not tap.take() and tap.fault != "")
        radio.gone.clear()
        _until(lambda: bool(tap.take()))
        assert tap.fault == ""
    finally:
        radio.gone.clear()
        tap.close()


def _until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_loudness_is_in_decibels_of_the_loudest() -> None:
    assert level_db(tone(0.5, level=1.0)) == pytest.approx(-3, abs=0.1)
    assert level_db(bytes(BLOCK)) == -120 < SILENT_DB
    assert level_db(b"") == -120


def test_a_bulletin_that_stands_in_is_heard_whole_once(tmp_path: Path) -> None:
    instead = Instead(encoded(tmp_path / "a.ogg", "libopus", "ogg", seconds=1.2, rate=48_000))
    blocks = []
    while block := instead.take():
        blocks.append(block)
    assert [len(block) for block in blocks] == [BLOCK] * 3
    assert instead.over


def test_a_bulletin_that_is_spoiled_is_over(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(b"no sound")
    instead = Instead(path)
    assert instead.take() == b""
    assert instead.over
