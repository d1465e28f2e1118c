"""Is this a Vietnamese syllable?  By the closed system of its spelling: onset, rime, tone."""

from __future__ import annotations

import re
import unicodedata

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSET = "ngh|ng|nh|ch|tr|th|ph|kh|gh|gi|qu|[bcdđghklmnprstvx]"
_RIME = (
    "(?:[aăâeêioôơuưy]"
    "|oa|oă|oe|oo|uâ|uê|uơ|uy|uya|uyê|uô|ua|ia|iê|ya|yê|ươ|ưa|ôô|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu"
    "|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|uyu|uêu|oau|uao|uai|uay|uau)"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?{_RIME}(?:ng|nh|ch|[cmnpt])?")


def is_syllable(word: str) -> bool:
    """This function will tell whether the word could be one Vietnamese syllable, whatever its case."""
    decomposed = unicodedata.normalize("NFD", word.lower()).translate(_TONES)
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", decomposed)) is not None


_BARE = str.maketrans("ăâêôơưđ", "aaeooud")
_BARE_SYLLABLE = re.compile(_SYLLABLE.pattern.translate(_BARE))


def is_bare_syllable(word: str) -> bool:
    """This function will tell whether the word could be a syllable that lost its marks (nghiep, duong)."""
    return _BARE_SYLLABLE.fullmatch(word.lower()) is not None


def has_marks(word: str) -> bool:
    """This function will tell whether the word carries a tone or a letter that only Vietnamese writes."""
    return any(ord(character) > 127 for character in word)
