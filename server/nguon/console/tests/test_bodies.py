"""Cơ quan, cơ sở: list, add, set right, take over, end, write out; and files of them."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.organisations.actions import bring_file, check_file, seed_agencies, template_of
from nguon.organisations.models import Agency, Facility, Place, TableFile
from nguon.organisations.states import FileKind
from nguon.organisations.tests.cast import AT

LIST = reverse("console:bodies")
GIVEN = {
    "kind": "owner",
    "name": "UBND xã Lục Nam",
    "code": "UB1",
    "place": "07444",
    "valid_from": "2025-07-01",
}


@pytest.fixture
def office(room: Newsroom, signed_in: As) -> Client:
    return signed_in(room.people.binh)


def add(office: Client, sort: str = "co-quan", **more: Any) -> int:
    office.post(reverse("console:body_add", args=[sort]), GIVEN | more)
    rows: Any = Agency.objects if sort == "co-quan" else Facility.objects
    return int(rows.latest("pk").pk)


def one(sort: str, pk: int, what: str = "") -> str:
    return reverse(f"console:body{what}", args=[sort, pk])


def test_an_agency_is_added_set_right_and_found(room: Newsroom, office: Client) -> None:
    pk = add(office)
    assert "UBND xã Lục Nam" in office.get(LIST, {"q": "ubnd luc nam"}).content.decode()
    answer = office.post(
        one("co-quan", pk, "_change"), GIVEN | {"name": "Ủy ban nhân dân xã Lục Nam"}, follow=True
    )
    assert "Ủy ban nhân dân xã Lục Nam" in answer.content.decode()
    assert "UB1" in office.get(one("co-quan", pk, "_change")).content.decode()


def test_another_takes_over_and_the_first_is_history(room: Newsroom, office: Client) -> None:
    pk = add(office)
    facility = add(office, "co-so", kind="station", name="Đài", code="D1", owner="UB1")
    told = GIVEN | {"name": "Đơn vị mới", "code": "UB2", "day": "2026-03-02", "act": "Quyết định 9"}
    page = office.post(one("co-quan", pk, "_succeed"), told, follow=True).content.decode()
    assert "Quyết định 9" in page
    assert one("co-so", facility) in page
    assert "Đơn vị mới" in office.get(one("co-quan", pk)).content.decode()
    assert "UBND xã Lục Nam" in office.get(LIST, {"het": "1"}).content.decode()
    assert "UBND xã Lục Nam" in office.get(LIST, {"ngay": "2026-01-01"}).content.decode()


def test_an_end_is_refused_while_something_hangs_on_it(room: Newsroom, office: Client) -> None:
    pk = add(office)
    add(office, name="Phòng", code="P1", above="ubnd xa luc nam")
    assert "Còn 1 mục gắn với" in office.post(one("co-quan", pk, "_end")).content.decode()
    below = Agency.objects.get(code="P1").pk
    assert "kết thúc hôm nay" in office.post(one("co-quan", below, "_end"), follow=True).content.decode()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"place": "20044"}, "ngoài địa bàn"),
        ({"place": "99999"}, "ngoài địa bàn"),
        ({"place": "VN"}, "ngoài địa bàn"),
        ({"name": "\u200b"}, "bắt buộc|200 ký tự"),
        ({"code": "UB1"}, "đã thuộc về"),
        ({"valid_from": "hôm qua"}, "hợp lệ|ngày"),
    ],
)
def test_what_is_wrong_is_told(room: Newsroom, office: Client, more: dict[str, str], told: str) -> None:
    add(office)
    answer = office.post(reverse("console:body_add", args=["co-quan"]), GIVEN | {"code": "UB9"} | more)
    assert answer.status_code == 422
    assert any(word in answer.content.decode() for word in told.split("|"))
    assert Agency.objects.count() == 1


def test_agencies_are_suggested_as_they_are_typed_and_found_again(
    room: Newsroom, office: Client, signed_in: As
) -> None:
    pk = add(office)
    hints = reverse("console:agencies_like")
    for typed in ("ubnd luc", "UBND xã Lục", "ub1"):
        assert "UBND xã Lục Nam (UB1)" in office.get(hints, {"owner": typed}).content.decode()
    assert "UB1" not in signed_in(room.people.hue).get(hints, {"owner": "ubnd"}).content.decode()
    facility = add(office, "co-so", kind="station", name="Đài", code="D1", owner="UBND xã Lục Nam (UB1)")
    assert Facility.objects.get(pk=facility).owner_id == pk
    page = office.get(one("co-so", facility, "_change")).content.decode()
    assert 'value="UBND xã Lục Nam (UB1)"' in page
    office.post(one("co-so", facility, "_change"), GIVEN | {"kind": "station", "code": "D1"})
    assert Facility.objects.get(pk=facility).owner_id is None


def test_a_tie_that_lies_beyond_the_own_areas_is_kept(room: Newsroom, office: Client) -> None:
    far = Agency.objects.create(kind="owner", name="Sở xa", code="S9", search=" so xa | s9 ", sort_key=b"s",
        place=room.people.places.other_commune, area=room.people.places.other_commune.area,
        valid_from=AT.date())  # fmt: skip
    pk = add(office)
    Agency.objects.filter(pk=pk).update(above=far)
    office.post(one("co-quan", pk, "_change"), GIVEN | {"name": "Tên khác", "above": "Sở xa (S9)"})
    changed = Agency.objects.get(pk=pk)
    assert (changed.name, changed.above_id) == ("Tên khác", far.pk)


@pytest.mark.parametrize(("typed", "told"), [("Không đâu", "Hãy chọn trong gợi ý"), ("Trùng", "nhập mã")])
def test_an_agency_that_is_none_or_two_is_told(room: Newsroom, office: Client, typed: str, told: str) -> None:
    add(office, name="Trùng", code="T1")
    add(office, name="Trùng", code="T2")
    answer = office.post(reverse("console:body_add", args=["co-quan"]), GIVEN | {"code": "", "above": typed})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_they_are_written_out_as_they_are_brought_in(room: Newsroom, office: Client) -> None:
    add(office)
    answer = office.get(reverse("console:bodies_written", args=["co-quan"]))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == ["UB1", "Cơ quan chủ quản", "UBND xã Lục Nam", "07444"]


def test_who_administers_nothing_reads_and_changes_nothing(
    room: Newsroom, office: Client, signed_in: As
) -> None:
    seed_agencies(at=AT)
    pk = add(office)
    lan, hue = signed_in(room.people.lan), signed_in(room.people.hue)
    assert "UBND xã Lục Nam" in lan.get(LIST).content.decode()
    page = hue.get(LIST).content.decode()
    assert "UBND xã Lục Nam" not in page
    assert "Bộ Văn hóa, Thể thao và Du lịch" in page
    assert hue.get(one("co-quan", pk)).status_code == 404
    for address in (
        reverse("console:body_add", args=["co-quan"]),
        one("co-quan", pk, "_change"),
        one("co-quan", pk, "_succeed"),
        one("co-quan", pk, "_end"),
    ):
        assert lan.post(address, GIVEN).status_code == 403
    # Writers bring files of readings, and of nothing else.
    villages = {"loai": "villages", "file": SimpleUploadedFile("thôn.csv", b"x")}
    assert lan.post(reverse("console:files"), villages).status_code in (403, 422)
    assert not TableFile.objects.exists()
    assert lan.get(one("khong-co", pk)).status_code == 404


def brought(office: Client, data: bytes, kind: str = "villages") -> TableFile:
    given = {"loai": kind, "file": SimpleUploadedFile("thôn.xlsx", data)}
    assert office.post(reverse("console:files"), given).status_code == 302
    return TableFile.objects.latest("made_at")


def test_a_file_of_villages_from_the_template_to_the_end(room: Newsroom, office: Client) -> None:
    empty = office.get(reverse("console:file_template", args=["villages"]))
    file = brought(office, empty.content)
    page = reverse("console:file", args=[file.pk])
    assert 'hx-trigger="every 1s"' in office.get(page).content.decode()
    check_file(file_id=file.pk, at=AT)
    told = office.get(page).content.decode()
    assert "Xác nhận nhập" in told
    assert "hx-trigger" not in told.split('id="file"')[1]
    assert (
        "Đang nhập" in office.post(reverse("console:file_take", args=[file.pk]), follow=True).content.decode()
    )
    bring_file(file_id=file.pk, at=AT)
    assert "đã thêm 1 mục" in office.get(page).content.decode()
    assert Place.objects.filter(name="3", parent=room.people.places.commune).exists()


def test_each_bad_line_has_its_sentence_on_the_page(room: Newsroom, office: Client) -> None:
    file = brought(office, "Mã xã,Loại,Tên\n99999,Thôn,A\n07444,Hội,B\n".encode())
    check_file(file_id=file.pk, at=AT)
    page = office.get(reverse("console:file", args=[file.pk])).content.decode()
    for told in ("2 dòng sai, chưa nhập gì", "Dòng 2", "99999", "Dòng 3", "Hội"):
        assert told in page
    refused = office.post(reverse("console:file_take", args=[file.pk]), follow=True).content.decode()
    assert "chưa kiểm tra xong, có lỗi" in refused


def test_nobody_sees_another_ones_file(room: Newsroom, office: Client, signed_in: As) -> None:
    file = brought(office, template_of(FileKind.AGENCIES), "agencies")
    other = signed_in(room.people.lan)
    assert other.get(reverse("console:file", args=[file.pk])).status_code == 404
    TableFile.objects.update(by_id=0)
    assert office.get(reverse("console:file", args=[file.pk])).status_code == 404
    assert office.post(reverse("console:file_take", args=[file.pk])).status_code == 404
    assert office.get(reverse("console:file_template", args=["x"])).status_code == 404


def test_a_form_without_a_file_is_told(room: Newsroom, office: Client) -> None:
    assert office.post(reverse("console:files"), {"loai": "villages"}).status_code == 422
