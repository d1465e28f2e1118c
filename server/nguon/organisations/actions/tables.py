"""Reading a table that a person made, CSV or Excel, into plain rows; each fault gets its sentence."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from nguon.kernel.text import fold, tidy

VILLAGE_HEADINGS = ("Mã xã", "Loại", "Tên", "Từ ngày")
VILLAGE_EXAMPLES = (("07444", "Thôn", "Đông Thịnh", "01/07/2025"), ("07444", "Tổ dân phố", "3", ""))
VILLAGES = ", ".join(VILLAGE_HEADINGS[:3])
MAX_ROWS = 100_000
MAX_BYTES = 30_000_000
MAX_UNPACKED = 400_000_000  # a workbook is a zip, and a small one may unpack to a whole disk
_FORMULA_STARTS = ("=", "+", "-", "@")
_WIDE = frozenset({"Tên", "Địa chỉ", "Họ và tên"})
_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one line of the file (line 1 is the heading)."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by the folded name of their column, tidied, NFC."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """The good rows, what forbids the others, and what was set right without asking."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)


def read_csv(text: str, columns: Sequence[str], heading: str = VILLAGES) -> Table:
    """This function will read a CSV text (comma, semicolon or tab), whose heading has these columns."""
    lines = text.removeprefix("\ufeff")
    separator = max(",;\t", key=lines.split("\n", 1)[0].count)
    try:
        cells = list(csv.reader(io.StringIO(lines), delimiter=separator, strict=True))
    except csv.Error:
        return _refused(_("Tệp không phải bảng CSV. Hãy lưu lại tệp ở dạng CSV UTF-8."))
    return _table(cells, columns, heading)


def read_excel(data: bytes, columns: Sequence[str], heading: str = VILLAGES) -> Table:
    """This function will read the first sheet of a workbook (.xlsx), whose heading has these columns."""
    refused = _("Tệp không phải bảng Excel (.xlsx). Hãy lưu lại tệp ở dạng Excel Workbook.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if len(data) > MAX_BYTES or size > MAX_UNPACKED:
            return _refused(_too_long())
        sheet = _excel().load_workbook(io.BytesIO(data), data_only=False).worksheets[0]
    except Exception:
        return _refused(refused)
    if (sheet.max_row or 0) > MAX_ROWS + 1:
        return _refused(_too_long())
    table = _table([[cell.value for cell in row] for row in sheet.iter_rows()], columns, heading)
    merged = sorted({line for found in sheet.merged_cells.ranges for line in _lines(found)})
    for line in merged:
        told = _("Dòng có ô gộp. Hãy bỏ gộp ô và điền đủ từng dòng.")
        table.errors.append(RowError(line, told))
    table.rows = [row for row in table.rows if row.line not in set(merged)]
    return table


def _excel() -> Any:
    return import_module("openpyxl")  # not above: 0.2 s that every process would wait for at its start


def _lines(found: Any) -> range:
    return range(found.min_row, found.max_row + 1)


def _refused(text: str) -> Table:
    return Table(errors=[RowError(1, text)])


def _too_long() -> str:
    return _("Tệp quá dài. Hãy chia thành các tệp không quá 100.000 dòng.")


def _table(lines: Sequence[Sequence[Any]], columns: Sequence[str], heading: str) -> Table:
    names = [fold(str(cell or "")) for cell in lines[0]] if lines else []
    if any(column not in names for column in columns):
        return _refused(_("Dòng đầu phải có các cột: %(columns)s.") % {"columns": heading})
    if len(lines) > MAX_ROWS:
        return Table(errors=[RowError(MAX_ROWS, _too_long())])
    table = Table()
    last = max(names.index(column) for column in columns)
    for number, cells in enumerate(lines[1:], start=2):
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if len(cells) <= last:
            table.errors.append(RowError(number, _("Dòng thiếu cột. Hãy điền đủ các cột bắt buộc.")))
            continue
        read = {name: _cell(cell) for name, cell in zip(names, cells, strict=False) if name}
        if problem := _problem(read, columns):
            table.errors.append(RowError(number, problem))
            continue
        table.notes += [RowError(number, note) for note in _notes(cells)]
        table.rows.append(Row(number, read))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value))


def _problem(cells: dict[str, str], columns: Sequence[str]) -> str | None:
    for column in columns:
        text = cells[column]
        if text.startswith(_FORMULA_STARTS):
            return _("Tên “%(name)s” là một công thức. Hãy thay bằng chữ.") % {"name": text[:30]}
        if as_date(text) is not None:
            return _("Ô “%(text)s” là ngày tháng, có lẽ do Excel tự đổi. Hãy định dạng cột là Văn bản.") % {
                "text": text
            }
    return None


def _notes(cells: Sequence[Any]) -> list[str]:
    texts = [cell for cell in cells if isinstance(cell, str)]
    notes = []
    if any(unicodedata.normalize("NFC", text) != text for text in texts):
        notes.append(_("Chữ ở dạng tách dấu (NFD); đã ghép lại."))
    if any(text != text.strip() or "  " in text for text in texts):
        notes.append(_("Có dấu cách thừa; đã bỏ."))
    return notes


def as_date(text: str) -> date | None:
    """This function will read a day as people write it (1/7/2025, 01-07-2025, 2025-07-01), or return None."""
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    return None


def village_template() -> bytes:
    """This function will return a workbook to fill in: the heading, text columns, and two lines to go by."""
    return template(VILLAGE_HEADINGS, VILLAGE_EXAMPLES)


def template(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """This function will return a workbook to fill in: the heading, text columns, and lines to go by."""
    book = _excel().Workbook()
    sheet = book.active
    for row in (heading, *rows):
        sheet.append(list(row))
    bold = import_module("openpyxl.styles").Font(bold=True)
    for cell in sheet[1]:
        cell.font = bold
    for letter, name in zip(ascii_uppercase, heading, strict=False):
        sheet.column_dimensions[letter].width = 36 if name in _WIDE else 16
        for line in range(1, 1001):
            sheet[f"{letter}{line}"].number_format = "@"  # text: Excel must not drop the 0 of 07444
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
