"""sanoTTS voices, on a tiny pack with random weights (docs/performance.md has real ones)."""

from pathlib import Path

import pytest

from nguon.adapters.sano import SanoError, SanoVoice
from nguon.adapters.sano.tests.pack import write_pack


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> SanoVoice:
    return SanoVoice(write_pack(tmp_path_factory.mktemp("sano") / "tiny"))


def test_makes_a_sound_for_every_piece(voice: SanoVoice) -> None:
    one = voice.synthesise("Xin chào bà con.")
    many = voice.synthesise("Xin chào bà con. " * 4)
    assert one.rate == 22050
    assert any(one.pcm)
    assert many.seconds > 3 * one.seconds


def test_length_stretches(voice: SanoVoice) -> None:
    assert (
        voice.synthesise("Xin chào.", length=2.4).seconds
        > 1.4 * voice.synthesise("Xin chào.", length=1.2).seconds
    )


def test_nothing_sayable_is_no_sound(voice: SanoVoice) -> None:
    assert voice.synthesise("... !").pcm == b""


@pytest.mark.parametrize("broken", ["manifest.json", "weights.fp16.bin", "piper-phoneme-config.json"])
def test_a_pack_with_a_broken_file_is_an_error(tmp_path: Path, broken: str) -> None:
    pack = write_pack(tmp_path / "pack")
    (pack / broken).write_bytes(b"")
    with pytest.raises(SanoError):
        SanoVoice(pack).synthesise("Xin chào.")


def test_a_folder_without_a_voice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SanoError, match=r"manifest\.json"):
        SanoVoice(tmp_path)
