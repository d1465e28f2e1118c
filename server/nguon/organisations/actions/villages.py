"""Importing villages from a table, CSV or Excel: commune code, designation, name, and from when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.organisations.actions.copying import measure_map
from nguon.organisations.actions.places import MAX_NAME, build, keep_new, lock_places, reserve_ids
from nguon.organisations.actions.table_kinds import TableReport
from nguon.organisations.actions.tables import RowError, Table, as_date, read_csv, read_excel
from nguon.organisations.models import Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers
from nguon.organisations.states import VILLAGE_DESIGNATIONS, Kind

MAX_NOTES = 1000
_MANY = 1000
_CODE_WIDTH = 5
_SINCE = "tu ngay"
VILLAGE_COLUMNS = ("ma xa", "loai", "ten")
_DESIGNATIONS = {fold(word): word for word in VILLAGE_DESIGNATIONS}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    commune: str
    designation: str
    name: str
    since: date | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.commune, f"{self.designation} {self.name}".casefold()


@transaction.atomic
def import_villages(
    *,
    text: str = "",
    workbook: bytes | None = None,
    table: Table | None = None,
    areas: Collection[str] | None = None,
    valid_from: date | None = None,
    by: Actor | None,
    at: datetime,
    dry_run: bool = False,
) -> TableReport:
    """This function will add the missing villages of a CSV text or a `workbook`: all, or with an error none.

    The heading names the columns "Mã xã", "Loại", "Tên" and, where known, "Từ ngày", in any order.  What has
    no day of its own begins on `valid_from`, or today.
    `table`: one that was read already.  `areas`: where the person may add villages; None for everywhere.
    A village that its commune has already is left as it is, so a second run adds nothing.
    """
    lock_places()
    report = TableReport()
    if table is None:
        table = read_csv(text, VILLAGE_COLUMNS) if workbook is None else read_excel(workbook, VILLAGE_COLUMNS)
    rows = _read(table, report)
    communes = by_codes({row.commune for row in rows}, at=at)
    rows = _checked(rows, communes, areas, report)
    report.rows = len(rows)
    missing = _missing(rows, communes, report)
    if report.errors or dry_run or not missing:
        return report
    first_day = valid_from or local(at).date()
    _create(missing, communes, first_day)
    report.created = len(missing)
    if len(missing) > _MANY:
        measure_map()
    record(fact="villages.imported", subject="place:vn", by=by, at=at, data={"created": len(missing)})
    return report


def _read(table: Table, report: TableReport) -> list[_Row]:
    report.errors += table.errors
    report.notes += table.notes[:MAX_NOTES]
    rows = []
    for row in table.rows:
        code, designation, name = (row.cells[column] for column in VILLAGE_COLUMNS)
        since = row.cells.get(_SINCE, "")
        if code.isdigit():
            code = code.zfill(_CODE_WIDTH)  # Excel takes 07444 for a number
        day = as_date(since) if since else None
        if since and day is None:
            report.errors.append(
                RowError(
                    row.line, _("“%(text)s” không phải ngày. Hãy viết như 01/07/2025.") % {"text": since[:30]}
                )
            )
            continue
        rows.append(_Row(row.line, code, _DESIGNATIONS.get(fold(designation), designation), name, day))
    return rows


def _checked(
    rows: list[_Row], communes: dict[str, Place], areas: Collection[str] | None, report: TableReport
) -> list[_Row]:
    good = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        problem = _problem(row, communes, areas)
        if problem is None and row.key in seen:
            problem = _("Trùng với dòng %(line)s.") % {"line": seen[row.key]}
        if problem is None:
            seen[row.key] = row.line
            good.append(row)
        else:
            report.errors.append(RowError(row.line, problem))
    report.errors.sort(key=lambda error: error.line)
    return good


def _problem(row: _Row, communes: dict[str, Place], areas: Collection[str] | None) -> str | None:
    commune = communes.get(row.commune)
    if commune is None or commune.kind != Kind.COMMUNE:
        return _("Không có xã, phường nào mang mã “%(code)s”.") % {"code": row.commune[:30]}
    if areas is not None and not any(covers(area, commune.area) for area in areas):
        return _("Xã này ngoài địa bàn bạn quản trị.")
    if row.since is not None and row.since < commune.valid_from:
        return _("Ngày bắt đầu sớm hơn ngày lập xã. Hãy sửa ngày.")
    if row.designation not in VILLAGE_DESIGNATIONS:
        return _("Loại “%(word)s” không có trong danh mục (thôn, bản, ấp, tổ dân phố...).") % {
            "word": row.designation[:30]
        }
    if not fold(row.name) or len(row.name) > MAX_NAME or not row.name.isprintable():
        return _("Tên phải có từ 1 đến 100 ký tự trên một dòng.")
    return None


def _missing(rows: list[_Row], communes: dict[str, Place], report: TableReport) -> list[_Row]:
    """The rows whose village the commune does not have yet."""
    parents = {communes[row.commune].pk: row.commune for row in rows}
    there = Place.objects.filter(parent__in=parents, kind=Kind.VILLAGE.value, valid_to__isnull=True)
    present = {(parents[place.parent_id or 0], str(place).casefold()) for place in there}
    missing = [row for row in rows if row.key not in present]
    report.unchanged = len(rows) - len(missing)
    return missing


def _create(rows: list[_Row], communes: dict[str, Place], first_day: date) -> None:
    keep_new(
        [
            build(
                pk=pk,
                kind=Kind.VILLAGE,
                parent=communes[row.commune],
                designation=row.designation,
                name=row.name,
                valid_from=row.since or first_day,
            )
            for row, pk in zip(rows, reserve_ids(len(rows)), strict=True)
        ]
    )
