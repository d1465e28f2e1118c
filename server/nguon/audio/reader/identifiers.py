"""Telephone numbers, number plates, accounts and file marks: what is said digit by digit."""

from __future__ import annotations

import re

from nguon.audio.reader.letters import alphanumeric, spell
from nguon.audio.reader.numbers import cardinal, digits

_PHONE = re.compile(
    r"(?<![\w.,/\-])(\+84|\(\+?84\)|\(0\d{1,3}\)|0\d{1,4})([\s.\-]?)(\d{1,4}(?:[\s.\-]?\d{2,4}){1,3})(?![\w%/]|[.,\-]\d)"
)
# The end of a number that is not told: 0868.xxx.xxx.
_MASKED = re.compile(
    r"(?<![\w.,/\-])(?=[\d\s.+\-]{2,20}[xX*]{2})"
    r"(?:\+84|0\d{1,3}|1[89]00)(?:[ .\-]?[\dxX*]{2,4}){1,4}(?![\w*])"
)
_HOTLINE = re.compile(r"(?<![\w.,/\-])(1[89]00)([\s.\-]?)(\d{2,4}(?:[\s.\-]?\d{2,4})?)(?![\w%/]|[.,\-]\d)")
_COUNTRY = re.compile(r"(?<![\w.,/\-])\+84(?![\w%/]|[.,\-]\d)")
_ZERO = re.compile(r"(?<![\w.,/\-])0\d{1,4}\.\d{3,4}(?![\w%/]|[.,\-]\d)")  # no amount begins with 0
_PEOPLE = r"\s+(?:thanh niên|công dân|người|hộ|suất|học sinh|cháu|đoàn viên|đại biểu|lượt|trường hợp|đồng)"
_SHORT = re.compile(rf"(?<![\w.,/\-])(11[1-9]|1022|156|5656)(?![\w%/]|[.,\-]\d|{_PEOPLE})")
_SERVICE = re.compile(
    r"(?i:\b(tổng đài|đầu số|gọi số|gọi đến số|gọi tới số|đường dây nóng|hotline|số máy|số nóng)"
    rf"(?:\s+(?:số|miễn phí|quốc gia))?\s*:?\s*)(\d{{3,5}})(?![\w%/]|[.,\-]?\d|{_PEOPLE})"
)
_CALLING = re.compile(
    r"(?i)gọi|điện thoại|tổng đài|đường dây nóng|hotline|cảnh sát|cứu hỏa|cấp cứu|nhắn tin|tin nhắn"
    r"|soạn|liên hệ|đầu số"
)
_EMERGENCY = re.compile(r"(?<![\w.,/\-])(11[1-5](?:\s?[/\-–]\s?11[1-5])+)(?![\w%/]|[.,\-]\d)")
_PLATE = re.compile(
    r"(?<![\w.,/\-])(\d\d-?[A-ZĐ]{1,2}\d?)\s?[-–\s]\s?(\d{2,3}\.\d{2,3}|\d{4,5})(?![\w/]|[.,\-]\d)"
)
# What names a person, an account or a file is said digit by digit, like a telephone number.
_IDENTIFIER = re.compile(
    r"(?i:\b(tài khoản(?: ngân hàng)?|stk|tk|cccd|cmnd|căn cước(?: công dân)?|định danh(?: cá nhân)?"
    r"|mã số(?: thuế)?|mst|mã hồ sơ|mã|số sổ|số thẻ|imei|hộ chiếu|bưu chính)(?:\s+(?:số|là))?\s*:?\s*)"
    r"(\d{3,6}(?: \d{3,6}){1,6}|\d{2,19}(?:[.\-]\d{1,19}){1,6}|\d{4,30})"
    r"(?![\w%/]|[.,\-]\d|\s?(?:đồng|triệu|nghìn|tỷ|người|hộ)\b)"
)
_FILE_MARK = re.compile(
    r"(?i:\b(mã(?:\s+(?:hồ sơ|số|vạch|định danh|thửa|xã|đơn|sản phẩm|vùng trồng))?"
    r"|ký hiệu|số hiệu|số máy|số khung)"
    r"\s*:?\s+)(?=[\w.\-]*\d)([A-ZĐ]{1,6}[\dA-ZĐ]*(?:[.\-][\dA-ZĐ]+)+)(?![\w/])"
)
_BOOKLET = re.compile(r"(?i:\b((?:số|seri|sê ri)(?:\s*:)?\s+))([A-ZĐ]{1,2})\s?(\d{6,8})(?![\w/]|[.,\-]\d)")
_LONG_DIGITS = re.compile(r"(?<![\w.,/\-])(\d{8,30})(?![\w%/]|[.,\-]\d|\s?(?:đồng|đ|VNĐ|VND|người|tấn)\b)")
# An amount has its thousands in threes: 8810 234 567 is an account.
_FOURS = re.compile(r"(?<![\w.,/\-])\d{4}(?: \d{3,4}){2,4}(?![\w%/]|[.,\-]\d|\s?(?:đồng|đ|người|tấn)\b)")
_PHONE_WORD = re.compile(r"\b(ĐT|Đt|đt|Tel|TEL|SĐT|sđt|Hotline)\s*([:.]?)\s*(?=[(+]?[\d])")

_PHONE_WORDS = {"Hotline": "hotline", "SĐT": "số điện thoại", "sđt": "số điện thoại"}


def read(text: str) -> str:
    """This function will put telephone numbers and the like into words."""
    text = _PLATE.sub(_plate, text)
    text = _PHONE_WORD.sub(lambda m: _PHONE_WORDS.get(m[1], "điện thoại") + m[2] + " ", text)
    text = _PHONE.sub(_phone, _MASKED.sub(_masked, text))
    text = _ZERO.sub(lambda m: _groups(m[0]), _COUNTRY.sub(r"cộng tám bốn", text))
    text = _HOTLINE.sub(lambda m: f"{digits(m[1])}, {_groups(m[3])}", text)
    text = _EMERGENCY.sub(lambda m: ", ".join(digits(one) for one in re.findall(r"\d+", m[1])), text)
    text = _SERVICE.sub(lambda m: _lead(m) + digits(m[2]), text)
    text = _SHORT.sub(_short, text)
    text = _FILE_MARK.sub(lambda m: _lead(m) + _mark(m[2]), text)
    text = _BOOKLET.sub(lambda m: f"{m[1]}{spell(m[2])} {_groups(m[3])}", text)
    text = _IDENTIFIER.sub(lambda m: _lead(m) + _groups(m[2]), text)
    text = _FOURS.sub(lambda m: _groups(m[0]), text)
    return _LONG_DIGITS.sub(lambda m: _groups(m[1]), text)


def _lead(match: re.Match[str]) -> str:
    """What stands before the second group, as it was written."""
    return match[0][: match.start(2) - match.start()]


def _mark(text: str) -> str:
    """H38.12-260715-0012, sign by sign; long rows of digits one by one."""
    words = []
    for part in re.findall(r"\d+|[^\W\d_]+|[.\-]", text):
        if part in ".-":
            words.append("chấm" if part == "." else "gạch ngang")
        elif part.isdecimal():
            words.append(cardinal(part) if len(part) < 3 and part[0] != "0" else digits(part))
        else:
            words.append(spell(part))
    return " ".join(words)


def _plate(match: re.Match[str]) -> str:
    return f"{alphanumeric(match[1])}, {_groups(match[2])}"


def _phone(match: re.Match[str]) -> str:
    head, _gap, tail = match.groups()
    count = sum(character.isdecimal() for character in head + tail)
    if not 9 <= count <= 12:
        return match[0]
    country = "cộng tám bốn, " if "+84" in head else "tám bốn, " if head.startswith(("84", "(84")) else ""
    number = re.sub(r"\D", "", tail if country else head)
    if not country and len(number) == 5 and tail.isdecimal():  # 0912345678, without a gap
        number, tail = number[:4], number[4:] + tail
    rest = _groups(tail)
    return f"{country}{rest}" if country else f"{digits(number)}{_joined(number, tail)}{rest}"


def _masked(match: re.Match[str]) -> str:
    groups = re.findall(r"[\dxX*]+", match[0])
    return ", ".join(" ".join(digits(one) if one.isdecimal() else "ích" for one in group) for group in groups)


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
