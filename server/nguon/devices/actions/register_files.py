"""The register of loudspeakers from a table: a sentence for each bad line, nothing half imported."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.devices.models import Device, Fitting, Registered
from nguon.devices.states import LONGEST_RANGE_M, DeviceClass, DeviceKind
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations.actions import (
    Centre,
    LineProblem,
    Row,
    RowError,
    Table,
    TableKind,
    TableReport,
    centres,
    in_the_country,
    refuse_formulas,
    refuse_odd,
    register_table,
)
from nguon.organisations.models import Agency, Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers, lineage
from nguon.organisations.states import Kind

SLUG = "devices"
REQUIRED = ("Số máy", "Tên cụm loa", "Mã xã")
HEADINGS = (
    "Số máy", "Tên cụm loa", "Mã xã", "Thôn, tổ dân phố", "Hạng", "Nhà sản xuất", "Kiểu máy", "Số SIM",
    "Vĩ độ", "Kinh độ", "Số hộ nghe", "Mã cơ quan quản lý", "Loại thiết bị", "Số IMEI", "Tầm nghe (m)",
    "Vị trí đã kiểm",
)  # fmt: skip
EXAMPLES = (
    (
        "LN-0001", "Loa nhà văn hóa Đông Thịnh", "07444", "Thôn Đông Thịnh", "A", "Công ty Loa Việt",
        "LV-20", "0981234567", "", "", "120", "", "Cụm loa", "", "300", "",
    ),
)  # fmt: skip
_TOLD = (
    "name", "maker", "model", "sim", "imei", "households", "range_m", "owner_id", "kind", "device_class",
)  # fmt: skip
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")
_NUMBER = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,12})?")
_NOT_OF_IMEI = re.compile(r"[\s./-]")
_CODE_WIDTH = 5
_YES = frozenset({"co", "x", "dung", "roi", "da kiem", "1", "on"})
_KINDS = {
    "": DeviceKind.CLUSTER,
    "cum loa": DeviceKind.CLUSTER,
    "loa": DeviceKind.CLUSTER,
    "bang tin": DeviceKind.BOARD,
    "bang tin dien tu": DeviceKind.BOARD,
    "thiet bi tich hop": DeviceKind.BRIDGE,
}


@dataclass(slots=True)
class Known:
    """What every line of one file is judged by: read once, whatever the number of lines."""

    areas: Collection[str] | None
    communes: dict[str, Place]
    villages: dict[int, list[Place]]
    centres: dict[str, Centre]
    owners: dict[str, Agency]
    serials: dict[str, Registered]
    devices: dict[str, Device]
    imeis: dict[str, Registered]
    imei_lines: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def import_register(
    *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool = False
) -> TableReport:
    """This function will add the loudspeakers of a table to the register: all, or with an error none.

    One whose serial is in the register already, at the same place, is left as it is, with a note where the
    file says something else of it; at another place it is an error.  A box of that serial that has joined is
    tied to its line.
    """
    report = TableReport(rows=len(table.rows), errors=list(table.errors), notes=table.notes[:1000])
    known = read_known(table.rows, areas, at)
    new: list[Registered] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        try:
            made = _read(row, known, seen, at, report.notes)
        except DomainError as error:
            report.errors.append(RowError(row.line, str(error)))
            continue
        if made is None:
            report.unchanged += 1
        else:
            new.append(made)
    report.errors.sort(key=lambda error: error.line)
    if report.errors or dry_run or not new:
        return report
    Registered.objects.bulk_create(new, batch_size=1000)
    Fitting.objects.bulk_create(
        (Fitting(line=row, serial=row.serial, device=row.device, since=at) for row in new), batch_size=1000
    )
    report.created = len(new)
    paths = [lineage(row.area) for row in new]
    around = max(set(paths[0]).intersection(*paths), key=len)
    data = {"area": around, "count": len(new)}
    record(fact="register.imported", subject="register:file", by=by, at=at, data=data)
    return report


def named(row: Row) -> str:
    """This function will return the serial of a row, or raise what is wrong with serial, name or a cell."""
    refuse_formulas(row)
    serial, name = plain_serial(row.cells["so may"]), row.cells["ten cum loa"]
    refuse_odd(serial, name)
    if not serial or len(serial) > 80 or not serial.isprintable():
        raise LineProblem(_("Thiếu số máy. Hãy chép số in trên hộp, nhiều nhất 80 ký tự."))
    if any(
        len(letter.upper()) > 1 for letter in serial
    ):  # the database and we would compare them differently
        raise LineProblem(
            _("Số máy “%(serial)s” có ký tự lạ. Hãy chép lại bằng chữ và số.") % {"serial": serial}
        )
    row.cells["so may"] = serial
    if not fold(name) or len(name) > 120 or not name.isprintable():
        raise LineProblem(_("Tên cụm loa phải có từ 1 đến 120 ký tự trên một dòng."))
    return serial


def plain_serial(text: str) -> str:
    """This function will return a serial as it is kept: one that was copied from a page or typed wide, with
    another hyphen or a hard space, is the same serial."""
    return " ".join(_HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).split())


def _read(
    row: Row, known: Known, seen: dict[str, int], at: datetime, notes: list[RowError]
) -> Registered | None:
    serial = named(row)
    key = serial.upper()
    if key in seen:
        raise LineProblem(
            _("Số máy “%(serial)s” đã có ở dòng %(line)s.") % {"serial": serial, "line": seen[key]}
        )
    seen[key] = row.line
    made = described(row, known, at)
    there = known.serials.get(key)
    refuse_imei(made, there, known)
    if first := known.imei_lines.get(made.imei):
        raise LineProblem(_("Số IMEI “%(imei)s” đã có ở dòng %(line)s.") % {"imei": made.imei, "line": first})
    if made.imei:
        known.imei_lines[made.imei] = row.line
    if there is None:
        return made
    if there.place_id == made.place_id:
        if any(getattr(made, name) not in {getattr(there, name), "", None} for name in _TOLD):
            text = _("Số máy này đã có trong sổ nên dòng trong sổ giữ nguyên. Hãy sửa trên trang Sổ loa.")
            notes.append(RowError(row.line, text))
        return None
    raise LineProblem(taken(there, known))


def described(row: Row, known: Known, at: datetime) -> Registered:
    """This function will make the line of the register that a row describes, or raise what is wrong with it;
    whether the serial is another's is asked apart.
    """
    cells = row.cells
    place, commune = _place(cells, known)
    sure = fold(cells.get("vi tri da kiem", "")) in _YES
    latitude, longitude = _position(cells, commune, known, sure=sure)
    return Registered(
        serial=cells["so may"],
        name=cells["ten cum loa"],
        place=place,
        area=place.area,
        kind=_kind(cells.get("loai thiet bi", "")),
        device_class=_class(cells.get("hang", "")),
        maker=cells.get("nha san xuat", "")[:80],
        model=cells.get("kieu may", "")[:80],
        sim=_sim(cells.get("so sim", "")),
        imei=imei(cells.get("so imei", "")),
        latitude=latitude,
        longitude=longitude,
        position_confirmed=sure and latitude is not None,
        households=_count(cells.get("so ho nghe", "")),
        range_m=_range(cells.get("tam nghe m", "")),
        owner=_owner(cells.get("ma co quan quan ly", ""), known),
        made_at=at,
        device=_joined(cells["so may"].upper(), place, known),
    )


def refuse_imei(told: Registered, mine: Registered | None, known: Known) -> None:
    """This function will raise LineProblem for an IMEI that another line of the register has than `mine`."""
    other = known.imeis.get(told.imei) if told.imei else None
    if other is not None and (mine is None or other.pk != mine.pk):
        raise LineProblem(
            _("Số IMEI “%(imei)s” đã có ở một dòng khác của sổ. Hãy kiểm tra số in trên hộp.")
            % {"imei": told.imei}
        )


def taken(there: Registered, known: Known) -> str:
    """Nobody learns from a serial what stands in another's area."""
    words = {"serial": there.serial, "name": there.name, "place": there.place}
    if known.areas is not None and not any(covers(area, there.area) for area in known.areas):
        return _("Số máy “%(serial)s” đã có trong sổ của nơi khác. Hãy kiểm tra lại số in trên hộp.") % words
    return _("Số máy “%(serial)s” đã có trong sổ: %(name)s, %(place)s.") % words


def _joined(key: str, place: Place, known: Known) -> Device | None:
    device = known.devices.get(key)
    return device if device is not None and commune_of(device.area) == commune_of(place.area) else None


def commune_of(area: str) -> str:
    """This function will return the commune that an area lies in; a wider area stands for itself."""
    return ".".join(area.split(".")[:3])


def _place(cells: dict[str, str], known: Known) -> tuple[Place, str]:
    code, village = _code(cells["ma xa"]), cells.get("thon to dan pho", "")
    commune = known.communes.get(code)
    if commune is None or commune.kind != Kind.COMMUNE:
        raise LineProblem(_("Không có xã, phường nào mang mã “%(code)s”.") % {"code": code[:30]})
    if known.areas is not None and not any(covers(area, commune.area) for area in known.areas):
        raise LineProblem(_("Xã này ngoài địa bàn bạn giữ loa."))
    if not village:
        return commune, code
    inside = known.villages.get(commune.pk, [])
    exact = [row for row in inside if str(row).casefold() == village.casefold()]
    like = exact or [row for row in inside if fold(village) in (fold(str(row)), fold(row.name))]
    if len(like) == 1:
        return like[0], code
    words = {"village": village[:60], "place": commune}
    if like:
        raise LineProblem(
            _("Có nhiều nơi tên “%(village)s” ở %(place)s. Hãy ghi cả loại, ví dụ Thôn 3.") % words
        )
    raise LineProblem(_("Không có “%(village)s” ở %(place)s. Hãy kiểm tra tên thôn, tổ dân phố.") % words)


def _code(text: str) -> str:
    return text.zfill(_CODE_WIDTH) if text.isdigit() else text  # Excel takes 07444 for a number


def _position(
    cells: dict[str, str], commune: str, known: Known, *, sure: bool
) -> tuple[float | None, float | None]:
    north, east = cells.get("vi do", ""), cells.get("kinh do", "")
    if not north and not east:
        return None, None
    if not (_NUMBER.fullmatch(north) and _NUMBER.fullmatch(east)):
        raise LineProblem(_("Vị trí phải có cả vĩ độ và kinh độ bằng số, ví dụ 21,3054 và 106,4821."))
    latitude, longitude = float(north.replace(",", ".")), float(east.replace(",", "."))
    words: dict[str, object] = {"north": north, "east": east}
    if not in_the_country(latitude, longitude):
        raise LineProblem(_("Vị trí %(north)s; %(east)s ngoài Việt Nam. Vĩ độ đứng trước kinh độ.") % words)
    centre = known.centres.get(commune)
    if not sure and centre is not None and (km := centre.km_to(latitude, longitude)) > centre.reach_km:
        words |= {"km": round(km), "place": known.communes[commune]}
        raise LineProblem(
            _(
                "Vị trí %(north)s; %(east)s ngoài %(place)s: cách giữa xã %(km)s km. Hãy kiểm tra tọa độ;"
                " nếu đúng, hãy ghi “có” vào ô Vị trí đã kiểm."
            )
            % words
        )
    return latitude, longitude


def _class(text: str) -> DeviceClass:
    if not text:
        return DeviceClass.A
    if text.upper() not in DeviceClass.values:
        raise LineProblem(_("Hạng “%(text)s” không có. Hãy ghi A, B hoặc L.") % {"text": text[:20]})
    return DeviceClass(text.upper())


def _sim(text: str) -> str:
    plain = re.sub(r"[\s.()-]", "", text)
    if plain and not re.fullmatch(r"\+?[0-9]{8,19}", plain, re.ASCII):
        raise LineProblem(
            _("Số SIM “%(text)s” không đúng. Hãy ghi số điện thoại hoặc dãy số trên SIM.")
            % {"text": text[:30]}
        )
    return plain


def _kind(text: str) -> DeviceKind:
    found = DeviceKind(text) if text in DeviceKind.values else _KINDS.get(fold(text))
    if found is None:
        raise LineProblem(
            _("Loại “%(text)s” không có. Hãy ghi Cụm loa, Bảng tin điện tử hoặc Thiết bị tích hợp.")
            % {"text": text[:30]}
        )
    return found


def imei(text: str) -> str:
    """This function will return the 15 digits of an IMEI, or raise what is wrong with them: the last digit is
    a check of the others (3GPP TS 23.003, annex B).
    """
    plain = _NOT_OF_IMEI.sub("", text)
    digits = [int(one) for one in plain] if re.fullmatch(r"[0-9]{15}", plain, re.ASCII) else []
    twice = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    if plain and (not digits or (sum(digits[::2]) + sum(twice)) % 10):
        raise LineProblem(
            _("Số IMEI “%(text)s” không đúng. Hãy chép đủ 15 chữ số in trên hộp.") % {"text": text[:30]}
        )
    return plain


def _range(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 0 < int(text) <= LONGEST_RANGE_M:
        raise LineProblem(
            _("Tầm nghe “%(text)s” không đúng. Hãy ghi số mét, từ 1 đến 5000.") % {"text": text[:20]}
        )
    return int(text)


def _count(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise LineProblem(
            _("Số hộ nghe “%(text)s” không phải số. Hãy ghi một số nguyên.") % {"text": text[:20]}
        )
    return int(text)


def _owner(code: str, known: Known) -> Agency | None:
    if code and code not in known.owners:
        raise LineProblem(_("Không có cơ quan, cơ sở nào mang mã “%(code)s”.") % {"code": code[:40]})
    return known.owners.get(code)


def read_known(rows: list[Row], areas: Collection[str] | None, at: datetime) -> Known:
    """This function will read what the rows are judged by, in eight queries at most."""

    def told(column: str) -> set[str]:
        return {row.cells.get(column, "") for row in rows} - {""}

    codes = {_code(text) for text in told("ma xa")}
    communes = by_codes(codes, at=at)
    villages: dict[int, list[Place]] = {}
    if told("thon to dan pho"):
        inside = Place.objects.on(local(at).date()).filter(
            kind=Kind.VILLAGE.value, parent__in=list(communes.values())
        )
        for village in inside.select_related("parent"):
            villages.setdefault(village.parent_id or 0, []).append(village)
    serials = {plain_serial(text).upper() for text in told("so may")}
    there = Registered.objects.annotate(upper=Upper("serial")).filter(upper__in=serials)
    joined = Device.objects.annotate(upper=Upper("serial")).filter(
        upper__in=serials, revoked_at__isnull=True, registered__isnull=True
    )
    # What a line of the register names already may have ended since: its file can still be brought again.
    held = there.values("owner")
    owners = Agency.objects.filter(
        Q(valid_to__isnull=True) | Q(pk__in=held), code__in=told("ma co quan quan ly")
    ).order_by(F("valid_to").asc(nulls_last=True), "pk")  # those in use last: they count
    return Known(
        areas,
        communes,
        villages,
        centres(codes) if told("vi do") else {},
        {row.code: row for row in owners},
        {row.serial.upper(): row for row in there.select_related("place")},
        {row.serial.upper(): row for row in joined},
        {row.imei: row for row in Registered.objects.filter(imei__in=_plain_imeis(rows))},
    )


def _plain_imeis(rows: list[Row]) -> set[str]:
    return {_NOT_OF_IMEI.sub("", row.cells.get("so imei", "")) for row in rows} - {""}


def register_devices_table() -> None:
    """This function will let people bring tables of loudspeakers."""
    label = gettext_lazy("Sổ loa")
    register_table(TableKind(SLUG, label, HEADINGS, REQUIRED, EXAMPLES, import_register))
