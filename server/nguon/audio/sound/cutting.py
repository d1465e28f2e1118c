"""Which part of a sound plays: between two marks, or without the silence at its ends; told in ms."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import BLOCK, RATE, SAMPLE
from nguon.audio.sound.shape import Steps, without_silence

SHORTEST_MS = 500


@dataclass(frozen=True)
class Wish:
    """What an officer wants of a sound: marks in ms (None: no mark), and whether silent ends go.

    Whoever sets a mark has listened: then exactly that part is kept, silent or not.
    """

    trims_silence: bool = False
    from_ms: int | None = None
    to_ms: int | None = None

    @property
    def marked(self) -> bool:
        """This property will tell whether there is any mark."""
        return self.from_ms is not None or self.to_ms is not None


@dataclass(frozen=True)
class Part:
    """What was kept of a sound that lasted `whole_ms`."""

    whole_ms: int
    from_ms: int
    to_ms: int


def cut(pcm: BinaryIO, steps: Steps, wish: Wish) -> Part:
    """This function will leave in `pcm` (mono 16-bit 48 kHz) only the part that is wanted, and tell which.

    A sound that nobody cuts stays as it is, to the sample.  Raises SoundFault("cut_empty") when the marks
    leave less than half a second of a sound that is longer.
    """
    samples = pcm.seek(0, io.SEEK_END) // SAMPLE
    whole = round(samples * 1000 / RATE)
    begin, end = 0, whole
    if wish.marked:
        begin, end = max(0, wish.from_ms or 0), min(whole, wish.to_ms if wish.to_ms is not None else whole)
    elif wish.trims_silence:
        begin, end = without_silence(steps)
    if (begin, end) == (0, whole):
        return Part(whole, 0, whole)
    if end - begin < min(SHORTEST_MS, whole):
        if wish.marked:
            raise SoundFault("cut_empty")
        return Part(whole, 0, whole)
    _keep(pcm, begin * RATE // 1000, min(samples, end * RATE // 1000))
    return Part(whole, begin, end)


def _keep(pcm: BinaryIO, first: int, last: int) -> None:
    """Move a range of samples to the beginning, within the one file that the sandbox has."""
    read, written, left = first * SAMPLE, 0, (last - first) * SAMPLE
    while left > 0:
        pcm.seek(read)
        data = pcm.read(min(left, BLOCK * SAMPLE * 10))
        if not data:
            break
        pcm.seek(written)
        pcm.write(data)
        read, written, left = read + len(data), written + len(data), left - len(data)
    pcm.seek(written)
    pcm.truncate()
