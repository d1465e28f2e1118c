"""Reading a table that a person made, CSV or Excel, into plain rows; each fault gets its sentence."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold, tidy

VILLAGE_HEADINGS = ("Mã xã", "Loại", "Tên", "Từ ngày")
VILLAGE_EXAMPLES = (("07444", "Thôn", "Đông Thịnh", "01/07/2025"), ("07444", "Tổ dân phố", "3", ""))
VILLAGES = ", ".join(VILLAGE_HEADINGS[:3])
MAX_ROWS = 100_000
MAX_BYTES = 30_000_000
MAX_UNPACKED = 150_000_000  # a workbook is a zip, and a small one may unpack to a whole disk
_MAX_COLUMNS = 100
_FORMULA_STARTS = ("=", "+", "-", "@")
_FORMULA_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="[A-Z]+([0-9]+)(?::[A-Z]+([0-9]+))?"')
_LONGEST_TAG = 200  # bytes of one mergeCell, which may lie across two blocks
_WIDE = frozenset({"Tên", "Địa chỉ", "Họ và tên"})
_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


class LineProblem(DomainError):
    """What is wrong with one line of a table, in a sentence of its own."""

    def __init__(self, text: str) -> None:
        """This function will keep the sentence."""
        super().__init__()
        self.message = text.replace("{", "{{").replace("}", "}}")  # the sentence is filled once more


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
        return _table(csv.reader(io.StringIO(lines), delimiter=separator, strict=True), columns, heading)
    except csv.Error:
        return _refused(_("Tệp không phải bảng CSV. Hãy lưu lại tệp ở dạng CSV UTF-8."))


def read_excel(data: bytes, columns: Sequence[str], heading: str = VILLAGES) -> Table:
    """This function will read the first sheet of a workbook (.xlsx), whose heading has these columns.

    The sheet is read as a stream, so what is held in memory follows the rows that are kept.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if len(data) > MAX_BYTES or size > MAX_UNPACKED:
                return _refused(_too_long())
            sheet = _excel().load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
            sheet.reset_dimensions()  # a file may tell a wrong size
            table = _table(_cells(sheet), columns, heading)
            merged = _merged(packed, sheet._worksheet_path)
    except Exception:
        return _refused(_("Tệp không phải bảng Excel (.xlsx). Hãy lưu lại tệp ở dạng Excel Workbook."))
    told = _("Dòng có ô gộp. Hãy bỏ gộp ô và điền đủ từng dòng.")
    table.errors += [RowError(line, told) for line in sorted(merged)]
    table.rows = [row for row in table.rows if row.line not in merged]
    return table


def _excel() -> Any:
    return import_module("openpyxl")  # not above: 0.2 s that every process would wait for at its start


def _cells(sheet: Any) -> Iterator[Sequence[Any]]:
    """The rows of a sheet, each as long as the heading: empty cells at a line's end are not in the file."""
    first = next(sheet.iter_rows(max_row=1, max_col=_MAX_COLUMNS, values_only=True), ())
    width = max((number for number, cell in enumerate(first, start=1) if cell is not None), default=0)
    yield first[:width]
    if width:
        yield from sheet.iter_rows(min_row=2, max_col=width, values_only=True)


def _merged(packed: zipfile.ZipFile, path: str) -> set[int]:
    """The lines with merged cells.  They stand after all rows; a stream of rows does not tell them."""
    found: set[int] = set()
    rest = b""
    with packed.open(path) as stream:
        while block := stream.read(1 << 16):
            seen = rest + block
            for first, last in _MERGED.findall(seen):
                found.update(range(int(first), min(int(last or first), MAX_ROWS) + 1))
            rest = seen[-_LONGEST_TAG:]
    return found


def _refused(text: str) -> Table:
    return Table(errors=[RowError(1, text)])


def _too_long() -> str:
    return _("Tệp quá dài. Hãy chia thành các tệp không quá 100.000 dòng.")


def _table(lines: Iterable[Sequence[Any]], columns: Sequence[str], heading: str) -> Table:
    numbered = enumerate(lines, start=1)
    names = [fold(str(cell or "")) for cell in next(numbered, (1, ()))[1]]
    if any(column not in names for column in columns):
        return _refused(_("Dòng đầu phải có các cột: %(columns)s.") % {"columns": heading})
    if twice := next((name for name in names if name and names.count(name) > 1), ""):
        return _refused(_("Dòng đầu có hai cột “%(name)s”. Hãy bỏ một cột.") % {"name": twice[:30]})
    table = Table()
    last = max(names.index(column) for column in columns)
    for number, cells in numbered:
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if len(table.rows) + len(table.errors) >= MAX_ROWS:
            return Table(errors=[RowError(number, _too_long())])
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
    text = tidy(str(value))
    # Our own files put an apostrophe before what a spreadsheet would take for a formula.
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def refuse_formulas(row: Row) -> None:
    """This function will raise LineProblem for a line in which a cell computes, or could not."""
    for text in row.cells.values():
        if text.startswith("=") or text in _FORMULA_ERRORS:
            raise LineProblem(_("“%(text)s” là một công thức. Hãy thay bằng giá trị.") % {"text": text[:30]})


def refuse_odd(*texts: str) -> None:
    """This function will raise LineProblem for a name or number that a table could not bring back: a
    spreadsheet would take it for a formula or a day.
    """
    if problem := next(filter(None, map(_odd, texts)), None):
        raise LineProblem(problem)


def _problem(cells: dict[str, str], columns: Sequence[str]) -> str | None:
    return next(filter(None, (_odd(cells[column]) for column in columns)), None)


def _odd(text: str) -> str | None:
    if text.startswith(_FORMULA_STARTS) or text in _FORMULA_ERRORS:
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
