"""Excel workbooks and CSV files of any length: written row by row, telling now and then how far they are."""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from nguon.kernel.clock import local
from nguon.kernel.text import clean

STEP = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(
    path: Path | IO[bytes],
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    tell: Callable[[int], object] = lambda done: None,
) -> int:
    """This function will write a workbook of one sheet and return its number of rows, the heading left out.

    `columns` are (heading, width in letters); `tell` hears the rows done so far. Text stays text: what begins
    with "=" is no formula here. Instants are written in Vietnamese time, which Excel keeps without a zone.
    """
    book = import_module("openpyxl").Workbook(write_only=True)  # 0.2 s that nobody waits for at the start
    sheet = book.create_sheet(clean(title)[:31])
    letters = import_module("openpyxl.utils").get_column_letter
    for number, (_heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[letters(number)].width = width
    sheet.freeze_panes = "A2"
    make = import_module("openpyxl.cell").WriteOnlyCell
    bold = import_module("openpyxl.styles").Font(bold=True)
    heading = [make(sheet, value=name) for name, _width in columns]
    for cell in heading:
        cell.font = bold
    sheet.append(heading)
    done = 0
    for done, row in enumerate(rows, start=1):
        sheet.append([_cell(make, sheet, value) for value in row])
        if done % STEP == 0:
            tell(done)
    book.save(path)
    return done


def write_csv(
    path: Path,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    tell: Callable[[int], object] = lambda done: None,
) -> int:
    """This function will write the same as text (RFC 4180, UTF-8 with the mark that Excel looks for); returns
    the number of rows. What a spreadsheet would take for a formula stands behind an apostrophe.
    """
    done = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name for name, _width in columns])
        for done, row in enumerate(rows, start=1):
            writer.writerow([_plain(value) for value in row])
            if done % STEP == 0:
                tell(done)
    return done


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M:%S}"
    if not isinstance(value, str):
        return value
    text = clean(value)[:32_000]
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _cell(make: Any, sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    text = clean(value)[:32_000]
    if not text.startswith(_FORMULA_STARTS):
        return text
    cell = make(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True  # so it stays when somebody edits the cell
    return cell
