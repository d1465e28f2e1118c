"""Which reading an abbreviation has where it stands, and how one that no table knows is put together."""

from __future__ import annotations

import re

from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import Tables

_AROUND_A_WORD = ".,;:!?…()[]\"'“”‘’"
_BEFORE = re.compile(r"(\S+)[ ]*$")
_AFTER = re.compile(r"[ ]*(?:-[ ]?)?(\S{1,40})")
# Offices and bodies whose name is put before what another abbreviation means (TT + KSBT).
_NUMBER_WORDS = frozenset(
    "một hai ba bốn năm sáu bảy tám chín mười mươi mốt tư lăm trăm nghìn ngàn triệu chục".split()
)
_HEADS = {
    "TT": "trung tâm", "BQL": "ban quản lý", "BCĐ": "ban chỉ đạo", "BCH": "ban chấp hành", "HĐ": "hội đồng",
    "UB": "ủy ban", "PCT": "phó chủ tịch", "CC": "chi cục", "VP": "văn phòng", "HTX": "hợp tác xã",
    "CLB": "câu lạc bộ", "CN": "chi nhánh", "QL": "quản lý", "PC": "phòng chống", "BV": "bệnh viện",
    "CB": "cán bộ", "GCN": "giấy chứng nhận", "CSDL": "cơ sở dữ liệu", "CTV": "cộng tác viên", "TX": "thị xã",
    "GV": "giáo viên", "HS": "học sinh", "HĐND": "Hội đồng nhân dân", "UBND": "Ủy ban nhân dân",
    "BTV": "ban thường vụ", "ANTT": "an ninh trật tự", "BHYT": "bảo hiểm y tế", "BHXH": "bảo hiểm xã hội",
}  # fmt: skip
_TAILS = {
    "X": "xã", "H": "huyện", "QG": "quốc gia", "TW": "trung ương", "VN": "Việt Nam", "CS": "cơ sở",
    "TT": "thông tin", "NV": "nhân viên", "LĐ": "lao động", "DV": "dịch vụ", "KH": "kế hoạch",
}  # fmt: skip


def in_context(match: re.Match[str], tables: Tables) -> str | None:
    """This function will return how the abbreviation is read between these words, or None."""
    rows = tables.contexts.get(match[1])
    if not rows or match[1] in tables.overrides:
        return None
    before, after = _neighbours(match)
    for row in rows:
        if (not row.before or _stands(before, row.before)) and (
            not row.after or _fits(after, row.after, tables)
        ):
            return row.reading
    return None


def _neighbours(match: re.Match[str]) -> tuple[str, str]:
    left = _BEFORE.search(match.string, max(0, match.start() - 30), match.start())
    right = _AFTER.match(match.string, match.end())
    before = left[1].lstrip(_AROUND_A_WORD) if left else ""
    after = right[1] if right else ""
    if match.string[match.end() : match.end() + 2].lstrip()[:1] == ":":
        return re.sub(r"[.,;:!?)]+$", "", before), "@colon"
    inside = after[:1] not in _AROUND_A_WORD if after else False
    return re.sub(r"[.,;:!?)]+$", "", before), after.rstrip(_AROUND_A_WORD) if inside else "@end"


def _stands(word: str, allowed: frozenset[str]) -> bool:
    return word in allowed or ("@number" in allowed and word in _NUMBER_WORDS)


def _fits(word: str, allowed: frozenset[str], tables: Tables) -> bool:
    if word in allowed:
        return True
    if "@abbr" in allowed and len(word) > 1 and word.isupper() and tables.reading(word):
        return True
    return "@name" in allowed and word.istitle() and is_syllable(word)


def put_together(token: str, tables: Tables) -> str | None:
    """This function will read an unknown abbreviation by the known ones in it (TTKSBT), or return None."""
    if not (5 <= len(token) <= 16 and token.isupper()):
        return None
    return _split(token, tables)


def _split(token: str, tables: Tables) -> str | None:
    for at in range(len(token) - 3, 1, -1):
        head, tail = token[:at], token[at:]
        known = tables.reading(tail)
        if head in _HEADS and known and tail not in tables.ambiguous:
            return f"{_HEADS[head]} {known}"
    for at in range(len(token) - 1, 2, -1):
        head, tail = token[:at], token[at:]
        known = tables.reading(head)
        if known and head not in tables.ambiguous and tail in _TAILS:
            return f"{known} {_TAILS[tail]}"
    for at in range(len(token) - 3, 2, -1):
        first, second = tables.reading(token[:at]), tables.reading(token[at:])
        if first and second and not {token[:at], token[at:]} & tables.ambiguous:
            return f"{first}, {second}"
    return None
