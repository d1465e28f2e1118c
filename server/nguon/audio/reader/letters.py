"""Names of letters, as loudspeaker announcers say them."""

from __future__ import annotations

import re
import unicodedata

from nguon.audio.reader.numbers import cardinal

NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "đê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "gờ", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o",
    "ô": "ô", "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê",
    "w": "vê kép", "x": "ích", "y": "y", "z": "dét",
}  # fmt: skip


def spell(word: str) -> str:
    """This function will read a word letter by letter; what is no letter of ours is left as it stands."""
    return " ".join(
        NAMES.get(character, character) for character in unicodedata.normalize("NFC", word.lower())
    )


def alphanumeric(token: str) -> str:
    """This function will read letters by name and numbers as numbers ("1A" -> "một a")."""
    parts = re.findall(r"\d+|[^\W\d_]+", token)
    return " ".join(cardinal(part) if part.isdecimal() else spell(part) for part in parts)
