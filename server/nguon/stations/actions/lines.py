"""What the cells of a station say, in a form or a file: judged in one place, a sentence for what is wrong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.organisations.actions import LineProblem, Row, as_date, refuse_formulas
from nguon.organisations.models import Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind
from nguon.stations.models import Licence, Station
from nguon.stations.states import FIRST_YEAR, HIGHEST_MHZ, LOWEST_MHZ, Investment, StationState, Technology

REQUIRED = ("Mã xã", "Công nghệ", "Tình trạng")
HEADINGS = (
    *REQUIRED, "Tên đài", "Trường hợp đầu tư", "Chương trình vốn", "Năm đầu tư", "Số cụm có dây",
    "Số cụm FM", "Thôn, tổ dân phố có loa", "Thiết bị tích hợp", "Số giấy phép FM", "Hết hạn giấy phép",
    "Tần số (MHz)",
)  # fmt: skip
EXAMPLES = (
    (
        "07444", "Kết hợp", "Hoạt động tốt", "", "Thay thế", "Chương trình MTQG Nông thôn mới", "2025", "0",
        "6", "Thôn Đông Thịnh", "TH-1", "15/GP-CTS", "31/12/2028", "54,5",
    ),
)  # fmt: skip
_CODE_WIDTH = 5


@dataclass(slots=True)
class Told:
    """One station as a line tells it, with its villages and licences."""

    station: Station
    villages: list[Place] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """What every line of one file is judged by: read once, whatever the number of lines."""

    areas: Collection[str] | None
    communes: dict[str, Place]
    villages: dict[int, list[Place]]
    there: dict[int, Station]
    today: date


def read_known(rows: Collection[Row], areas: Collection[str] | None, at: datetime) -> Known:
    """This function will read what the rows are judged by, in four queries at most."""
    codes = {_code(row.cells.get("ma xa", "")) for row in rows} - {""}
    communes, today = by_codes(codes, at=at), local(at).date()
    villages: dict[int, list[Place]] = {}
    inside = Place.objects.on(today).filter(kind=Kind.VILLAGE.value, parent__in=list(communes.values()))
    for village in inside:
        villages.setdefault(village.parent_id or 0, []).append(village)
    there = Station.objects.filter(place__in=list(communes.values()), valid_to__isnull=True)
    return Known(areas, communes, villages, {row.place_id: row for row in there}, today)


def read_line(row: Row, known: Known) -> Told:
    """This function will make what a row tells of a station, or raise what is wrong with it in one
    sentence.
    """
    refuse_formulas(row)
    cells = row.cells
    place = _place(cells, known)
    name = cells.get("ten dai", "") or _("Đài truyền thanh {place}").format(place=place)
    if len(name) > 120 or not name.isprintable():
        raise LineProblem(_("Tên đài phải có từ 1 đến 120 ký tự trên một dòng."))
    technology = Technology(_one_of(cells, "cong nghe", _TECHNOLOGIES, _("Công nghệ")))
    licences = _licences(cells)
    if licences and technology not in {Technology.FM, Technology.MIXED}:
        raise LineProblem(_("Giấy phép FM chỉ dành cho đài FM hoặc đài kết hợp. Hãy xem lại công nghệ."))
    station = Station(
        name=name,
        place=place,
        area=place.area,
        technology=technology,
        state=_one_of(cells, "tinh trang", _STATES, _("Tình trạng")),
        investment=_one_of(cells, "truong hop dau tu", _CASES, _("Trường hợp đầu tư")),
        programme=cells.get("chuong trinh von", "")[:120],
        year=_year(cells.get("nam dau tu", ""), known.today),
        wired_clusters=_count(cells.get("so cum co day", "")),
        fm_clusters=_count(cells.get("so cum fm", "")),
        integration=cells.get("thiet bi tich hop", "")[:120],
        valid_from=known.today,
    )
    return Told(station, _villages(cells, place, known), licences)


def _place(cells: Mapping[str, str], known: Known) -> Place:
    code = _code(cells["ma xa"])
    place = known.communes.get(code)
    if place is None or place.kind != Kind.COMMUNE:
        raise LineProblem(_("Không có xã, phường nào mang mã “%(code)s”.") % {"code": code[:30]})
    if known.areas is not None and not any(covers(area, place.area) for area in known.areas):
        raise LineProblem(_("Xã này ngoài địa bàn bạn giữ đài."))
    return place


def _code(text: str) -> str:
    return text.zfill(_CODE_WIDTH) if text.isdigit() else text  # Excel takes 07444 for a number


_TECHNOLOGIES = {
    "co day": "wired", "huu tuyen": "wired", "fm": "fm", "khong day fm": "fm", "vo tuyen": "fm",
    "cntt": "it", "cntt vt": "it", "ung dung cntt vt": "it", "ket hop": "mixed", "hon hop": "mixed",
}  # fmt: skip
_STATES = {
    "hoat dong tot": "working", "tot": "working", "hoat dong": "working", "xuong cap": "degraded",
    "hong": "broken",
}  # fmt: skip
_CASES = {"": "", "thiet lap moi": "new", "moi": "new", "thay the": "replace", "mo rong": "extend"}
LABELS: dict[str, type[Technology] | type[StationState] | type[Investment]] = {
    "cong nghe": Technology,
    "tinh trang": StationState,
    "truong hop dau tu": Investment,
}
"""The columns that are chosen from a list."""


def _one_of(cells: Mapping[str, str], column: str, words: Mapping[str, str], label: str) -> str:
    text = cells.get(column, "")
    if text in LABELS[column].values:  # a form sends the value itself
        return text
    found = words.get(fold(text))
    if found is None:
        offered = ", ".join(str(name) for value, name in LABELS[column].choices if value)
        raise LineProblem(
            _("%(label)s “%(text)s” không có trong danh mục. Hãy ghi một trong: %(offered)s.")
            % {"label": label, "text": text[:30], "offered": offered}
        )
    return found


def _year(text: str, today: date) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text, re.ASCII) or not FIRST_YEAR <= int(text) <= today.year + 1:
        raise LineProblem(
            _("Năm đầu tư “%(text)s” không đúng. Hãy viết bốn chữ số, ví dụ 2025.") % {"text": text[:20]}
        )
    return int(text)


def _count(text: str) -> int:
    if text and not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII):
        raise LineProblem(_("Số cụm “%(text)s” không phải số. Hãy ghi một số nguyên.") % {"text": text[:20]})
    return int(text or 0)


def _villages(cells: Mapping[str, str], place: Place, known: Known) -> list[Place]:
    """The villages by name, with a semicolon between them; "tất cả" means every one."""
    text = cells.get("thon to dan pho co loa", "")
    inside = known.villages.get(place.pk, [])
    if fold(text) == "tat ca":
        return inside
    found: dict[int, Place] = {}
    for word in filter(None, (part.strip() for part in text.split(";"))):
        exact = [row for row in inside if str(row).casefold() == word.casefold()]
        like = exact or [row for row in inside if fold(word) in (fold(str(row)), fold(row.name))]
        if len(like) != 1:
            told = (
                _("Có nhiều nơi tên “%(village)s” ở %(place)s. Hãy ghi cả loại, ví dụ Thôn 3.")
                if like
                else _("Không có “%(village)s” ở %(place)s. Hãy kiểm tra tên thôn, tổ dân phố.")
            )
            raise LineProblem(told % {"village": word[:60], "place": place})
        found[like[0].pk] = like[0]
    return list(found.values())


def _licences(cells: Mapping[str, str]) -> list[Licence]:
    """Several licences stand in the same order in the three cells, with a semicolon between them."""
    columns = ("so giay phep fm", "het han giay phep", "tan so mhz")
    parts = [[part.strip() for part in cells.get(name, "").split(";") if part.strip()] for name in columns]
    if len({len(one) for one in parts}) != 1:
        raise LineProblem(
            _("Mỗi giấy phép FM cần đủ số, ngày hết hạn và tần số; nhiều giấy phép thì ngăn bằng dấu “;”.")
        )
    return [_licence(number, day, mhz) for number, day, mhz in zip(*parts, strict=True)]


def _licence(number: str, text: str, mhz: str) -> Licence:
    day = as_date(text)
    if day is None:
        raise LineProblem(_("“%(text)s” không phải ngày. Hãy viết như 01/07/2025.") % {"text": text[:30]})
    try:
        frequency = Decimal(mhz.replace(",", "."))
    except InvalidOperation:
        frequency = Decimal(0)
    if not LOWEST_MHZ <= frequency <= HIGHEST_MHZ:
        raise LineProblem(
            _("Tần số “%(mhz)s” ngoài băng 54–68 MHz của truyền thanh FM cấp xã. Hãy kiểm tra giấy phép.")
            % {"mhz": mhz[:20]}
        )
    return Licence(number=number[:60], expires_on=day, mhz=frequency.quantize(Decimal("0.01")))
