"""Days of the week: thứ 2 - thứ 6, T2-T6, thứ 2, 4, 6, CN."""

from __future__ import annotations

import re

from nguon.audio.reader.numbers import cardinal

_NO_NUMBER = r"(?![\w/%]|[.,]\d)"
_SHORT_RANGE = re.compile(r"(?<!\w)T([2-7])\s*[-–]\s*(?:T([2-7])|(CN))(?!\w)")
_SHORT_DASHES = re.compile(r"(?<!\w)T[2-7](?:\s?[-–]\s?(?:T[2-7]|CN)){2,}(?!\w)")
_SHORT_LIST = re.compile(
    r"(?<!\w)T[2-7](?:(?:\s?[,&]\s?|\s+(?:và|hoặc)\s+)(?:T[2-7]|CN|chủ nhật))+(?!\w)"
    r"|(?i:(?<=sáng )|(?<=chiều )|(?<=tối )|(?<=trùng )|(?<=\dh )|(?<=giờ ))T[2-7](?![\w/])"
    r"|(?<!\w)T[2-7](?=,?\s\(?(?:ngày\s|\d{1,2}/\d))"
    r"|(?i:(?<=\d[hg]\d\d )|(?<=phút )|(?<=hôm )|(?<=hết )|(?<=đến )|(?<=từ )|(?<=trước )|(?<=ngày ))"
    r"T[2-7](?![\w/])"
)
_RANGE = re.compile(
    r"(?i:\b(thứ\s+(?:[2-7]|hai|ba|tư|năm|sáu|bảy))\s*[-–]\s*"
    rf"(?:(?:thứ\s+|T)?([2-7]){_NO_NUMBER}|(?:chủ nhật|CN)\b))"
)
_BETWEEN = r"(?:\s?,\s?|\s+(?:và|hoặc)\s+)"
_LIST = re.compile(rf"(?i:\b(thứ)\s+)([2-7])((?:{_BETWEEN}[2-7])+)(?![\w/%]|[.,:]\d|\s+(?:giờ|tháng))")
_SUNDAY = re.compile(
    r"(?i:((?:thứ (?:bảy|7)|T7)(?:\s?,|\s+và|\s?[-–&])\s?|(?:sáng|chiều|tối|ngày)\s+"
    r"|\d\s?[hg]\d{0,2}'?,?\s+))CN(?!\w)"
    r"|()CN(?=,?\s?\(?(?:ngày\s)?\d{1,2}/\d)"
)
_ONE = re.compile(rf"(?i:\b(thứ))\s+([2-7]){_NO_NUMBER}")


def read(text: str) -> str:
    """This function will put days of the week into words."""
    text = _SHORT_DASHES.sub(lambda m: re.sub(r"\s?[-–]\s?", ", ", m[0]), text)
    text = _SHORT_RANGE.sub(lambda m: f"thứ {_day(m[1])} đến {_named(m[2])}", text)
    text = _SHORT_LIST.sub(_short_list, text)
    text = _RANGE.sub(lambda m: f"{m[1]} đến {_named(m[2])}", text)
    text = _LIST.sub(lambda m: f"{m[1]} {_day(m[2])}{re.sub('[2-7]', lambda d: _day(d[0]), m[3])}", text)
    return _ONE.sub(lambda m: f"{m[1]} {_day(m[2])}", text)


def sundays(text: str) -> str:
    """This function will write out the Sundays, which say that a date follows."""
    return _SUNDAY.sub(lambda m: f"{m[1] or ''}chủ nhật", text)


def _short_list(match: re.Match[str]) -> str:
    return re.sub(r"T([2-7])|CN|chủ nhật", lambda m: _named(m[1]), match[0])


def _named(day: str | None) -> str:
    return f"thứ {_day(day)}" if day else "chủ nhật"


def _day(day: str) -> str:
    return "tư" if day == "4" else cardinal(day)
