"""Tình trạng: counts by area, what is wrong, who sees to it."""

from datetime import timedelta

from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.health import actions
from nguon.health.models import Alarm
from nguon.organisations.tests.cast import AT


def wronged(room: Newsroom) -> Alarm:
    first, second = room.fleet.first.device, room.fleet.second.device
    actions.hear(
        said=[(first.pk, {"mains": False}), (second.pk, {"mains": True})], at=AT - timedelta(minutes=1)
    )
    actions.hear(said=[(first.pk, {"mains": False, "battery": 80})], at=AT)
    actions.watch(at=AT)
    return Alarm.objects.get()


def test_counts_from_the_commune_down_to_the_village(room: Newsroom, signed_in: As) -> None:
    wronged(room)
    page = (
        signed_in(room.people.tuan).get(reverse("console:health"), {"dia-ban": room.commune}).content.decode()
    )
    assert "mất điện, pin 80 %" in page
    assert "Mất điện lưới" in page
    assert "Loa tổ 1" not in page


def test_somebody_takes_an_alarm_upon_them(room: Newsroom, signed_in: As) -> None:
    alarm = wronged(room)
    client = signed_in(room.people.tuan)
    assert "Nhận xử lý" in client.get(reverse("console:alarms")).content.decode()
    client.post(reverse("console:alarm_see", args=[alarm.pk]))
    alarm.refresh_from_db()
    assert alarm.seen_by == room.people.tuan
    assert str(room.people.tuan) in client.get(reverse("console:alarms")).content.decode()
