"""What a person should look at before a loudspeaker says it: a short list, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nguon.audio.reader.syllables import has_marks, is_syllable
from nguon.audio.reader.tables import Tables

LONGEST_SENTENCE = 40  # syllables; a horn's echo eats the rest
_WORD = re.compile(r"(?<![\w@./])[^\W\d_]+(?![\w@]|[./]\w)")
_EMOJI = re.compile(r"[\u2190-\u2bff\U0001f000-\U0001faff]")
_SENTENCE = re.compile(r"[^.!?…\n]+")


@dataclass(frozen=True)
class Doubt:
    """One thing to look at: `kind` is a slug (abbreviation, ambiguous, foreign, long_sentence, sign)."""

    kind: str
    text: str
    at: int


def find(text: str, tables: Tables) -> Iterator[Doubt]:
    """This function will yield the doubts about a text, each text of a kind once."""
    seen: set[tuple[str, str]] = set()
    for doubt in sorted([*_words(text, tables), *_signs(text), *_sentences(text)], key=lambda d: d.at):
        if (doubt.kind, doubt.text) not in seen:
            seen.add((doubt.kind, doubt.text))
            yield doubt


def _words(text: str, tables: Tables) -> Iterator[Doubt]:
    for match in _WORD.finditer(text):
        word = match[0]
        if word in tables.ambiguous and word not in tables.overrides:
            yield Doubt("ambiguous", word, match.start())
        elif tables.reading(word) or len(word) == 1 or is_syllable(word):
            continue
        elif word.isupper() and not has_marks(word):
            yield Doubt("abbreviation", word, match.start())
        else:
            yield Doubt("foreign", word, match.start())


def _signs(text: str) -> Iterator[Doubt]:
    for match in _EMOJI.finditer(text):
        yield Doubt("sign", match[0], match.start())


def _sentences(text: str) -> Iterator[Doubt]:
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()
        if len(sentence.split()) > LONGEST_SENTENCE:
            yield Doubt("long_sentence", sentence[:60], match.start())
