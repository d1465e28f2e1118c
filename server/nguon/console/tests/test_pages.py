"""Every staff page opens for everybody who may see it, small enough, and for nobody without a sign-in."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom, approved, draft, submitted
from nguon.console.tests.conftest import As

LISTS = ("home", "compose", "reviews", "duty", "devices", "bulletins", "stop", "enrol", "groups")
LARGEST_LIST = 60_000


@pytest.mark.parametrize("name", LISTS)
def test_pages_open_for_everybody(room: Newsroom, signed_in: As, name: str) -> None:
    approved(room)
    submitted(room)
    draft(room)
    for person in (room.people.lan, room.people.minh, room.people.tuan, room.people.hue, room.people.binh):
        answer = signed_in(person).get(reverse(f"console:{name}"))
        assert answer.status_code == 200
        assert len(answer.content) < LARGEST_LIST


@pytest.mark.parametrize("name", LISTS)
def test_no_page_without_a_sign_in(db: None, name: str) -> None:
    answer = Client().get(reverse(f"console:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_no_script_and_no_style_within_a_page(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client = signed_in(room.people.minh)
    paths = [reverse(f"console:{name}") for name in LISTS]
    for path in [*paths, reverse("console:review", args=[made.pk])]:
        page = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page)


def test_the_demo_says_so_on_every_page(room: Newsroom, signed_in: As) -> None:
    assert "không phát ra loa thật" in signed_in(room.people.lan).get("/").content.decode()
    assert "không phát ra loa thật" in Client().get(reverse("account_login")).content.decode()


def test_a_real_installation_says_nothing_of_a_demo(room: Newsroom, signed_in: As, settings: object) -> None:
    settings.NGUON_MODE = "real"  # type: ignore[attr-defined]
    assert "DEMO" not in signed_in(room.people.lan).get("/").content.decode()


def test_the_journal_is_for_auditors_and_administrators(room: Newsroom, signed_in: As) -> None:
    approved(room)
    path = reverse("console:journal")
    assert signed_in(room.people.lan).get(path).status_code == 403
    page = signed_in(room.people.binh).get(path).content.decode()
    assert "Nguyễn Thị Lan gửi duyệt" in page


def test_a_page_that_is_not_there(room: Newsroom, signed_in: As) -> None:
    answer = signed_in(room.people.lan).get("/khong-co/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()
