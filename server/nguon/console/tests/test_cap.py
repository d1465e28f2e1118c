"""Tin cảnh báo: the officer's inbox, one message, who may send."""

import pytest
from django.test import Client
from django.urls import reverse

from nguon.accounts.models import User
from nguon.accounts.tests.cast import People, people
from nguon.cap.models import Authorisation, Decision, Received, Sender
from nguon.cap.states import State
from nguon.cap.tests.cast import KTTV, come, kttv, warning
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT


@pytest.fixture
def who(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return people()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_inbox_to_a_decision(who: People) -> None:
    row = come(kttv(who).sender, warning()).received
    duty = as_(who.tuan)
    shown = duty.get(reverse("console:cap")).content.decode()
    assert shown.count("Bão số 3 đổ bộ") == 2  # it waits, and it came
    assert len(shown) < 60_000
    page = duty.get(reverse("console:cap_message", args=[row.pk])).content.decode()
    assert "Không ra khỏi nhà." in page
    assert "Xã Lục Nam" in page
    address = reverse("console:cap_decide", args=[row.pk])
    given = {"noi": who.places.commune.area, "quyet-dinh": "ignore"}
    assert duty.post(address, given).status_code == 409  # no reason
    assert duty.post(address, given | {"ly-do": "Đã báo rồi"}).status_code == 302
    assert Received.objects.get().state == State.DECIDED
    assert Decision.objects.get().reason == "Đã báo rồi"
    # Others of the area see it and decide nothing; another province does not see it.
    seen = as_(who.minh).get(reverse("console:cap_message", args=[row.pk]))
    assert "Đã báo rồi" in seen.content.decode()
    assert as_(who.hue).get(reverse("console:cap_message", args=[row.pk])).status_code == 404


def test_a_message_is_given_as_a_file_and_never_as_a_page(who: People) -> None:
    row = come(kttv(who).sender, warning().replace("Không ra khỏi nhà.", "&lt;script&gt;")).received
    client = as_(who.tuan)
    answer = client.get(reverse("console:cap_source", args=[row.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content == bytes(Received.objects.get().xml)
    assert "<script>" not in client.get(reverse("console:cap_message", args=[row.pk])).content.decode()


def test_an_administrator_pins_and_authorises(who: People) -> None:
    admin = as_(who.binh)
    area = who.places.province.area
    page = admin.post(
        reverse("console:cap_senders"), {"name": "Đài khí tượng", "sender": KTTV, "area": area}
    ).content.decode()
    assert page.count("cap_") == 1  # the credential, once
    assert "cap_" not in admin.get(reverse("console:cap_senders")).content.decode()
    sender = Sender.objects.get()
    given = {
        "sender_id": sender.pk, "hazard": "storm", "area": area, "officer": who.tuan.pk,
        "first_day": "2026-03-01", "last_day": "2026-04-01",
    }  # fmt: skip
    admin.post(reverse("console:cap_authorise"), given)
    made = Authorisation.objects.get()
    assert "Lê Anh Tuấn" in admin.get(reverse("console:cap_senders")).content.decode()
    admin.post(reverse("console:cap_authorise_end", args=[made.pk]))
    admin.post(reverse("console:cap_sender_end", args=[sender.pk]))
    sender.refresh_from_db()
    made.refresh_from_db()
    assert sender.ended_at == made.ended_at == AT
