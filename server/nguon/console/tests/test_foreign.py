"""Hộp hãng khác: what a technician sees and says of boxes that cannot verify."""

from django.urls import reverse

from nguon.bridges.actions import hear
from nguon.bridges.models import ForeignBox, Waiver
from nguon.broadcasts.queries import of_revision
from nguon.bulletins.tests.cast import Newsroom, approved
from nguon.console.tests.conftest import As
from nguon.deliveries.actions import follow
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.devices.models import Device
from nguon.health.actions import watch
from nguon.kernel.clock import now
from nguon.organisations.tests.cast import AT

BOX = {"adapter": "v2-http", "address": "http://192.168.1.9", "box": "867732050000001", "username": "cau"}


def bridged(room: Newsroom, **report: object) -> str:
    device = room.fleet.first.device
    hear(device=device, said={"seal": "ab" * 31 + "09", "report": report}, at=AT)
    Device.objects.filter(pk=device.pk).update(online=True, last_seen_at=now())
    return reverse("console:foreign_box", args=[device.pk])


def test_the_mark_stands_wherever_the_loudspeaker_does(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.tuan)
    assert "Không xác thực" not in client.get(reverse("console:devices")).content.decode()
    own = bridged(room)
    for address in (
        own,
        reverse("console:devices"),
        reverse("console:device", args=[room.fleet.first.device.pk]),
    ):
        assert "Không xác thực" in client.get(address).content.decode()


def test_a_technician_says_which_box_and_the_password_is_never_shown(room: Newsroom, signed_in: As) -> None:
    address, client = bridged(room), signed_in(room.people.binh)
    answer = client.post(address, {**BOX, "password": "mat-khau-thu"}, follow=True)
    page = answer.content.decode()
    assert "Cầu nối nhận trong vòng một phút" in page
    assert "192.168.1.9" in page
    assert "mat-khau-thu" not in page
    answer = client.post(address, {**BOX, "address": "ftp://x", "password": "y"})
    assert answer.status_code == 409
    assert "Địa chỉ phải bắt đầu bằng http://, https://" in answer.content.decode()
    assert ForeignBox.objects.get().address == "http://192.168.1.9"


def test_what_is_wrong_is_one_sentence_and_what_the_box_said_is_text(room: Newsroom, signed_in: As) -> None:
    address = bridged(room, code="refused", open=True, about="<script>alert(1)</script>")
    page = signed_in(room.people.tuan).get(address).content.decode()
    assert "Hộp từ chối lệnh." in page
    assert "<script>alert" not in page
    assert "Mật khẩu" not in page  # an operator keeps loudspeakers, and sets no box


def test_a_box_that_does_not_do_as_told_is_an_alarm_until_it_does(room: Newsroom, signed_in: As) -> None:
    client, page = signed_in(room.people.tuan), reverse("console:alarms")
    bridged(room, code="unreachable", open=False)  # one try that failed is no fault yet
    watch(at=now())
    assert "Hộp hãng khác không làm theo lệnh" not in client.get(page).content.decode()
    bridged(room, code="unreachable", open=True)
    watch(at=now())
    text = client.get(page).content.decode()
    assert "Hộp hãng khác không làm theo lệnh" in text
    assert "Không kết nối được tới hộp. Hãy kiểm tra nguồn điện, mạng và địa chỉ." in text
    bridged(room, code="", open=False)
    watch(at=now())
    assert "Hộp hãng khác không làm theo lệnh" not in client.get(page).content.decode()


def test_a_bridge_that_is_away_says_nothing_of_its_box_any_more(room: Newsroom, signed_in: As) -> None:
    address = bridged(room, code="", playing=True)
    Device.objects.update(online=False)
    client = signed_in(room.people.tuan)
    for page in (address, reverse("console:foreign_boxes")):
        text = client.get(page).content.decode()
        assert "Hãy kiểm tra máy chạy cầu nối" in text
        assert "Báo đang phát" not in text


def test_the_boxes_of_the_own_area_are_listed(room: Newsroom, signed_in: As) -> None:
    bridged(room, code="unreachable", open=True)
    listed = reverse("console:foreign_boxes")
    assert "Không kết nối được tới hộp" in signed_in(room.people.tuan).get(listed).content.decode()
    assert "Loa thôn 1" not in signed_in(room.people.hue).get(listed).content.decode()


def test_a_province_records_and_ends_a_waiver(room: Newsroom, signed_in: As) -> None:
    client, listed = signed_in(room.people.binh), reverse("console:foreign_boxes")
    area = room.commune.rpartition(".")[0]
    page = client.post(reverse("console:waive"), {"area": area, "document": "12/QĐ-UBND"}, follow=True)
    assert "12/QĐ-UBND" in page.content.decode()
    made = Waiver.objects.get()
    signed_in(room.people.lan).post(reverse("console:waive"), {"area": area, "document": "x"})
    assert Waiver.objects.count() == 1
    client.post(reverse("console:waiver_end", args=[made.pk]))
    assert "chấm dứt lúc" in client.get(listed).content.decode()


def test_what_only_says_that_it_played_is_told_apart(room: Newsroom, signed_in: As) -> None:
    revision = approved(room, room.commune)
    bridged(room)
    while follow(at=AT):
        pass
    airing = of_revision(revision).first()
    assert airing is not None
    for one in (room.fleet.first, room.fleet.second):
        Delivery.objects.update_or_create(
            airing=airing, device=one.device, defaults={"state": DeliveryState.PLAYED, "changed_at": AT}
        )
    client = signed_in(room.people.lan)
    page = client.get(reverse("console:bulletin", args=[revision.bulletin_id])).content.decode()
    assert "Đã phát 2/2 cụm loa" in page
    assert "trong đó 1 không xác thực" in page
    assert page.count("Không xác thực") == 1
