"""Numbers with what belongs to them: units, ranges, money, shares, fractions, signs."""

from __future__ import annotations

import re
from functools import lru_cache

from nguon.audio.reader.numbers import cardinal, decimal, digits
from nguon.audio.reader.tables import Tables
from nguon.audio.reader.times import word_before

# 1.234.567,89 | 1 234 567 is left alone | 1234,5 | 3.5
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_LEFT = r"(?<![\w.,/])"
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_PLAIN = re.compile(rf"(?<!\w)({_NUMBER})(?![\w])")
_NEGATIVE = re.compile(r"(?<![\w)\].,%])(?<!\d )[-−](?=\d)")
_WORD_FRACTION = re.compile(rf"{_LEFT}(\d{{1,4}})/(\d{{1,4}})(?![\w/]|[.,]\d)")
_GROUPED_BY_SPACE = re.compile(
    r"(?<![\w.,])(\d{1,3})((?: \d{3}){1,3})(?=\s?(?:đồng|đ|VNĐ|VND|triệu|người|hộ|tấn)\b)"
)
_YEARS = re.compile(
    r"(?i:\b(năm|giai đoạn|nhiệm kỳ|niên khóa|niên vụ|vụ|năm học|từ)\s+)"
    r"((?:19|20)\d\d)\s*[-–—/]\s*((?:19|20)\d\d)(?![\w/])"
)
_YEAR_RANGE = re.compile(r"(?<![\w.,/\-])((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)(?![\w/\-]|[.,]\d)")
_ADDRESS_WORDS = frozenset("số nhà ngõ hẻm ngách kiệt tổ lô thửa tờ đường".split())
_PADDED = re.compile(r"(?<![\w.,/\-])0([1-9])(?= [^\W\d_])")
_KEEPS_ZERO = frozenset("số mẫu biểu lục tổ đội khu nhóm phiếu tiết mã án quyết thị định".split())
_PER = re.compile(
    r"(?<=[^\W\d_])\s?/\s?"
    r"(tháng|năm|ngày|giờ|người|hộ|lần|suất|lượt|vụ|sào|công|con|xe|tấn|tạ|học sinh|xã|thôn|buổi|đợt|quý|"
    r"khẩu|lao động|tuần|phút|cháu|em|chiếc|cái|cây|lít|mét|gói|bao|thùng|hécta|héc ta|liều)(?!\w)"
)
_DOLLARS = re.compile(rf"(?:US)?\$\s?({_NUMBER})(?!\w)")
_COUNTED = r"độ|lần|nghìn|ngàn|triệu|tỷ|tỉ|tấn|tạ|mét|lít|điểm|héc ta|giờ|phần trăm"
_PER_TIME = re.compile(r"(?<=[^\W\d_])\s?/\s?(?=\d+\s?(?:giờ|h|phút|ngày|tuần|tháng|năm)(?!\w))")
_COUNTED_PER = re.compile(
    r"(?<![\w.,/])(\d[\d.,]*\s(?:[a-zà-ỹđ]+(?:\s[a-zà-ỹđ]+)?|[A-ZĐ]{2,6}))\s?/\s?(?=[a-zà-ỹđ]{2,}(?![\w²³/]))"
)
_PER_ANYTHING = re.compile(
    r"\b(đồng|triệu|tỷ|tỉ|nghìn|ngàn|tấn|tạ|suất|lít|mét|gam|ki lô gam)\s?/\s?(?=[a-zà-ỹđ]|[A-ZĐ]{2}\b)"
)
_POINT_DECIMAL = re.compile(rf"(?<![\w.,/])(\d{{1,3}})\.(\d{{1,2}})(?=\s?(?:{_COUNTED})\b)")
_COMPARED = re.compile(
    r"(?i:(\b(?:dưới|trên|hơn|khoảng|gần|bmi|ielts|bằng|điểm|tăng|giảm|nặng|rộng|từ)\s+))(\d{1,2})\.(\d)(?![\d\w]|[.,/]\d)"
)
_ABOUT = re.compile(r"[~≈]\s?(?=\d)")
_MONEY = r"(?:(?:triệu|tỷ|tỉ|nghìn|ngàn)(?: đồng)?|đồng|tuổi|độ)"
_WORD_RANGE = re.compile(rf"(?<=\d)(\s{_MONEY})\s*[-–]\s*(?=\d)")
_LOW_HIGH = re.compile(rf"{_LEFT}(\d{{1,2}})/(\d{{1,2}})(?=\s?[°º][CF])")
_PART_OF = re.compile(
    rf"{_LEFT}(\d{{1,3}}(?:\.\d{{3}})+|\d{{1,4}})/(\d{{1,3}}(?:\.\d{{3}})+)(?![\w/]|[.,]\d)"
)
_LIST = re.compile(r"(?<![\w.,/])\d{1,2}(?:,\d{1,2}){2,}(?![\w/%]|[.,]\d)")
_MATHS = re.compile(
    r"(?<=[\d%])\s?([+=<>])\s?(?=\d)|(?<![\w<>])\s?([<>])\s?(?=\d)|(?<=[^\W_])\s([+=<>])\s(?=\d)"
)
_MATHS_WORDS = {"+": "cộng", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn"}
# Lorries and bridges are told in tonnes; "lớp 5T" is a class.
_TONNES = re.compile(
    rf"{_LEFT}(\d{{1,3}},\d{{1,2}}|(?:(?<=xe )|(?<=tải )|(?<=trọng )|(?<=[<>] ))\d{{1,3}})\s?T(?!\w)"
)
# No price is a part of a đồng or below a hundred: then "đ" counts points.
_POINTS = re.compile(rf"{_LEFT}(\d{{1,3}},\d{{1,2}}|\d{{1,2}})\s?đ(?![\w/])")
_SHARE_OF = re.compile(r"(?<=\d[%‰])(?=[^\W\d_])")
_OF_FULL = re.compile(rf"{_LEFT}({_NUMBER}\s?(?:mm|cm|m|km|kg|g|ha|l|lít|tấn|tạ))/(?={_NUMBER})")
_MINUTES = re.compile(r"(?<![\w.,°º'])(\d{1,3})'(?![\w'])")
_TABLETS = re.compile(r"(?i:\b(lần|uống|ngày|sáng|trưa|chiều|tối)\s+)(\d{1,2})\s?v(?!\w)")
_TO_CHAINAGE = re.compile(r"(?<=\+\d{3})\s?[-–—]\s?(?=[Kk][Mm])")
_GLUED = re.compile(r"(?<![\w.,/])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)(?=[^\W\d_])")
_HOUSE = re.compile(r"(?<![\w.,/])(\d{1,4}[A-ZĐ])/(?=\d{1,4}(?![\w/]|[.,]\d))")
_HEIGHT = re.compile(r"(?<![\w.,/])(\d{1,2})m(\d\d|[4-9])(?!\w)")
_PLUS = re.compile(r"(?<=[\w%)])\s\+\s(?=[\w(])")
_SIZE = re.compile(r"(?<=\d)\s?[xX*]\s?(?=\d)|(?<=\dm)\s?[xX]\s?(?=\d)|(?<=[\d][đ%])\s?[xX]\s?(?=\d)")
_CHAINAGE = re.compile(r"(?<!\d)(?<!\d )\b[Kk][Mm]\s?(?=\d)(?![23²³](?!\d|\+))")
# House 12/4/6A and parcel 125/12B; 8,5/10; 5.10.3 and what else is told step by step.
_PARTS = re.compile(
    r"(?<![\w.,/\-])\d{1,4}[A-ZĐa-z]?(?:/\d{1,4}[A-ZĐa-z]?){2,}(?![\w/]|[.,]\d)|(?<![\w.,/])\d{1,4}/\d{1,4}[A-ZĐ](?!\w)"
)
_SHARE = re.compile(rf"{_LEFT}(\d[\d.]*,\d+|\d+(?=/\d[\d.]*,\d))/(?=\d)")
_STEPS = re.compile(r"(?<![\w.,:])\d+(?:([.:])\d+)(?:\1\d+)+(?![\w])")
_OVER = re.compile(r"(?<=\d)/(?=\d|[a-zà-ỹđ]{2,}(?![\w²³/]))")
# A unit without a number: "đơn vị: m3/s", "mỗi kg".
_LONE = re.compile(
    r"(?<![\w/.])(k[mg]|[mc]m|m[23²³]|mm2?|ml|mg|k[VW]h?|kWh)(?:\s?/\s?([^\W\d_]{1,5}[23²³]?))?(?![\w/])"
)
_OVER_UNIT = re.compile(rf"{_LEFT}(\d{{1,4}})/(\d{{1,4}}\s?mmHg)")
_PER_NUMBER = re.compile(r"(?<=[^\W\d_]{2})\s?/\s?(?=\d)")
_SIGNS = {
    "≥": " lớn hơn hoặc bằng ", "≤": " nhỏ hơn hoặc bằng ", "±": " cộng trừ ", "×": " nhân ", "&": " và ",
    "→": ", ", "½": " một phần hai ", "¼": " một phần tư ", "¾": " ba phần tư ",
}  # fmt: skip


@lru_cache(maxsize=4)
def _patterns(units: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))
    after = r"(?![\w²³])"
    per = r"((?:\s?/\s?[^\W\d_]+[²³23]?(?!\w)){1,3})?"
    measured = re.compile(rf"{_LEFT}({_NUMBER})\s?({names}){after}{per}")
    ranged = re.compile(
        rf"{_LEFT}({_NUMBER})\s?({names})?\s*[-–—]\s*({_NUMBER})(?:\s?({names}){after}{per})?(?![\w/]|[.,]\d)"
    )
    bare = re.compile(rf"(?i:\b(trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ) )({names}){after}{per}")
    return measured, ranged, re.compile(rf"(?<=[^\W\d_])\s?/\s?({names}){after}"), bare


def read(text: str, tables: Tables) -> str:
    """This function will put amounts into words."""
    measured, ranged, per_unit, bare = _patterns(tuple(tables.units))
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    text = _POINT_DECIMAL.sub(r"\1,\2", _DOLLARS.sub(r"\1 USD", text))
    text = re.sub(r"(?<=\d)\s?÷\s?(?=\d)", "-", _PER_TIME.sub(" trên ", text))
    text = _COMPARED.sub(r"\1\2,\3", text)
    text = _LOW_HIGH.sub(r"\1-\2", _WORD_RANGE.sub(r"\1 đến ", text))
    text = _PART_OF.sub(r"\1 trên \2", text)
    text = _LIST.sub(lambda m: m[0].replace(",", ", "), text)
    text = _ABOUT.sub("khoảng ", _NEGATIVE.sub("âm ", text))
    text = _MINUTES.sub(_minutes, _SHARE_OF.sub(" ", _TO_CHAINAGE.sub(" đến ", text)))
    text = _OF_FULL.sub(r"\1 trên ", _TABLETS.sub(r"\1 \2 viên", text))
    text = _POINTS.sub(r"\1 điểm", _TONNES.sub(r"\1 tấn", _HOUSE.sub(r"\1 trên ", text)))
    text = _STEPS.sub(_steps, _PARTS.sub(lambda m: m[0].replace("/", " trên "), text))
    text = _SHARE.sub(r"\1 trên ", text)
    text = _MATHS.sub(lambda m: f" {_MATHS_WORDS[m[1] or m[2] or m[3]]} ", text)
    text = _HEIGHT.sub(r"\1 mét \2", _PLUS.sub(" cộng ", text))
    text = _SIZE.sub(" nhân ", text)
    text = _CHAINAGE.sub("ki lô mét ", text)
    text = _GROUPED_BY_SPACE.sub(lambda m: m[1] + m[2].replace(" ", "."), text)
    text = _YEARS.sub(
        lambda m: f"{m[0][: m.start(2) - m.start(0)]}{cardinal(m[2])} đến {cardinal(m[3])}", text
    )
    text = _YEAR_RANGE.sub(lambda m: f"{cardinal(m[1])} đến {cardinal(m[2])}", text)
    text = ranged.sub(lambda m: _range(m, tables), text)
    text = _OVER_UNIT.sub(lambda m: f"{cardinal(m[1])} trên {m[2]}", text)
    text = measured.sub(lambda m: _measure(m, tables), text)
    text = _LONE.sub(lambda m: _lone(m, tables), _PER_NUMBER.sub(" trên ", text))
    text = bare.sub(lambda m: f"{m[1]} {tables.units[m[2]]}{_per(m[3], tables)}", text)
    text = per_unit.sub(lambda m: f" trên {tables.units[m[1]]}", text)
    text = _COUNTED_PER.sub(r"\1 trên ", _PER_ANYTHING.sub(r"\1 trên ", text))
    text = _PER.sub(lambda m: f" trên {m[1]}", text)
    text = _WORD_FRACTION.sub(_fraction, _GLUED.sub(r"\1 ", text))
    text = _PADDED.sub(lambda m: m[0] if word_before(m) in _KEEPS_ZERO else m[1], text)
    text = _OVER.sub(" trên ", text)
    return _PLAIN.sub(lambda m: number(m[1]), text)


def number(text: str) -> str:
    """This function will read a number as Vietnamese writes it: dots for thousands, a decimal comma."""
    whole, comma, part = text.partition(",")
    if _THOUSANDS.fullmatch(whole):
        whole = whole.replace(".", "")
    elif "." in whole:
        left, _dot, right = whole.partition(".")
        return f"{cardinal(left)} chấm {cardinal(right) if right[0] != '0' else digits(right)}"
    if comma:
        return decimal(whole, part)
    if len(whole) > 1 and whole[0] == "0":
        return digits(whole)
    return cardinal(whole)


def _steps(match: re.Match[str]) -> str:
    if _THOUSANDS.fullmatch(match[0]):
        return match[0]
    between = " chấm " if match[1] == "." else " "
    return between.join(digits(p) if p[0] == "0" else cardinal(p) for p in match[0].split(match[1]))


def _lone(match: re.Match[str], tables: Tables) -> str:
    return f"{tables.units.get(match[1], match[1])}{_per(match[2], tables)}"


def _minutes(match: re.Match[str]) -> str:
    """After 30 a stroke means minutes, but where it closes what another one opened."""
    opened = "'" in match.string[max(0, match.start() - 60) : match.start()]
    return match[0] if opened else f"{match[1]} phút"


def _measure(match: re.Match[str], tables: Tables) -> str:
    amount, unit, per = match.groups()
    return f"{_amount(amount)} {tables.units[unit]}{_per(per, tables)}"


def _amount(text: str) -> str:
    if re.fullmatch(r"\d+\.\d{1,2}", text):  # 3.5 km: a decimal point in the English way
        text = text.replace(".", ",")
    return cardinal(text) if text.isdecimal() else number(text)


def _per(per: str | None, tables: Tables) -> str:
    """What follows an amount: "/kg/lần"."""
    units = [one.strip() for one in (per or "").split("/")[1:]]
    return "".join(f" trên {tables.units.get(unit, unit)}" for unit in units)


def _range(match: re.Match[str], tables: Tables) -> str:
    first, own, last, unit, per = match.groups()
    kept = f" {tables.units[own]}" if own else ""
    other = bool(own and unit) and tables.units[own or ""] != tables.units[unit or ""]
    of_two = bool(own) and match.string[match.end() :].startswith(" trên")  # 400kVA-22/0,4kV
    joint = "," if other or of_two else " đến"
    words = f"{_amount(first)}{kept}{joint} {_amount(last)}"
    if unit:
        return f"{words} {tables.units[unit]}{_per(per, tables)}"
    return words


def _fraction(match: re.Match[str]) -> str:
    above, below = match.groups()
    if int(above) < int(below) <= 10 and word_before(match) not in _ADDRESS_WORDS and above[0] != "0":
        return f"{cardinal(above)} phần {'tư' if below == '4' else cardinal(below)}"
    return f"{cardinal(above)} trên {cardinal(below)}"
