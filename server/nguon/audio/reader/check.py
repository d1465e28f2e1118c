"""Measuring the reader on sentences with an expected reading, in which `{a|b|}` lists equally right words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nguon.audio.reader.reading import spoken

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SLOT = re.compile(r"\{([^{}]*)\}|([^\s{}]+)")
_I_OR_Y = re.compile(r"^(h|k|l|m|s|t|qu)y$")
# Measures and vaccines that some write as one word and some as several: they sound alike.
_ONE_WORD = {
    "kilômét": "ki lô mét", "kilomet": "ki lô mét", "kilômet": "ki lô mét", "kilôgam": "ki lô gam",
    "kilogam": "ki lô gam", "milimét": "mi li mét", "milimet": "mi li mét", "miligam": "mi li gam",
    "mililít": "mi li lít", "mililit": "mi li lít", "hecta": "héc ta", "hécta": "héc ta",
    "kilôoát": "ki lô oát", "kilôvôn": "ki lô vôn", "mêgaoát": "mê ga oát", "gigabai": "gi ga bai",
    "vắcxin": "vắc xin", "vacxin": "vắc xin",
}  # fmt: skip
Slot = list[list[str]]


@dataclass(frozen=True)
class Wrong:
    """A sentence that was not read as expected, and by how many words."""

    text: str
    expected: str
    spoken: str
    words: int


@dataclass(frozen=True)
class Score:
    """Shares of sentences and of words read right, 0 to 1, and the wrong ones."""

    sentences: int
    words: int
    sentences_right: float
    words_right: float
    wrong: tuple[Wrong, ...]


def check(rows: Iterable[Sequence[str]]) -> Score:
    """This function will read the first cell of each row and compare it with the second."""
    wrong: list[Wrong] = []
    sentences = words = errors = 0
    for text, expected in rows:
        slots = _slots(expected)
        reading = spoken(text)
        wrong_words = distance(slots, plain_words(reading))
        sentences += 1
        words += sum(len(slot[0]) for slot in slots)
        errors += wrong_words
        if wrong_words:
            wrong.append(Wrong(text, expected, reading, wrong_words))
    right = 1 - len(wrong) / sentences if sentences else 1.0
    return Score(sentences, words, right, max(0.0, 1 - errors / words) if words else 1.0, tuple(wrong))


def plain_words(text: str) -> list[str]:
    """This function will return the words bare of case, marks of punctuation, and habits of spelling
    (hoà and hòa, kỳ and kì are the same)."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text.lower()))
    return [_bare(part) for word in words for part in _ONE_WORD.get(word, word).split()]


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tone = "".join(character for character in decomposed if character in _TONES)
    letters = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    return _I_OR_Y.sub(r"\1i", letters) + tone


def _slots(expected: str) -> list[Slot]:
    slots: list[Slot] = []
    for match in _SLOT.finditer(expected):
        group, word = match.groups()
        if group is not None:
            slots.append([plain_words(choice) for choice in group.split("|")])
        else:
            slots.extend([[part]] for part in plain_words(word))
    return slots


def distance(slots: list[Slot], words: list[str]) -> int:
    """This function will return the least number of words to change, over all choices (Levenshtein)."""
    row = list(range(len(words) + 1))
    for slot in slots:
        rows = [_advance(row, choice, words) for choice in slot]
        row = [min(column) for column in zip(*rows, strict=True)]
    return row[-1]


def _advance(row: list[int], choice: list[str], words: list[str]) -> list[int]:
    for expected in choice:
        following = [row[0] + 1]
        for at, word in enumerate(words):
            following.append(min(row[at] + (word != expected), row[at + 1] + 1, following[at] + 1))
        row = following
    return row
