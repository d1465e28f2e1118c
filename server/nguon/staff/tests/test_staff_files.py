"""Tables of staff: each bad line has its sentence, nothing is half imported, a second run adds nothing."""

import io
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from nguon.accounts.tests.cast import People, people
from nguon.journal.models import Entry
from nguon.organisations.actions import TableReport, table_kind
from nguon.organisations.tests.cast import AT
from nguon.staff.actions import HEADINGS
from nguon.staff.models import Post, Staff, Training
from nguon.staff.tests.cast import register

pytestmark = pytest.mark.django_db
GOOD = {"Họ và tên": "Lò Thị Mây", "Loại": "Công chức", "Mã địa bàn": "07444", "Từ ngày": "01/07/2025"}


@pytest.fixture
def cast() -> People:
    return people()


def book(*rows: dict[str, Any], merged: str = "") -> bytes:
    made = Workbook()
    made.active.append(list(HEADINGS))
    for row in rows:
        made.active.append([row.get(name) for name in HEADINGS])
    if merged:
        made.active.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(cast: People, data: bytes, **more: Any) -> TableReport:
    kind = table_kind("staff")
    assert kind is not None
    given: dict[str, Any] = {
        "areas": [cast.places.province.area],
        "by": cast.binh,
        "at": AT,
        "dry_run": False,
    }
    return kind.bring(table=kind.read(data), **given | more)


def told(report: TableReport) -> dict[int, str]:
    return {error.line: error.text for error in report.errors}


def test_the_template_can_be_brought_as_it_is(cast: People) -> None:
    kind = table_kind("staff")
    assert kind is not None
    report = brought(cast, kind.template())
    assert (report.errors, report.created) == ([], 2)
    hanh, tu = Staff.objects.order_by("pk")
    assert (hanh.phone, hanh.posts.get().title, hanh.trainings.get().result) == (
        "0912345678",
        "Văn hóa - xã hội",
        "Đạt",
    )
    assert tu.posts.get().place == next(row for row in cast.places.villages if str(row) == "Thôn Đông Thịnh")
    entry = Entry.objects.get(fact="staff.imported")
    assert (entry.data["area"], entry.data["people"]) == (cast.places.commune.area, 2)
    again = brought(cast, kind.template())
    assert (again.created, again.unchanged, Staff.objects.count()) == (0, 2, 2)


def test_a_dry_run_changes_nothing_and_counts_what_it_would(cast: People) -> None:
    report = brought(cast, book(GOOD), dry_run=True)
    assert (report.rows, report.unchanged, report.errors) == (1, 0, [])
    assert not Staff.objects.exists()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"Họ và tên": ""}, "Họ và tên phải có"),
    ({"Họ và tên": "=A1&B1"}, "công thức"),
    ({"Năm sinh": "=2026-40"}, "công thức"),
    ({"Họ và tên": "01/02/1990"}, "ngày tháng"),
    ({"Loại": "Giám đốc"}, "không có trong danh mục"),
    ({"Mã địa bàn": "99999"}, "Không có địa bàn nào mang mã “99999”"),
    ({"Mã địa bàn": "20044"}, "ngoài địa bàn"),
    ({"Thôn, tổ dân phố": "Thôn Không Có"}, "Không có “Thôn Không Có”"),
    ({"Mã cơ quan": "KHONG"}, "Không có cơ quan"),
    ({"Từ ngày": "tháng 7"}, "“tháng 7” không phải ngày"),
    ({"Đến ngày": "30/06/2025"}, "Ngày cuối phải từ ngày đầu"),
    ({"Năm sinh": "19850"}, "Năm sinh “19850”"),
    ({"Giới tính": "gì đó"}, "Giới tính “gì đó”"),
    ({"Điện thoại": "09-xx"}, "Số điện thoại “09-xx”"),
    ({"E-mail": "khong"}, "e-mail “khong”"),
    ({"Tên đăng nhập": "khong-co"}, "Không có tài khoản “khong-co”"),
    ({"Tên đăng nhập": "hue"}, "Không có tài khoản “hue”"),
    ({"Khóa học": "Nghiệp vụ"}, "cả tên và ngày học"),
    ({"Khóa học": "Nghiệp vụ", "Ngày học": "03/03/2026"}, "Ngày học không đúng"),
]


def test_each_bad_line_has_its_sentence_and_no_line_is_imported(cast: People) -> None:
    rows = [GOOD | {"Họ và tên": f"Lò Thị {'Mây' * n}"} | wrong for n, (wrong, _told) in enumerate(WRONG, 1)]
    report = brought(cast, book(*rows, GOOD | {"Họ và tên": "Người Tốt"}))
    found = told(report)
    assert {line: text for line, (_row, text) in enumerate(WRONG, 2) if text not in found.get(line, "")} == {}
    assert len(found) == len(WRONG)
    assert not Staff.objects.exists()


def test_a_person_twice_in_one_file_is_told_with_the_first_line(cast: People) -> None:
    report = brought(cast, book(GOOD, GOOD | {"Họ và tên": " Lò  Thị Mây "}))
    assert told(report) == {3: "Trùng với dòng 2."}
    apart = brought(cast, book(GOOD | {"Năm sinh": "1980"}, GOOD | {"Năm sinh": "1990"}))
    assert (apart.errors, Staff.objects.count()) == ([], 2)


def test_what_excel_and_typing_do_to_cells_is_set_right(cast: People) -> None:
    row = GOOD | {
        "Họ và tên": unicodedata.normalize("NFD", " Lò Thị Mây "),
        "Mã địa bàn": 7444,
        "Điện thoại": 912345678,
        "Năm sinh": "12/05/1985",
    }
    report = brought(cast, book(row))
    assert (report.errors, [note.line for note in report.notes]) == ([], [2, 2])
    made = Staff.objects.get(full_name="Lò Thị Mây")
    assert (made.phone, made.birth_year) == ("0912345678", 1985)


def test_merged_cells_are_told_and_nothing_is_imported(cast: People) -> None:
    report = brought(cast, book(GOOD, GOOD | {"Họ và tên": "Hai"}, merged="A2:A3"))
    assert {line: "ô gộp" in text for line, text in told(report).items()} == {2: True, 3: True}
    assert not Staff.objects.exists()


def test_a_line_adds_to_whom_it_means(cast: People) -> None:
    there = register(cast)
    more = {"Họ và tên": "Nguyễn Thị Hạnh", "Điện thoại": "0912 345 678"}
    rows = [
        GOOD | more | {"Loại": "Tuyên truyền viên cơ sở"},
        GOOD | more | {"Khóa học": "Nghiệp vụ", "Ngày học": "01/02/2026"},
        GOOD | more | {"Mã địa bàn": "09169", "Điện thoại": "0999999999"},
    ]
    report = brought(cast, book(*rows))
    assert (report.errors, report.created) == ([], 3)
    assert (there.hanh.posts.count(), there.hanh.trainings.count()) == (2, 1)
    assert Staff.objects.filter(full_name="Nguyễn Thị Hạnh").count() == 2
    assert brought(cast, book(*rows)).created == 0


def test_an_account_of_two_people_is_told(cast: People) -> None:
    rows = [GOOD | {"Tên đăng nhập": "lan"}, GOOD | {"Họ và tên": "Hai", "Tên đăng nhập": "LAN"}]
    assert told(brought(cast, book(*rows))) == {3: "Tài khoản “lan” đã gắn với một người khác."}
    brought(cast, book(rows[0]))
    assert Staff.objects.get().user == cast.lan


HANH = GOOD | {"Họ và tên": "Nguyễn Thị Hạnh"}


def test_what_is_told_anew_of_somebody_is_kept_and_an_empty_cell_erases_nothing(cast: People) -> None:
    staff = register(cast).hanh
    new = HANH | {"Điện thoại": "0977 000 111", "E-mail": "hanh@bacninh.gov.vn", "Năm sinh": 1985}
    report = brought(cast, book(new), dry_run=True)
    assert [note.text for note in report.notes] == [
        "Nguyễn Thị Hạnh đã có trong danh sách; được cập nhật: năm sinh, e-mail, điện thoại."
    ]
    staff.refresh_from_db()
    assert staff.phone == "0912345678"
    assert (brought(cast, book(new)).created, Staff.objects.count()) == (1, 4)
    staff.refresh_from_db()
    assert (staff.phone, staff.email, staff.birth_year) == ("0977000111", "hanh@bacninh.gov.vn", 1985)
    entry = Entry.objects.get(fact="staff.changed")
    assert entry.data == {"areas": [cast.places.commune.area], "fields": ["birth_year", "email", "phone"]}
    again = brought(cast, book(HANH))
    assert (again.created, again.unchanged) == (0, 1)
    staff.refresh_from_db()
    assert staff.phone == "0977000111"


def test_two_people_of_one_name_stay_two(cast: People) -> None:
    register(cast)
    both = [HANH | {"Điện thoại": "0977000111"}, HANH | {"Điện thoại": "0977000222"}]
    assert brought(cast, book(*both)).created == 2
    assert Staff.objects.filter(full_name="Nguyễn Thị Hạnh").count() == 3
    assert not Entry.objects.filter(fact="staff.changed").exists()


def test_who_works_elsewhere_now_is_not_changed_from_here(cast: People) -> None:
    staff = register(cast).hanh
    other = cast.places.other_commune
    staff.posts.update(valid_to=AT.date() - timedelta(days=1))
    kind = staff.posts.get().kind
    staff.posts.create(kind=kind, place=other, area=other.area, valid_from=AT.date())
    brought(cast, book(HANH | {"Zalo": "hanh"}))
    staff.refresh_from_db()
    assert staff.zalo == ""


def test_questions_do_not_grow_with_the_lines(cast: People, django_assert_max_num_queries: Any) -> None:
    rows = [GOOD | {"Họ và tên": "Lò Thị " + "Mây " * n, "Thôn, tổ dân phố": ""} for n in range(1, 20)]
    with django_assert_max_num_queries(26):
        brought(cast, book(*rows))
    assert (Post.objects.count(), Training.objects.count()) == (19, 0)
