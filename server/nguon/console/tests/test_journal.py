"""Nhật ký: what happened in the reader's own areas, found by who, what, where and when."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from nguon.accounts.actions import assign_role
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins.tests.cast import Newsroom, approved
from nguon.console.tests.conftest import As
from nguon.journal.actions import record
from nguon.journal.models import Entry, Scope
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT

PAGE = reverse("console:journal")


def told(room: Newsroom, place: Place, name: str, at: Any = AT) -> None:
    data = {"name": name, "area": place.area}
    with transaction.atomic():
        record(fact="device.enrolled", subject=f"device:{name}", by=room.people.tuan, at=at, data=data)


@pytest.fixture
def auditor(room: Newsroom) -> Any:
    """An auditor of the commune alone."""
    return person("kiem", "Kiều Văn Kiểm", (Role.AUDITOR, room.people.places.commune))


def test_nobody_reads_of_a_foreign_area(room: Newsroom, signed_in: As, auditor: Any) -> None:
    told(room, room.people.places.villages[0], "Loa trong")
    told(room, room.people.places.ward, "Loa ngoài")
    page = signed_in(auditor).get(PAGE).content.decode()
    assert "Loa trong" in page
    assert "Loa ngoài" not in page
    both = signed_in(room.people.binh).get(PAGE).content.decode()
    assert "Loa trong" in both
    assert "Loa ngoài" in both


def test_a_foreign_area_or_subject_in_the_address_shows_nothing(
    room: Newsroom, signed_in: As, auditor: Any
) -> None:
    told(room, room.people.places.ward, "Loa ngoài")
    for asked in ({"dia-ban": room.ward}, {"chu-the": "device:Loa ngoài"}, {"ai": "tuan"}):
        assert "“Loa ngoài”" not in signed_in(auditor).get(PAGE, asked).content.decode()


def test_a_bulletin_is_told_wherever_it_plays(room: Newsroom, signed_in: As, auditor: Any) -> None:
    approved(room, room.commune, room.ward)
    page = signed_in(auditor).get(PAGE).content.decode()
    assert "Nguyễn Thị Lan gửi duyệt" in page
    fact = Entry.objects.get(fact="bulletin.approved")
    assert set(Scope.objects.filter(entry=fact).values_list("area", flat=True)) == {room.commune, room.ward}


def test_a_fact_without_an_area_is_for_the_country_and_its_author(room: Newsroom, signed_in: As) -> None:
    with transaction.atomic():
        record(fact="user.created", subject="user:9", by=None, at=AT, data={"username": "la-hoac"})
        record(fact="user.created", subject="user:8", by=room.people.binh, at=AT, data={"username": "own"})
    page = signed_in(room.people.binh).get(PAGE).content.decode()
    assert "la-hoac" not in page
    assert "lập tài khoản own" in page
    whole = person("tw", "Trung Ương", (Role.AUDITOR, Place.objects.get(area="vn")))
    assert "la-hoac" in signed_in(whole).get(PAGE).content.decode()


@pytest.mark.parametrize(
    "typed", ["Anh Tuấn", "anh tuan", "TUAN", unicodedata.normalize("NFD", "Tuấn Lê"), "lê"]
)
def test_a_person_is_found_however_the_name_is_typed(room: Newsroom, signed_in: As, typed: str) -> None:
    told(room, room.people.places.commune, "Loa của Tuấn")
    client = signed_in(room.people.binh)
    assert "“Loa của Tuấn”" in client.get(PAGE, {"ai": typed}).content.decode()
    assert "“Loa của Tuấn”" not in client.get(PAGE, {"ai": "Đặng"}).content.decode()


def test_kinds_places_days_and_subjects_narrow_it(room: Newsroom, signed_in: As) -> None:
    told(room, room.people.places.commune, "Hôm nay")
    told(room, room.people.places.ward, "Hôm qua", AT - timedelta(days=1))
    client = signed_in(room.people.binh)

    def shown(**asked: str) -> set[str]:
        page = client.get(PAGE, {name.replace("_", "-"): text for name, text in asked.items()})
        return {name for name in ("Hôm nay", "Hôm qua") if f"“{name}”" in page.content.decode()}

    assert shown(viec="device") == {"Hôm nay", "Hôm qua"}
    assert shown(viec="bulletin") == set()
    assert shown(dia_ban=room.commune) == {"Hôm nay"}
    assert shown(chu_the="device:Hôm qua") == {"Hôm qua"}
    assert shown(tu="2026-03-02") == {"Hôm nay"}
    assert shown(den="01/03/2026") == {"Hôm qua"}


def test_a_day_that_is_none_is_told_in_a_sentence(room: Newsroom, signed_in: As) -> None:
    page = signed_in(room.people.binh).get(PAGE, {"tu": "hôm qua"}).content.decode()
    assert "Ngày phải có dạng" in page
    back = signed_in(room.people.binh).get(PAGE, {"tu": "2026-03-02", "den": "2026-03-01"}).content.decode()
    assert "Ngày đầu sau ngày cuối" in back


def test_older_pages_follow_a_cursor_and_no_fact_is_left_out(room: Newsroom, signed_in: As) -> None:
    for number in range(130):
        told(room, room.people.places.commune, f"Loa {number:03}")
    client, address, seen = signed_in(room.people.binh), f"{PAGE}?viec=device", []
    for _turn in range(4):
        answer = client.get(address)
        assert len(answer.content) < 40_000
        seen += [line.fact.sentence for line in answer.context["facts"]]
        told(room, room.people.places.commune, "Mới")  # what comes meanwhile shifts nothing
        address = PAGE + answer.context["older"]
    assert sum("“Loa " in sentence for sentence in seen) == 130
    assert len(set(seen)) == len(seen)


def test_the_journal_asks_no_more_for_more_facts(
    room: Newsroom, signed_in: As, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        told(room, room.people.places.villages[number % 8], f"Loa {number}")
    client = signed_in(room.people.binh)
    with django_assert_max_num_queries(16):
        client.get(PAGE)


def test_a_role_that_ended_reads_no_more(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    assert client.get(PAGE).status_code == 403
    assign_role(user=room.people.lan, role=Role.AUDITOR, place=room.people.places.ward, by=None, at=AT)
    assert client.get(PAGE).status_code == 200


def test_picking_a_place_shows_the_readers_own_alone(room: Newsroom, signed_in: As, auditor: Any) -> None:
    client, pick = signed_in(auditor), reverse("console:pick", args=["nhat-ky"])
    assert "Lục Nam" in client.get(pick).content.decode()
    assert "Vũ Ninh" not in client.get(pick, {"q": "vu ninh"}).content.decode()
    assert "dong thinh" not in client.get(pick, {"q": "huế"}).content.decode()
    foreign = reverse("console:pick_inside", args=["nhat-ky", room.ward])
    assert 'type="radio"' not in client.get(foreign).content.decode()
    assert client.get(reverse("console:pick", args=["gi-do"])).status_code == 404
