"""Điều khiển, diễn tập im lặng, âm học: what their pages say and do."""

from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.control.actions import keep_log, keep_turns, settle
from nguon.control.models import Calm, Command, Drill
from nguon.control.states import DRILL_ANSWERS
from nguon.devices.models import DeviceGroup, Registered
from nguon.kernel.clock import now
from nguon.organisations.tests.cast import AT
from nguon_protocol.ids import order_id


def test_how_loud_is_told_to_a_commune_and_shown_at_a_loudspeaker(room: Newsroom, signed_in: As) -> None:
    client, address = signed_in(room.people.tuan), reverse("console:control")
    given = {"noi": room.commune, "act": "volume", "volume": "60", "hours": "05:00-06:30 20"}
    assert client.post(address, given).status_code == 302
    page = client.get(address, {"noi": f"d/{room.fleet.first.device.pk}"}).content.decode()
    assert "Lớn nhất 60." in page
    assert "05:00–06:30: 20." in page
    bad = client.post(address, {**given, "hours": "sáng"}, follow=True).content.decode()
    assert "Khung giờ “sáng” không đúng" in bad
    client.post(address, {"noi": f"d/{room.fleet.first.device.pk}", "act": "mute"})
    muted = client.get(address, {"noi": f"d/{room.fleet.first.device.pk}"}).content.decode()
    assert "chỉ báo động khẩn cấp còn phát" in muted
    client.post(address, {"noi": room.commune, "act": "restart"})
    assert Command.objects.filter(kind="restart").count() == 1
    assert client.get(address, {"noi": "d/none"}).status_code == 404


def test_a_silent_drill_is_begun_and_reported(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.tuan)
    client.post(reverse("console:drill"), {"noi": room.commune})
    drill = Drill.objects.get()
    assert "Đang diễn tập" in client.get(reverse("console:silent_drills")).content.decode()
    settle(at=drill.at + DRILL_ANSWERS)
    page = client.get(reverse("console:silent_drills"), {"xem": str(drill.pk)}).content.decode()
    assert "0/2 cụm loa đạt." in page
    assert page.count("Không trả lời") >= 2
    assert "Loa thôn 1" in page


def test_poles_that_are_heard_together_get_turns_and_a_school_its_calm(room: Newsroom, signed_in: As) -> None:
    client, commune = signed_in(room.people.tuan), room.people.places.commune
    for number, speaker in enumerate((room.fleet.first, room.fleet.second)):
        Registered.objects.create(
            name=speaker.device.name, serial=f"P-{number}", place=commune, area=commune.area, made_at=AT,
            latitude=21.3 + number / 1000, longitude=106.4, device=speaker.device,
        )  # fmt: skip
    page = client.get(reverse("console:acoustics"), {"xa": commune.area}).content.decode()
    assert "111 m" in page
    assert "có vang" in page
    client.post(reverse("console:take_turns"), {"xa": commune.area})
    client.post(reverse("console:take_turns"), {"xa": commune.area})
    groups = DeviceGroup.objects.filter(name__contains="so le", ended_at=None)
    assert sorted(group.devices.count() for group in groups) == [1, 1]
    beyond = room.people.places.ward
    Registered.objects.create(
        name="Loa bí mật", serial="P-9", place=beyond, area=beyond.area, made_at=AT, latitude=21.2995,
        longitude=106.4,
    )  # fmt: skip
    page = client.get(reverse("console:acoustics"), {"xa": commune.area}).content.decode()
    assert "Nghe lẫn với xã bên" in page
    assert "Loa bí mật" not in page
    day = {"xa": commune.area, "act": "mo-phien", "gio": "17:00", "phut": "15", "thu": ["0"], "so-le": "on"}
    writer = signed_in(room.people.lan)
    answer = writer.post(reverse("console:programme_change"), day, follow=True).content.decode()
    assert "phát lần lượt, 2 lượt" in answer
    client = signed_in(room.people.tuan)
    Registered.objects.filter(serial="P-1").update(latitude=21.35)  # it moved out of earshot
    assert keep_turns(area=commune.area, by=room.people.tuan, at=now())
    assert sorted(group.devices.count() for group in groups) == [0, 2]
    assert not keep_turns(area=beyond.area, by=room.people.tuan, at=now())  # nobody made any there
    school = {
        "xa": commune.area, "name": "Trường tiểu học", "kind": "school", "vi_do": "21,3", "kinh_do": "106,4",
        "radius": "200", "volume": "30", "starts": "07:00", "ends": "17:00",
    }  # fmt: skip
    client.post(reverse("console:calm_add"), school)
    calm = Calm.objects.get()
    assert (
        "Trường tiểu học" in client.get(reverse("console:acoustics"), {"xa": commune.area}).content.decode()
    )
    wrong = client.post(reverse("console:calm_add"), school | {"vi_do": "bắc"}, follow=True).content.decode()
    assert "vị trí trong Việt Nam" in wrong
    client.post(reverse("console:calm_remove", args=[calm.pk]))
    assert not Calm.objects.exists()


def test_a_box_is_asked_for_its_log_and_shows_it(room: Newsroom, signed_in: As) -> None:
    client, device = signed_in(room.people.tuan), room.fleet.first.device
    address = reverse("console:control")
    client.post(address, {"noi": f"d/{device.pk}", "act": "logs"})
    order = order_id(str(Command.objects.get(kind="logs").pk), f"d/{device.pk}")
    assert keep_log(device=device, order=order, data=b"boot 7 <b>\n", at=AT)
    page = client.get(address, {"noi": f"d/{device.pk}"}).content.decode()
    assert "boot 7 &lt;b&gt;" in page
