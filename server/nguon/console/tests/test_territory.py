"""Địa bàn: the map of any day, found in whatever way it is typed."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.organisations.actions import NewPlace, Plan, confirm_change, draft_change, import_places
from nguon.organisations.actions.oddities import keep_oddities
from nguon.organisations.actions.sources import Oddity, Unit
from nguon.organisations.models import Agency, Place
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT, UNITS, source

BIG = 60_000
NEXT = AT + timedelta(days=2)


def country() -> str:
    return reverse("console:territory")


def one(place: Place) -> str:
    return reverse("console:place", args=[place.pk])


def test_the_country_opens_into_provinces_in_vietnamese_order(room: Newsroom, signed_in: As) -> None:
    page = signed_in(room.people.hue).get(country()).content.decode()
    assert page.index("Tỉnh Bắc Ninh") < page.index("Thành phố Huế")
    assert "2 tỉnh, thành phố" in page
    assert "Soạn thay đổi" not in page


@pytest.mark.parametrize(
    "typed",
    ["Lục Nam", "luc nam", "LUC NAM", unicodedata.normalize("NFD", "Lục Nam"), "07444", "xa luc nam,"],
)
def test_a_place_is_found_however_it_is_typed(room: Newsroom, signed_in: As, typed: str) -> None:
    page = signed_in(room.people.hue).get(country(), {"q": typed}).content.decode()
    assert one(room.people.places.commune) in page
    assert one(room.people.places.ward) not in page


def test_a_name_with_d_is_found_with_and_without_its_stroke(room: Newsroom, signed_in: As) -> None:
    village = next(row for row in room.people.places.villages if row.name.startswith("Đ"))
    for typed in (village.name, village.name.replace("Đ", "D")):
        assert one(village) in signed_in(room.people.hue).get(country(), {"q": typed}).content.decode()


def test_a_place_tells_its_codes_its_history_and_what_it_became(room: Newsroom, signed_in: As) -> None:
    places = room.people.places
    plan = Plan(
        ChangeKind.MERGE,
        NEXT.date(),
        places=(places.commune.pk, places.ward.pk),
        new=NewPlace("Phường", "Lục Vũ", "09999"),
    )
    change = draft_change(plan=plan, act="Nghị quyết 1/NQ", by=None, at=NEXT)
    made = confirm_change(change_id=change.pk, by=None, at=NEXT).begins[0]
    client = signed_in(room.people.hue)
    old = client.get(one(places.commune), {"ngay": NEXT.date().isoformat()}).content.decode()
    assert "Không tồn tại vào ngày 04/03/2026" in old
    assert "07444" in old
    assert "Nghị quyết 1/NQ" in old
    assert f"{one(made)}" in old
    new = client.get(one(made), {"ngay": NEXT.date().isoformat()}).content.decode()
    assert one(places.commune) in new
    assert new.count('class="badge num"') == 0
    assert "15 thôn, tổ dân phố" in new
    before = client.get(one(places.commune), {"ngay": AT.date().isoformat()}).content.decode()
    assert "8 thôn, tổ dân phố" in before


@pytest.mark.parametrize("typed", ["", "x", "0000-00-00", "2026-02-30", "99999-01-01", "-1"])
def test_a_day_that_is_none_means_today(room: Newsroom, signed_in: As, typed: str) -> None:
    page = signed_in(room.people.hue).get(country(), {"ngay": typed, "trang": typed})
    assert page.status_code == 200
    assert 'value="2026-03-02"' in page.content.decode()


def test_loudspeakers_are_counted_for_whom_they_concern_alone(room: Newsroom, signed_in: As) -> None:
    assert "2 cụm loa" in signed_in(room.people.lan).get(one(room.people.places.commune)).content.decode()
    assert "cụm loa" not in signed_in(room.people.hue).get(one(room.people.places.commune)).content.decode()


def test_there_is_no_page_of_no_place(room: Newsroom, signed_in: As) -> None:
    assert signed_in(room.people.hue).get(reverse("console:place", args=[10**9])).status_code == 404


def test_units_that_nothing_took_over_are_listed(room: Newsroom, signed_in: As) -> None:
    client, other = signed_in(room.people.hue), room.people.places.villages[7]
    assert "Không có gì phải đối chiếu" in client.get(reverse("console:oddities")).content.decode()
    change = draft_change(plan=Plan(ChangeKind.END, NEXT.date(), places=(other.pk,)), by=None, at=NEXT)
    confirm_change(change_id=change.pk, by=None, at=NEXT)
    page = client.get(reverse("console:oddities")).content.decode()
    assert one(other) in page
    assert client.get(reverse("console:oddities"), {"xem": "nghi-ngo"}).status_code == 200


def test_what_the_sources_disagree_on_is_listed(room: Newsroom, signed_in: As) -> None:
    odd = [Oddity("type-disagrees", "10543", "Phường Việt Hòa: Xã"), Oddity("no-code", "", "Xã Không Mã")]
    keep_oddities(system="qd19-2025", source="nguồn 1.0", found=odd)
    page = signed_in(room.people.hue).get(reverse("console:oddities"), {"xem": "nguon"}).content.decode()
    for told in (
        "Tên và cột loại hình nói khác nhau",
        "10543",
        "Phường Việt Hòa: Xã",
        "nguồn 1.0",
        "Xã Không Mã",
    ):
        assert told in page
    odd_page = signed_in(room.people.hue).get(reverse("console:oddities"), {"xem": "x", "trang": "9"})
    assert odd_page.status_code == 200


def office(place: Place) -> Agency:
    name = f"Ủy ban nhân dân {place}"
    told = {"name": name, "search": f" {name.lower()} xa | ", "sort_key": name.encode(), "code": ""}
    return Agency(kind="owner", place=place, area=place.area, valid_from=AT.date(), **told)


def test_no_page_grows_with_the_number_of_communes(room: Newsroom, signed_in: As) -> None:
    client, places = signed_in(room.people.binh), room.people.places
    pages: list[tuple[str, dict[str, Any]]] = [
        (country(), {}),
        (country(), {"cap": "commune"}),
        (country(), {"q": "xa"}),
        (one(places.province), {}),
        (reverse("console:oddities"), {}),
        (reverse("console:oddities"), {"xem": "nguon"}),
        (reverse("console:bodies"), {}),
        (reverse("console:bodies"), {"q": "xa"}),
        (reverse("console:body_add", args=["co-quan"]), {}),
        (reverse("console:body_add", args=["co-so"]), {}),
        (reverse("console:files"), {}),
        (reverse("console:changes"), {}),
        (reverse("console:change_new"), {"noi": places.commune.pk, "q": "xa"}),
    ]

    def asked() -> list[int]:
        counts = []
        for path, data in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.get(path, data)
            assert answer.status_code == 200
            assert len(answer.content) <= BIG, f"{path}: {len(answer.content)} bytes"
            counts.append(len(queries))
        return counts

    few = asked()
    more = [Unit(f"{number:05}", "Xã", f"Xã số {number}", "24") for number in range(30000, 33321)]
    import_places(source=source(*UNITS, *more), by=None, at=AT)
    communes = Place.objects.filter(kind="commune")
    assert communes.count() > 3321
    Agency.objects.bulk_create(office(place) for place in communes)
    assert [max(0, now - then - 5) for now, then in zip(asked(), few, strict=True)] == [0] * len(pages)


def test_a_day_before_everything_has_an_empty_map(room: Newsroom, signed_in: As) -> None:
    page = signed_in(room.people.hue).get(country(), {"ngay": date(1946, 1, 1).isoformat()})
    assert "Không có địa bàn nào bên trong" in page.content.decode()
