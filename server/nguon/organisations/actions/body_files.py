"""Agencies and facilities from a table and into one: a sentence for each bad line, nothing half imported."""

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations.actions.bodies import BodyFields, add_body
from nguon.organisations.actions.table_kinds import TableReport
from nguon.organisations.actions.tables import LineProblem, Row, RowError, Table, as_date, read_csv
from nguon.organisations.errors import BadBodyPeriod, BodyNotFound
from nguon.organisations.models import Agency, AgencyStep, Facility, FacilityStep, Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers
from nguon.organisations.states import AgencyKind, FacilityKind, FileKind

_HISTORY = ("Từ ngày", "Đến ngày", "Kế tục", "Văn bản")
HEADINGS = {
    FileKind.AGENCIES: ("Mã", "Loại", "Tên", "Mã địa bàn", "Trực thuộc", *_HISTORY),
    FileKind.FACILITIES: (
        "Mã",
        "Loại",
        "Tên",
        "Mã địa bàn",
        "Chủ quản",
        "Vận hành",
        "Địa chỉ",
        *_HISTORY,
    ),
}
REQUIRED = ("Mã", "Loại", "Tên", "Mã địa bàn")
COLUMNS = tuple(map(fold, REQUIRED))
_MODELS: dict[FileKind, type[Agency] | type[Facility]] = {
    FileKind.AGENCIES: Agency,
    FileKind.FACILITIES: Facility,
}
_KINDS: dict[FileKind, Any] = {FileKind.AGENCIES: AgencyKind, FileKind.FACILITIES: FacilityKind}
_COUNTRY = "VN"
SEED = Path(__file__).resolve().parent.parent / "data" / "agencies.csv"


@dataclass(slots=True)
class _Lines:
    """What every line of one file is judged by."""

    kind: FileKind
    places: dict[str, Place]
    areas: Collection[str] | None
    at: datetime

    def read(self, row: Row) -> BodyFields:
        """This function will read one line, or raise what is wrong with it in one sentence."""
        cells = row.cells
        kinds = {fold(str(label)): value for value, label in _KINDS[self.kind].choices}
        kind = kinds.get(fold(cells["loai"])) or (cells["loai"] if cells["loai"] in kinds.values() else "")
        if not kind:
            raise LineProblem(_("Loại “%(word)s” không có trong danh mục.") % {"word": cells["loai"][:30]})
        if not cells["ma"]:
            raise LineProblem(_("Thiếu mã định danh. Hãy điền mã để lần nhập sau nhận ra."))
        place = self.places.get(cells["ma dia ban"].upper())
        if place is None:
            raise LineProblem(
                _("Không có địa bàn nào mang mã “%(code)s”.") % {"code": cells["ma dia ban"][:30]}
            )
        if self.areas is not None and not any(covers(area, place.area) for area in self.areas):
            raise LineProblem(_("Nơi này ngoài địa bàn bạn quản trị."))
        return BodyFields(
            kind=kind,
            name=cells["ten"],
            place=place,
            valid_from=self._since(cells.get("tu ngay", "")),
            code=cells["ma"],
            above=_agency(cells.get("truc thuoc", "")),
            owner=_agency(cells.get("chu quan", "")),
            operator=_agency(cells.get("van hanh", "")),
            address=cells.get("dia chi", "")[:300],
        )

    def _since(self, text: str) -> date:
        day = as_date(text) if text else local(self.at).date()
        if day is None:
            raise LineProblem(_("“%(text)s” không phải ngày. Hãy viết như 01/07/2025.") % {"text": text[:30]})
        return day


def _agency(code: str) -> Agency | None:
    if not code:
        return None
    found = Agency.objects.filter(code=code, valid_to__isnull=True).first()
    if found is None:
        raise BodyNotFound(code=code[:40])
    return found


@transaction.atomic
def import_bodies(
    *,
    kind: FileKind,
    table: Table,
    areas: Collection[str] | None,
    by: Actor | None,
    at: datetime,
    dry_run: bool = False,
) -> TableReport:
    """This function will add the agencies or facilities of a table: all, or with an error none.

    One whose identity code is there already is left as it is.  `areas`: where the person may add any.
    """
    report = TableReport(rows=len(table.rows), errors=list(table.errors), notes=table.notes[:1000])
    model = _MODELS[kind]
    wanted = {row.cells["ma dia ban"].upper() for row in table.rows}
    places = {code.upper(): place for code, place in by_codes(wanted, at=at).items()}
    country = Place.objects.filter(parent__isnull=True).first()
    if country is not None:
        places[_COUNTRY] = country
    lines, there = _Lines(kind, places, areas, at), _codes(model, table.rows)
    seen: dict[str, int] = {}
    with transaction.atomic():
        for row in table.rows:
            code = row.cells["ma"]
            if code in seen:
                told = _("Mã “%(code)s” đã có ở dòng %(line)s.") % {"code": code[:40], "line": seen[code]}
                report.errors.append(RowError(row.line, told))
                continue
            seen[code] = row.line
            if code in there:
                report.unchanged += 1
                continue
            _add(model, lines, row, report, by, at)
        _histories(model, table.rows, there, report)
        if report.errors or dry_run:
            transaction.set_rollback(True)
            report.created = 0
    report.errors.sort(key=lambda error: error.line)
    if report.created:
        data = {"kind": kind.value, "created": report.created}
        record(fact="bodies.imported", subject="place:vn", by=by, at=at, data=data)
    return report


def _add(
    model: type[Agency] | type[Facility],
    lines: _Lines,
    row: Row,
    report: TableReport,
    by: Actor | None,
    at: datetime,
) -> None:
    try:
        with transaction.atomic():
            add_body(model=model, given=lines.read(row), by=by, at=at)
        report.created += 1
    except DomainError as error:
        report.errors.append(RowError(row.line, str(error)))


def _histories(
    model: type[Agency] | type[Facility], rows: Iterable[Row], there: Collection[str], report: TableReport
) -> None:
    """Lines of what is over: its last day, and who took over by which act."""
    for row in rows:
        last, successor = row.cells.get("den ngay", ""), row.cells.get("ke tuc", "")
        if row.cells["ma"] in there or not (last or successor):
            continue
        body = model.objects.filter(code=row.cells["ma"]).order_by("-pk").first()
        if body is None:  # its line is wrong, and told so
            continue
        try:
            _history(model, body, last, successor, row.cells.get("van ban", ""))
        except DomainError as error:
            report.errors.append(RowError(row.line, str(error)))


def _history(
    model: type[Agency] | type[Facility], body: Agency | Facility, last: str, successor: str, act: str
) -> None:
    day = as_date(last)
    if day is None:
        raise LineProblem(_("“%(text)s” không phải ngày. Hãy viết như 01/07/2025.") % {"text": last[:30]})
    if day < body.valid_from:
        raise BadBodyPeriod(day=f"{body.valid_from:%d/%m/%Y}")
    model.objects.filter(pk=body.pk).update(valid_to=day)
    if not successor:
        return
    took = model.objects.filter(code=successor).exclude(pk=body.pk).order_by("-pk").first()
    if took is None:
        raise BodyNotFound(code=successor[:40])
    steps: Any = AgencyStep if model is Agency else FacilityStep
    steps.objects.create(origin=body, successor=took, day=day + timedelta(days=1), act=act[:300])


def _codes(model: type[Agency] | type[Facility], rows: Iterable[Row]) -> frozenset[str]:
    wanted = [row.cells["ma"] for row in rows if row.cells["ma"]]
    return frozenset(model.objects.filter(code__in=wanted).values_list("code", flat=True))


def seed_agencies(*, at: datetime) -> TableReport:
    """This function will add the agencies that every installation knows, from data/agencies.csv, once."""
    text = SEED.read_text(encoding="utf-8")
    return import_bodies(kind=FileKind.AGENCIES, table=read_csv(text, COLUMNS), areas=None, by=None, at=at)


def bodies_workbook(kind: FileKind, bodies: Iterable[Agency | Facility], codes: dict[int, str]) -> bytes:
    """This function will write agencies or facilities into a workbook that import_bodies reads."""
    book = import_module("openpyxl").Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.append(list(HEADINGS[kind]))
    rows = list(bodies)
    steps = _steps(kind, [body.pk for body in rows if body.valid_to])
    for body in rows:
        step = steps.get(body.pk)
        took = [step.successor.code, step.act] if step else ["", ""]
        sheet.append([_plain(cell) for cell in (*_cells(body, codes), *took)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _steps(kind: FileKind, ended: list[int]) -> dict[int, AgencyStep | FacilityStep]:
    """Who took over first from each of those that ended, in one query."""
    model = AgencyStep if kind == FileKind.AGENCIES else FacilityStep
    found = (
        model.objects.filter(origin__in=ended).select_related("successor").order_by("-pk") if ended else ()
    )
    return {step.origin_id: step for step in found}


def _cells(body: Agency | Facility, codes: dict[int, str]) -> list[str]:
    place = codes.get(body.place_id, "") or (_COUNTRY if body.area == "vn" else "")
    if isinstance(body, Agency):
        own = [body.above.code if body.above else ""]
    else:
        own = [
            body.owner.code if body.owner else "",
            body.operator.code if body.operator else "",
            body.address,
        ]
    days = [f"{day:%d/%m/%Y}" if day else "" for day in (body.valid_from, body.valid_to)]
    return [body.code, str(body.get_kind_display()), body.name, place, *own, *days]


def _plain(cell: str) -> str:
    """A cell that begins like a formula must not become one in somebody's Excel."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
