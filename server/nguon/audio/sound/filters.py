"""Small helpers around FFmpeg's audio filters (through PyAV)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from nguon.kernel.later import later

if TYPE_CHECKING:
    import av
    from av.filter import Graph
else:
    av = later("av")


RATE = 48_000
SAMPLE = 2  # bytes of a sample in the plain sound between two steps: mono, signed 16 bit
BLOCK = 9_600  # samples handed over at a time

Steps = list[tuple[str, str]]


def frames(pcm: BinaryIO, rate: int) -> Iterator[av.AudioFrame]:
    """This function will read plain mono sound from where it begins, as frames with timestamps."""
    pcm.seek(0)
    at = 0
    while data := pcm.read(BLOCK * SAMPLE):
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(data) // SAMPLE)
        frame.planes[0].update(data[: frame.samples * SAMPLE].ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        at += frame.samples
        yield frame


def through(steps: Steps, sound: Iterable[av.AudioFrame], rate: int) -> Iterator[av.AudioFrame]:
    """This function will push mono 16-bit frames through the filters and yield what comes out."""
    graph: Graph = later("av.filter").Graph()
    graph.threads = 1
    last = graph.add_abuffer(sample_rate=rate, format="s16", layout="mono", time_base=Fraction(1, rate))
    for name, arguments in [*steps, ("abuffersink", "")]:
        following = graph.add(name, arguments or None)
        last.link_to(following)
        last = following
    graph.configure()
    for frame in sound:
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[av.AudioFrame]:
    with contextlib.suppress(av.BlockingIOError, av.EOFError):
        while True:
            frame = graph.pull()
            if isinstance(frame, av.AudioFrame):
                yield frame


def decibels(steps: float) -> str:
    """This function will write a level the way FFmpeg's filters read it."""
    return f"{steps:.3f}dB"
