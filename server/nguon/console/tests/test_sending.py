"""Recordings and files that arrive piece by piece from the page of Soạn, and what is shown of their sound."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nguon.audio.actions import process_upload
from nguon.audio.models import Upload
from nguon.audio.tests.sounds import RATE, tone, wav
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.tests.cast import Newsroom, submitted
from nguon.console.tests.conftest import As
from nguon.console.tests.test_compose import save, typed
from nguon.organisations.tests.cast import AT


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.NGUON_DATA = tmp_path / "data"
    return tmp_path


def sent(client: Client, content: bytes, **wish: str) -> str:
    """This function will send a file in two pieces, as the page does, and return its id."""
    begun = client.post(reverse("console:send"), {"name": "Ghi âm 22-11 08h00.wav"}).json()
    half = len(content) // 2
    for at, piece in ((0, content[:half]), (half, content[half:])):
        address = f"{reverse('console:send_piece', args=[begun['id']])}?at={at}"
        answer = client.post(address, piece, content_type="application/octet-stream").json()
        assert answer["received"] == at + len(piece)
    closed = reverse("console:send_close", args=[begun["id"]])
    assert client.post(closed, {"size": len(content), **wish}).json()["id"] == begun["id"]
    return str(begun["id"])


def quiet_ends(folder: Path) -> bytes:
    return wav(folder / "x.wav", bytes(2 * RATE) + tone(4) + bytes(2 * RATE)).read_bytes()


def test_a_recording_becomes_the_sound_of_the_draft(room: Newsroom, signed_in: As, data: Path) -> None:
    client = signed_in(room.people.lan)
    upload_id = sent(client, quiet_ends(data), trim="1")
    box = client.post(reverse("console:listen"), typed(room, source="recording", upload=upload_id))
    assert "Đang tạo âm thanh" in box.content.decode()
    process_upload(upload_id=Upload.objects.get().pk, at=AT)
    page = client.get(reverse("console:edit", args=[Bulletin.objects.get().pk])).content.decode()
    for piece in (
        "Ghi âm 22-11 08h00.wav",
        "Đã bỏ khoảng lặng: 0,8 giây ở đầu, 0,7 giây ở cuối.",
        'aria-label="Hình âm thanh, dài 0:04."',
        f'value="{upload_id}"',
    ):
        assert piece in page


def test_the_part_that_is_marked_plays(room: Newsroom, signed_in: As, data: Path) -> None:
    client = signed_in(room.people.lan)
    first = sent(client, quiet_ends(data), trim="1")
    process_upload(upload_id=Upload.objects.get().pk, at=AT)
    cut = client.post(reverse("console:send_cut", args=[first]), {"from": "2000", "to": "3500"}).json()["id"]
    process_upload(upload_id=Upload.objects.get(pk=cut).pk, at=AT)
    save(client, typed(room, source="recording", upload=cut))
    made = Revision.objects.get()
    assert str(made.upload_id) == cut
    assert made.upload
    assert made.upload.media
    assert made.upload.media.duration_ms == 1500


def test_a_recording_of_somebody_else_is_not_taken(room: Newsroom, signed_in: As) -> None:
    foreign = sent(signed_in(room.people.hue), b"RIFF")
    client = signed_in(room.people.lan)
    box = client.post(reverse("console:listen"), typed(room, source="recording", upload=foreign))
    assert "Không tìm thấy tệp tải lên này" in box.content.decode()
    answer = client.post(reverse("console:send_cut", args=[foreign]), {"from": "0", "to": "900"})
    assert (answer.status_code, "Không tìm thấy" in answer.json()["text"]) == (409, True)


def test_what_is_wrong_is_said_in_words(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    begun = client.post(reverse("console:send"), {}).json()
    closed = client.post(reverse("console:send_close", args=[begun["id"]]), {"size": "10"})
    assert (closed.status_code, closed.json()["code"]) == (409, "upload-incomplete")
    assert client.post(reverse("console:send_drop", args=[begun["id"]])).status_code == 200
    assert not Upload.objects.exists()
    refused = signed_in(room.people.binh).post(reverse("console:send"), {})
    assert "chưa có quyền soạn tin" in refused.json()["text"]
    assert signed_in(room.people.tuan).post(reverse("console:send"), {}).status_code == 201  # an own alert


def test_the_approver_sees_the_sound_and_where_it_is_wrong(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    assert made.media
    made.media.peaks, made.media.silent = bytes([0, 128, 255]), [[12_000, 15_500]]
    made.media.save()
    for name, key in (("review", made.pk), ("bulletin", made.bulletin_id)):
        page = signed_in(room.people.minh).get(reverse(f"console:{name}", args=[key])).content.decode()
        assert "Im lặng: 0:12 đến 0:15." in page
        assert 'd="M1 49v2M3 27v46M5 4v92"' in page
