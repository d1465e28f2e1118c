"""What people write in a hurry, put into the usual form that the other rules know: 8h0, 13h30 ~ 15h,
19h/23/8, 1,250,000 đồng, NĐ49/2024/NĐ-CP, BĐII, Rh(-), N.V.A."""

from __future__ import annotations

import re

_SHORT_MINUTE = re.compile(r"(?<![\w:.,/])(\d{1,2})([hHg])(\d)(?!\w)")
_GIO = re.compile(r"(?<![\w:.,/])(\d{1,2})g(?=\s(?:sáng|trưa|chiều|tối|đêm|khuya|ngày)\b)")
_ELIDED = re.compile(r"(?<!\w)([A-ZĐ])['’](?=[a-zà-ỹ]{2})")  # Cư M'gar
_ABOUT_TO = re.compile(r"(?<=[\dhg%'])\s?[~÷]\s?(?=\d)")
_HOUR_OF_DAY = re.compile(
    r"(?<![\w:.,/])(\d{1,2}[hHg](?:\d\d)?)\s?[/,\-]?\s?(?=\d{1,2}/\d{1,2}(?![\w]|[.,]\d))"
)
_COMMA_THOUSANDS = re.compile(
    r"(?<![\w.,])\d{1,3}(?:,\d{3}){2,}(?![\w,]|\.\d)|(?<![\w.,])\d{1,3},\d{3}(?=\s?(?:đồng|đ|VNĐ|VND)(?!\w))"
)
_DOCUMENT = r"NĐ|QĐ|NQ|TT|CT|CV|KH|TB|BC|TTr|HD|KL|CĐ|ĐA"
_GLUED_DOCUMENT = re.compile(rf"(?<![\w/\-])({_DOCUMENT})(?=\d{{1,5}}[/\-])")
_OF_A_YEAR = re.compile(
    rf"(?<![\w/])((?i:nghị định|quyết định|thông tư|nghị quyết|pháp lệnh|luật|chỉ thị)|{_DOCUMENT})"
    r"(\s+(?:số\s*:?\s*)?)(\d{1,5})/((?:19|20)\d\d)(?![\w/\-]|[.,]\d)"
)
_OF_AN_EDITION = re.compile(r"(?<=\d)\s?:\s?(?=(?:19|20)\d\d(?![\d:]))")
_FLOOD_MARK = re.compile(r"(?<!\w)BĐ(?=(?:I{1,3}|\d)(?!\w))")
_RHESUS = re.compile(r"\b(R[hH])\s?\(?\s?([+\-−–])\)?(?!\w)")
_BLOOD = re.compile(r"(?i:(nhóm(?: máu)?|máu)\s+)(A|B|AB|O)\s?\(?([+\-−–])\)?(?!\w)")
_INITIALS = re.compile(r"(?<![\w.])(?:[A-ZĐ]\.\s?){1,4}[A-ZĐ](?![\w.])")
_DAYS = re.compile(r"(?i:(?<=ngày )|(?<=sáng )|(?<=tối ))\d{1,2}(?:,\d{1,2})+(?=/\d{1,2}(?!\d))")
_NPK = re.compile(
    r"(?<!\w)(NPK|N-P-K|N:P:K|DAP)([\w\-]*[\s(:=]*)(\d{1,2}\s?[-.:+]\s?\d{1,2}(?:\s?[-.:+]\s?\d{1,2}){0,2})"
    r"(\s?\+?\s?\d{0,2}\s?TE(?!\w))?(?![\d])"
)
_ARTICLE = re.compile(r"(?<!\w)[Kk]\.?\s?(\d{1,2})[,;]?\s*Đ\.?\s?(\d{1,3})(?!\w)")
_FIVE = re.compile(r"(?<![\w.,])([2-9])K(?!\w)")  # 5K, what people were asked to do against COVID-19
_PHI = re.compile(r"[ΦφØø]\s?(?=\d)")
_CONCRETE = re.compile(r"(?i:\b(bê tông|bêtông|vữa|xi măng|mác))\s+M\s?(\d{2,3})(?!\w)")
_PLACES = re.compile(
    r"(?i:\b(thôn|xóm|tổ|khu|ấp|bản|khóm|phường|quận|đội|lớp|khối|khu phố|tổ dân phố|tdp|kp|kdc))\s+"
    r"(\d{1,2}),(\d{1,2})(?![\d.%]|,\d|\s?(?:ha|km|m|tấn|tạ|kg)\b)"
)
_AGE = re.compile(
    r"(?:(?<=\()|(?<=[<>≤≥])|(?<=[<>≤≥] ))(\d{1,3})\s?t(?=[,);])"
)  # Nguyễn Thị L. (34t, thôn Soi)
_HEADS = re.compile(r"(?<=\d)\s?c(?=\s?/\s?m[2²])")  # 1.500c/m2, of planthoppers
_DUST = re.compile(r"(?<!\w)(PM\s?\d{1,2}),(\d)(?!\w)")
_SAME_WORD = re.compile(
    r"(?<!\w)(?!T\d)([^\W\d_]{1,7})([ .]?)(\d{1,3})(\s?[-–]\s?)\1[ .]?(\d{1,3})(?![\w/+]|[.,]\d)"
)
# "từ ngày 10.3 - 10.4", "đêm 14 - 15.8", "hôm nay (14.8)": where a day is expected, a point is no decimal.
_D, _M = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])"
_POINT_DAYS = re.compile(
    rf"((?i:\bngày|\btừ|\bsáng|\btối|\bđêm)\s+){_D}\.{_M}\s?[-–]\s?{_D}\.{_M}(?![\w/]|[.,]\d)"
)
_POINT_RANGE = re.compile(
    rf"((?i:\bngày|\bsáng|\bchiều|\btối|\bđêm)\s+){_D}\s?[-–]\s?{_D}\.{_M}(?![\w/%]|[.,]\d)"
)
_POINT_DAY = re.compile(
    rf"((?i:\b(?:hôm|sáng|chiều|tối|đêm) (?:nay|qua)|\bngày mai)\s?[,(]?\s?){_D}\.{_M}(?![\w/%]|[.,]\d)"
)
# "thôn 1 - 8h": the hour of a place, no range; "Km0-Km3+500" is one.
_PLACE_HOUR = re.compile(
    r"(?i:(\b(?:thôn|xóm|tổ|khu|ấp|bản|đợt|ca|buổi|nhóm|lớp|tdp|kdc|kp)\s+\d{1,2}))\s+[-–]\s+(?=\d{1,2}[hg])"
)
_FROM_KILOMETRE = re.compile(r"(?<!\w)([Kk]m\s?\d{1,4}(?:\+\d{1,3})?)\s?[-–]\s?([Kk]m\s?\d)")
_STANDARD = re.compile(r"(?<!\w)(QCVN|TCVN)\s+(\d{1,3})-(\d{1,2})(?!\d)")
_KILOMETRE = re.compile(r"(?<!\w)K(?=\d{1,4}\s?\+\s?\d{3})")
_END = re.compile(r"\.\s*/\s*\.?(?=\s|$)")
_STROKE = re.compile("[\u2032`\u00b4\u02b9](?!\\w)")
_PHONES = re.compile(r"(?<=\d{3})\s?[/–\-]\s?(?=0\d{8,10}(?!\d)|0\d{2,3}[ .]\d{3})")
_COMMA = re.compile(r"(?<=[^\W\d_])([,;])(?=[^\W\d_])")


def read(text: str) -> str:
    """This function will put hurried writing into the usual form."""
    text = _STROKE.sub("'", _END.sub(".", text))
    text = _GIO.sub(r"\1h", _SHORT_MINUTE.sub(r"\1\g<2>0\3", text))
    text = _ELIDED.sub(r"\1", text.replace("H'Mông", "Mông").replace("H’Mông", "Mông"))
    text = _ABOUT_TO.sub(" - ", text)
    text = _HOUR_OF_DAY.sub(r"\1 ngày ", text)
    text = _COMMA_THOUSANDS.sub(lambda m: m[0].replace(",", "."), text)
    text = _GLUED_DOCUMENT.sub(r"\1 ", text)
    text = _OF_A_YEAR.sub(r"\1\2\3 năm \4", text)
    text = _OF_AN_EDITION.sub(" năm ", text)
    text = _FLOOD_MARK.sub("BĐ ", _KILOMETRE.sub("Km", text))
    text = _RHESUS.sub(lambda m: f"{m[1]} {_sign(m[2])}", text)
    text = _BLOOD.sub(lambda m: f"{m[1]} {m[2]} {_sign(m[3])}", text)
    text = _ARTICLE.sub(r"khoản \1 Điều \2", _FIVE.sub(r"\1 ca", _PHI.sub("phi ", text)))
    text = _CONCRETE.sub(r"\1 mác \2", text)
    text = _AGE.sub(r"\1 tuổi", _PLACES.sub(r"\1 \2, \3", text))
    text = _STANDARD.sub(r"\1 \2 gạch ngang \3", text)
    text = _DUST.sub(r"\1.\2", _HEADS.sub(" con", text))
    text = _NPK.sub(_formula, text)
    text = _POINT_DAYS.sub(r"\1\2/\3 - \4/\5", text)
    text = _POINT_DAY.sub(r"\1\2/\3", _POINT_RANGE.sub(r"\1\2-\3/\4", text))
    text = _DAYS.sub(lambda m: m[0].replace(",", ", "), text)
    text = _PLACE_HOUR.sub(r"\1, ", _FROM_KILOMETRE.sub(r"\1 đến \2", text))
    text = _SAME_WORD.sub(_from_to, text)
    return _PHONES.sub(", ", text)


def letters(text: str) -> str:
    """This function will part initials and what only a comma joins; when all keys are read."""
    text = _INITIALS.sub(lambda m: " ".join(re.findall(r"[A-ZĐ]", m[0])), text)
    return _COMMA.sub(r"\1 ", text)


def _sign(sign: str) -> str:
    return "dương" if sign == "+" else "âm"


def _formula(match: re.Match[str]) -> str:
    """The shares of a fertiliser are told one after the other."""
    name = re.sub(r"[-:]", "", match[1])
    shares = " ".join(re.findall(r"\d+", match[3]))
    rest = " tê e" if match[4] else ""
    return f"{name}{match[2]}{shares}{rest}"


def _from_to(match: re.Match[str]) -> str:
    """BĐ1-BĐ2 is a range; "thôn 1 - thôn 4" may be a match."""
    word, gap, first, dash, last = match.groups()
    if len(dash) > 1 and not word.isupper():
        return match[0]
    return f"{word}{gap}{first} đến {word}{gap}{last}"
