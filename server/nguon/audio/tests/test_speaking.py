"""Pauses for the echo, tunes before and after: what they add is known to the millisecond."""

from pathlib import Path

import numpy as np
import pytest

from nguon.adapters.pcm import Sound
from nguon.audio import errors
from nguon.audio.actions.speaking import Manner, master_of_text, spoken_sound, voice_for
from nguon.audio.sound import jingles
from nguon.audio.states import Jingle
from nguon.audio.voices import Voice

RATE = 8_000


def tone(text: str, wpm: int) -> Sound:
    """A voice that hums a tenth of a second for each word."""
    samples = np.arange(len(text.split()) * RATE // 10)
    return Sound((8_000 * np.sin(samples / 3)).astype("<i2").tobytes(), RATE)


HUM = Voice("hum", "Hum", "vi", "CC0", "nobody", "none", "1", tone)
TEXT = "Một hai ba. Bốn năm!\nSáu bảy tám chín."


@pytest.mark.parametrize(("pause", "seconds"), [(0, 0.9), (500, 1.9), (1500, 3.9)])
def test_a_pause_stands_between_sentences_alone(pause: int, seconds: float) -> None:
    sound = spoken_sound(TEXT, HUM, Manner(pause_ms=pause))
    assert sound.seconds == pytest.approx(seconds, abs=0.002)


def test_signs_without_words_make_no_pause() -> None:
    assert spoken_sound("Một. … ! Hai.", HUM, Manner(pause_ms=1000)).seconds == pytest.approx(1.2, abs=0.002)


@pytest.mark.parametrize("slug", [slug for slug in Jingle.values if slug])
def test_a_tune_stands_before_and_after(slug: str) -> None:
    plain, tuned = (spoken_sound(TEXT, HUM, Manner(jingle=one)) for one in ("", slug))
    before, after = jingles.tune(slug, RATE), jingles.tune(slug, RATE, closing=True)
    assert len(tuned.pcm) == len(before) + len(plain.pcm) + 2 * round(0.3 * RATE) + len(after)
    assert tuned.pcm[len(before) : len(before) + len(plain.pcm)] == plain.pcm
    assert 1 < len(before) / 2 / RATE < 4


@pytest.mark.parametrize("slug", jingles.TUNES)
def test_a_tune_is_the_same_each_time_and_not_louder_than_the_voice(slug: str) -> None:
    tune = jingles.tune(slug, 22_050)
    jingles.tune.cache_clear()
    assert jingles.tune(slug, 22_050) == tune
    loud = jingles.like(tune, tone("a " * 20, 120).pcm)
    assert np.abs(np.frombuffer(loud, "<i2").astype(int)).max() < 32_767


def test_every_tune_that_can_be_chosen_exists() -> None:
    assert {slug for slug in Jingle.values if slug} == set(jingles.TUNES)


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        (Manner(pause_ms=7), errors.PauseUnknown),
        (Manner(jingle="samba"), errors.JingleUnknown),
        (Manner(speed=5), errors.SpeedOutOfRange),
        (Manner(voice="nobody"), errors.VoiceUnknown),
    ],
)
def test_a_manner_that_does_not_exist_is_told(
    manner: Manner, error: type[errors.VoiceUnknown], tmp_path: Path
) -> None:
    with pytest.raises(error):
        voice_for("bà con", manner, tmp_path)


def test_the_master_of_a_text(tmp_path: Path) -> None:
    manner = Manner(pause_ms=500, jingle="chime")
    master = master_of_text("UBND xã họp lúc 7h30. Mời bà con.", manner=manner, data=tmp_path)
    assert master.loudness_lufs == pytest.approx(-16, abs=1)
    assert master.true_peak_dbtp <= -1
