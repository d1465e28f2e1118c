"""Kho bản tin: found by words and by what describes a bulletin, page by page, and as a workbook."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nguon.bulletins import actions
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Bulletin, Campaign, Revision, Version
from nguon.bulletins.queries.library import Asked
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, draft, submitted
from nguon.console import library
from nguon.console.tests.conftest import As
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT


def titles(client: Client, **asked: str) -> list[str]:
    given = {name.replace("_", "-"): text for name, text in asked.items()}
    return [row.title for row in client.get(reverse("console:bulletins"), given).context["rows"]]


def told(room: Newsroom, title: str, **more: Any) -> Revision:
    made = draft(room)
    return actions.save_draft(
        revision_id=made.pk, given=DraftFields(title=title, **more), by=room.people.lan, at=AT
    )


@pytest.mark.parametrize("typed", ["Lịch cắt điện", "lich cat dien", "ĐIỆN LỊCH", "lich  điên"])
def test_found_with_and_without_tone_marks(room: Newsroom, signed_in: As, typed: str) -> None:
    told(room, "Lịch cắt điện thôn Đông")
    told(room, "Tiêm phòng dại")
    assert titles(signed_in(room.people.lan), q=typed) == ["Lịch cắt điện thôn Đông"]


def test_the_words_of_the_text_count_too(room: Newsroom, signed_in: As) -> None:
    told(room, "Một", text="Bà con đi tiêm phòng")
    told(room, "Hai", summary="Tiêm phòng ngày mai")
    told(room, "Ba", text="Không có gì")
    assert set(titles(signed_in(room.people.lan), q="tiem phong")) == {"Một", "Hai"}


def campaign() -> Campaign:
    return Campaign.objects.create(area="vn", title="Chống dịch", made_at=AT)


ONE_OF: dict[str, Callable[[Newsroom], tuple[Revision, str]]] = {
    "trang_thai": lambda room: (submitted(room), "submitted"),
    "loai": lambda room: (told(room, "x", content_type=1), "1"),
    "uu_tien": lambda room: (told(room, "x", priority=2), "2"),
    "linh_vuc": lambda room: (told(room, "x", topic=5), "5"),
    "thiet_yeu": lambda room: (told(room, "x", essential="b-products"), "b-products"),
    "chien_dich": lambda room: (told(room, "x", campaign_id=campaign().pk), str(Campaign.objects.get().pk)),
    "tieng": lambda room: (told(room, "x", language="tyz"), "tyz"),
}


@pytest.mark.parametrize("field", ONE_OF)
def test_each_filter_keeps_what_it_names(room: Newsroom, signed_in: As, field: str) -> None:
    other = told(room, "Khác")
    wanted, value = ONE_OF[field](room)
    found = titles(signed_in(room.people.lan), **{field: value})
    assert found == [wanted.title]
    assert other.title not in found


def test_a_version_in_a_language_counts_as_that_language(room: Newsroom, signed_in: As) -> None:
    Version.objects.create(revision=told(room, "Hai thứ tiếng"), language="tyz")
    told(room, "Một thứ tiếng")
    assert titles(signed_in(room.people.lan), tieng="tyz") == ["Hai thứ tiếng"]


def test_found_by_place_day_and_person(room: Newsroom, signed_in: As) -> None:
    approved(room, room.commune)
    there = approved(room, room.ward)
    Bulletin.objects.filter(pk=there.bulletin_id).update(changed_at=LATER.replace(day=20))
    client = signed_in(room.people.lan)
    seen = {
        row.id for row in client.get(reverse("console:bulletins"), {"dia-ban": room.ward}).context["rows"]
    }
    assert seen == {there.pk}
    assert len(titles(client, tu=f"{local(AT):%d/%m/%Y}", den=f"{local(AT):%d/%m/%Y}")) == 1
    assert titles(client, nguoi_soan="khong ai") == []
    assert len(titles(client, nguoi_soan=room.people.lan.full_name)) == 2
    assert (
        "Ngày đầu sau ngày cuối"
        in client.get(
            reverse("console:bulletins"), {"tu": "2026-03-05", "den": "2026-03-01"}
        ).content.decode()
    )


def test_nobody_finds_what_is_not_theirs(room: Newsroom, signed_in: As) -> None:
    told(room, "Nháp của Lan")
    approved(room)
    assert titles(signed_in(room.people.hue), q="hop thon", dia_ban=room.commune) == []
    assert titles(signed_in(room.people.minh), q="nhap") == []


def test_pages_go_on_after_the_last_one_and_cost_the_same(room: Newsroom, signed_in: As) -> None:
    for number in range(3):
        told(room, f"Tin {number}")
    client, address, seen, cost = signed_in(room.people.lan), reverse("console:bulletins"), [], []
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    made = [
        Bulletin(author=room.people.lan, place=room.people.places.commune, area=room.commune, created_at=AT,
                 changed_at=AT)
        for _ in range(70)
    ]  # fmt: skip
    Bulletin.objects.bulk_create(made)
    Revision.objects.bulk_create(
        Revision(bulletin=one, author=room.people.lan, title=f"Nhiều {n}", made_at=AT)
        for n, one in enumerate(made)
    )
    while address:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        cost.append(len(queries))
        assert len(answer.content) < 60_000
        seen += [row.id for row in answer.context["rows"]]
        older = answer.context["older"]
        address = f"{reverse('console:bulletins')}{older}" if older else ""
    assert len(seen) == len(set(seen)) == 73
    assert max(cost) <= len(few) + 1


def test_a_workbook_holds_what_was_looked_for(room: Newsroom) -> None:
    told(room, "Có", priority=2, language="tyz")
    told(room, "Không")
    found = list(library.cells(library.rows(room.people.lan, {"uu-tien": "2"}, AT)))
    assert [len(line) for line in found] == [len(library.columns())]
    assert found[0][0] == "Có"
    assert "Tiếng Tày" in found[0]


def test_nonsense_in_the_address_asks_for_nothing() -> None:
    asked, wrong = library.read({"loai": "²", "chien-dich": "x", "tieng": "zzz", "trang-thai": "?"}, AT)
    assert (asked, wrong) == (Asked(), "")
