"""Document codes, roads, numbered criteria."""

from __future__ import annotations

import re

from nguon.audio.reader.letters import alphanumeric, spell
from nguon.audio.reader.numbers import cardinal, digits
from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import Tables

_UPPER = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĨŨƠƯ"
_CODE = re.compile(
    rf"(?<![\w/.,])(\d{{1,6}}[a-zA-Z]?)/(?:((?:19|20)\d\d)/)?"
    rf"([{_UPPER}][{_UPPER}a-z0-9]*(?:&[{_UPPER}]+)?(?:[-–/.][{_UPPER}][{_UPPER}a-z0-9&]*)*)(?![\w/])"
)
_BARE_CODE = re.compile(rf"(?<![\w/\-])([{_UPPER}]{{2,}}[a-z]?(?:[-/][{_UPPER}][{_UPPER}a-z]+)+)(?![\w/\-])")
_ROAD = re.compile(r"\b(QL|TL|ĐT|ĐH|DT|HL|ĐX|(?<=tốc )CT)[.\s]?(\d{1,3}[A-Z]?)(?![\w/]|[.,]\d)")
_ROADS = {
    "QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "DT": "đường tỉnh", "ĐH": "đường huyện",
    "HL": "hương lộ", "ĐX": "đường xã", "CT": "xê tê",
}  # fmt: skip
# OM 5451, IR 50404, BC 15: letters and figures where crops are spoken of.
_VARIETY = re.compile(
    r"(?<!\w)(OM|IR|ST|HT|BT|BC|TBR|RVT|KD|LT|NK|CP|LVN|HN|NA|ĐB|DS|VNR|TH|MT|JO|AC|QR|LDA|KM)\s?(\d{1,5})(?![\w/]|[.,]\d)"
)
_CROPS = re.compile(r"(?i)lúa|giống|gieo|cấy|gạo|ngô|nếp|sạ|sắn|đậu|lạc|mía")
_INDEX = re.compile(r"(?<![\w.,/])([A-ZĐ]{1,4})(\d{1,3})\.(\d{1,3})(?![\w/]|[.,\-]\d)")
# Of an abbreviation with several meanings, the one in the codes of circulars and decisions.
_ISSUERS = {"BTC": "Bộ Tài chính", "BCT": "Bộ Công Thương"}
_ISSUED = frozenset({"TT", "TTLT", "QĐ"})
_NOT_IN_CODES = frozenset({"TL", "ĐT", "TH", "HS", "GV", "MN", "TX", "KP", "TK", "BN", "SV"})
_OFFICES = (("TT", "Trung tâm"), ("CC", "Chi cục"), ("S", "Sở"), ("P", "Phòng"))
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)")


def roads(text: str) -> str:
    """This function will put the names of roads, and of varieties of rice, into words."""
    return _VARIETY.sub(_variety, _ROAD.sub(_road, text))


def read(text: str, tables: Tables) -> str:
    """This function will put codes into words."""
    text = _INDEX.sub(
        lambda m: f"{code_words(m[1], tables)} {cardinal(m[2])} chấm {_plain_or_digits(m[3])}", text
    )
    text = _CODE.sub(lambda m: _code(m, tables), text)
    return _BARE_CODE.sub(lambda m: _bare_code(m, tables), text)


def code_words(part: str, tables: Tables) -> str:
    """This function will read one part of a code: by the dictionary, else letter by letter."""
    reading = tables.reading(part)
    if reading and (part not in _NOT_IN_CODES or part in tables.overrides):
        return reading
    numbered = _NUMBERED.fullmatch(part)
    if numbered and numbered[1].endswith("QH") and tables.reading(numbered[1]):
        return f"{tables.reading(numbered[1])} khóa {cardinal(numbered[2])}"
    for prefix, office in _OFFICES:
        if (
            part.startswith(prefix)
            and len(part) > len(prefix) + 2
            and (rest := tables.reading(part[len(prefix) :]))
        ):
            return f"{office} {rest}"
    if numbered and len(numbered[1]) > 2 and (known := tables.reading(numbered[1])):
        return f"{known} {cardinal(numbered[2])}"
    if any(character.isdecimal() for character in part):
        return alphanumeric(part)
    if "&" in part:
        return " và ".join(code_words(piece, tables) for piece in part.split("&") if piece)
    return spell(part)


def _road(match: re.Match[str]) -> str:
    name = _ROADS[match[1]]
    if match.string[: match.start()].lower().endswith("đường "):
        name = name.removeprefix("đường ")
    return f"{name} {alphanumeric(match[2])}"


def _variety(match: re.Match[str]) -> str:
    before = re.split(r"[!?;\n]|\.\s", match.string[max(0, match.start() - 80) : match.start()])[-1]
    return f"{spell(match[1])} {cardinal(match[2])}" if _CROPS.search(before) else match[0]


def _plain_or_digits(number: str) -> str:
    return digits(number) if number[0] == "0" else cardinal(number)


def _code(match: re.Match[str], tables: Tables) -> str:
    number, year, rest = match.groups()
    parts = [digits(number) if number[0] == "0" and number.isdecimal() else alphanumeric(number)]
    if year:
        parts.append(f"năm {cardinal(year)}")
    whole = tables.reading(rest)
    pieces = [part for part in re.split(r"[-–/.]", rest) if part]
    issued = bool(year) and pieces[0] in _ISSUED
    words = whole or " ".join((issued and _ISSUERS.get(part)) or code_words(part, tables) for part in pieces)
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
        reading or (part if is_syllable(part) or not part.isupper() else code_words(part, tables))
        for part, reading in zip(parts, readings, strict=True)
    ]
    return (" " if document else ", ").join(words)
