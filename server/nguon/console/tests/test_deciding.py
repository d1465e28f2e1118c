"""Duyệt, and the life of a bulletin afterwards."""

from datetime import timedelta

from django.db.models import F
from django.test import Client
from django.urls import reverse

from nguon.bulletins.actions import add_rule
from nguon.bulletins.models import Approval, Bulletin, Hearing, Revision, Withdrawal
from nguon.bulletins.states import State
from nguon.bulletins.tests.cast import Newsroom, approved, submitted
from nguon.console.tests.conftest import As
from nguon.organisations.tests.cast import AT


def hear(client: Client, made: Revision) -> None:
    """Play the ten seconds: the first report starts the clock, the second comes when they are over."""
    path = reverse("console:heard", args=[made.pk])
    assert client.post(path, {"spans": ""}).json() == {"heard_ms": 0}
    Hearing.objects.update(began_at=F("began_at") - timedelta(seconds=10))
    assert client.post(path, {"spans": "0-4000 3900-9800"}).json() == {"heard_ms": 9800}


def test_what_was_not_played_is_not_approved(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client, path = signed_in(room.people.minh), reverse("console:approve", args=[made.pk])
    answer = client.post(path, {"content": made.content_sha256, "spans": "0-3000 rubbish 9-x"})
    assert answer.status_code == 409
    assert "Bạn mới nghe 3 trong 10 giây" in answer.content.decode()
    assert not Approval.objects.exists()


def test_a_second_person_sees_everything_and_approves_once(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client = signed_in(room.people.minh)
    assert (
        reverse("console:review", args=[made.pk]) in client.get(reverse("console:reviews")).content.decode()
    )
    page = client.get(reverse("console:review", args=[made.pk])).content.decode()
    for piece in ("<audio", made.text, "Xã Lục Nam", "Ngay khi được duyệt", made.content_sha256):
        assert piece in page
    path = reverse("console:approve", args=[made.pk])
    hear(client, made)
    for _ in range(2):
        assert client.post(path, {"content": made.content_sha256}).status_code == 302
    assert Approval.objects.get().heard_ms == 9800


def test_the_first_of_two_people_is_told_that_another_one_is_needed(room: Newsroom, signed_in: As) -> None:
    cast = room.people
    add_rule(
        place=cast.places.commune, topic=None, priority=None, second=True, hours=None, by=cast.binh, at=AT
    )
    made, client = submitted(room), signed_in(cast.minh)
    hear(client, made)
    path = reverse("console:approve", args=[made.pk])
    page = client.post(path, {"content": made.content_sha256}, follow=True).content.decode()
    assert "Cần thêm một người nữa duyệt" in page
    assert "Đã duyệt “" not in page


def test_the_author_sees_why_not(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client = signed_in(room.people.lan)
    assert "không tự duyệt được" in client.get(reverse("console:review", args=[made.pk])).content.decode()
    answer = client.post(reverse("console:approve", args=[made.pk]), {"content": made.content_sha256})
    assert answer.status_code == 409
    assert not Approval.objects.exists()


def test_changed_content_is_not_approved(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    answer = signed_in(room.people.minh).post(
        reverse("console:approve", args=[made.pk]), {"content": "0" * 64}
    )
    assert "đã khác với bản bạn vừa xem" in answer.content.decode()


def test_a_return_needs_a_reason_and_the_writer_reads_it(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    path = reverse("console:return", args=[made.pk])
    assert "aria-invalid" in signed_in(room.people.minh).post(path, {"reason": " "}).content.decode()
    assert signed_in(room.people.minh).post(path, {"reason": "Thiếu giờ họp"}).status_code == 302
    page = signed_in(room.people.lan).get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert "Thiếu giờ họp" in page
    assert "Trần Quang Minh đã trả lại" in page


def test_whom_it_does_not_concern_finds_nothing(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client = signed_in(room.people.hue)
    assert client.get(reverse("console:review", args=[made.pk])).status_code == 404
    assert client.get(reverse("console:bulletin", args=[made.bulletin_id])).status_code == 404
    assert client.get(reverse("console:sound", args=[made.pk])).status_code == 404


def test_the_life_of_a_bulletin_in_sentences(room: Newsroom, signed_in: As) -> None:
    made = approved(room)
    page = (
        signed_in(room.people.tuan).get(reverse("console:bulletin", args=[made.bulletin_id])).content.decode()
    )
    assert "Nguyễn Thị Lan gửi duyệt" in page
    assert "Trần Quang Minh duyệt" in page


def test_taking_a_bulletin_back(room: Newsroom, signed_in: As) -> None:
    made = approved(room)
    path = reverse("console:withdraw", args=[made.bulletin_id])
    client = signed_in(room.people.minh)
    assert client.post(path, {"reason": ""}).status_code == 200
    assert client.post(path, {"reason": "Sai ngày"}).status_code == 302
    assert Withdrawal.objects.get().reason == "Sai ngày"
    assert Bulletin.objects.get().state == State.WITHDRAWN


def test_bulletins_are_found_without_tone_marks(room: Newsroom, signed_in: As) -> None:
    submitted(room)
    client = signed_in(room.people.minh)
    assert "Họp thôn" in client.get(reverse("console:bulletins"), {"q": "hop thon"}).content.decode()
    assert "Không tìm thấy" in client.get(reverse("console:bulletins"), {"q": "zzz"}).content.decode()
