"""Abbreviations, Roman numerals, single letters, tokens of letters and digits."""

from __future__ import annotations

import re

from nguon.audio.reader.letters import spell
from nguon.audio.reader.meanings import in_context, put_together
from nguon.audio.reader.numbers import cardinal, digits
from nguon.audio.reader.syllables import has_marks, is_syllable
from nguon.audio.reader.tables import Tables
from nguon.audio.reader.times import word_before

_ROMAN = re.compile(r"(?<![\w\-/])(M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?![\w])")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_CONTEXT = frozenset(
    "khóa khoá quý kỳ kì lần thứ chương điều khoản mục phần kỷ kỉ hội khu vùng loại cấp hạng nhóm bậc đoạn"
    " đợt tập lục bước bảng biểu hè động bđ vòng lớp tuần số huân hạng".split()
)
_NOT_ROMAN = frozenset(
    {
        "MI",
        "VI",
        "XI",
        "DI",
        "LI",
        "CI",
        "MC",
        "CC",
        "CD",
        "DC",
        "MM",
        "MD",
        "CM",
        "CV",
        "I",
        "C",
        "D",
        "L",
        "M",
        "V",
        "X",
    }
)
_LINE_ROMAN = re.compile(r"(?m)^([ \t]*)(I{1,3}|IV|VI{0,3}|IX|X)([.)/])(?=\s)")
_ROMANS = re.compile(r"(?<!\w)([IVX]{1,5})\s?[-–]\s?([IVX]{1,5})(?!\w)")
_ITEM = re.compile(r"(?<![\w).])([b-zđ])(\))(?=\s)")
_POINT = re.compile(
    r"(?i:\b(điểm|tiết|khoản|mục|ý)\s+)([b-zđ](?:(?:\s*,\s*|\s+và\s+|\s+hoặc\s+)[a-zđ](?![\w]))*)(?![\w])"
)
_LISTED_ROMAN = re.compile(r"(?<=[:;] )(I{1,3}|IV|VI{0,3}|IX|X)(?=[.)]\s)")
_LINE_END = re.compile(r"[ ]*(?:\n|$)")
_TOKEN = re.compile(r"(?<![\w])([^\W\d_]+(?:&[^\W\d_]+)*)(?![\w])")
_PAIRED = re.compile(r"(?<!\w)(?:[^\W\d_]+\d+[^\W_]*|\d+[^\W\d_][^\W_]*)(?!\w)")
_JOINED = re.compile(r"(?<=[^\W\d_])[-–](?=\d)|(?<=\d)-(?=[IVX]{1,4}(?!\w))|(?<=[^\W\d_])/(?=[^\W\d_])")
_COUNTED_PLACES = frozenset({"KP", "TDP", "KDC", "KV"})  # KP3 can be nothing else
_WITH_A_NUMBER = {"NV": "nguyện vọng", "Q": "quận", "VT": "vị trí", "HK": "học kỳ"}
_INITIALS = ("P.", "Q.", "H.", "X.")  # a person's initial as well: only before a name or a number
_ROOM = re.compile(r"(?<![\w.&/\-])P\.\s?(?=(?:VH|KT|TC|GD|NV|NN|TN|QL|LĐ|TP|YT|CS|CT)[A-ZĐ&\-]*(?!\w))")
_INITIAL = re.compile(r"(?<![\w.&/\-])([PQHX]\.)\s?(?=[A-ZĐÀ-Ỹ\d])")


def read(text: str, tables: Tables) -> str:
    """This function will put abbreviations and numerals of letters into words."""
    text = _LINE_ROMAN.sub(lambda m: f"{m[1]}{_cap(cardinal(str(_roman(m[2]))))}{m[3]}", text)
    text = _LISTED_ROMAN.sub(lambda m: cardinal(str(_roman(m[1]))), text)
    text = _ITEM.sub(lambda m: f"{spell(m[1])}{m[2]}", text)
    text = _POINT.sub(_letters_of_points, text)
    text = _ROMAN.sub(_roman_numeral, _ROMANS.sub(_romans, text))
    text = _PAIRED.sub(lambda m: _pair(m[0], tables), text)
    return _TOKEN.sub(lambda m: _abbreviation(m, tables), text)


def join(text: str) -> str:
    """This function will part what a dash or slash joins (COVID-19, HIV/AIDS, và/hoặc)."""
    return _JOINED.sub(" ", text)


def _cap(words: str) -> str:
    return words[:1].upper() + words[1:]


def specials(text: str, tables: Tables) -> str:
    """Keys with dots, slashes, dashes or ampersands in them, longest first."""
    text = _ROOM.sub("phòng ", text)
    text = _INITIAL.sub(lambda m: f"{tables.reading(m[1])} ", text)
    present = [key for key in tables.marked if key in text and key not in _INITIALS]
    if not present:
        return text
    names = "|".join(re.escape(key) for key in present)
    pattern = re.compile(rf"(?<![\w.&/\-])({names})(?:(?<=\.)|(?![\w&\-]|/[A-ZĐ\d]))")
    return pattern.sub(lambda m: _spaced(m, tables.reading(m[1]) or m[1]), text)


def _spaced(match: re.Match[str], reading: str) -> str:
    after = match.string[match.end() : match.end() + 1]
    if match[1].count(".") == 1 and match[1].endswith(".") and _LINE_END.match(match.string, match.end()):
        return match[0]  # the full stop of a sentence, not of an abbreviation
    return f"{reading} " if match[1].endswith(".") and after.isalnum() else reading


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[character] for character in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _roman_numeral(match: re.Match[str]) -> str:
    text = match[1]
    if not text:
        return ""
    before = word_before(match)
    if before in _ROMAN_CONTEXT and set(text) <= set("IVX") and not (before == "hội" and text in {"V", "L"}):
        value = _roman(text)
        return "nhất" if before == "thứ" and value == 1 else cardinal(str(value))
    # Beyond 39 nobody writes Roman numerals without saying of what: DL, CX are initials.
    return (
        text if text in _NOT_ROMAN or len(text) < 2 or set(text) - set("IVX") else cardinal(str(_roman(text)))
    )


def _romans(match: re.Match[str]) -> str:
    """Báo động II - III."""
    first, last = _ROMAN.fullmatch(match[1]), _ROMAN.fullmatch(match[2])
    if not (first and last and word_before(match) in _ROMAN_CONTEXT | {"động"}):
        return match[0]
    return f"{cardinal(str(_roman(match[1])))} đến {cardinal(str(_roman(match[2])))}"


def _pair(token: str, tables: Tables) -> str:
    """Letters with digits (RON95, H5N1, 12A, F0): what the dictionary knows is read by it."""
    parts = re.findall(r"\d+|[^\W\d_]+", token)
    words = []
    for part in parts:
        if part.isdecimal():
            words.append(digits(part) if len(part) > 5 else cardinal(part))
        elif (
            part in tables.units and words and part not in {"A", "k", "K", "V", "W", "g", "m", "l", "h", "s"}
        ):
            words.append(tables.units[part])
        else:
            known = tables.reading(part)
            if part in tables.ambiguous and part not in _COUNTED_PLACES:
                known = None
            if len(part) == 2 and part.isupper() and part not in _COUNTED_PLACES and part != "BĐ":
                known = None  # DN100, TB5: a mark
            known = _WITH_A_NUMBER.get(part, known) if len(parts) == 2 and part == parts[0] else known
            initials = part.isupper() and len(part) <= 2  # CO2
            words.append(known or (part if _is_word(part) and not initials else spell(part)))
    return " ".join(words)


def _is_word(part: str) -> bool:
    return len(part) > 1 and (
        is_syllable(part) or (not part.isupper() and sum(c in "aeiouy" for c in part.lower()) > 0)
    )


def _abbreviation(match: re.Match[str], tables: Tables) -> str:
    token = match[1]
    reading = in_context(match, tables) or tables.reading(token)
    if reading is not None and not (is_syllable(token) and (_in_headline(match) or _beside_capitals(match))):
        return reading.upper() if _in_headline(match) else reading
    if token.islower() and not is_syllable(token):
        known = tables.reading(token.upper()) if _no_vowel(token) or len(token) > 3 else None
        return known or token
    if "&" in token:
        return " và ".join(tables.reading(part) or part for part in token.split("&"))
    if len(token) == 1:
        return token if token.lower() in "aeiouyăâêôơư" or token.islower() else spell(token)
    if token.isupper() and not is_syllable(token):
        return put_together(token, tables) or (token if sayable(token) else spell(token))
    return token


def _letters_of_points(match: re.Match[str]) -> str:
    """Điểm b, c và đ: a letter alone is said by its name."""
    letters = re.sub(r"(?<!\w)[a-zđ](?!\w)", lambda m: spell(m[0]), match[2])
    return f"{match[0][: match.start(2) - match.start()]}{letters}"


def _no_vowel(token: str) -> bool:
    return (
        len(token) > 1
        and not any(character in "aeiouyăâêôơư" for character in token)
        and not has_marks(token)
    )


def sayable(token: str) -> bool:
    """This function will tell a foreign word in capitals (PFIZER) from initials: it has vowels enough."""
    vowels = sum(character in "AEIOUY" for character in token)
    return len(token) >= 4 and 0.3 <= vowels / len(token) <= 0.8 and not has_marks(token)


_AROUND_A_WORD = ".,;:!?…()[]\"'“”"


_BESIDE = re.compile(r"([^\W\d_]+) $")
_BEHIND = re.compile(r" ([^\W\d_]+)")


def _beside_capitals(match: re.Match[str]) -> bool:
    """CÔNG AN xã: a part of a word in capitals, though the sentence is not."""
    left = _BESIDE.search(match.string, max(0, match.start() - 12), match.start())
    right = _BEHIND.match(match.string, match.end())
    words = [one[1] for one in (left, right) if one]
    return any(word.isupper() and is_syllable(word) and has_marks(word) for word in words)


def _in_headline(match: re.Match[str]) -> bool:
    """Written in capitals like its neighbours (CA NHẠC MỪNG XUÂN): then it is a word like them."""
    around = (
        match.string[max(0, match.start() - 30) : match.start()]
        + " "
        + match.string[match.end() : match.end() + 30]
    )
    words = [word.strip(_AROUND_A_WORD) for word in around.split()]
    # The same abbreviation beside itself (AI, AI) says nothing of how it is meant.
    words = [word for word in words if word.isalpha() and len(word) > 1 and word != match[1]]
    return bool(words) and sum(word.isupper() and is_syllable(word) for word in words) > len(words) / 2
