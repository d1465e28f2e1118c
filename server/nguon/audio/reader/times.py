"""Dates, months, hours, weekdays."""

from __future__ import annotations

import re

from nguon.audio.reader import weekdays
from nguon.audio.reader.numbers import cardinal

_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"((?:1[6-9]|20|21)\d\d)"
_LEFT, _RIGHT = r"(?<![\w/.,\-–:])", r"(?![\w/\-–:]|[.,]\d)"
_DASH = r"\s*[-–—]\s*"
_SEP = r"[/.\-]"

_DATE = re.compile(rf"{_LEFT}{_DAY}({_SEP}){_MONTH}\2{_YEAR}(?![\w/]|[.,\-–]\d)")
_POINT_DATE = re.compile(rf"(?i:\b(ngày|sáng|chiều|tối|đêm))\s+{_DAY}\.{_MONTH}(?![\w/]|[.,\-–]\d)")
# "ngày 27-7" is a day of July; "từ ngày 1-5" and "ngày 5-7 tháng 10" are days of one month.
_ONE_DAY = r"(?![\w/]|[.,\-–]\d|\s+(?:tháng|âm|hằng|hàng))"
_DASH_DATE = re.compile(rf"(?i:(?<!từ )\b(ngày|khánh|lễ|dịp|sáng|chiều|tối|đêm))\s+{_DAY}-{_MONTH}{_ONE_DAY}")
_ISO_DATE = re.compile(rf"{_LEFT}{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]){_RIGHT}")
_DATE_RANGE = re.compile(rf"{_LEFT}{_DAY}/{_MONTH}(?:/{_YEAR})?{_DASH}{_DAY}/{_MONTH}(?:/{_YEAR})?(?![\w/])")
_DAY_RANGE = re.compile(rf"{_LEFT}{_DAY}{_DASH}{_DAY}/{_MONTH}(?:/{_YEAR})?(?![\w/])")
_SPACED_DAYS = re.compile(rf"{_LEFT}{_DAY}\s[-–—]\s{_DAY}/{_MONTH}/{_YEAR}(?![\w/])")
_DAY_MONTH = re.compile(rf"{_LEFT}{_DAY}[/]{_MONTH}(?![\w/%]|[.,\-–]\d)")
_MONTH_YEAR = re.compile(rf"{_LEFT}{_MONTH}[/\-]{_YEAR}(?![\w/]|[.,\-–]\d)")
_MONTH_RANGE = re.compile(rf"(?i:\btháng\s+){_MONTH}{_DASH}(?:tháng\s+)?{_MONTH}(?:/{_YEAR})?(?![\w/])")
_MONTH_WORD = re.compile(r"(?i:\b(tháng))(\s+)0?(1[0-2]|[1-9])(?!\d|[.,]\d|[%/])")
_T_MONTH = re.compile(rf"(?<![\w/])T{_MONTH}[/.\-]{_YEAR}(?![\w/]|[.,\-–]\d)")
_QUARTER_YEAR = re.compile(rf"(?i:\b(quý))\s+(0?[1-4]|I{{1,3}}|IV)\s*/\s*{_YEAR}(?![\w/])")
# At any hour of any day, unless a day is spoken of.
_ALWAYS = re.compile(
    r"(?i:(?<!ngày )(?<!sáng )(?<!chiều )(?<!tối )(?<!đến )(?<!trước )(?<!từ ))"
    r"(?<![\w/.,])(24)/(7|24)(?:h(?!\w)|(?![\w/]|[.,]\d))"
)

_H = r"(2[0-4]|[01]?\d)"
_M = r"([0-5]\d)"
_CLOCK = rf"{_H}\s?(?:[hH]|g|giờ\s?|:)\s?{_M}(?:\s?(?:ph|phút|p|')(?!\w))?"
_HOUR = rf"{_H}\s?[hH]"
_HOURS = re.compile(rf"(?<![\w:.,/]){_CLOCK}(?![\w:])")
_HOURS_SECONDS = re.compile(rf"(?<![\w:.,/]){_H}:{_M}:{_M}(?![\w:])")
_HOUR_ONLY = re.compile(rf"(?<![\w:.,/]){_HOUR}(?![\w:/])")
_GIO_ONLY = re.compile(rf"(?i:\b(lúc|từ|đến|trước|sau|khoảng|vào|hồi|tới))(\s+){_H}g(?!\w)")
_HOUR_RANGE = re.compile(
    rf"(?<![\w:.,/]){_H}(\s?(?:[hHg]|:)\s?{_M}?)?{_DASH}{_H}\s?(?:[hHg]|:)\s?{_M}?(?!\w|[:/]\d)"
)

_SHORT_YEAR = re.compile(rf"{_LEFT}{_DAY}/{_MONTH}/([0-4]\d)(?![\w/]|[.,\-–]\d)")
_AND_DASH = re.compile(rf"(tháng [^\W\d_]+(?: [^\W\d_]+)? và(?: ngày)?) {_DAY}-{_MONTH}{_ONE_DAY}")
_Q = r"([1-4]|I{1,3}|IV)"
_QUARTERS_YEAR = re.compile(rf"(?i:\b(quý))\s+{_Q}(\s?,\s?|\s+và\s+)(?:quý )?{_Q}\s*/\s*{_YEAR}(?![\w/])")
_SHORT_QUARTER = re.compile(rf"(?<![\w/])Q([1-4])[/\-]{_YEAR}(?![\w/])")
_DATE_CONTEXT = frozenset(
    "ngày mùng mồng rằm sáng trưa chiều tối đêm hôm nay mai qua từ đến trước sau hết tới kể vào và nhật rạng"
    " hai ba tư năm sáu bảy lễ dịp là lúc giờ phút cuối".split()
)
_NOT_A_MONTH = frozenset("tháng đợt quý lần kỳ kì số vụ phiên khóa bản".split())
_HOLIDAYS = {(3, 2), (8, 3), (10, 3), (1, 5), (7, 5), (1, 6), (5, 6), (2, 9), (5, 9), (10, 10), (7, 11)}
_ADDRESS = frozenset(
    "số nhà ngõ hẻm ngách kiệt tổ lô thửa tờ đường tỷ tỉ lệ lực điểm đạt thang lớp phòng căn".split()
)
_WHOLES = (
    "tổng|số|dân số|diện tích|chỉ tiêu|tiêu chí|hộ|thôn|xã|phiếu|đại biểu|điểm|tổ|cụm|chi bộ|trường|học sinh"
    "|cơ sở|đơn vị|phường|tỉnh|sản phẩm|công trình"
)
_OF_A_WHOLE = re.compile(rf"\s+(?:{_WHOLES})\b")
_HOUR_WORDS = frozenset("từ lúc khoảng sáng trưa chiều tối đêm phát trực đến vào hồi mở ngày và".split())
_AFTER_WEEKDAY = re.compile(
    r"\b(?:thứ\s+(?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ nhật|t[2-7]|cn)\s*,?\s*\(?\s*(?:ngày\s+)?$"
)
_EVENT = re.compile(
    r"\b(?:bán kết|chung kết|tứ kết|khai mạc|bế mạc|hạn chót|hạn cuối|hết hạn|khởi công|khánh thành"
    r"|khai trương|khai giảng|tổng kết|sơ kết|tựu trường|nhập học|nhập ngũ|xuất quân)\s+\(?$"
)
_NAMED_DAY = re.compile(
    r"\bngày (?:hội|toàn|quốc|thế|thành|truyền|giải|pháp|sách|gia|thương|môi|chuyển|vi|nhà|thầy|phụ"
    r"|doanh|báo|đất|nước|dân|vì|phòng|tết|lễ)(?:\s+[^\W\d_]+){0,9}\s+\(?$"
)
_LISTED = re.compile(r"\bngày\s+\d{1,2}(?:\s*,\s*\d{1,2})*\s*(?:,|và|hoặc)\s*$")
_NEAR_A_DATE = re.compile(r"tháng|ngày|sáng|chiều|tối|đêm|hôm")
# Streets, canals and markets are named after days (đường 30/4), and nobody says "ngày" then.
_PLACE = re.compile(
    r"(?i:\b(đường|phố|kênh|công viên|quảng trường|chợ|bến xe|cầu|nhà máy|nông trường|hợp tác xã|htx"
    r"|làng|rạp|trường|tượng đài|nhà thi đấu|sân vận động|bệnh viện|lữ đoàn|khu|xóm|ấp|thôn|cống|đập|hồ"
    r"|thpt|thcs|trung học phổ thông|trung học cơ sở|tiểu học|mầm non))\s+"
    rf"{_DAY}[/\-]{_MONTH}(?![\w/%\-]|[.,]\d)"
)
_STREETS = frozenset("đường phố kênh công viên quảng trường".split())
_MONTHS_OF_YEARS = re.compile(
    rf"(?<![\w/.,])((?:0?[1-9]|1[0-2])/(?:19|20)\d\d){_DASH}((?:0?[1-9]|1[0-2])/(?:19|20)\d\d)(?![\w/])"
)
_HAS_DAY_WORD = frozenset("ngày mùng mồng sáng trưa chiều tối đêm hôm nay mai rằm".split())


def read(text: str) -> str:
    """This function will put dates, months and hours into words."""
    text = _PLACE.sub(_named_place, weekdays.sundays(text))
    text = _MONTHS_OF_YEARS.sub(r"\1 đến \2", text)
    text = _T_MONTH.sub(lambda m: f"tháng {_month(m[1])} năm {cardinal(m[2])}", text)
    text = _POINT_DATE.sub(lambda m: f"{m[1]} {_date(m[2], m[3], None)}", text)
    text = _ALWAYS.sub(
        lambda m: f"{cardinal(m[1])} trên {cardinal(m[2])}{' giờ' if m[0].endswith('h') else ''}", text
    )
    text = _DASH_DATE.sub(lambda m: f"{m[1]} {_date(m[2], m[3], None)}", text)
    text = _AND_DASH.sub(lambda m: f"{m[1]} {_date(m[2], m[3], None)}", text)
    text = _DATE_RANGE.sub(_date_range, text)
    text = _SPACED_DAYS.sub(_day_range, text)
    text = _DATE.sub(lambda m: _with_day_word(m, _date(m[1], m[3], m[4])), text)
    text = _SHORT_YEAR.sub(_short_year, text)
    text = _ISO_DATE.sub(lambda m: _with_day_word(m, _date(m[3], m[2], m[1])), text)
    text = _DAY_RANGE.sub(_day_range, text)
    text = _SHORT_QUARTER.sub(lambda m: f"quý {_quarter(m[1])} năm {cardinal(m[2])}", text)
    text = _QUARTERS_YEAR.sub(
        lambda m: f"{m[1]} {_quarter(m[2])}{m[3]}{_quarter(m[4])} năm {cardinal(m[5])}", text
    )
    text = _QUARTER_YEAR.sub(lambda m: f"{m[1]} {_quarter(m[2])} năm {cardinal(m[3])}", text)
    text = _MONTH_RANGE.sub(_month_range, text)
    text = _MONTH_YEAR.sub(_month_year, text)
    text = _DAY_MONTH.sub(_day_month, text)
    text = _MONTH_WORD.sub(lambda m: f"{m[1]}{m[2]}{_month(m[3])}", text)
    return _hours(weekdays.read(text))


def _named_place(match: re.Match[str]) -> str:
    day, month = int(match[2]), int(match[3])
    known = (day, month) in _HOLIDAYS or day >= 13
    if not known and match[1].split()[-1].lower() not in _STREETS:
        return match[0]
    return f"{match[1]} {_date(match[2], match[3], None)}"


def _short_year(match: re.Match[str]) -> str:
    """Only where a date is expected, or where it can be nothing else."""
    if word_before(match) not in _DATE_CONTEXT and int(match[1]) <= 12:
        return match[0]
    return _with_day_word(match, _date(match[1], match[2], f"20{match[3]}"))


def _hours(text: str) -> str:
    text = _HOURS_SECONDS.sub(
        lambda m: f"{cardinal(m[1])} giờ {cardinal(m[2])} phút {cardinal(m[3])} giây", text
    )
    text = _HOUR_RANGE.sub(_hour_range, text)
    text = _HOURS.sub(lambda m: _clock(m[1], m[2]), text)
    text = _HOUR_ONLY.sub(lambda m: f"{cardinal(m[1])} giờ", text)
    return _GIO_ONLY.sub(lambda m: f"{m[1]}{m[2]}{cardinal(m[3])} giờ", text)


def word_before(match: re.Match[str]) -> str:
    """This function will return the word just before a match, in lower case ("" at a sentence's start)."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    words = before.lower().split()
    return words[-1].strip("(“\"'") if words and not before.endswith("\n") else ""


def _month(month: str) -> str:
    return "tư" if int(month) == 4 else cardinal(month)


def _quarter(quarter: str) -> str:
    return cardinal(str({"I": 1, "II": 2, "III": 3, "IV": 4}.get(quarter, quarter)))


def _date(day: str, month: str, year: str | None) -> str:
    words = f"{cardinal(day)} tháng {_month(month)}"
    return f"{words} năm {cardinal(year)}" if year else words


def _with_day_word(match: re.Match[str], date: str) -> str:
    return date if word_before(match) in _HAS_DAY_WORD else f"ngày {date}"


def _date_range(match: re.Match[str]) -> str:
    d1, m1, y1, d2, m2, y2 = match.groups()
    return _with_day_word(match, f"{_date(d1, m1, y1)} đến ngày {_date(d2, m2, y2)}")


def _day_range(match: re.Match[str]) -> str:
    d1, d2, month, year = match.groups()
    if int(d1) >= int(d2):
        return match[0]
    return _with_day_word(match, f"{cardinal(d1)} đến ngày {_date(d2, month, year)}")


def _month_range(match: re.Match[str]) -> str:
    first, last, year = match.groups()
    words = f"{match[0][:5]} {_month(first)} đến tháng {_month(last)}"
    return f"{words} năm {cardinal(year)}" if year else words


def _month_year(match: re.Match[str]) -> str:
    month, year = match.groups()
    before = word_before(match)
    lead = "" if before in _NOT_A_MONTH else "tháng "
    return f"{lead}{_month(month)} năm {cardinal(year)}"


def _can_only_be_date(match: re.Match[str], before: str) -> bool:
    """Holidays everybody knows, and pairs that make no sense as a part of a whole (20/11)."""
    if before in _ADDRESS or _OF_A_WHOLE.match(match.string, match.end()):
        return False
    day, month = int(match[1]), int(match[2])
    padded = match[2][0] == "0"  # 05/02 is no share
    return padded or (day, month) in _HOLIDAYS or (day > month and day >= 13)


def _day_month(match: re.Match[str]) -> str:
    before = word_before(match)
    near = re.split(r"[.;!?\n]", match.string[max(0, match.start() - 60) : match.start()])[-1].lower()
    listed = (before.endswith(",") and " tháng " in near) or _LISTED.search(near) is not None
    listed = listed or any(one.search(near) for one in (_NAMED_DAY, _EVENT, _AFTER_WEEKDAY))
    if before == "và" and not _NEAR_A_DATE.search(near):
        return match[0]
    if not listed and before not in _DATE_CONTEXT and not _can_only_be_date(match, before):
        return match[0]
    return _with_day_word(match, _date(match[1], match[2], None))


def _clock(hour: str, minute: str) -> str:
    words = f"{cardinal(hour)} giờ"
    return f"{words} {cardinal(minute)} phút" if int(minute) else words


def _hour_range(match: re.Match[str]) -> str:
    h1, marked, m1, h2, m2 = match.groups()
    if match[0].endswith("g") and not (m1 or m2) and word_before(match) not in _HOUR_WORDS:
        return match[0]  # pha 12-15g thuốc
    first = _clock(h1, m1) if m1 else cardinal(h1) + (" giờ" if marked else "")
    return f"{first} đến {_clock(h2, m2) if m2 else f'{cardinal(h2)} giờ'}"
