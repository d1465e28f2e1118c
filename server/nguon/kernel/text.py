"""Vietnamese text: comparing without tone marks, and sorting as a dictionary does."""

import re
import unicodedata

from vn_collate import collate_key

_NOT_A_WORD = re.compile(r"[\W_]+")
# H'Leo, M’Drắk: the mark joins the letters, people leave it out when they type.
_JOINERS = str.maketrans("", "", "'’‘`\u02bb\u02bc\u00b4")
# The letter đ has no tone mark to strip; the Icelandic eth comes from old fonts in its place.
_D_WITH_STROKE = str.maketrans("đĐðÐ", "dddd")
_NUMBER = re.compile(r"\d+")
_NUMBER_WIDTH = 9
_WORD_GAP = b"\x01"


def tidy(text: str) -> str:
    """This function will return NFC text with single spaces and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """This function will return lower-case words without tone marks, with single spaces between them.

    The order and form of the input's marks do not matter (NFC, NFD, old and new tone places): "Hoà Bình",
    "HÒA BÌNH" and "hoa binh" are the same. Punctuation separates words, an apostrophe inside one vanishes.
    """
    plain = text.translate(_JOINERS).translate(_D_WITH_STROKE)
    spread = unicodedata.normalize("NFKD", plain).casefold()
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", bare).strip()


def sort_key(text: str) -> bytes:
    """This function will return bytes that sort, compared byte by byte, as a Vietnamese dictionary does.

    Word by word ("An Sơn" before "Anh"), letters before tones before case, numbers by value ("Thôn 2" before
    "Thôn 10"). The weights of letters are those of vn-collate, a port of ICU's Vietnamese collation.
    """
    padded = _NUMBER.sub(lambda found: found[0].zfill(_NUMBER_WIDTH), text.translate(_JOINERS))
    levels: tuple[list[bytes], list[bytes], list[bytes]] = ([], [], [])
    for word in _NOT_A_WORD.split(unicodedata.normalize("NFC", padded)):
        if not word:
            continue
        raw = bytes.fromhex(collate_key(word))
        size = len(raw) // 3 - 1
        for level, weights in enumerate(levels):
            start = level * (size + 1)
            # vn-collate uses 0 to end a level and 1 for the digit 0: make room for the gap between words.
            weights.append(bytes(weight + 1 for weight in raw[start : start + size]))
    return b"\x00".join(_WORD_GAP.join(words) for words in levels)


# NUL and other controls break databases and fonts; the marks that turn reading order round make a text say
# one thing to the approver and another to the loudspeaker.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """This function will return NFC text without control characters and reading-order marks, lines kept."""
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
