"""What a voice is to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nguon.adapters.pcm import Sound

SLOWEST, NORMAL, FASTEST = 80, 120, 200  # words a minute


class VoiceError(Exception):
    """A voice could not speak; the text says why (English, for the log)."""


@dataclass(frozen=True)
class Voice:
    """A voice (giọng đọc) with what the law of copyright wants shown beside it.

    `version` changes when the voice would sound different: it is part of the key of a rendering.
    """

    id: str
    name: str
    language: str
    licence: str
    credit: str
    engine: str
    version: str
    speaker: Callable[[str, int], Sound] = field(repr=False, compare=False)

    def speak(self, text: str, wpm: int = NORMAL) -> Sound:
        """This function will speak a text that is already spoken text, at `wpm` words a minute."""
        return self.speaker(text, wpm)
