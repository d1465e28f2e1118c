"""Tài khoản: who is listed for whom, and what an administrator does with one person."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nguon.accounts.models import Session, User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import PASSWORD, person
from nguon.bulletins.queries import drafts_of
from nguon.bulletins.tests.cast import Newsroom, approved, draft
from nguon.console.tests.conftest import As
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT

TODAY = local(AT).date()


@pytest.fixture
def binh(room: Newsroom, signed_in: As) -> Client:
    return signed_in(room.people.binh)


def at(name: str, user: User, **more: object) -> str:
    return reverse(f"console:{name}", kwargs={"user_id": user.pk, **more})


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_list_holds_the_people_of_the_area_alone(room: Newsroom, binh: Client) -> None:
    page = text(binh, reverse("console:people"))
    found = re.findall(r"<b>([^<]+)</b></a></td>", page)
    assert found == ["Đặng Văn Bình", "Nguyễn Thị Lan", "Trần Quang Minh", "Lê Anh Tuấn"]
    assert "Hồ Thị Huệ" not in page
    assert "Người soạn, Xã Lục Nam" in page
    assert "Nguyễn Thị Lan" in text(binh, reverse("console:people") + "?q=nguyen+thi")
    assert "Không có ai như vậy" in text(binh, reverse("console:people") + "?q=hue")


def test_the_pages_are_for_administrators_and_auditors(room: Newsroom, signed_in: As) -> None:
    lan, path = signed_in(room.people.lan), reverse("console:people")
    assert lan.get(path).status_code == 403
    assert lan.get(reverse("console:invite")).status_code == 403
    assert lan.get(at("person", room.people.minh)).status_code == 404
    assert lan.post(at("person_lock", room.people.minh), {"lock-reason": "x"}).status_code == 403
    seer = signed_in(person("seer", "Kiểm Tra", (Role.AUDITOR, room.people.places.province)))
    assert seer.get(at("person", room.people.minh)).status_code == 200
    assert "Mời người mới" not in text(seer, path)
    assert seer.post(at("person_lock", room.people.minh), {"lock-reason": "x"}).status_code == 403


def test_a_person_of_another_area_is_not_there(room: Newsroom, binh: Client) -> None:
    assert binh.get(at("person", room.people.hue)).status_code == 404
    assert binh.post(at("person_unlock", room.people.hue)).status_code == 404


def test_invited_by_link_and_in(room: Newsroom, binh: Client, client: Client) -> None:
    given = {"full_name": "Lý Thị Nga", "role": "writer", "place": room.ward}
    answer = binh.post(reverse("console:invite"), given)
    page = answer.content.decode()
    link = re.search(r'value="http://testserver(/accounts/moi/[^"]+)"', page)
    assert link
    assert answer["Cache-Control"] == "no-store"
    nga = User.objects.get(username="ngalt")
    assert link[1] not in text(binh, at("person", nga))
    assert "Chào Lý Thị Nga" in text(client, link[1])
    told = binh.post(link[1], {"password": PASSWORD})  # the administrator tries the link: it is not theirs
    assert (told.status_code, "đang đăng nhập là Đặng Văn Bình" in told.content.decode()) == (409, True)
    assert client.post(link[1], {"password": "short"}).status_code == 409
    client.post(link[1], {"password": PASSWORD})
    assert client.post(reverse("account_login"), {"login": "ngalt", "password": PASSWORD}).status_code == 302
    assert "Chào Nga" in text(client, "/")
    assert Client().get(link[1]).status_code == 404
    assert has_role(nga, Role.WRITER, room.ward, AT)


def test_the_place_of_work_is_picked_from_the_own_area(room: Newsroom, binh: Client) -> None:
    given = {"full_name": "Lý Thị Nga", "role": "writer"}
    assert "Hãy chọn nơi làm việc" in binh.post(reverse("console:invite"), given).content.decode()
    page = binh.post(reverse("console:invite"), {**given, "place": room.ward, "username": "LAN!"})
    assert (page.status_code, "data-picked-label>Phường Vũ Ninh" in page.content.decode()) == (409, True)
    found = text(binh, reverse("console:pick", args=["vai-tro"]) + "?q=vu+ninh")
    assert f'value="{room.ward}"' in found
    assert "Không tìm thấy nơi nào" in text(binh, reverse("console:pick", args=["vai-tro"]) + "?q=a+luoi")
    for area in (room.people.places.other_commune.area, "vn.9.9", "x"):
        assert binh.post(reverse("console:invite"), {**given, "place": area}).status_code == 409
    assert not User.objects.filter(full_name="Lý Thị Nga").exists()
    village = room.people.places.villages[0].area
    assert (
        "Chuyển liên kết này"
        in binh.post(reverse("console:invite"), {**given, "place": village}).content.decode()
    )


def test_a_role_is_given_and_ended(room: Newsroom, binh: Client) -> None:
    lan = room.people.lan
    binh.post(at("role_grant", lan), {"role": "duty", "place": room.ward, "last": "2026-04-01"})
    row = lan.assignments.get(role="duty")
    page = text(binh, at("person", lan))
    assert "Trực ban · Phường Vũ Ninh" in page
    assert "đến hết 01/04/2026" in page
    assert "Đặng Văn Bình giao cho Nguyễn Thị Lan vai trò Trực ban ở Phường Vũ Ninh" in page
    binh.post(at("role_end", lan, role_id=row.pk))
    assert not has_role(lan, Role.DUTY, room.ward, AT)
    foreign = room.people.hue.assignments.get()
    assert binh.post(at("role_end", lan, role_id=foreign.pk)).status_code == 404


def test_a_refusal_is_told_on_the_page(room: Newsroom, binh: Client) -> None:
    lan = room.people.lan
    answer = binh.post(at("role_grant", lan), {"role": "writer", "place": room.ward})
    assert answer.status_code == 409
    assert "đã là Người soạn ở Phường Vũ Ninh" in answer.content.decode()
    assert binh.post(at("person_lock", room.people.binh), {"lock-reason": "x"}).status_code == 409
    assert (
        binh.post(at("person_hand_over", lan), {"move-other": "nobody", "move-last": TODAY}).status_code
        == 409
    )


def test_locked_out_and_in_again(room: Newsroom, binh: Client, signed_in: As) -> None:
    lan = signed_in(room.people.lan)
    binh.post(at("person_lock", room.people.lan), {"lock-reason": "Mất máy"})
    assert lan.get("/").status_code == 302
    page = text(binh, at("person", room.people.lan))
    assert "Mất máy" in page
    journal = reverse("console:journal")
    told = "Đặng Văn Bình khóa tài khoản Nguyễn Thị Lan"
    assert told in text(binh, f"{journal}?dia-ban={room.ward}")
    assert told not in text(binh, f"{journal}?dia-ban={room.people.places.villages[0].area}")
    assert "Đang khóa" in page
    binh.post(at("person_unlock", room.people.lan))
    room.people.lan.refresh_from_db()
    assert room.people.lan.is_active


def test_handing_over_moves_roles_and_drafts(room: Newsroom, binh: Client, signed_in: As) -> None:
    made, nga = draft(room), person("nga", "Lý Thị Nga", (Role.DUTY, room.people.places.ward))
    yesterday = TODAY - timedelta(days=1)
    answer = binh.post(
        at("person_hand_over", room.people.lan), {"move-other": "ly thi nga", "move-last": yesterday}
    )
    assert answer.status_code == 302
    assert [row.pk for row in drafts_of(nga)] == [made.pk]
    assert list(drafts_of(room.people.lan)) == []
    assert has_role(nga, Role.WRITER, room.commune, AT)
    assert not has_role(room.people.lan, Role.WRITER, room.commune, AT)
    assert signed_in(nga).get(reverse("console:edit", args=[made.bulletin_id])).status_code == 200


def test_what_a_deputy_approves_is_told_as_on_behalf_of(room: Newsroom, binh: Client) -> None:
    nga = person("nga", "Lý Thị Nga", (Role.STATISTICS, room.people.places.ward))
    binh.post(
        at("person_delegate", room.people.minh),
        {"leave-other": "nga", "leave-first": TODAY, "leave-last": TODAY},
    )
    people = room.people
    object.__setattr__(people, "minh", nga)  # the deputy decides in minh's place
    made = approved(room)
    page = text(binh, reverse("console:journal"))
    assert "Lý Thị Nga (thay Trần Quang Minh) duyệt" in page
    assert "Đặng Văn Bình cử Lý Thị Nga làm thay Trần Quang Minh" in page
    assert made.approval.by == nga


def test_sessions_are_shown_without_their_keys_and_end(room: Newsroom, binh: Client, signed_in: As) -> None:
    lan = signed_in(room.people.lan)
    key = lan.session.session_key or ""
    assert key not in text(binh, at("person", room.people.lan))
    binh.post(at("person_sessions", room.people.lan))
    assert lan.get("/").status_code == 302
    first, second = signed_in(room.people.minh), signed_in(room.people.minh)
    page = text(first, reverse("console:security"))
    assert page.count("Kết thúc phiên này") == 1
    assert not {row.session_key for row in Session.objects.all()} & set(re.findall(r"\w{32}", page))
    first.post(reverse("console:own_sessions"))
    assert (first.get("/").status_code, second.get("/").status_code) == (200, 302)


def test_a_page_of_many_people_stays_small(room: Newsroom, binh: Client) -> None:
    places = room.people.places
    for number in range(60):
        person(
            f"nguoi{number}",
            f"Nguyễn Thị Phương Hoàng {number}",
            *((role, places.villages[number % 8]) for role in (Role.WRITER, Role.APPROVER, Role.DUTY)),
        )
    answer = binh.get(reverse("console:people"))
    assert len(answer.content) < 60_000
    assert "Trang sau" in answer.content.decode()
    assert text(binh, reverse("console:people") + "?trang=2").count("<tr><td>") == 14
