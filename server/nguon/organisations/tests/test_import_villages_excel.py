"""actions.import_villages from Excel: every oddity of a real workbook has its sentence."""

import io
import unicodedata
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from nguon.organisations.actions import TableReport, import_villages, tables, village_template
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db
HEADING = ["Mã xã", "Loại", "Tên", "Từ ngày"]


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def book(*rows: list[Any], merged: str = "") -> bytes:
    made = Workbook()
    for row in (HEADING, *rows):
        made.active.append(row)
    if merged:
        made.active.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(*rows: list[Any], **more: Any) -> TableReport:
    return import_villages(workbook=book(*rows, **more), by=None, at=AT)


def test_the_template_is_a_file_that_can_be_imported(places: SmallMap) -> None:
    report = import_villages(workbook=village_template(), by=None, at=AT)
    assert (report.rows, report.created, report.unchanged, report.errors) == (2, 1, 1, [])


def test_a_code_that_excel_made_a_number_and_days_of_every_form(places: SmallMap) -> None:
    report = brought(
        [20044, "Thôn", 1, date(2025, 8, 1)],
        [20044.0, "thôn", "2", "1/9/2025"],
        ["20044", "Thôn", "3", None],
    )
    assert (report.created, report.errors) == (3, [])
    days = Place.objects.filter(parent=places.other_commune).in_order().values_list("valid_from", flat=True)
    assert list(days) == [date(2025, 8, 1), date(2025, 9, 1), date(2026, 3, 2)]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["20044", "Thôn", "=A1", None], "công thức"),
        (["20044", "Thôn", "#REF!", None], "công thức"),
        (["20044", "Thôn", "Mới", "=TODAY()"], "không phải ngày"),
        (["20044", "Thôn", None, None], "Tên"),
        (["20044", "Thôn", "Mới\u200b", None], "100 ký tự"),
        (["20044", "Thôn", datetime(2025, 3, 1), None], "ngày tháng"),  # noqa: DTZ001 - as Excel has it
        (["20044", "Thôn", "1-3-2025", None], "ngày tháng"),
        (["20044", "Thôn", "Mới", "tháng 7"], "không phải ngày"),
        (["20044", "Thôn", "Mới", "1/1/2020"], "sớm hơn"),
        (["20045", "Thôn", "Mới", None], "20045"),
        (["20044", None, "Mới", None], "danh mục"),
    ],
)
def test_each_fault_has_its_sentence_and_nothing_is_imported(
    places: SmallMap, row: list[Any], word: str
) -> None:
    report = brought(["20044", "Thôn", "Tốt", None], row)
    assert [error.line for error in report.errors] == [3]
    assert word in report.errors[0].text
    assert not Place.objects.filter(name="Tốt").exists()


def test_merged_cells_name_every_line_that_they_cover(places: SmallMap) -> None:
    rows = [["20044", "Thôn", "1", None], ["20044", "Thôn", "2", None], ["20044", "Thôn", "3", None]]
    report = brought(*rows, merged="A2:A3")
    assert {error.line for error in report.errors} == {2, 3}
    assert any("gộp" in error.text for error in report.errors)
    assert report.created == 0


def test_merged_cells_after_many_rows_are_found_wherever_the_file_breaks(places: SmallMap) -> None:
    rows = [["20044", "Thôn", f"Số {number}", None] for number in range(2000)]
    report = brought(*rows, merged="B1700:B1702")
    assert [error.line for error in report.errors] == [1700, 1701, 1702]


def test_empty_rows_and_columns_between_are_nothing(places: SmallMap) -> None:
    empty = [None] * 4
    report = brought(*[empty] * 300, ["20044", "Thôn", "Xa", None, "ghi chú"], *[empty] * 300, ["20044"])
    assert [(error.line, "danh mục" in error.text) for error in report.errors] == [(603, True)]


def test_a_heading_that_has_a_column_twice_is_told(places: SmallMap) -> None:
    report = import_villages(text="Mã xã,Loại,Tên,Tên\n20044,Thôn,A,B\n", by=None, at=AT)
    assert [(error.line, "hai cột" in error.text) for error in report.errors] == [(1, True)]


def test_a_workbook_that_unpacks_to_too_much_is_not_read(
    places: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1000)
    assert "quá dài" in brought(["20044", "Thôn", "1", None]).errors[0].text


def test_nfd_and_stray_spaces_are_set_right_and_told(places: SmallMap) -> None:
    report = brought(["20044 ", "Thôn", unicodedata.normalize("NFD", "Đông  Hòa"), None])
    assert [note.line for note in report.notes] == [2, 2]
    assert Place.objects.get(parent=places.other_commune).name == "Đông Hòa"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"Ma xa,Loai,Ten\n", village_template()[:2000]])
def test_what_is_no_workbook_is_one_sentence(places: SmallMap, data: bytes) -> None:
    report = import_villages(workbook=data, by=None, at=AT)
    assert [error.line for error in report.errors] == [1]
