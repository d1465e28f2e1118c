"""Nhân sự: the list, one person, adding and changing, posts, courses, files in and out."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins.tests.cast import Newsroom
from nguon.console import exports
from nguon.console.tests.conftest import As
from nguon.organisations.actions import TableReport, bring_file, check_file, table_kind
from nguon.organisations.tests.cast import AT
from nguon.staff.models import Post, Staff
from nguon.staff.states import PostKind
from nguon.staff.tests.cast import TODAY, Register, register, trained, working

LIST = reverse("console:staff")
LARGEST = 60_000


@pytest.fixture
def there(room: Newsroom) -> Register:
    return register(room.people)


@pytest.fixture
def office(room: Newsroom, signed_in: As) -> Client:
    return signed_in(room.people.binh)


def url(name: str, staff: Staff, *more: int) -> str:
    return reverse(f"console:{name}", args=[staff.pk, *more])


def names(client: Client, **asked: str) -> list[str]:
    return [row.name for row in client.get(LIST, asked).context["people"]]


def given(room: Newsroom, **more: Any) -> dict[str, Any]:
    told = {"full_name": "Lò Thị Mây", "phone": "0912 000 111", "kind": "civil", "first": "2025-07-01"}
    return told | {"place": room.people.places.commune.area} | more


def test_the_list_is_searched_sorted_and_filtered(room: Newsroom, there: Register, office: Client) -> None:
    assert names(office) == ["Nguyễn Thị Hạnh", "Trần Hồng Sơn", "Vi Văn Tú"]
    assert names(office, ten="hanh") == names(office, ten="Hạnh") == ["Nguyễn Thị Hạnh"]
    assert names(office, loai="communicator") == ["Vi Văn Tú"]
    assert names(office, noi=room.people.places.ward.area) == ["Trần Hồng Sơn"]
    assert names(office, noi=room.people.places.other_commune.area) == []
    trained(there.son, TODAY)
    assert names(office, **{"tap-huan": "nam-nay"}) == ["Trần Hồng Sơn"]
    Post.objects.filter(staff=there.tu).update(valid_to="2026-01-01")
    past = office.get(LIST, {"xem": "da-thoi"})
    assert [row.name for row in past.context["people"]] == ["Vi Văn Tú"]
    assert "0912345678" in office.get(LIST).content.decode()
    assert "2 người đang làm thông tin cơ sở" in office.get(LIST).content.decode()


def test_a_list_of_many_stays_small_and_pages_show_each_once(room: Newsroom, office: Client) -> None:
    for number in range(120):
        working(
            f"Nguyễn Thị Phương Thảo {'A' * (number % 7 + 1)}", PostKind.PART_TIME, room.people.places.ward
        )
    seen: list[int] = []
    for page in ("1", "2", "3"):
        answer = office.get(LIST, {"trang": page, "loai": "part-time"})
        assert len(answer.content) < LARGEST
        seen += [row.id for row in answer.context["people"]]
    assert sorted(seen) == sorted(Staff.objects.values_list("pk", flat=True))


def test_a_person_is_added_changed_and_shown(room: Newsroom, office: Client) -> None:
    form = office.get(reverse("console:staff_add"), {"place": room.people.places.commune.area})
    assert form.status_code == 200
    answer = office.post(reverse("console:staff_add"), given(room, username="lan"), follow=True)
    assert "Đã thêm Lò Thị Mây" in answer.content.decode()
    made = Staff.objects.get()
    assert (made.user, made.phone) == (room.people.lan, "0912000111")
    again = office.post(reverse("console:staff_add"), given(room))
    assert again.status_code == 409
    assert "người khác cùng tên" in again.content.decode()
    assert office.post(reverse("console:staff_add"), given(room, namesake="1")).status_code == 302
    told = {"full_name": "Lò Thị Mây", "phone": "0999 000 111", "username": "lan"}
    assert office.post(url("staff_change", made), told).status_code == 302
    assert "0999000111" in office.get(url("staffer", made)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"place": ""}, "Chưa chọn nơi làm việc"),
        ({"phone": "12"}, "Số điện thoại"),
        ({"username": "khong-co"}, "Không có ai như vậy"),
        ({"last": "2025-01-01"}, "Ngày cuối phải từ ngày đầu"),
        ({"first": "hôm qua"}, "ngày"),
    ],
)
def test_what_is_wrong_is_told(room: Newsroom, office: Client, wrong: dict[str, str], told: str) -> None:
    answer = office.post(reverse("console:staff_add"), given(room, **wrong))
    assert answer.status_code in {409, 422}
    assert told in answer.content.decode()
    assert not Staff.objects.exists()


def test_posts_are_added_set_right_ended_and_handed_over(
    room: Newsroom, there: Register, office: Client
) -> None:
    post = there.hanh.posts.get()
    told = {"kind": "civil", "title": "Văn hóa - xã hội", "first": "2025-07-02"}
    assert office.post(url("post_change", there.hanh, post.pk), told).status_code == 302
    assert "Văn hóa - xã hội (Công chức)" in office.get(url("staffer", there.hanh)).content.decode()
    more = {"kind": "other", "first": "2026-01-01", "place": room.people.places.ward.area}
    assert office.post(url("post_add", there.hanh), more).status_code == 302
    second = there.hanh.posts.get(kind="other")
    assert office.post(url("post_end", there.hanh, second.pk), {"last": ""}).status_code == 409
    assert office.post(url("post_end", there.hanh, second.pk), {"last": "2026-02-01"}).status_code == 302
    move = url("post_hand_over", there.hanh, post.pk)
    nobody = office.post(move, {"move-other": "Không Ai", "move-last": "2026-03-02"})
    assert "Hãy thêm người đó trước" in nobody.content.decode()
    working("Trần Hồng Sơn", PostKind.OTHER, room.people.places.commune)
    two = {"move-other": "tran hong son", "move-last": "2026-03-02"}
    unclear = office.post(move, two)
    assert unclear.content.decode().count('name="chosen"') == 2
    done = office.post(move, two | {"chosen": str(there.son.pk)}, follow=True)
    assert "Đã bàn giao cho Trần Hồng Sơn" in done.content.decode()
    assert "tiếp nhận từ Nguyễn Thị Hạnh" in office.get(url("staffer", there.son)).content.decode()


def test_courses_are_written_down_and_taken_out(room: Newsroom, there: Register, signed_in: As) -> None:
    trainer = signed_in(person("dt", "Đào Tạo", (Role.TRAINER, room.people.places.province)))
    told = {"course": "Đọc bản tin", "first": "2026-02-01", "result": "Giỏi"}
    assert "Đọc bản tin" in trainer.post(url("training_add", there.tu), told, follow=True).content.decode()
    assert "Đã ghi khóa" in trainer.post(url("training_add", there.tu), told).content.decode()
    assert trainer.post(url("training_add", there.tu), {"course": ""}).status_code == 409
    taken = there.tu.trainings.get()
    assert trainer.post(url("training_remove", there.tu, taken.pk)).status_code == 302
    assert not there.tu.trainings.exists()
    assert trainer.get(url("staff_change", there.tu)).status_code == 403
    assert trainer.get(reverse("console:staff_add")).status_code == 403


def test_nobody_sees_the_staff_of_another_area(room: Newsroom, there: Register, signed_in: As) -> None:
    far = signed_in(person("qthue", "Quản Trị", (Role.ADMINISTRATOR, room.people.places.other_province)))
    assert names(far) == ["Ngô Văn Láng"]
    assert far.get(url("staffer", there.hanh)).status_code == 404
    for name, more in (
        ("post_end", there.hanh.posts.get().pk),
        ("post_hand_over", there.hanh.posts.get().pk),
    ):
        assert far.post(url(name, there.hanh, more), {"last": "2026-03-01"}).status_code == 404
    writer = signed_in(room.people.lan)
    assert writer.get(LIST).status_code == 403
    assert writer.get(url("staffer", there.hanh)).status_code == 403
    assert writer.post(reverse("console:export_start", args=["staff"])).status_code == 403


def test_how_to_reach_who_moved_away_is_not_shown_where_it_worked(
    room: Newsroom, there: Register, signed_in: As
) -> None:
    old = signed_in(person("qtxa", "Quản Trị", (Role.ADMINISTRATOR, room.people.places.commune)))
    assert "0912345678" in old.get(url("staffer", there.hanh)).content.decode()
    Post.objects.filter(staff=there.hanh).update(valid_to="2026-01-31")
    ward = room.people.places.ward
    Post.objects.create(staff=there.hanh, kind="civil", place=ward, area=ward.area, valid_from="2026-02-01")
    page = old.get(url("staffer", there.hanh)).content.decode()
    assert "0912345678" not in page
    assert "Vũ Ninh" not in page
    assert "0912345678" not in old.get(LIST, {"xem": "da-thoi"}).content.decode()


def test_a_file_of_staff_is_brought_its_errors_shown_then_corrected(room: Newsroom, office: Client) -> None:
    def send(data: bytes) -> str:
        file = SimpleUploadedFile("nhân sự.xlsx", data)
        page = office.post(reverse("console:files"), {"loai": "staff", "file": file})["Location"]
        check_file(file_id=UUID(page.split("/")[-2]), at=AT)
        return page

    wrong = "Họ và tên,Loại,Mã địa bàn\nLò Thị Mây,Giám đốc,07444\n"
    page = office.get(send(wrong.encode())).content.decode()
    assert "1 dòng sai, chưa nhập gì" in page
    assert "Giám đốc" in page
    template = office.get(reverse("console:file_template", args=["staff"])).content
    good = send(template)
    assert "Xác nhận nhập" in office.get(good).content.decode()
    office.post(f"{good}nhap/")
    bring_file(file_id=UUID(good.split("/")[-2]), at=AT)
    assert names(office) == ["Nguyễn Thị Hạnh", "Vi Văn Tú"]


def test_the_list_as_excel_can_be_brought_again(room: Newsroom, there: Register, office: Client) -> None:
    trained(there.tu, TODAY)
    answer = office.post(reverse("console:export_start", args=["staff"]), {"ten": ""})
    key = answer["Location"].rstrip("/").rpartition("/")[2]
    assert exports.make(user=room.people.binh, key=UUID(key), at=AT)
    data = b"".join(office.get(reverse("console:export_file", args=[key])).streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in told] == ["Nguyễn Thị Hạnh", "Trần Hồng Sơn", "Vi Văn Tú"]
    assert told[0][11] == "0912345678"
    assert told[2][5:7] == ["07444", str(room.people.places.villages[0])]
    again = brought(room, data)
    assert (again.errors, again.created, again.unchanged) == ([], 0, 3)


def brought(room: Newsroom, data: bytes) -> TableReport:
    kind = table_kind("staff")
    assert kind is not None
    areas = [room.people.places.province.area]
    return kind.bring(table=kind.read(data), areas=areas, by=room.people.binh, at=AT, dry_run=False)


def test_the_numbers_that_reports_need(room: Newsroom, signed_in: As, there: Register) -> None:
    trained(there.hanh, TODAY)
    binh, address = signed_in(room.people.binh), reverse("console:staff_counts")
    with_day = {"ngay": TODAY.isoformat()}
    page = " ".join(re.sub(r"<[^>]+>", " ", binh.get(address, with_day).content.decode()).split())
    assert "Xã Lục Nam, tỉnh Bắc Ninh 2 1 (50 %) 1 1" in page
    assert "Tất cả 3 1 (33 %) 1 1 1" in page
    assert "A Lưới" not in page
    inside = binh.get(address, {**with_day, "noi": room.commune}).content.decode()
    assert "Vũ Ninh" not in inside
    assert "Vũ Ninh" in binh.get(address, {**with_day, "noi": there.lang.posts.get().area}).content.decode()
    sheet = load_workbook(io.BytesIO(binh.get(reverse("console:staff_counts_written"), with_day).content))
    assert [row[0] for row in sheet.active.iter_rows(values_only=True)][-1] == "Tất cả"
