"""The reader: text as officers write it -> text as a voice should say it.

Our own rules and dictionary come first; what still holds a digit or a sign afterwards goes to sea-g2p's
normaliser, token by token, so that the words around it stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sea_g2p import Normalizer

from nguon.audio.reader import (
    addresses,
    amounts,
    codes,
    figures,
    identifiers,
    leftovers,
    lint,
    times,
    usual,
    words,
)
from nguon.audio.reader.letters import alphanumeric
from nguon.audio.reader.lint import Finding
from nguon.audio.reader.tables import Tables, with_overrides

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BULLET = re.compile(r"(?m)^[ \t]*[-–—•*+▪●◦►✓✔]+[ \t]+")
_UNSPOKEN = re.compile(r"[^\w\s.,;:!?…()\"'“”‘’\-–—]|_")
_TIGHT = re.compile(r"(?<=[\w)])([,;])(?=[^\W_])")
_LINES = re.compile(r"\n{3,}")
_DASH_BETWEEN = re.compile(r"(?<=\w)\s+[-–—]\s+(?=\w)")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_BEFORE_MARK = re.compile(r" +(?=[.,;:!?…)])")
_LOOSE_MARKS = re.compile(r"(?<=[.,;:!?])(?:\s*,)+|(?m:^[ ]*[,;:]+[ ]*)")
_OPEN_END = re.compile(r"(?m)(?<=[\w)\"”’])[ ]*$")


@dataclass(frozen=True)
class Reading:
    """The spoken text, and what the lint finds in the text."""

    spoken: str
    findings: tuple[Finding, ...]

    @property
    def to_look_at(self) -> tuple[Finding, ...]:
        """This property will return what a person should look at."""
        return tuple(one for one in self.findings if not one.told)


def read(text: str, *, overrides: Mapping[str, str] | None = None) -> Reading:
    """This function will turn a text into its spoken text and list what its lint finds.

    `overrides` are a province's own readings of abbreviations.  No word is lost, reading a spoken text
    again changes nothing, and the time grows with the length.
    """
    tables = with_overrides(overrides or {})
    clean = _clean(text)
    found = lint.find(text, tables, lambda piece: _spoken(_clean(piece), tables).rstrip(".").strip())
    return Reading(_spoken(clean, tables), tuple(found))


def spoken(text: str, *, overrides: Mapping[str, str] | None = None) -> str:
    """This function will return the spoken text alone."""
    return _spoken(_clean(text), with_overrides(overrides or {}))


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n\n", _SPACES.sub(" ", _INVISIBLE.sub("", text)))


def _spoken(text: str, tables: Tables) -> str:
    text = _BULLET.sub("", text)
    text = words.specials(usual.read(text), tables)
    text = usual.letters(addresses.read(text, tables, _normalised))
    text = codes.roads(text)
    text = identifiers.read(text)
    text = codes.read(text, tables)
    text = figures.read(text)
    text = times.read(text)
    text = amounts.read(text, tables)
    text = words.join(text)
    text = words.read(text, tables)
    text = amounts.read(text, tables)  # what stood behind a joined word (COVID-19)
    text = leftovers.read(text, tables)
    return _tidy(text)


def _tidy(text: str) -> str:
    text = _UNSPOKEN.sub(" ", text)
    text = _HYPHEN.sub(" ", _DASH_BETWEEN.sub(", ", text))
    text = _TIGHT.sub(r"\1 ", _BEFORE_MARK.sub("", _SPACES.sub(" ", text)))
    text = _LOOSE_MARKS.sub("", text)
    text = _OPEN_END.sub(".", _BULLET.sub("", text))
    return "\n".join(line.strip() for line in text.strip().split("\n"))


@cache
def _normaliser() -> Normalizer:
    return Normalizer()


@cache
def _normalised_short(token: str) -> str:
    return str(_normaliser().normalize(token)).strip(" .,")


def _normalised(token: str) -> str:
    """One strange token by sea-g2p; if it makes nothing of it, digit by digit and letter by letter."""
    answer = _normalised_short(token) if len(token) <= 64 else ""
    return answer if answer and not any(c.isdigit() for c in answer) else alphanumeric(token)
