"""Files that people bring: looked through, then taken over; each bad line has its sentence."""

import io
import unicodedata
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from nguon.organisations import errors
from nguon.organisations.actions import (
    bodies_workbook,
    bring_file,
    check_file,
    import_bodies,
    keep_file,
    take_over,
    template_of,
)
from nguon.organisations.actions.body_files import COLUMNS, HEADINGS
from nguon.organisations.actions.tables import read_excel
from nguon.organisations.models import Agency, Facility, Place, TableFile
from nguon.organisations.states import FileKind, FileState
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db


class Binh:
    """Who brings the files."""

    pk = 7

    def get_username(self) -> str:
        return "binh"


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def book(kind: FileKind, *rows: list[Any], merged: str = "") -> bytes:
    made = Workbook()
    heading = ["Mã xã", "Loại", "Tên", "Từ ngày"] if kind == FileKind.VILLAGES else list(HEADINGS[kind])
    for row in (heading, *rows):
        made.active.append(row)
    if merged:
        made.active.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(data: bytes, kind: FileKind = FileKind.VILLAGES, areas: tuple[str, ...] = ("vn",)) -> TableFile:
    file = keep_file(kind=kind, name="thon.xlsx", data=data, areas=areas, by=Binh(), at=AT)
    return check_file(file_id=file.pk, at=AT)


def taken(file: TableFile) -> TableFile:
    take_over(file_id=file.pk, areas=["vn"], by=Binh(), at=AT)
    return bring_file(file_id=file.pk, at=AT)


def test_a_file_is_looked_through_then_taken_over(places: SmallMap) -> None:
    file = brought(book(FileKind.VILLAGES, ["20044", "Thôn", "Mới", ""]))
    assert (file.state, file.report["rows"], file.report["created"]) == (FileState.CHECKED, 1, 0)
    assert not Place.objects.filter(name="Mới").exists()
    done = taken(file)
    assert (done.state, done.report["created"], bytes(done.data)) == (FileState.DONE, 1, b"")
    assert Place.objects.filter(name="Mới").exists()


def test_a_job_that_comes_twice_does_nothing(places: SmallMap) -> None:
    file = brought(book(FileKind.VILLAGES, ["20044", "Thôn", "Mới", ""]))
    assert check_file(file_id=file.pk, at=AT).state == FileState.CHECKED
    assert bring_file(file_id=file.pk, at=AT).state == FileState.CHECKED
    done = taken(file)
    assert bring_file(file_id=done.pk, at=AT).report == done.report


def test_with_a_fault_nothing_is_taken_over(places: SmallMap) -> None:
    file = brought(book(FileKind.VILLAGES, ["20044", "Thôn", "Mới", ""], ["99999", "Thôn", "Lạc", ""]))
    assert (file.state, [row["line"] for row in file.report["errors"]]) == (FileState.REFUSED, [3])
    with pytest.raises(errors.FileSettled):
        take_over(file_id=file.pk, areas=["vn"], by=Binh(), at=AT)


def test_rows_outside_of_the_own_area_have_their_sentence(places: SmallMap) -> None:
    rows = (["20044", "Thôn", "Mới", ""], ["07444", "Thôn", "Mới", ""])
    file = brought(book(FileKind.VILLAGES, *rows), areas=(places.province.area,))
    assert [(row["line"], "ngoài địa bàn" in row["text"]) for row in file.report["errors"]] == [(2, True)]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04rubbish", b"a,b\n1,2\n"])
def test_what_is_no_table_is_one_sentence(places: SmallMap, data: bytes) -> None:
    file = brought(data)
    assert file.state == FileState.REFUSED
    assert [row["line"] for row in file.report["errors"]] == [1]


def test_a_file_beyond_thirty_megabytes_is_not_kept(places: SmallMap) -> None:
    with pytest.raises(errors.FileTooBig):
        keep_file(kind=FileKind.VILLAGES, name="x", data=b"x" * 30_000_001, areas=[], by=Binh(), at=AT)


@pytest.mark.parametrize("kind", list(FileKind))
def test_every_template_can_be_brought(places: SmallMap, kind: FileKind) -> None:
    if kind == FileKind.FACILITIES:
        taken(brought(template_of(FileKind.AGENCIES), FileKind.AGENCIES))
    assert brought(template_of(kind), kind).report["errors"] == []


OFFICE = ["UB1", "Cơ quan chủ quản", "UBND xã", "07444", "", "01/07/2025", "", "", ""]


def agency(**more: Any) -> list[Any]:
    row = list(OFFICE)
    for column, value in more.items():
        row["ma loai ten place above since until next act".split().index(column)] = value
    return row


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (agency(loai="Hội"), "danh mục"),
        (agency(ma=""), "mã định danh"),
        (agency(ten=" "), "200 ký tự"),
        (agency(ten="=A1"), "công thức"),
        (agency(ten="1/7/2025"), "ngày tháng"),
        (agency(place="99999"), "99999"),
        (agency(place="{x}"), "{x}"),
        (agency(above="KHONG"), "KHONG"),
        (agency(since="tháng 7"), "không phải ngày"),
        (agency(since="=TODAY()"), "không phải ngày"),
        (agency(until="hết năm"), "không phải ngày"),
        (agency(until="01/01/2020"), "sau ngày bắt đầu"),
        (agency(until="01/01/2026", next="AI"), "AI"),
    ],
)
def test_each_bad_agency_has_its_sentence(places: SmallMap, row: list[Any], word: str) -> None:
    file = brought(book(FileKind.AGENCIES, agency(ma="TOT"), row), FileKind.AGENCIES)
    assert [one["line"] for one in file.report["errors"]] == [3]
    assert word in file.report["errors"][0]["text"]
    assert not Agency.objects.exists()


def test_an_identity_code_twice_merged_cells_and_nfd(places: SmallMap) -> None:
    nfd = unicodedata.normalize("NFD", "Trung tâm  ")
    rows = (agency(), agency(), agency(ma="UB2"), agency(ma="UB3"), agency(ma="UB4", ten=nfd))
    file = brought(book(FileKind.AGENCIES, *rows, merged="C4:C5"), FileKind.AGENCIES)
    assert [one["line"] for one in file.report["errors"]] == [3, 4, 5]
    assert {note["line"] for note in file.report["notes"]} == {6}


def test_what_is_written_out_can_be_brought_in_again(places: SmallMap) -> None:
    rows = (
        agency(),
        agency(ma="CU", ten="Đài cũ", until="28/02/2026", next="UB1", act="Quyết định 5"),
        agency(ma="TT", ten="-Trung tâm", loai="Trung tâm truyền thông, văn hóa", above="UB1"),
    )
    table = read_excel(book(FileKind.AGENCIES, *rows[:2]), COLUMNS)
    assert import_bodies(kind=FileKind.AGENCIES, table=table, areas=None, by=None, at=AT).errors == []
    written = bodies_workbook(FileKind.AGENCIES, Agency.objects.order_by("pk"), {places.commune.pk: "07444"})
    sheet = load_workbook(io.BytesIO(written)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(HEADINGS[FileKind.AGENCIES])
    assert [cell.value or "" for cell in sheet[3]] == rows[1]
    Agency.objects.all().delete()
    again = read_excel(written, COLUMNS)
    assert import_bodies(kind=FileKind.AGENCIES, table=again, areas=None, by=None, at=AT).created == 2
    assert Agency.objects.get(code="CU").valid_to == date(2026, 2, 28)


def test_a_name_like_a_formula_is_written_as_text(places: SmallMap) -> None:
    made = Agency(code="=1+1", name="=cmd", kind="owner", place=places.commune, valid_from=AT.date())
    sheet = load_workbook(io.BytesIO(bodies_workbook(FileKind.AGENCIES, [made], {}))).worksheets[0]
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}


def test_a_facility_knows_its_owner_and_who_runs_it(places: SmallMap) -> None:
    taken(brought(book(FileKind.AGENCIES, agency()), FileKind.AGENCIES))
    row = ["D1", "Đài truyền thanh", "Đài xã", "07444", "UB1", "UB1", "Thôn 1", "01/07/2025", "", "", ""]
    done = taken(brought(book(FileKind.FACILITIES, row), FileKind.FACILITIES))
    assert (done.state, done.report["errors"]) == (FileState.DONE, [])
    made = Facility.objects.get()
    assert (str(made.owner), str(made.operator), made.address) == ("UBND xã", "UBND xã", "Thôn 1")
