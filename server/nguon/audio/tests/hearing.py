"""How much of a voice a recogniser mishears: the share of syllables, on ten sentences of bulletin style.

The recogniser (viet-asr) was taught on people, so it is harder on eSpeak than people are; see
docs/performance.md.
"""

import io
from functools import cache
from pathlib import Path

import av
import numpy as np
from vietasr import Pipeline

from nguon.adapters.pcm import Sound
from nguon.audio.reader.check import distance, plain_words
from nguon.audio.sound.filters import frames
from nguon.audio.voices import Voice

SENTENCES = (Path(__file__).with_name("data") / "hearing.txt").read_text("utf-8").splitlines()
RATE = 16_000


@cache
def _recogniser() -> Pipeline:
    return Pipeline.preset("transcribe")


def heard(sound: Sound) -> str:
    """This function will write down what the recogniser hears."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts = [
        part for frame in frames(io.BytesIO(sound.pcm), sound.rate) for part in resampler.resample(frame)
    ]
    samples = [part.to_ndarray().ravel() for part in [*parts, *resampler.resample(None)]]
    return str(_recogniser().transcribe(np.concatenate(samples), RATE).text)


def misheard(voice: Voice, wpm: int) -> float:
    """This function will return the share of syllables that are wrong, missing or added, 0 to 1 or more."""
    wrong = total = 0
    for sentence in SENTENCES:
        expected = plain_words(sentence)
        wrong += distance([[[word]] for word in expected], plain_words(heard(voice.speak(sentence, wpm))))
        total += len(expected)
    return wrong / total
