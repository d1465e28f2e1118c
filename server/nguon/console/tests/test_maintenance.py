"""Bảo trì: announced on its page, shown on duty, on the map, in the counts and with the tickets."""

from datetime import date, timedelta

from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.devices.models import Registered
from nguon.health import actions
from nguon.health.models import Maintenance
from nguon.organisations.tests.cast import AT


def test_work_is_announced_shown_and_ended(room: Newsroom, signed_in: As) -> None:
    client, address = signed_in(room.people.tuan), reverse("console:maintenance")
    assert "Không có đợt bảo trì nào lúc này" in client.get(address).content.decode()
    first = room.fleet.first.device
    pole = Registered.objects.create(
        name="Cột chợ", serial="C1", place=first.place, area=first.area, made_at=AT, device=first,
        latitude=21.3, longitude=106.4,
    )  # fmt: skip
    assert "Báo bảo trì: Cột chợ" in client.get(address, {"cot": str(pole.pk)}).content.decode()
    village = client.get(address, {"noi": first.area}).content.decode()
    assert f"Báo bảo trì: {first.place.label}" in village
    given = {
        "cot": str(pole.pk), "starts_at": "2026-03-02T07:00", "ends_at": "2026-03-02T12:00",
        "reason": "Thay cột gãy", "responsible": str(room.people.tuan.pk),
    }  # fmt: skip
    wrong = client.post(address, {**given, "ends_at": "2026-03-02T06:00"})
    assert "Giờ kết thúc phải sau giờ bắt đầu" in wrong.content.decode()
    assert client.post(address, {**given, "ends_at": "mai"}).status_code == 422
    assert client.post(address, given).status_code == 302
    duty = client.get(reverse("console:duty_live")).content.decode()
    assert "Thay cột gãy" in duty
    assert "<b>2</b>" in duty  # lost: the other two
    assert "Thay cột gãy" in client.get(address).content.decode()
    drawn = client.get(reverse("console:map_data"), {"dia-ban": room.commune}).json()["features"]
    assert [one["properties"]["state"] for one in drawn if one["properties"]["id"] == str(first.pk)] == [
        "mended"
    ]
    made = Maintenance.objects.get()
    assert (
        signed_in(room.people.hue).post(reverse("console:maintenance_end", args=[made.pk])).status_code == 404
    )
    client.post(reverse("console:maintenance_end", args=[made.pk]))
    assert "Thay cột gãy" not in client.get(reverse("console:duty_live")).content.decode()
    assert "Đã qua" in client.get(address).content.decode()


def test_the_ticket_of_a_box_under_announced_work_is_mended_and_not_overdue(
    room: Newsroom, signed_in: As
) -> None:
    tuan, device = room.people.tuan, room.fleet.first.device
    actions.open_ticket(device=device, title="Loa rè", due_date=date(2026, 2, 1), by=tuan, at=AT)
    client, address = signed_in(tuan), reverse("console:tickets")
    overdue = '<span class="badge bad">Quá hạn</span>'
    assert overdue in client.get(address, {"xem": "qua-han"}).content.decode()
    actions.announce(
        area=room.commune, starts_at=AT - timedelta(hours=1), ends_at=AT + timedelta(days=1),
        reason="Thay cột", responsible=tuan, by=tuan, at=AT,
    )  # fmt: skip
    shown = client.get(address, {"xem": "qua-han"}).content.decode()
    assert "Loa rè" in shown
    assert "Đang bảo trì" in shown
    assert overdue not in shown
