"""Scores, ratios, coordinates: two numbers that belong together and are no range."""

from __future__ import annotations

import re

from nguon.audio.reader.numbers import cardinal
from nguon.audio.reader.times import word_before

_SCALE = re.compile(
    r"(?i:(?<!tháng )(?<!từ ))(?<![\w.,/])1\s?[/:]\s?(\d{1,3}\.?000|500|200|250)(?![\w/]|[.,]\d)"
)
_COUNTED = r"giờ|ngày|tháng|năm|tuổi|triệu|tỷ|nghìn|lần|hộ|người"
_RESULT = re.compile(
    r"(?i:\b(tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn trước|chung cuộc|kết quả)"
    r"((?:\s+(?!từ\b|đến\b)[^\W\d_]+){0,4}:?\s+))"
    rf"(\d{{1,2}})\s?[-–:]\s?(\d{{1,2}})(?![\w/%]|[.,]\d|\s?[-–]|\s+(?:{_COUNTED}))"
)
_RATIO = re.compile(
    r"(?i:\b(tỷ lệ|tỉ lệ|tỷ số|tỉ số)((?:\s+[^\W\d_]+){0,4}\s+))"
    r"(\d{1,3})\s?:\s?(\d[\d.]{0,8})(?![\w:]|[.,]\d)"
)
_DEGREES = re.compile(
    r"(?<![\w.,])(\d{1,3})\s?[°º]\s?(\d{1,2})\s?['’\u2032]"
    r"(?:\s?(\d{1,2}(?:,\d+)?)\s?(?:[\"”\u2033]|''))?\s?([NBEĐ](?!\w))?"
)
_SIDES = {"N": "vĩ Bắc", "B": "vĩ Bắc", "E": "kinh Đông", "Đ": "kinh Đông"}
_NORTH_EAST = re.compile(
    r"(?<![\w.,])(\d{1,2}(?:[.,]\d+)?)\s?[°º]?\s?([NB])\s?([-–,;]|và)"
    r"\s?(\d{2,3}(?:[.,]\d+)?)\s?[°º]?\s?([EĐ])(?!\w)"
)
_ONE_SIDE = re.compile(r"(?<![\w.,])(\d{1,3})[.,](\d{1,2})\s?[°º]?\s?([NBEĐ])(?!\w)")
_DASH_DATE = re.compile(
    r"(?<![\w.,/\-–])(1[3-9]|2\d|3[01])-(0?[1-9]|1[0-2])"
    rf"(?![\w/%°\-–]|[.,]\d|\s+(?:{_COUNTED}|tấn|tạ|ki lô|độ|phần trăm|đồng))"
)
_TRIPLE = re.compile(r"(?i:(?<!ngày )(?<!từ ))(?<![\w.,/\-])(\d{1,2})-(\d{1,2})-(\d{1,2})(?![\w/\-]|[.,]\d)")
_DOWN = re.compile(r"(?<![\w.,/\-–])(\d{1,2})\s?[-–]\s?(\d{1,2})(?![\w/%°]|[.,]\d|\s?[-–]|\s+[^\W\d_])")


def read(text: str) -> str:
    """This function will put scores, ratios and coordinates into words."""
    text = _SCALE.sub(r"một trên \1", text)
    text = _RESULT.sub(lambda m: f"{m[1]}{m[2]}{cardinal(m[3])} {cardinal(m[4])}", text)
    text = _RATIO.sub(lambda m: f"{m[1]}{m[2]}{m[3]} trên {m[4]}", text)
    text = _DEGREES.sub(_degrees, text)
    text = _NORTH_EAST.sub(_north_east, text)
    text = _ONE_SIDE.sub(lambda m: f"{m[1]},{m[2]} độ {_SIDES[m[3]]}", text)
    text = _TRIPLE.sub(lambda m: " ".join(cardinal(part) for part in m.groups()), text)
    text = _DASH_DATE.sub(lambda m: f"{'' if word_before(m) == 'ngày' else 'ngày '}{m[1]}/{m[2]}", text)
    return _DOWN.sub(_down, text)


def _degrees(match: re.Match[str]) -> str:
    degrees, minutes, seconds, side = match.groups()
    words = [f"{cardinal(degrees)} độ {cardinal(minutes)} phút"]
    if seconds:
        words.append(f"{seconds} giây")
    if side:
        words.append(_SIDES[side])
    return " ".join(words)


def _north_east(match: re.Match[str]) -> str:
    north, first, between, east, second = match.groups()
    point = str.maketrans(".", ",")
    joint = " và" if between == "và" else ","
    return f"{north.translate(point)} độ {_SIDES[first]}{joint} {east.translate(point)} độ {_SIDES[second]}"


def _down(match: re.Match[str]) -> str:
    """From more to less is no range: a score (2-1)."""
    first, second = int(match[1]), int(match[2])
    return f"{cardinal(match[1])} {cardinal(match[2])}" if first > second else match[0]
