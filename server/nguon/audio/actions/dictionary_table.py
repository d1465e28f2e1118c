"""The dictionary from and to a table, Excel or CSV: word, reading, and the official code of the place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.areas.paths import covers
from nguon.audio.actions.dictionary import add_pronunciation, checked_reading, checked_word
from nguon.audio.models import Pronunciation
from nguon.journal.actions import Actor
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations.actions import RowError, Table, TableKind, TableReport, register_table
from nguon.organisations.models import Place
from nguon.organisations.queries import by_codes

KIND = "cach-doc"
HEADINGS = ("Từ", "Cách đọc", "Mã địa bàn")
_WORD, _READING, _CODE = (fold(heading) for heading in HEADINGS)
_WIDTHS = (2, 5)  # digits of a province's and of a commune's code: Excel takes 07444 for a number


def register_dictionary() -> None:
    """This function will let people bring entries of the dictionary as a table."""
    examples = (("VSMTNT", "vệ sinh môi trường nông thôn", "07444"), ("Yagi", "ya ghi", "24"))
    label = gettext_lazy("Từ điển đọc")
    register_table(TableKind(KIND, label, HEADINGS, HEADINGS, examples, import_dictionary))


@transaction.atomic
def import_dictionary(
    *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool
) -> TableReport:
    """This function will add the entries of a table: all, or with an error none."""
    report = TableReport(errors=list(table.errors), notes=list(table.notes))
    codes = {_code(row.cells[_CODE]) for row in table.rows}
    places = by_codes(codes, at=at)
    wanted: dict[tuple[str, str], tuple[str, Place]] = {}
    for row in table.rows:
        place = places.get(_code(row.cells[_CODE]))
        problem = _problem(row.cells, place, areas)
        if problem or place is None:
            report.errors.append(RowError(row.line, problem))
            continue
        key = (place.area, checked_word(row.cells[_WORD]))
        reading = checked_reading(row.cells[_READING])
        if key in wanted and wanted[key][0] != reading:
            text = _("“{word}” có hai cách đọc trong tệp. Hãy giữ một dòng.").format(word=key[1])
            report.errors.append(RowError(row.line, text))
        wanted[key] = (reading, place)
    report.rows = len(wanted)
    had = _had(wanted)
    report.unchanged = sum(had.get(key) == reading for key, (reading, _place) in wanted.items())
    if report.errors or dry_run or by is None:
        return report
    author = User.objects.get(pk=by.pk)
    for (area, word), (reading, place) in wanted.items():
        if had.get((area, word)) != reading:
            add_pronunciation(word=word, reading=reading, place=place, by=author, at=at)
            report.created += 1
    return report


def _had(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    rows = Pronunciation.objects.filter(area__in={area for area, _word in wanted}, ended_at__isnull=True)
    return {(row.area, row.word): row.reading for row in rows.order_by("added_at")}


def _code(text: str) -> str:
    if not text.isdecimal():
        return text
    return text.zfill(_WIDTHS[0] if len(text) <= _WIDTHS[0] else _WIDTHS[1])


def _problem(cells: dict[str, str], place: Place | None, areas: Collection[str] | None) -> str:
    if place is None:
        return _("Không có địa bàn mã “{code}”. Hãy ghi mã xã hoặc mã tỉnh.").format(code=cells[_CODE][:30])
    if areas is not None and not any(covers(area, place.area) for area in areas):
        return _("{place} không thuộc địa bàn của bạn.").format(place=place.label)
    try:
        checked_word(cells[_WORD])
        checked_reading(cells[_READING])
    except DomainError as error:
        return str(error)
    return ""
