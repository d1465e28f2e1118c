"""Dates, hours, telephone numbers, amounts, codes and addresses in a text, for the lint: where they stand,
and which of them cannot be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import Tables

LONG_NUMBER = 7  # digits that a listener cannot keep
Told = tuple[str, str, int, bool]  # kind, piece, where it begins, whether how it is said is worth telling

_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tư": 2, "4": 2, "năm": 3, "5": 3, "sáu": 4, "6": 4,
             "bảy": 5, "7": 5}  # fmt: skip
_ADDRESS = re.compile(
    r"(?:https?://\S+|[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+|(?<![\w@.])(?:[\w\-]{1,63}\.){1,6}"
    r"(?:vn|com|net|org|info|edu)(?:/[^\s,;]*)?(?![\w@]))"
)
_POINTS = (
    r"(?:(?i:điểm|tiết)\s+[a-zđ](?:\s*,\s*[a-zđ])*,?\s+)?"
    r"(?i:khoản)\s+\d{1,2}[a-zđ]?,?\s+(?i:điều)\s+\d{1,3}[a-zđ]?"
)
_CODES = r"\d{1,6}[a-zA-Z]?(?:/(?:19|20)\d\d)?[/\-][A-ZĐ]{1,}[A-ZĐa-z\d&]*(?:[-–/.][A-ZĐ][A-ZĐa-z\d&]*)*"
_LEGAL = re.compile(rf"(?<![\w/])(?:{_POINTS}|(?i:điều)\s+\d{{1,3}}(?!\d)|{_CODES})(?![\w/])")
_DAY_WORD = r"(?:(?i:thứ)\s+(?i:hai|ba|tư|năm|sáu|bảy|[2-7])|(?i:chủ nhật)|CN)"
_DATE = re.compile(
    rf"(?:(?P<weekday>{_DAY_WORD})\s*,?\s*\(?)?(?:(?i:ngày)\s+)?(?<![\w/.,\-])(?P<day>\d{{1,2}})"
    r"(?P<sep>[/.\-])(?P<month>\d{1,2})(?:(?P=sep)(?P<year>\d{4}))?(?![\w/]|[.,\-]\d)"
)
_DATED = re.compile(r"(?i)\b(?:ngày|sáng|trưa|chiều|tối|đêm|nay|mai|từ|đến|trước|sau|hết)\s*$")
_MONTH = re.compile(r"(?i:\btháng)\s+(\d{1,2})(?:\s*/\s*\d{4})?(?![\w/]|[.,]\d)")
_HOUR = re.compile(
    r"(?<![\w:.,/])(\d{1,2})"
    r"(?:\s?[hHg]\s?(\d{1,2})?(?:'|\s?(?:ph|phút)\b)?|:(\d{2})|\s(?i:giờ)(?:\s(\d{1,2}))?)(?![\w:])"
)
_PHONE = re.compile(
    r"(?<![\w.,/\-])(?:\+84|\(0\d{1,3}\)|0\d{1,4}|1[89]00)(?:[\s.\-]?\d{2,4}){1,4}(?![\w%/]|[.,\-]\d)"
)
_SHORT = re.compile(r"(?<![\w.,/\-])(?:11[1-5]|1022)(?:/11[1-5])*(?![\w%/]|[.,\-]\d)")
_NUMBER = re.compile(r"(?<![\w.,/])\d+(?:[.,]\d+)*(?:\s?[-–]\s?\d+(?:[.,]\d+)*)?(?:/\d+)?%?")
_UNCLEAR = re.compile(r"\d{1,3},\d{3}(?:,\d{3})*|\d{1,3}(?:\.\d{3})+\.\d{1,2}|\d{1,3}(?:,\d{3})+\.\d+")
_UNIT = re.compile(r"\s?([^\W\d_]{1,4}(?:[²³]|\d(?!\d))?(?:\s?/\s?[^\W\d_]{1,6}[²³23]?)?)(?!\w)")


def find(text: str, tables: Tables) -> Iterator[Told]:
    """This function will yield what the figures of a text are, each stretch of the text at most once."""
    taken = [False] * len(text)
    for look in (_addresses, _legal, _dates, _months, _hours, _phones, _numbers):
        for told in look(text, tables):
            _kind, piece, at, _reads = told
            if not any(taken[at : at + len(piece)]):
                taken[at : at + len(piece)] = [True] * len(piece)
                yield told


def _addresses(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _ADDRESS.finditer(text):
        piece = match[0].rstrip(".,;:)")
        yield "address", piece, match.start(), True


def _legal(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _LEGAL.finditer(text):
        yield "legal", match[0], match.start(), True


def _dates(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _DATE.finditer(text):
        day, month, year = int(match["day"]), int(match["month"]), int(match["year"] or 0)
        expected = bool(match["year"] or match["weekday"] or match[0][:1] in "nN")
        if not expected and not (
            month <= 12 and match["sep"] == "/" and _DATED.search(text, 0, match.start())
        ):
            continue
        piece, at = match[0], match.start()
        try:
            there = date(year or 2024, month, day)
        except ValueError:
            yield "no_such_date", piece, at, False
            continue
        if year and match["weekday"] and _weekday(match["weekday"]) != there.weekday():
            yield "wrong_weekday", piece, at, False
        else:
            yield "date", piece, at, True


def _weekday(words: str) -> int:
    return _WEEKDAYS.get(words.split()[-1].lower(), 6) if words.lower().startswith("thứ") else 6


def _months(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _MONTH.finditer(text):
        yield ("date" if 1 <= int(match[1]) <= 12 else "no_such_date"), match[0], match.start(), True


def _hours(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _HOUR.finditer(text):
        hour, minute = int(match[1]), int(match[2] or match[3] or match[4] or 0)
        if match[0].lower().endswith("giờ") and hour > 24:
            continue  # a length of time
        right = hour <= 24 and minute < 60 and (hour < 24 or not minute)
        yield ("hour" if right else "no_such_hour"), match[0], match.start(), right


def _phones(text: str, _tables: Tables) -> Iterator[Told]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("+84", "0"))
        right = len(digits) in ((8, 10) if digits[0] == "1" else (10, 11))
        if right or len(digits) >= 7:
            yield ("phone" if right else "short_phone"), match[0], match.start(), right
    for match in _SHORT.finditer(text):
        yield "phone", match[0], match.start(), True


def _numbers(text: str, tables: Tables) -> Iterator[Told]:
    for match in _NUMBER.finditer(text):
        unit = _unit_after(text, match.end(), tables)
        piece = text[match.start() : match.end() + len(unit)].rstrip()
        digits = sum(character.isdecimal() for character in match[0].rstrip("0.,"))
        if _UNCLEAR.fullmatch(match[0]):
            yield "unclear_number", piece, match.start(), True
        elif unit.strip() and not _known(unit, tables):
            yield "unknown_unit", unit.strip(), match.end() + len(unit) - len(unit.lstrip()), False
        elif unit.strip():
            yield "unit", piece, match.start(), True
        else:
            yield ("long_number" if digits >= LONG_NUMBER else "number"), piece, match.start(), True


def _unit_after(text: str, at: int, tables: Tables) -> str:
    """What stands behind a number and is no word: a unit, known or not."""
    match = _UNIT.match(text, at)
    if not match:
        return ""
    first = re.split(r"\s?/", match[1])[0]
    if first in tables.units:
        return match[0]
    if first[0] in "xX" and not first[1:].isalpha():  # 3 x 4, 3x4
        return ""
    letter = len(first) == 1 and text[at : at + 1] != " "  # 12a, a house or a class
    if letter or is_syllable(first) or not first.islower() or tables.reading(first):
        return ""
    return match[0]


def _known(unit: str, tables: Tables) -> bool:
    parts = [part.strip() for part in unit.strip().split("/")]
    return all(one in tables.units or is_syllable(one) or tables.reading(one) for one in parts)
