"""Thay đổi địa bàn: a guided change, from the first choice to the confirmation."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nguon.accounts.models import RoleAssignment
from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.devices.models import Device
from nguon.kernel import clock
from nguon.organisations.models import Place, PlaceChange
from nguon.organisations.tests.cast import AT

NEW = "console:change_new"
TOMORROW = AT + timedelta(days=1)


@pytest.fixture
def office(room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch) -> Client:
    """This function will give the administrator's browser, the day after everything was given."""
    monkeypatch.setattr(clock, "now", lambda: TOMORROW)
    return signed_in(room.people.binh)


def form(room: Newsroom, kind: str, **more: Any) -> dict[str, Any]:
    places = room.people.places
    return {
        "loai": kind,
        "noi": [places.commune.pk],
        "day": "2026-03-03",
        "act": "Nghị quyết 12/NQ-HĐND",
        "do": "draft",
        **more,
    }


def merge(room: Newsroom, **more: Any) -> dict[str, Any]:
    places = room.people.places
    told = {"designation": "Phường", "name": "Lục Vũ", "code": "09999"}
    return form(room, "merge", noi=[places.commune.pk, places.ward.pk], into="new", **told, **more)


def drafted(office: Client, data: dict[str, Any]) -> PlaceChange:
    answer = office.post(reverse(NEW), data)
    assert answer.status_code == 302, answer.content.decode()
    return PlaceChange.objects.get()


def settled(office: Client, change: PlaceChange, do: str, **more: Any) -> str:
    address = reverse("console:change_settle", args=[change.pk])
    return office.post(address, {"do": do, **more}, follow=True).content.decode()


def test_what_is_chosen_is_not_said_to_be_missing(room: Newsroom, office: Client) -> None:
    ward = room.people.places.ward
    told = {"loai": "merge", "do": f"add:{ward.pk}", "q": "09169"}
    page = office.post(reverse(NEW), told).content.decode()
    assert "Phường Vũ Ninh" in page
    assert "Không tìm thấy" not in page
    assert 'value="09169"' not in page


def test_places_are_found_chosen_and_left_out_step_by_step(room: Newsroom, office: Client) -> None:
    places = room.people.places
    page = office.post(reverse(NEW), {"loai": "merge", "do": "find", "q": "vu ninh"}).content.decode()
    assert f'value="add:{places.ward.pk}"' in page
    page = office.post(
        reverse(NEW), {"loai": "merge", "noi": [places.commune.pk], "do": f"add:{places.ward.pk}"}
    ).content.decode()
    assert f'name="noi" value="{places.commune.pk}"' in page
    assert f'name="noi" value="{places.ward.pk}"' in page
    page = office.post(
        reverse(NEW),
        {"loai": "merge", "noi": [places.commune.pk, places.ward.pk], "do": f"remove:{places.ward.pk}"},
    ).content.decode()
    assert f'name="noi" value="{places.ward.pk}"' not in page


def test_a_merge_is_drafted_looked_at_and_confirmed(room: Newsroom, office: Client) -> None:
    change = drafted(office, merge(room))
    page = office.get(reverse("console:change", args=[change.pk])).content.decode()
    for told in ("Phường Lục Vũ", "Cụm loa", "Vai trò của người dùng", "Nghị quyết 12/NQ-HĐND"):
        assert told in page
    assert not Place.objects.filter(name="Lục Vũ").exists()
    assert "Đã xác nhận" in settled(office, change, "confirm")
    new = Place.objects.get(name="Lục Vũ")
    assert Device.objects.filter(area__within=[new.area]).count() == 3
    assert "Phường Lục Vũ" in office.get(reverse("console:change", args=[change.pk])).content.decode()
    assert "đã được xác nhận hoặc đã bỏ" in settled(office, change, "confirm")


def test_a_draft_is_dropped_and_nothing_is_different(room: Newsroom, office: Client) -> None:
    change = drafted(office, merge(room))
    assert "Đã bỏ" in settled(office, change, "drop")
    assert Place.objects.get(pk=room.people.places.commune.pk).valid_to is None


def test_a_division_by_villages_and_by_choice(room: Newsroom, office: Client) -> None:
    places = room.people.places
    village = places.villages[0]
    data = form(room, "split", phan=2, p0_keeps="1", p0_share="70", p1_designation="Xã", p1_name="Lục Bắc")
    change = drafted(office, data | {"p1_share": "30 %", f"c{village.pk}": "1"})
    role = RoleAssignment.objects.get(user=room.people.lan, area=room.commune)
    page = office.get(reverse("console:change", args=[change.pk])).content.decode()
    assert "Người soạn: Nguyễn Thị Lan" in page
    assert "2 mục chưa chọn, sẽ ở lại với Xã Lục Nam." in page
    settled(office, change, "choose", **{f"f-role:{role.pk}": "1"})
    page = office.get(reverse("console:change", args=[change.pk])).content.decode()
    assert "1 mục chưa chọn" in page
    settled(office, change, "confirm")
    new = Place.objects.get(name="Lục Bắc")
    assert Place.objects.get(pk=village.pk).parent == new
    assert RoleAssignment.objects.filter(user=room.people.lan, area=new.area).exists()


@pytest.mark.parametrize(
    ("kind", "more", "name"),
    [
        ("rename", {"name": "Lục Đông"}, "Xã Lục Đông"),
        ("retype", {"designation": "Phường"}, "Phường Lục Nam"),
        ("recode", {"code": "07999"}, "Xã Lục Nam"),
    ],
)
def test_a_change_of_one_place(
    room: Newsroom, office: Client, kind: str, more: dict[str, str], name: str
) -> None:
    change = drafted(office, form(room, kind, **more))
    settled(office, change, "confirm")
    assert str(Place.objects.get(pk=room.people.places.commune.pk)) == name


def test_several_places_become_of_another_type_at_once(room: Newsroom, office: Client) -> None:
    places = room.people.places
    told = {"loai": "retype", "do": "find", "q": "07444, 19999 09169"}
    page = office.post(reverse(NEW), told).content.decode()
    assert "Không có địa bàn nào mang mã: 19999." in page
    for place in (places.commune, places.ward):
        assert f'name="noi" value="{place.pk}"' in page
    chosen = [places.commune.pk, places.ward.pk]
    both: dict[str, Any] = {"noi": chosen, "designation": "Đặc khu"}
    change = drafted(office, form(room, "retype", **both))
    page = office.get(reverse("console:change", args=[change.pk])).content.decode()
    assert "<li>Xã Lục Nam, tỉnh Bắc Ninh → <b>Đặc khu Lục Nam</b></li>" in page
    assert Place.objects.get(pk=places.commune.pk).designation == "Xã"
    settled(office, change, "confirm")
    assert {str(row) for row in Place.objects.filter(pk__in=chosen)} == {
        "Đặc khu Lục Nam", "Đặc khu Vũ Ninh",
    }  # fmt: skip
    again = office.post(reverse(NEW), form(room, "retype", **both) | {"do": "draft"})
    assert "Đặc khu Lục Nam đã là loại hình này" in again.content.decode()


def test_a_new_village(room: Newsroom, office: Client) -> None:
    told = {"noi": [], "tren": room.people.places.ward.pk, "tier": "village"}
    change = drafted(office, form(room, "new", designation="Tổ dân phố", name="99", **told))
    settled(office, change, "confirm")
    assert Place.objects.get(name="99").parent == room.people.places.ward


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"day": ""}, "Chưa có ngày hiệu lực"),
        ({"day": "31/02/2026"}, "Chưa có ngày hiệu lực"),
        ({"act": " "}, "Chưa có văn bản"),
        ({"noi": []}, "Bạn không quản trị"),
        ({"code": "20044"}, "đã thuộc về địa bàn khác"),
        ({"name": "\u200b"}, "Tên địa bàn phải có"),
        ({"day": "2026-03-01"}, "Hãy chọn ngày muộn hơn"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    room: Newsroom, office: Client, more: dict[str, Any], told: str
) -> None:
    answer = office.post(reverse(NEW), merge(room) | more)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert "Phường" in page
    assert not PlaceChange.objects.exists()


@pytest.mark.parametrize("share", ["x", "1e9999", "-5", "150", "NaN"])
def test_a_share_that_is_none_is_told(room: Newsroom, office: Client, share: str) -> None:
    data = form(room, "split", phan=2, p0_keeps="1", p0_share=share, p1_designation="Xã", p1_name="X")
    answer = office.post(reverse(NEW), data | {"p1_share": "30"})
    assert "Tỷ lệ các phần" in answer.content.decode()


def test_the_map_is_changed_by_its_administrators_alone(
    room: Newsroom, office: Client, signed_in: As
) -> None:
    places = room.people.places
    foreign = form(room, "rename", noi=[places.other_commune.pk], name="Khác")
    assert "Bạn không quản trị" in office.post(reverse(NEW), foreign).content.decode()
    change = drafted(office, merge(room))
    for someone in (room.people.lan, room.people.tuan, room.people.hue):
        other = signed_in(someone)
        for address in (
            reverse("console:changes"),
            reverse(NEW),
            reverse("console:change", args=[change.pk]),
        ):
            assert other.get(address).status_code == 403
        address = reverse("console:change_settle", args=[change.pk])
        assert other.post(address, {"do": "confirm"}).status_code == 403
    assert PlaceChange.objects.get().state == "draft"
