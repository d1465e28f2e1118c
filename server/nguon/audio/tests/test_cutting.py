"""Which part of a sound plays: what was told is what came out, to the millisecond; nothing else is cut."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.audio.sound.cutting import Part, Wish, cut
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import RATE, SAMPLE
from nguon.audio.sound.sandbox import decoded_file
from nguon.audio.sound.shape import overdriven, picture, silences, steps_of, without_silence
from nguon.audio.tests.sounds import seconds_of, tone, wav

FRAME_MS = 20


TWO_SECONDS = tone(2)


def sounding_for(seconds: float) -> bytes:
    return TWO_SECONDS[: round(seconds * RATE) * SAMPLE]


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * SAMPLE)


def length_ms(pcm: io.BytesIO) -> float:
    return pcm.seek(0, io.SEEK_END) / SAMPLE / RATE * 1000


@settings(max_examples=40, deadline=None)
@given(
    before=st.floats(0, 3),
    sounding=st.floats(0.6, 2),
    after=st.floats(0, 3),
    trims=st.booleans(),
    marks=st.none() | st.tuples(st.integers(0, 4000), st.integers(500, 9000)),
)
def test_what_comes_out_is_what_was_told(
    before: float, sounding: float, after: float, trims: bool, marks: tuple[int, int] | None
) -> None:
    pcm = io.BytesIO(silence(before) + sounding_for(sounding) + silence(after))
    whole = length_ms(pcm)
    wish = Wish(trims, *((marks[0], marks[0] + marks[1]) if marks else ()))
    if marks and min(sum(marks), round(whole)) - marks[0] < 500:
        with pytest.raises(SoundFault, match="cut_empty"):
            cut(pcm, steps_of(pcm, RATE), wish)
        return
    part = cut(pcm, steps_of(pcm, RATE), wish)
    assert part.whole_ms == pytest.approx(whole, abs=1)
    assert length_ms(pcm) == pytest.approx(part.to_ms - part.from_ms, abs=1)
    if marks:
        assert (part.from_ms, part.to_ms) == (marks[0], min(marks[0] + marks[1], part.whole_ms))
    elif trims:
        assert part.from_ms == pytest.approx(max(0, before * 1000 - 250), abs=2 * FRAME_MS)
        assert part.to_ms == pytest.approx(min(whole, whole - after * 1000 + 250), abs=2 * FRAME_MS)
    else:
        assert part == Part(part.whole_ms, 0, part.whole_ms)


def test_what_is_kept_is_the_sound_of_that_place() -> None:
    pcm = io.BytesIO(tone(1, hertz=300) + tone(1, hertz=700) + tone(1, hertz=300))
    cut(pcm, steps_of(pcm, RATE), Wish(from_ms=1000, to_ms=2000))
    assert pcm.getvalue() == tone(1, hertz=700)


@pytest.mark.parametrize("wish", [Wish(), Wish(trims_silence=True), Wish(from_ms=300, to_ms=1300)])
def test_the_master_is_as_long_as_was_told(tmp_path: Path, wish: Wish) -> None:
    file = wav(tmp_path / "x.wav", silence(1) + tone(1) + silence(1))
    made = decoded_file(file, wish)
    told = made.part.to_ms - made.part.from_ms
    assert made.master.duration_ms == pytest.approx(told, abs=1)
    assert seconds_of(made.master.data) * 1000 == pytest.approx(told, abs=FRAME_MS)
    expected = {None: 1500 if wish.trims_silence else 3000, 300: 1000}[wish.from_ms]
    assert told == pytest.approx(expected, abs=2 * FRAME_MS if wish.trims_silence else 0)


def test_soft_speech_in_a_noisy_room_is_not_taken_for_silence() -> None:
    pcm = io.BytesIO(tone(1, level=0.01) + tone(1, level=0.2) + tone(1, level=0.01))
    assert without_silence(steps_of(pcm, RATE)) == (0, 3000)


def test_silence_inside_and_overdriven_places_are_found() -> None:
    square = (b"\xff\x7f" * 200 + b"\x01\x80" * 200) * 60
    pcm = io.BytesIO(tone(1) + silence(3) + square + tone(1))
    steps = steps_of(pcm, RATE)
    assert silences(steps) == [(1000, 4000)]
    assert overdriven(steps) == [(4000, 4500)]
    assert overdriven(steps, 4200, 9000) == [(0, 300)]
    assert overdriven(steps, 0, 3000) == []


@given(seconds=st.floats(0.01, 6), rate=st.sampled_from([8000, 11025, 22050, 48000]))
@settings(max_examples=20, deadline=None)
def test_the_picture_is_small_and_its_loudest_is_full(seconds: float, rate: int) -> None:
    bars = picture(steps_of(io.BytesIO(tone(seconds, rate=rate)), rate))
    assert 1 <= len(bars) <= 240
    assert max(bars) == 255
