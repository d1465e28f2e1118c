"""What every speech engine takes and gives back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")


class EngineError(Exception):
    """An engine could not speak; the text says why (English, for the log)."""


@dataclass(frozen=True)
class Sound:
    """Mono sound: signed 16-bit little-endian samples, and how many of them a second."""

    pcm: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """This property will tell how long it lasts."""
        return len(self.pcm) / 2 / self.rate


def sentences_of(text: str) -> list[str]:
    """This function will cut a text where its sentences end, each with its marks."""
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def pieces_of(text: str, longest: int) -> Iterator[str]:
    """This function will cut a text at sentences, then at commas and spaces, into pieces of that length."""
    for sentence in _SENTENCE.findall(text):
        rest = sentence.strip()
        while len(rest) > longest:
            at = max(rest.rfind(mark, longest // 2, longest) for mark in ",;:")
            at = at + 1 if at > 0 else rest.rfind(" ", 1, longest)
            at = at if at > 0 else longest
            yield rest[:at].strip()
            rest = rest[at:].strip()
        if rest:
            yield rest
