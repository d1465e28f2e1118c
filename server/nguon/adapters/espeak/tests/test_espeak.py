"""The eSpeak process: speaks, answers phonemes, survives being killed, takes any text as plain text."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.adapters.espeak import Espeak, EspeakError, client


@pytest.fixture(scope="module")
def espeak() -> Iterator[Espeak]:
    engine = Espeak(timeout=20)
    yield engine
    engine.close()


def pid(engine: Espeak) -> int:
    assert engine._process
    return engine._process.pid


def test_speaks_vietnamese_at_the_asked_speed(espeak: Espeak) -> None:
    slow = espeak.synthesise("Ủy ban nhân dân xã thông báo.", wpm=110)
    quick = espeak.synthesise("Ủy ban nhân dân xã thông báo.", wpm=160)
    assert slow.rate == 22050
    assert slow.seconds > quick.seconds > 0.8
    assert any(slow.pcm)


def test_nothing_to_say_is_no_sound(espeak: Espeak) -> None:
    assert espeak.synthesise(" \n ").pcm == b""


def test_phonemes(espeak: Espeak) -> None:
    assert "həlˈoʊ" in espeak.phonemes("Hello, world.", voice="en-us")


@pytest.mark.parametrize(
    "text",
    [
        '<speak><break time="3600s"/>xin chào</speak>',
        '<audio src="file:///etc/passwd"/> xin chào',
        "xin \0 chào #{system('x')} \"quotes\" \\ $(reboot)",
        "[[xin]] chào \u202e \u200f 😀 \ud800",
        'xin chào\r\n{"op": "x"}\n',
    ],
)
def test_hostile_text_is_plain_text(espeak: Espeak, text: str) -> None:
    assert 0.5 < espeak.synthesise(text).seconds < 30


def test_a_long_text_is_spoken_in_pieces(espeak: Espeak) -> None:
    sentence = "Ủy ban nhân dân xã thông báo. "
    one, hundred = espeak.synthesise(sentence * 2), espeak.synthesise(sentence * 200)
    assert hundred.seconds == pytest.approx(one.seconds * 100, rel=0.1)


def test_a_killed_process_is_replaced(espeak: Espeak) -> None:
    espeak.synthesise("Một.")
    first = pid(espeak)
    os.kill(first, signal.SIGKILL)
    assert espeak.synthesise("Hai.").seconds > 0.2
    assert pid(espeak) != first


def test_a_hanging_process_is_killed() -> None:
    engine = Espeak(timeout=0.5)
    engine.synthesise("Một.")
    first = pid(engine)
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(EspeakError, match="within"):
        engine.synthesise("Hai.")
    time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    engine.timeout = 20
    assert engine.synthesise("Ba.").pcm
    engine.close()


@pytest.mark.parametrize("voice", ["no-such-voice", "../../../etc/passwd"])
def test_an_unknown_voice_is_an_error(espeak: Espeak, voice: str) -> None:
    with pytest.raises(EspeakError, match="no voice"):
        espeak.synthesise("Xin chào.", voice=voice)


def test_a_long_path_to_the_data_is_shortened(espeak: Espeak, monkeypatch: pytest.MonkeyPatch) -> None:
    client._installed.cache_clear()
    monkeypatch.setattr(client, "LONGEST_DATA_PATH", 10)
    try:
        _library, data = client._installed()
        assert (Path(data) / "phontab").exists()
        assert Path(data).is_symlink()
    finally:
        client._installed.cache_clear()
