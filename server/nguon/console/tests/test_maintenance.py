"""Bảo trì: announced on its page, shown on duty, on the map and in the counts."""

from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.devices.models import Registered
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
