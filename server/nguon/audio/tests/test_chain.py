"""The chain: loudness, true peak and duration of the master, for loud, quiet, short and spiky sounds."""

import io
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.adapters.espeak import shared
from nguon.audio.sound.chain import master_of_pcm, measure_encoded
from nguon.audio.sound.faults import SoundFault
from nguon.audio.tests.sounds import RATE, seconds_of, tone

SPEECH = "Ủy ban nhân dân xã thông báo đến toàn thể bà con nhân dân. " * 2


def test_speech_is_loud_enough_and_never_too_loud() -> None:
    sound = shared().synthesise(SPEECH)
    master = master_of_pcm(io.BytesIO(sound.pcm), sound.rate)
    heard = measure_encoded(master.data)
    assert heard.loudness == pytest.approx(-16, abs=1)
    assert heard.true_peak <= -1
    assert seconds_of(master.data) == pytest.approx(sound.seconds, abs=0.02)
    assert master.duration_ms == pytest.approx(sound.seconds * 1000, abs=1)


@pytest.mark.parametrize("level", [0.99, 0.3, 0.01, 0.003])
def test_any_level_ends_at_the_same_loudness(level: float) -> None:
    master = master_of_pcm(io.BytesIO(tone(2, level=level)), RATE)
    assert master.loudness_lufs == pytest.approx(-16, abs=1)
    assert master.true_peak_dbtp <= -1


def test_spikes_are_limited() -> None:
    clicks = array("h", [0]) * (2 * RATE)
    for at in range(0, len(clicks), 4_000):
        clicks[at] = 32767
    assert master_of_pcm(io.BytesIO(clicks.tobytes()), RATE).true_peak_dbtp <= -1


def test_silence_and_nothing_are_refused() -> None:
    with pytest.raises(SoundFault, match="silent"):
        master_of_pcm(io.BytesIO(bytes(2 * RATE)), RATE)
    with pytest.raises(SoundFault, match="empty"):
        master_of_pcm(io.BytesIO(b""), RATE)


@settings(max_examples=12, deadline=None)
@given(seconds=st.floats(0.05, 2.5), rate=st.sampled_from([8000, 16000, 22050, 44100, 48000]))
def test_duration_out_is_duration_in(seconds: float, rate: int) -> None:
    pcm = tone(seconds, rate=rate)
    master = master_of_pcm(io.BytesIO(pcm), rate)
    assert seconds_of(master.data) == pytest.approx(len(pcm) / 2 / rate, abs=0.02)
