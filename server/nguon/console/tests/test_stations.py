"""Tiếp sóng in the browser's eyes: entering a station, booking it, deciding, and what was sent."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.bulletins.tests import cast as bulletins
from nguon.bulletins.tests.cast import Newsroom
from nguon.console import exports, stations
from nguon.organisations.tests.cast import AT
from nguon.relays import actions, queries
from nguon.relays.actions import pieces
from nguon.relays.models import Booking, Run, Source
from nguon.relays.sound import Tried
from nguon.relays.states import State
from nguon.relays.tests.cast import MORNING, QUIET, Direct, Morning, Tape, approved, booked, source

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]
FORM: dict[str, Any] = {
    "weekdays": ["1", "2", "3", "4", "5"], "begins": "05:30", "ends": "06:00", "first_day": "2099-01-01",
    "last_day": "2099-02-01", "silence_s": "10", "instead": "",
}  # fmt: skip


@pytest.fixture
def as_() -> As:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def test_a_writer_enters_a_station_and_books_it(room: Newsroom, as_: As) -> None:
    lan = as_(room.people.lan)
    page = reverse("console:stations")
    made = lan.post(page, {"area": room.commune, "name": "VOV1", "url": "http://radio.example/vov1"})
    assert made.status_code == 302
    assert "VOV1" in lan.get(page).content.decode()
    form = {**FORM, "source": str(Source.objects.get().pk), "targets": [room.commune]}
    answer = lan.post(reverse("console:station_book"), form)
    booking = Booking.objects.get()
    assert answer["Location"] == reverse("console:station_booking", args=[booking.pk])
    assert booking.weekdays == "12345"
    shown = lan.get(answer["Location"]).content.decode()
    assert "05:30–06:00, thứ Hai đến thứ Sáu" in shown
    assert "Quyết định" not in shown


def test_what_is_wrong_is_one_sentence(room: Newsroom, as_: As) -> None:
    source(room)
    form = {**FORM, "source": str(Source.objects.get().pk), "targets": [room.commune], "ends": "05:00"}
    answer = as_(room.people.lan).post(reverse("console:station_book"), form)
    assert answer.status_code == 409
    assert "Giờ kết thúc phải sau giờ bắt đầu" in answer.content.decode()
    assert not Booking.objects.exists()


def test_the_second_person_approves_what_is_shown(room: Newsroom, as_: As) -> None:
    booking = booked(room)
    minh = as_(room.people.minh)
    assert "Tiếp sóng VOV1" in minh.get(reverse("console:stations")).content.decode()
    page = minh.get(reverse("console:station_booking", args=[booking.pk])).content.decode()
    assert booking.content_sha256 in page
    stale = minh.post(reverse("console:station_approve", args=[booking.pk]), {"content": "00" * 32})
    assert stale.status_code == 409
    done = minh.post(
        reverse("console:station_approve", args=[booking.pk]), {"content": booking.content_sha256}
    )
    assert done.status_code == 302
    booking.refresh_from_db()
    assert booking.state == State.APPROVED


def test_it_is_returned_with_a_reason_alone(room: Newsroom, as_: As) -> None:
    booking = booked(room)
    address = reverse("console:station_return", args=[booking.pk])
    assert as_(room.people.minh).post(address, {"reason": " "}).status_code == 409
    assert as_(room.people.minh).post(address, {"reason": "Sai giờ"}).status_code == 302
    shown = as_(room.people.lan).get(reverse("console:station_booking", args=[booking.pk])).content.decode()
    assert "Sai giờ" in shown


def test_a_lost_station_is_told_on_the_duty_page_and_on_its_own(
    room: Newsroom, as_: As, tmp_path: Path, settings: Settings
) -> None:
    settings.NGUON_DATA = tmp_path
    signer = Direct(tmp_path)
    booking = approved(room)
    morning = Morning(signer, Tape())
    morning.pass_(6)
    duty = as_(room.people.tuan).get(reverse("console:duty")).content.decode()
    assert "Tiếp sóng: VOV1" in duty
    session = queries.open_pieces()[0].session_id
    tuan = as_(room.people.tuan)
    assert "Tiếp sóng: VOV1" not in tuan.get(reverse("console:speak")).content.decode()
    led = tuan.get(reverse("console:live_session", args=[session]))
    assert led["Location"] == reverse("console:station_booking", args=[booking.pk])
    morning.tape.block, morning.tape.fault = QUIET, ""
    morning.pass_(14)
    signer.opened.close()
    duty = as_(room.people.tuan).get(reverse("console:duty")).content.decode()
    assert "Mất nguồn tiếp sóng VOV1" in duty
    page = as_(room.people.lan).get(reverse("console:station_booking", args=[booking.pk])).content.decode()
    assert "Mất nguồn" in page
    assert "mất nguồn 1 lần" in page
    assert Run.objects.get().losses == 1


def test_trying_a_station_says_what_was_heard(
    room: Newsroom, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = source(room)
    heard = Tried("", "", 5.0, -18.0, "mp3float", 44100, 2)
    look = partial(actions.try_source, look=lambda *_: heard)
    monkeypatch.setattr(actions, "try_source", look)
    answer = as_(room.people.lan).post(reverse("console:station_try", args=[made.pk]), follow=True)
    assert "Nghe được 5 giây, tiếng vừa (-18 dB); MP3, 44100 Hz, 2 kênh." in answer.content.decode()


@pytest.mark.parametrize("code", sorted(stations._FAULTS))
def test_each_fault_is_a_sentence_with_what_to_do(code: str) -> None:
    words = stations.fault_words(code, "x")
    assert words.endswith(".")
    assert "hãy" in words.lower()


def test_bookings_are_a_file_and_what_stands_in_tells_it_on_its_page(
    room: Newsroom, as_: As, tmp_path: Path, settings: Settings
) -> None:
    settings.NGUON_DATA = tmp_path
    storm = bulletins.approved(room, starts_at=bulletins.LATER)
    booking = approved(room, instead=storm.pk)
    pieces.run_of(booking, AT)
    Run.objects.update(sent_ms=600_000, instead_ms=90_000, losses=1)
    client = as_(room.people.lan)
    answer = client.post(reverse("console:export_start", args=["stations"]))
    key = UUID(answer["Location"].rstrip("/").rsplit("/", 1)[-1])
    assert exports.make(user=room.people.lan, key=key, at=AT)
    sheet = load_workbook(exports.file_of(room.people.lan.pk, key)).active
    row = [cell.value for cell in sheet[2]]
    assert row[0] == "VOV1"
    assert row[8:16] == ["Đã duyệt", str(room.people.lan), str(room.people.minh), "Họp thôn", 1, 10, 1.5, 1]
    page = client.get(reverse("console:bulletin", args=[storm.bulletin_id])).content.decode()
    assert "Là bản tin thay thế khi đài VOV1 im lặng hoặc mất (05:30–06:00)" in page
    assert "Đã phát thay đài VOV1 trong 1 phút 30 giây" in page
    assert load_workbook(exports.file_of(room.people.lan.pk, key)).active.max_row == 2


def test_a_calendar_sees_when_it_is_on(room: Newsroom) -> None:
    booking = approved(room)
    (slot,) = queries.slots([room.commune], MORNING - timedelta(hours=2), MORNING + timedelta(hours=2))
    assert (slot.booking, slot.begins_at, slot.ends_at) == (booking, MORNING, MORNING + timedelta(minutes=30))
    assert queries.slots([room.people.places.other_commune.area], MORNING, MORNING + timedelta(days=9)) == []
