"""Tình trạng: counts by area, what is wrong, who sees to it."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console import mapped
from nguon.console.tests.conftest import As
from nguon.devices.models import Device, Registered
from nguon.health import actions
from nguon.health.models import Alarm, Ticket
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


def test_the_wall_the_reach_and_the_map_show_the_own_area(room: Newsroom, signed_in: As) -> None:
    wronged(room)
    client = signed_in(room.people.tuan)
    shown = {name: client.get(reverse(f"console:{name}")) for name in ("wall", "wall_now", "reach", "map")}
    assert {name: page.status_code for name, page in shown.items()} == dict.fromkeys(shown, 200)
    assert "Mất điện lưới" in shown["wall_now"].content.decode()
    assert "Thôn không có loa nào tới" in shown["reach"].content.decode()
    assert all(len(page.content) < 60_000 for page in shown.values())


def test_the_map_draws_communes_and_within_one_its_loudspeakers(room: Newsroom, signed_in: As) -> None:
    wronged(room)
    device = room.fleet.first.device
    Registered.objects.create(
        name="Loa", serial="S1", place=device.place, area=device.area, device=device, made_at=AT,
        latitude=21.2, longitude=106.1,
    )  # fmt: skip
    client = signed_in(room.people.tuan)
    wide = client.get(reverse("console:map_data")).json()["features"]
    assert {one["properties"]["id"] for one in wide} == {room.commune, room.ward}
    assert all(one["properties"]["radius_m"] > 100 for one in wide)
    narrow = client.get(reverse("console:map_data"), {"dia-ban": room.commune}).json()["features"]
    assert {one["properties"]["id"] for one in narrow} == {room.commune, str(device.pk)}
    assert narrow[-1]["properties"]["state"] == "warn"


def test_many_loudspeakers_close_together_are_one_point(room: Newsroom, signed_in: As) -> None:
    place = room.people.places.villages[0]
    rows = Device.objects.bulk_create(
        Device(
            name=f"Loa {n}", place=place, area=place.area, public_key=f"{n:064x}", alg="ed25519",
            enrolled_at=AT, online=n != 7, last_seen_at=AT,
        )
        for n in range(mapped.MOST_POINTS + 20)
    )  # fmt: skip
    Registered.objects.bulk_create(
        Registered(
            name=row.name, serial=row.name, place=place, area=place.area, device=row, made_at=AT,
            latitude=21.2 + n % 20 / 1000, longitude=106.1 + n // 20 / 1000,
        )
        for n, row in enumerate(rows)
    )  # fmt: skip
    client, address = signed_in(room.people.tuan), reverse("console:map_data")

    def drawn(**asked: str) -> list[dict[str, Any]]:
        found = client.get(address, asked).json()["features"]
        return [one["properties"] for one in found if "radius_m" not in one["properties"]]

    cells = drawn(**{"dia-ban": room.commune})
    assert len(cells) <= mapped.CELLS**2
    assert sum(one["total"] for one in cells) == len(rows)
    assert sum(one["lost"] for one in cells) == 1
    assert all(one["cluster"] for one in cells)
    assert {one["name"] for one in drawn(khung="106.09,21.1995,106.1005,21.2005")} == {"Loa 0"}
    assert drawn(khung="106,21,106.05,21.1") == []
    assert drawn(khung="đây") == []
    assert drawn(khung="nan,1,2,3") == []


def test_a_repair_from_the_alarm_to_the_history_of_the_loudspeaker(room: Newsroom, signed_in: As) -> None:
    alarm, client = wronged(room), signed_in(room.people.tuan)
    client.post(reverse("console:ticket_from_alarm", args=[alarm.pk]))
    ticket = Ticket.objects.get(alarm=alarm)
    here = {"ticket_id": ticket.pk}
    client.post(
        reverse("console:ticket_note", kwargs=here), {"part": "Cầu chì", "quantity": "2", "cost": "30000"}
    )
    client.post(
        reverse("console:ticket_assign", kwargs=here),
        {"assignee": str(room.people.tuan.pk), "due_date": "2026-03-09"},
    )
    client.post(reverse("console:ticket_move", kwargs=here), {"to": "done", "text": ""})
    assert "Hãy ghi đã làm gì" in client.get(reverse("console:ticket", kwargs=here)).content.decode()
    client.post(reverse("console:ticket_move", kwargs=here), {"to": "done", "text": "Thay cầu chì"})
    shown = client.get(reverse("console:device_health", args=[alarm.device_id])).content.decode()
    assert "Thay cầu chì" in shown
    assert "30.000 đ" in shown
