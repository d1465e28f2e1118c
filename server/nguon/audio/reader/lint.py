"""The lint of spoken Vietnamese: what a person should look at before a loudspeaker says it, and how the rest
will be said.

Each finding names a piece of the text as it was given, where it stands, why it matters to people who only
hear it, and what to do; the words for people are the console's and the command line's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from nguon.audio.reader import figures_told, meanings, words
from nguon.audio.reader.letters import spell
from nguon.audio.reader.syllables import has_marks, is_syllable
from nguon.audio.reader.tables import Tables

LONGEST_SENTENCE = 50  # syllables as they are said; a horn's echo eats the rest
_WORD = re.compile(r"(?<![\w@./])([^\W\d_]+)(?![\w@]|[./]\w)")
_ROAD = re.compile(r"(?:TL|ĐT|ĐH|ĐX|HL)[. ]?\d{1,3}[A-Z]?(?!\w)")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_PHONE_WORDS = frozenset({"ĐT", "Đt", "đt", "Tel", "TEL"})
_NUMBER_NEXT = re.compile(r"\s*[:.]?\s*[(+]?\d")
_EMOJI = re.compile(r"(?![←-↓≈≠≤≥½])[\u2190-\u2bff\U0001f000-\U0001faff]")
_SENTENCE = re.compile(r"[^!?…\n.;]+(?:[.;](?!\s|$)[^!?…\n.;]*)*")


class Kind(StrEnum):
    """What a finding is about."""

    ABBREVIATION = "abbreviation"
    AMBIGUOUS = "ambiguous"
    FOREIGN = "foreign"
    LONG_SENTENCE = "long_sentence"
    SIGN = "sign"
    NUMBER = "number"
    LONG_NUMBER = "long_number"
    UNCLEAR_NUMBER = "unclear_number"
    DATE = "date"
    NO_SUCH_DATE = "no_such_date"
    WRONG_WEEKDAY = "wrong_weekday"
    HOUR = "hour"
    NO_SUCH_HOUR = "no_such_hour"
    PHONE = "phone"
    SHORT_PHONE = "short_phone"
    UNIT = "unit"
    UNKNOWN_UNIT = "unknown_unit"
    LEGAL = "legal"
    ADDRESS = "address"


# What is only told (how it will be said); everything else a person should look at.
TOLD = frozenset(
    {Kind.NUMBER, Kind.DATE, Kind.HOUR, Kind.PHONE, Kind.UNIT, Kind.LEGAL, Kind.ADDRESS, Kind.LONG_NUMBER}
)
# What a reading in the dictionary of the area mends.
TAUGHT = frozenset({Kind.ABBREVIATION, Kind.AMBIGUOUS, Kind.FOREIGN, Kind.UNKNOWN_UNIT})


@dataclass(frozen=True)
class Finding:
    """One thing about a text: its kind, the piece, where it begins (characters from the start of the text as
    it was given), and how it will be said ("" where that says nothing)."""

    kind: Kind
    text: str
    at: int
    reading: str = ""

    @property
    def told(self) -> bool:
        """This property will tell whether nothing need be done."""
        return self.kind in TOLD

    @property
    def taught(self) -> bool:
        """This property will tell whether a reading in the dictionary mends it."""
        return self.kind in TAUGHT


def find(text: str, tables: Tables, say: Callable[[str], str]) -> list[Finding]:
    """This function will list the findings about a text in its order, each piece of a kind once; `say` reads
    a piece aloud."""
    plain, places = _plain(text)
    figures = [
        Finding(Kind(kind), piece, at, _said(kind, piece, say) if reads else "")
        for kind, piece, at, reads in figures_told.find(plain, tables)
    ]
    covered = [(one.at, one.at + len(one.text)) for one in figures]
    rest = [*_words(plain, tables), *_signs(plain), *_sentences(plain, say)]
    loose = [one for one in rest if one.kind == Kind.LONG_SENTENCE or not _inside(one.at, covered)]
    seen: set[tuple[str, str]] = set()
    found = []
    for one in sorted([*figures, *loose], key=lambda one: (one.at, one.kind)):
        if (one.kind, one.text) not in seen:
            seen.add((one.kind, one.text))
            found.append(Finding(one.kind, one.text, places[one.at], one.reading))
    return found


def _said(kind: str, piece: str, say: Callable[[str], str]) -> str:
    """Numbers of four digits or fewer are said as telephone numbers only after a word of calling."""
    return say(f"gọi số {piece}").removeprefix("gọi số ") if kind == Kind.PHONE else say(piece)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with its marks put together, and for each of its characters the place in what was given."""
    plain: list[str] = []
    places: list[int] = []
    for match in re.finditer(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", text):
        for character in unicodedata.normalize("NFC", match[0]):
            plain.append(" " if character in "\u00a0\u202f\u3000" else character)
            places.append(match.start())
    return "".join(plain), [*places, len(text)]


def _inside(at: int, covered: list[tuple[int, int]]) -> bool:
    return any(begin <= at < end for begin, end in covered)


def _words(text: str, tables: Tables) -> Iterator[Finding]:
    for match in _WORD.finditer(text):
        word, at = match[0], match.start()
        if word in _PHONE_WORDS and _NUMBER_NEXT.match(text, match.end()):
            continue
        if meanings.in_context(match, tables) or _ROAD.match(text, at):
            continue
        if word in tables.ambiguous and word not in tables.overrides:
            yield Finding(Kind.AMBIGUOUS, word, at, tables.reading(word) or "")
        elif not _known(word, tables):
            yield _unknown(word, at, tables)


def _known(word: str, tables: Tables) -> bool:
    read = tables.reading(word) or word in tables.units or word.lower() in tables.loanwords
    return bool(read) or len(word) == 1 or is_syllable(word) or _ROMAN.fullmatch(word) is not None


def _unknown(word: str, at: int, tables: Tables) -> Finding:
    """A word that no table knows; one put together from others is a guess that a person should hear."""
    guess = meanings.put_together(word, tables)
    if guess:
        return Finding(Kind.AMBIGUOUS, word, at, guess)
    initials = word.isupper() and (len(word) < 6 or not has_marks(word)) and not words.sayable(word)
    return (
        Finding(Kind.ABBREVIATION, word, at, spell(word))
        if initials
        else Finding(Kind.FOREIGN, word, at, word)
    )


def _signs(text: str) -> Iterator[Finding]:
    for match in _EMOJI.finditer(text):
        yield Finding(Kind.SIGN, match[0], match.start())


def _sentences(text: str, say: Callable[[str], str]) -> Iterator[Finding]:
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()
        # Reading is not free: what is short on paper cannot become that long.
        if len(sentence) > LONGEST_SENTENCE and len(say(sentence).split()) > LONGEST_SENTENCE:
            at = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Finding(Kind.LONG_SENTENCE, sentence, at)
