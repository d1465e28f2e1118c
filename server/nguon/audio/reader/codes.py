"""Document codes, phone numbers, web and mail addresses, roads."""

from __future__ import annotations

import re
from collections.abc import Callable

from nguon.audio.reader.letters import spell
from nguon.audio.reader.numbers import cardinal, digits
from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import Tables

_UPPER = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĨŨƠƯ"
_CODE = re.compile(
    rf"(?<![\w/])(\d{{1,6}}[a-zA-Z]?)/(?:((?:19|20)\d\d)/)?"
    rf"([{_UPPER}][{_UPPER}a-z0-9]*(?:&[{_UPPER}]+)?(?:[-–/.][{_UPPER}][{_UPPER}a-z0-9&]*)*)(?![\w/])"
)
_BARE_CODE = re.compile(rf"(?<![\w/\-])([{_UPPER}]{{2,}}[a-z]?(?:[-/][{_UPPER}][{_UPPER}a-z]+)+)(?![\w/\-])")
_PHONE = re.compile(
    r"(?<![\w.,/\-])(\+84|\(0\d{1,3}\)|0\d{1,4})([\s.\-]?)(\d{2,4}(?:[\s.\-]?\d{2,4}){1,3})(?![\w%/]|[.,\-]\d)"
)
_HOTLINE = re.compile(r"(?<![\w.,/\-])(1[89]00)([\s.\-]?)(\d{2,4}(?:[\s.\-]?\d{2,4})?)(?![\w%/]|[.,\-]\d)")
_SHORT = re.compile(r"(?<![\w.,/\-])(11[1-9]|1022|156|5656|18001091)(?![\w%/]|[.,\-]\d)")
_CALLING = re.compile(
    r"(?i)gọi|điện thoại|tổng đài|đường dây nóng|hotline|cảnh sát|cứu hỏa|cấp cứu|nhắn tin|liên hệ|đầu số"
)
_WEB = re.compile(
    r"(?<![\w@.\-])(?:https?://)?([A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,63}){0,6}\."
    r"(?:vn|com|net|org|info|gov|edu|asia|io|me))((?:/[^\s,;<>()\"“”]{0,200})?)(?![\w@])"
)
_MAIL = re.compile(
    r"(?<![\w.+\-])([A-Za-z0-9][\w.+\-]{0,63})@([A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6})(?!\w)"
)
_PLATE = re.compile(r"(?<![\w.,/\-])(\d\d[A-ZĐ]{1,2}\d?)\s?-\s?(\d{3}\.\d\d|\d{4,5})(?![\w/]|[.,\-]\d)")
_ROAD = re.compile(r"\b(QL|TL|ĐT|ĐH|DT)[.\s]?(\d{1,3}[A-Z]?)(?![\w/])")
_ROADS = {"QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "DT": "đường tỉnh", "ĐH": "đường huyện"}
_PHONE_WORD = re.compile(r"\b(ĐT|Đt|đt|Tel|TEL|SĐT|sđt|Hotline)\s*([:.]?)\s*(?=[(+]?[\d])")


def read(text: str, tables: Tables, leftover: Callable[[str], str]) -> str:
    """This function will put addresses, phone numbers and codes into words; `leftover` reads the rest."""
    text = _MAIL.sub(lambda m: _mail(m, tables, leftover), text)
    text = _WEB.sub(lambda m: _web(m, tables, leftover), text)
    text = _PLATE.sub(lambda m: f"{alphanumeric(m[1])}, {_groups(m[2])}", text)
    text = _ROAD.sub(lambda m: f"{_ROADS[m[1]]} {alphanumeric(m[2])}", text)
    text = _PHONE_WORD.sub(lambda m: ("hotline" if m[1] == "Hotline" else "điện thoại") + m[2] + " ", text)
    text = _PHONE.sub(_phone, text)
    text = _HOTLINE.sub(lambda m: f"{digits(m[1])}, {_groups(m[3])}", text)
    text = _SHORT.sub(_short, text)
    text = _CODE.sub(lambda m: _code(m, tables), text)
    return _BARE_CODE.sub(lambda m: _bare_code(m, tables), text)


def alphanumeric(token: str) -> str:
    """This function will read letters by name and numbers as numbers ("1A" -> "một a")."""
    parts = re.findall(r"\d+|[^\W\d_]+", token)
    return " ".join(cardinal(part) if part.isdecimal() else spell(part) for part in parts)


def code_words(part: str, tables: Tables) -> str:
    """This function will read one part of a code: by the dictionary, else letter by letter."""
    reading = tables.reading(part)
    if reading:
        return reading
    if part.startswith("QH") and part[2:].isdecimal():
        return f"Quốc hội khóa {cardinal(part[2:])}"
    if any(character.isdecimal() for character in part):
        return alphanumeric(part)
    if "&" in part:
        return " và ".join(code_words(piece, tables) for piece in part.split("&") if piece)
    return spell(part)


def _code(match: re.Match[str], tables: Tables) -> str:
    number, year, rest = match.groups()
    parts = [alphanumeric(number)]
    if year:
        parts.append(f"năm {cardinal(year)}")
    whole = tables.reading(rest)
    words = whole or " ".join(code_words(part, tables) for part in re.split(r"[-–/.]", rest) if part)
    return ", ".join([" ".join(parts), words])


def _bare_code(match: re.Match[str], tables: Tables) -> str:
    whole = tables.reading(match[1])
    if whole:
        return whole
    parts = re.split(r"[-/]", match[1])
    readings = [tables.reading(part) for part in parts]
    if not any(readings):
        return match[0]
    document = parts[0] in {"QĐ", "NĐ", "NQ", "CT", "CĐ", "CV", "TT", "TTr", "KH", "TB", "BC", "HD", "TTLT"}
    words = [
        reading or (part if is_syllable(part) else code_words(part, tables))
        for part, reading in zip(parts, readings, strict=True)
    ]
    return (" " if document else ", ").join(words)


def _phone(match: re.Match[str]) -> str:
    head, _gap, tail = match.groups()
    count = sum(character.isdecimal() for character in head + tail)
    if not 9 <= count <= 12:
        return match[0]
    country = "cộng tám bốn, " if head.startswith("+") else ""
    number = re.sub(r"\D", "", tail if country else head)
    rest = _groups(tail)
    return f"{country}{rest}" if country else f"{digits(number)}{_joined(number, tail)}{rest}"


def _joined(number: str, tail: str) -> str:
    return " " if len(number) == 1 else ", "


def _groups(tail: str) -> str:
    pieces = re.findall(r"\d+", tail)
    if len(pieces) == 1 and len(pieces[0]) > 4:
        plain = pieces[0]
        pieces = [plain[at : at + 3] for at in range(0, len(plain), 3)]
        if len(pieces[-1]) == 1:
            pieces[-2:] = [pieces[-2] + pieces[-1]]
    return ", ".join(digits(piece) for piece in pieces)


def _short(match: re.Match[str]) -> str:
    before = re.split(r"[.!?;\n]", match.string[max(0, match.start() - 80) : match.start()])[-1]
    return digits(match[0]) if _CALLING.search(before) else match[0]


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
    vowels = sum(character in "aeiouy" for character in label)
    return leftover(label) if vowels / len(label) >= 0.3 else spell(label)


def _web(match: re.Match[str], tables: Tables, leftover: Callable[[str], str]) -> str:
    words = _labels(match[1], tables, leftover)
    path = [piece for piece in re.split(r"\W+", match[2]) if piece]
    return " gạch chéo ".join([words, *(_label(piece.lower(), tables, leftover) for piece in path)])


def _mail(match: re.Match[str], tables: Tables, leftover: Callable[[str], str]) -> str:
    name = re.sub(r"[_+]+", ".", match[1])
    return f"{_labels(name, tables, leftover)} a còng {_labels(match[2], tables, leftover)}"
