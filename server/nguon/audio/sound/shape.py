"""What a sound looks like: how loud it is from beginning to end, where it is silent, where it was overdriven.

Everything comes from one walk over plain mono sound in steps of 20 ms; an hour is 180,000 steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from nguon.audio.sound.filters import SAMPLE
from nguon.kernel.later import later

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = later("numpy")

POINTS = 240  # bars of the picture: one pixel and a half each on the narrowest phone
STEPS_A_SECOND = 50
FULL = 32_600  # of 32,768: a converter that is driven too hard stays there
RUN = 3  # samples side by side at full scale: a single one is only loud
BELOW_SPEECH = 35.0  # dB under the loud parts, what a listener takes for silence
NOISE_FLOOR = -65.0  # dBFS, and anything under it
LEAST_SILENCE = 2.0  # seconds: shorter ones are the breath between sentences
MARGIN = 0.25  # seconds of silence left at a trimmed end, so that no consonant is cut
APART = 0.5  # seconds between two overdriven places that are told as two
MOST_TOLD = 20
CLICK = 0.1  # seconds
AT_ONCE = 500  # steps read at a time

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Steps:
    """A sound in steps of 20 ms: level in dBFS, highest sample (0 to 1), and whether it was overdriven."""

    levels: NDArray[np.float64]
    peaks: NDArray[np.float64]
    clipped: NDArray[np.bool_]
    seconds: float

    @property
    def anything_heard(self) -> bool:
        """This property will tell whether more than a click stands above silence."""
        heard = np.count_nonzero(~self.silent) / STEPS_A_SECOND
        return bool(heard > min(CLICK, self.seconds / 2))

    @property
    def silent(self) -> NDArray[np.bool_]:
        """This property will tell which steps a listener takes for silence."""
        # not by np.percentile, which would load another part of numpy: the sandbox opens nothing any more
        sounding = np.sort(self.levels[self.levels > NOISE_FLOOR])
        loud = float(sounding[int(0.95 * (sounding.size - 1))]) if sounding.size else 0.0
        return self.levels < max(loud - BELOW_SPEECH, NOISE_FLOOR)


def steps_of(pcm: BinaryIO, rate: int) -> Steps:
    """This function will walk over mono 16-bit sound of `rate` samples a second."""
    size = rate // STEPS_A_SECOND
    levels, peaks, clipped = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, dtype=bool)]
    samples = 0
    for block in _blocks(pcm, size * AT_ONCE):
        samples += block.size
        block = np.pad(block, (0, -block.size % size)).reshape(-1, size)
        high = np.abs(block)
        full = high >= FULL
        power = np.mean(np.square(block, dtype=np.float64), axis=1) / 32_768**2
        levels.append(10 * np.log10(np.maximum(power, 1e-12)))
        peaks.append(high.max(axis=1) / 32_768)
        clipped.append(np.any(full[:, :-2] & full[:, 1:-1] & full[:, RUN - 1 :], axis=1))
    return Steps(np.concatenate(levels), np.concatenate(peaks), np.concatenate(clipped), samples / rate)


def picture(steps: Steps) -> bytes:
    """This function will return the picture: at most 240 bytes from beginning to end, 255 for the loudest."""
    if not steps.peaks.size:
        return b""
    parts = np.array_split(steps.peaks, min(POINTS, steps.peaks.size))
    bars = np.array([part.max() for part in parts])
    return bytes((bars / max(float(bars.max()), 1e-6) * 255).round().astype(np.uint8))


def silences(steps: Steps) -> Spans:
    """This function will return where nothing is heard for two seconds or longer, in ms."""
    return [span for span in _spans(steps.silent, steps.seconds) if span[1] - span[0] >= LEAST_SILENCE * 1000]


def overdriven(steps: Steps, from_ms: int = 0, to_ms: int = 1 << 40) -> Spans:
    """This function will return where the part from `from_ms` to `to_ms` was driven too hard, in ms from the
    beginning of that part; the first 20 places."""
    found: Spans = []
    for told in _spans(steps.clipped, steps.seconds):
        start, end = max(told[0], from_ms) - from_ms, min(told[1], to_ms) - from_ms
        if start >= end:
            continue
        if found and start - found[-1][1] < APART * 1000:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found[:MOST_TOLD]


def without_silence(steps: Steps) -> tuple[int, int]:
    """This function will return from where to where, in ms, a sound is left when the silence at both ends
    goes; all of it if there is nothing but silence."""
    heard = np.flatnonzero(~steps.silent)
    whole = round(steps.seconds * 1000)
    if not heard.size:
        return 0, whole
    begin = heard[0] / STEPS_A_SECOND - MARGIN
    end = (heard[-1] + 1) / STEPS_A_SECOND + MARGIN
    return max(0, round(begin * 1000)), min(whole, round(end * 1000))


def _blocks(pcm: BinaryIO, samples: int) -> Iterator[NDArray[np.int32]]:
    pcm.seek(0)
    while data := pcm.read(samples * SAMPLE):
        yield np.frombuffer(data[: len(data) // SAMPLE * SAMPLE], "<i2").astype(np.int32)


def _spans(flags: NDArray[np.bool_], seconds: float) -> Spans:
    """Where flags stand side by side, in ms."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    most = round(seconds * 1000)
    step = 1000 // STEPS_A_SECOND
    return [
        (int(start) * step, min(most, int(end) * step))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
