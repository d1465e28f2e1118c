"""What no rule knew: a token that still holds a figure is told piece by piece, and no figure is lost."""

from __future__ import annotations

import re

from nguon.audio.reader.letters import spell
from nguon.audio.reader.numbers import cardinal, decimal, digits
from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import Tables

_TOKEN = re.compile(r"[^\s;!?…()\"“”‘’]+")
_PIECE = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+,\d+|\d+|[^\W\d_]+|[^\w\s]|_")
_END_MARKS = re.compile(r"[.,:]*$")
_SIGNS = {
    "/": "trên", ".": "chấm", ",": "phẩy", "-": "", "+": "cộng", "@": "a còng", "%": "phần trăm", "=": "bằng",
    ":": "", "*": "nhân", "x": "nhân", "#": "thăng", "&": "và", "°": "độ", "<": "nhỏ hơn", ">": "lớn hơn",
}  # fmt: skip
_LONG = 7  # digits: beyond, it names something and counts nothing


def read(text: str, tables: Tables) -> str:
    """This function will put every token that still holds a digit into words."""
    return _TOKEN.sub(lambda m: _told(m[0], tables) if any(map(str.isdecimal, m[0])) else m[0], text)


def _told(token: str, tables: Tables) -> str:
    end = _END_MARKS.search(token)
    marks = end[0] if end else ""
    pieces = _PIECE.findall(token[: len(token) - len(marks)])
    words = [_piece(piece, at, pieces, tables) for at, piece in enumerate(pieces)]
    return " ".join(word for word in words if word) + marks


def _piece(piece: str, at: int, pieces: list[str], tables: Tables) -> str:
    if piece.isdecimal():
        return _figure(piece)
    if piece[0].isdecimal():
        whole, comma, part = piece.partition(",")
        return decimal(whole, part) if comma else _figure(piece.replace(".", ""))
    if not piece.isalpha():
        inside = 0 < at < len(pieces) - 1
        return _SIGNS.get(piece, "") if inside or piece in "%°" else ""
    after_number = at > 0 and pieces[at - 1][0].isdecimal()
    if after_number and piece in tables.units:
        return tables.units[piece]
    return tables.reading(piece) or (piece if is_syllable(piece) and len(piece) > 1 else spell(piece))


def _figure(piece: str) -> str:
    plain = "".join(str(int(character)) for character in piece)
    return digits(plain) if len(plain) > _LONG or (plain[0] == "0" and len(plain) > 1) else cardinal(plain)
