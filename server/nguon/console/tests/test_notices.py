"""Việc của bạn: the page, its counts, and where each line leads."""

import hashlib
from pathlib import Path

from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import ReviewRule
from nguon.bulletins.tests.cast import LATER, Newsroom, submitted
from nguon.console.tests.conftest import As
from nguon.notices import actions
from nguon.notices.models import NoMail, Notice, Subscription
from nguon.notices.states import Kind
from nguon.organisations.tests.cast import AT


def follow() -> None:
    while actions.follow(at=AT):
        pass


def test_a_line_leads_to_the_decision_and_is_read_then(room: Newsroom, signed_in: As) -> None:
    sent = submitted(room)
    follow()
    minh = signed_in(room.people.minh)
    shown = minh.get(reverse("console:notices")).content.decode()
    assert "Nguyễn Thị Lan gửi “Họp thôn”" in shown
    assert "chưa gửi thư điện tử" in shown
    notice = Notice.objects.get(user=room.people.minh)
    answer = minh.get(reverse("console:notice", args=[notice.pk]))
    assert answer["Location"] == reverse("console:review", args=[sent.pk])
    assert 'class="bubble"' not in minh.get(reverse("console:security")).content.decode().split("bell")[1]


def test_what_was_returned_leads_to_the_draft(room: Newsroom, signed_in: As) -> None:
    sent = submitted(room)
    bulletins.send_back(revision_id=sent.pk, reason="x", by=room.people.minh, at=AT)
    follow()
    lan = signed_in(room.people.lan)
    notice = Notice.objects.get(user=room.people.lan)
    answer = lan.get(reverse("console:notice", args=[notice.pk]))
    assert answer["Location"] == reverse("console:edit", args=[sent.bulletin_id])
    assert signed_in(room.people.minh).get(reverse("console:notice", args=[notice.pk])).status_code == 404


def test_both_sides_hear_that_the_time_is_over_and_what_happens_then(room: Newsroom, signed_in: As) -> None:
    submitted(room, starts_at=LATER)
    bulletins.tell_deadlines(at=LATER)
    follow()
    for user in (room.people.minh, room.people.lan):
        shown = signed_in(user).get(reverse("console:notices")).content.decode()
        assert "Quá hạn duyệt 10:00 ngày 02/03/2026 của “Họp thôn”" in shown
        assert "chưa duyệt thì bản tin không phát" in shown


def test_an_administrator_sets_the_rules_of_the_area(room: Newsroom, signed_in: As) -> None:
    binh = signed_in(room.people.binh)
    area = room.people.places.province.area
    refused = binh.post(reverse("console:review_rule_add"), {"noi": area})
    assert refused.status_code == 409
    binh.post(
        reverse("console:review_rule_add"), {"noi": area, "hai-nguoi": "1", "gio": "2", "linh-vuc": "4"}
    )
    page = reverse("console:review_rules")
    assert "Duyệt xong trước giờ phát 2 giờ" in binh.get(page).content.decode()
    rule = ReviewRule.objects.get()
    assert (rule.topic, rule.priority, rule.second, rule.hours) == (4, None, True, 2)
    assert "Hai người duyệt" in signed_in(room.people.minh).get(page).content.decode()
    binh.post(reverse("console:review_rule_end", args=[rule.pk]))
    assert "Chưa có quy định riêng" in binh.get(page).content.decode()


def test_all_is_read_at_once_and_mail_is_chosen_by_kind(room: Newsroom, signed_in: As) -> None:
    submitted(room)
    follow()
    minh = signed_in(room.people.minh)
    minh.post(reverse("console:notices_read"))
    assert not Notice.objects.filter(user=room.people.minh, read_at=None).exists()
    minh.post(reverse("console:notices_mail"), {"kind": [Kind.TO_APPROVE, Kind.RETURNED]})
    refused = set(NoMail.objects.filter(user=room.people.minh).values_list("kind", flat=True))
    assert refused == set(Kind.values) - {"to_approve", "returned"}


def test_a_browser_is_switched_on_tried_and_switched_off(
    room: Newsroom, signed_in: As, settings: Settings, tmp_path: Path
) -> None:
    minh, page = signed_in(room.people.minh), reverse("console:notices")
    assert "chưa bật báo qua trình duyệt" in minh.get(page).content.decode()
    settings.NGUON_PUSH, settings.NGUON_DATA = True, tmp_path
    given = {"endpoint": "https://push.example/x", "p256dh": "BP" + "A" * 85, "auth": "A" * 22}
    wrong = minh.post(
        reverse("console:notices_browser"), given | {"endpoint": "http://10.0.0.1/"}, follow=True
    )
    assert "không dùng được" in wrong.content.decode()
    agent = {"user-agent": "Mozilla/5.0 (Android 14) Gecko Firefox/130.0"}
    minh.post(reverse("console:notices_browser"), given, headers=agent)
    shown = minh.get(page).content.decode()
    assert "Firefox, Android" in shown
    assert hashlib.sha256(given["endpoint"].encode()).hexdigest() in shown
    assert given["endpoint"] not in shown
    row = Subscription.objects.get()
    for other in ("console:notices_browser_end", "console:notices_browser_try"):
        assert signed_in(room.people.lan).post(reverse(other, args=[row.pk])).status_code == 404
    minh.post(reverse("console:notices_browser_try", args=[row.pk]))
    assert ProcrastinateJob.objects.filter(queue_name="pushes").count() == 1
    minh.post(reverse("console:notices_browser_end", args=[row.pk]))
    assert not Subscription.objects.exists()
