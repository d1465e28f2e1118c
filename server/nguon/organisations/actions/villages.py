"""Importing villages from a table of three columns: commune code, designation, name."""

import csv
import io
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.text import fold, tidy
from nguon.organisations.actions.places import MAX_NAME, build, keep_new, lock_places, reserve_ids
from nguon.organisations.models import Place
from nguon.organisations.queries import by_codes
from nguon.organisations.states import VILLAGE_DESIGNATIONS, Kind

MAX_ROWS = 100_000
_COLUMNS = ("ma xa", "loai", "ten")
_DESIGNATIONS = {fold(word): word for word in VILLAGE_DESIGNATIONS}
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one line of the file (line 1 is the heading)."""

    line: int
    text: str


@dataclass(slots=True)
class VillageReport:
    """What an import of villages did, or would do.  With any error nothing was imported."""

    rows: int = 0
    created: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """This function will return the report as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    commune: str
    designation: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        return self.commune, f"{self.designation} {self.name}".casefold()


@transaction.atomic
def import_villages(
    *, text: str, valid_from: date | None = None, by: Actor | None, at: datetime, dry_run: bool = False
) -> VillageReport:
    """This function will add the missing villages of a CSV text: all of them or, with an error, none.

    The heading names the columns "Mã xã", "Loại", "Tên" in any order (comma, semicolon or tab between them).
    A village that its commune has already is left as it is, so a second run adds nothing.
    """
    lock_places()
    report = VillageReport()
    rows = _read(text, report)
    communes = by_codes({row.commune for row in rows}, at=at)
    rows = _checked(rows, communes, report)
    report.rows = len(rows)
    missing = _missing(rows, communes, report)
    if report.errors or dry_run or not missing:
        return report
    first_day = valid_from or local(at).date()
    _create(missing, communes, first_day)
    report.created = len(missing)
    record(fact="villages.imported", subject="place:vn", by=by, at=at, data={"created": len(missing)})
    return report


def _read(text: str, report: VillageReport) -> list[_Row]:
    lines = text.removeprefix("\ufeff")
    heading = lines.split("\n", 1)[0]
    separator = max(",;\t", key=heading.count)
    try:
        table = list(csv.reader(io.StringIO(lines), delimiter=separator, strict=True))
    except csv.Error:
        report.errors.append(RowError(1, _("Tệp không phải bảng CSV. Hãy lưu lại tệp ở dạng CSV UTF-8.")))
        return []
    names = [fold(cell) for cell in table[0]] if table else []
    if any(column not in names for column in _COLUMNS):
        report.errors.append(RowError(1, _("Dòng đầu phải có các cột: Mã xã, Loại, Tên.")))
        return []
    if len(table) > MAX_ROWS:
        report.errors.append(
            RowError(MAX_ROWS, _("Tệp quá dài. Hãy chia thành các tệp không quá 100.000 dòng."))
        )
        return []
    places = [names.index(column) for column in _COLUMNS]
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= max(places):
            report.errors.append(RowError(number, _("Dòng thiếu cột. Hãy điền đủ mã xã, loại và tên.")))
            continue
        code, designation, name = (tidy(cells[place]) for place in places)
        rows.append(_Row(number, code, _DESIGNATIONS.get(fold(designation), designation), name))
    return rows


def _checked(rows: list[_Row], communes: dict[str, Place], report: VillageReport) -> list[_Row]:
    good = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        problem = _problem(row, communes)
        if problem is None and row.key in seen:
            problem = _("Trùng với dòng %(line)s.") % {"line": seen[row.key]}
        if problem is None:
            seen[row.key] = row.line
            good.append(row)
        else:
            report.errors.append(RowError(row.line, problem))
    report.errors.sort(key=lambda error: error.line)
    return good


def _problem(row: _Row, communes: dict[str, Place]) -> str | None:
    commune = communes.get(row.commune)
    if commune is None or commune.kind != Kind.COMMUNE:
        return _("Không có xã, phường nào mang mã “%(code)s”.") % {"code": row.commune[:30]}
    if row.designation not in VILLAGE_DESIGNATIONS:
        return _("Loại “%(word)s” không có trong danh mục (thôn, bản, ấp, tổ dân phố...).") % {
            "word": row.designation[:30]
        }
    if row.name.startswith(_FORMULA_STARTS):
        return _("Tên “%(name)s” là một công thức. Hãy thay bằng chữ.") % {"name": row.name[:30]}
    if not fold(row.name) or len(row.name) > MAX_NAME or not row.name.isprintable():
        return _("Tên phải có từ 1 đến 100 ký tự trên một dòng.")
    return None


def _missing(rows: list[_Row], communes: dict[str, Place], report: VillageReport) -> list[_Row]:
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
                valid_from=first_day,
            )
            for row, pk in zip(rows, reserve_ids(len(rows)), strict=True)
        ]
    )
