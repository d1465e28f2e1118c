"""From plain sound to the master: measure, gain, limiter, Opus, and measure again what was encoded.

Loudness by EBU R 128 (ITU-R BS.1770), true peak by four-fold oversampling.  The limiter works at 192 kHz
so that it sees the peaks between the samples; what the codec adds is measured and taken off in a next turn.
"""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import BLOCK, RATE, SAMPLE, decibels, frames, through
from nguon.audio.sound.shape import Spans, picture, silences, steps_of
from nguon.kernel.later import later

if TYPE_CHECKING:
    import av
    import numpy as np
else:
    av = later("av")
    np = later("numpy")

LOUDNESS = -16.0  # LUFS
TOLERANCE = 0.7  # LU; we promise 1
PEAK = -1.0  # dBTP
CEILING = -2.0  # dB, where the limiter begins: the codec then has one decibel of its own
SILENCE = -60.0  # LUFS; anything quieter is not speech
GREATEST_GAIN = 44.0  # dB
TURNS = 5
STEP, MOST_FORESEEN = 0.25, 0.9
BITRATE = 48_000
SHORTEST_MEASURED = 0.4  # seconds: one block of EBU R 128


@dataclass(frozen=True)
class Level:
    """Integrated loudness in LUFS, and true peak in dBTP (not asked for: -inf)."""

    loudness: float
    true_peak: float


@dataclass(frozen=True)
class Master:
    """An Ogg Opus file, what was measured on it after it was encoded, and what it looks like."""

    data: bytes
    duration_ms: int
    loudness_lufs: float
    true_peak_dbtp: float
    peaks: bytes = b""
    silent: Spans = field(default_factory=list)


def master_of_pcm(pcm: BinaryIO, rate: int) -> Master:
    """This function will make the master of mono 16-bit sound.

    Raises SoundFault("silent") if there is nothing to hear, SoundFault("empty") if there is nothing at all.
    """
    samples = pcm.seek(0, io.SEEK_END) // SAMPLE
    if not samples:
        raise SoundFault("empty")
    before = measure(pcm, rate, peak=samples < SHORTEST_MEASURED * rate)
    if before.loudness < SILENCE:
        raise SoundFault("silent")
    gain = min(LOUDNESS - before.loudness, GREATEST_GAIN)
    gain = min(gain + _foresight(pcm, gain), GREATEST_GAIN)
    ceiling = CEILING
    data, after = b"", before
    for _turn in range(TURNS):
        data = _encode(pcm, rate, gain, ceiling)
        after = measure_encoded(data)
        short = LOUDNESS - after.loudness
        over = after.true_peak - PEAK
        if over <= 0 and (abs(short) <= TOLERANCE or gain >= GREATEST_GAIN):
            break
        gain = min(gain + (short if abs(short) > TOLERANCE / 2 else 0.0), GREATEST_GAIN)
        ceiling -= over + 0.2 if over > 0 else 0.0
    steps = steps_of(pcm, rate)
    return Master(
        data,
        round(samples * 1000 / rate),
        round(after.loudness, 2),
        round(after.true_peak, 2),
        picture(steps),
        silences(steps),
    )


def _foresight(pcm: BinaryIO, gain: float) -> float:
    """How much louder to begin, in decibels, as the limiter will take some of it: mostly one turn is then
    enough (measured: what speech has above the ceiling costs a quarter of it, about 1 LU)."""
    pcm.seek(0)
    peak = 0
    while data := pcm.read(BLOCK * SAMPLE * 100):
        peak = max(peak, int(np.abs(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int32)).max()))
    above = 20 * math.log10(max(peak, 1) / 32_768) + gain - CEILING
    return min(max(above, 0.0) * STEP, MOST_FORESEEN)


def measure(pcm: BinaryIO, rate: int, *, peak: bool = True) -> Level:
    """This function will measure mono 16-bit sound; under 0.4 seconds its peak stands for its loudness."""
    short = SHORTEST_MEASURED * rate * SAMPLE - pcm.seek(0, io.SEEK_END)
    if short > 0:
        pcm.seek(0)
        pcm = io.BytesIO(pcm.read() + bytes(2 * math.ceil(short)))
    return _level(through(_meter(peak), frames(pcm, rate), rate), short=short > 0)


def measure_encoded(data: bytes) -> Level:
    """This function will decode an encoded master and measure it."""
    return measure(_decoded(data), RATE)


def look_at_encoded(data: bytes) -> tuple[bytes, Spans]:
    """This function will return the picture of an encoded master, and where it is silent."""
    steps = steps_of(_decoded(data), RATE)
    return picture(steps), silences(steps)


def wav_of(data: bytes) -> bytes:
    """This function will turn an encoded master into a WAV file, 48 kHz, mono, 16 bit."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE)
        file.setframerate(RATE)
        file.writeframes(_decoded(data).getvalue())
    return out.getvalue()


def pcm_of(data: bytes) -> bytes:
    """This function will decode an encoded master: 48 kHz, mono, 16 bit."""
    return _decoded(data).getvalue()


def _decoded(data: bytes) -> io.BytesIO:
    pcm = io.BytesIO()
    with av.open(io.BytesIO(data), mode="r") as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            for plain in resampler.resample(frame):
                pcm.write(bytes(plain.planes[0])[: plain.samples * SAMPLE])
        for plain in resampler.resample(None):
            pcm.write(bytes(plain.planes[0])[: plain.samples * SAMPLE])
    return pcm


def _meter(peak: bool) -> list[tuple[str, str]]:
    return [("ebur128", f"metadata=1:framelog=quiet:peak={'true' if peak else 'none'}")]


def _level(metered: Iterable[av.AudioFrame], *, short: bool) -> Level:
    loudness, peak = "-inf", 0.0
    for frame in metered:
        told = frame.metadata
        loudness = told.get("lavfi.r128.I", loudness)
        peak = max(peak, float(told.get("lavfi.r128.true_peak", 0.0)))
    true_peak = 20 * math.log10(peak) if peak > 0 else -math.inf
    return Level(true_peak - 3.0 if short else float(loudness), true_peak)


def _encode(pcm: BinaryIO, rate: int, gain: float, ceiling: float) -> bytes:
    steps = [
        ("aformat", "sample_fmts=flt"),
        ("volume", decibels(gain)),
        ("aresample", str(4 * RATE)),
        ("alimiter", f"level=false:attack=5:release=80:latency=true:limit={decibels(ceiling)}"),
        ("aformat", f"sample_fmts=flt:sample_rates={RATE}"),
    ]
    out = io.BytesIO()
    with av.open(out, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITRATE
        stream.codec_context.format = "flt"
        stream.codec_context.options = {"compression_level": "6"}
        stream.codec_context.time_base = Fraction(1, RATE)
        for frame in through(steps, frames(pcm, rate), rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
