"""Web and mail addresses, as one says them to somebody who types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from nguon.audio.reader.letters import alphanumeric, spell
from nguon.audio.reader.numbers import digits
from nguon.audio.reader.syllables import is_bare_syllable, is_syllable
from nguon.audio.reader.tables import Tables

_WEB = re.compile(
    r"(?<![\w@.\-])(?:https?://)?([A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,63}){0,6}\."
    r"(?:vn|com|net|org|info|gov|edu|asia|io|me))((?:/[^\s,;<>()\"“”]{0,200})?)(?![\w@])"
)
_MAIL = re.compile(
    r"(?<![\w.+\-])([A-Za-z0-9][\w.+\-]{0,63})@([A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6})(?!\w)"
)


_OFFICES = frozenset({"vp", "tt", "bv", "cd", "bql"})  # at the beginning of a name


def read(text: str, tables: Tables, leftover: Callable[[str], str]) -> str:
    """This function will put addresses into words; `leftover` reads a foreign word."""
    text = _MAIL.sub(lambda m: _mail(m, tables, leftover), text)
    return _WEB.sub(lambda m: _web(m, tables, leftover), text)


def _labels(address: str, tables: Tables, leftover: Callable[[str], str]) -> str:
    words = [
        " gạch ngang ".join(_label(piece, tables, leftover) for piece in label.split("-"))
        for label in address.lower().split(".")
    ]
    return " chấm ".join(word for word in words if word)


def _label(label: str, tables: Tables, leftover: Callable[[str], str]) -> str:
    if label in tables.labels:
        return tables.labels[label]
    if label.isdecimal():
        return digits(label)
    if not label.isalpha():
        return alphanumeric(label)
    if is_syllable(label):
        return label
    glued = _glued(label, tables)
    if glued:
        return glued
    vowels = sum(character in "aeiouy" for character in label)
    return leftover(label) if vowels / len(label) >= 0.3 else spell(label)


def _glued(label: str, tables: Tables) -> str:
    """tanlap -> tan lap: fewest syllables, rather begun with a consonant; "" if it cannot be cut so."""
    return _cut(label, tables, tables.labels) or _cut(label, tables, {})


def _cut(label: str, tables: Tables, labels: Mapping[str, str]) -> str:
    """With the marks of what is known only if all of it is: half of the marks would mislead."""
    best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(label)
    for end in range(1, len(label) + 1):
        for start in range(max(0, end - 16), end):
            before, piece = best[start], label[start:end]
            known = labels.get(piece)
            short = start == 0 and piece in _OFFICES
            if known is None and (short or (len(piece) > 2 and piece.upper() in tables.abbreviations)):
                known = spell(piece)  # people must type it
            if before is None or not (known or (not labels and len(piece) > 1 and is_bare_syllable(piece))):
                continue
            cost = before[0] + (1.1 if piece[0] in "aeiouy" else 1.0)
            there = best[end]
            if there is None or cost < there[0]:
                best[end] = (cost, [*before[1], known or piece])
    found = best[-1]
    return " ".join(found[1]) if found and len(label) >= 2.5 * len(found[1]) else ""


def _web(match: re.Match[str], tables: Tables, leftover: Callable[[str], str]) -> str:
    words = _labels(match[1], tables, leftover)
    path = [piece for piece in re.split(r"[^\w.\-]+", match[2]) if re.search(r"\w", piece)]
    return " gạch chéo ".join([words, *(_labels(piece, tables, leftover) for piece in path)])


def _mail(match: re.Match[str], tables: Tables, leftover: Callable[[str], str]) -> str:
    name = re.sub(r"[_+]+", ".", match[1])
    return f"{_labels(name, tables, leftover)} a còng {_labels(match[2], tables, leftover)}"
