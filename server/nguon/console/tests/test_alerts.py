"""Khẩn cấp and Diễn tập in a browser without script: two people, one of them alone, the end, the past."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.alerts import actions
from nguon.alerts.models import Alert
from nguon.alerts.states import Ending, State
from nguon.alerts.tests.cast import name_of, proposed, signed, sounding, template
from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.devices.models import Registered
from nguon.organisations.actions import add_headcount
from nguon.organisations.models import Headcount
from nguon.organisations.tests.cast import AT


def put_name(client: Client, alert: Alert, **more: str) -> int:
    address = reverse("console:alert_sign", args=[alert.pk])
    given = {"content": alert.content_sha256, "ten": name_of(alert), **more}
    return client.post(address, given).status_code


def test_two_people_sign_on_two_pages(room: Newsroom, signed_in: As) -> None:
    made = template(room, "lu", title="Lũ", extra="{sông} ở {mức}.")
    tuan, minh = signed_in(room.people.tuan), signed_in(room.people.minh)
    front = tuan.get(reverse("console:urgent")).content.decode()
    assert made.title in front
    assert len(front.encode()) < 60_000
    form = tuan.get(reverse("console:urgent_template", args=[made.pk])).content.decode()
    assert 'name="o-sông"' in form
    answer = tuan.post(
        reverse("console:urgent_template", args=[made.pk]),
        {"targets": room.commune, "o-sông": "Sông Cầu", "o-mức": ""},
    )
    assert answer.status_code == 409
    alert = proposed(room)
    assert put_name(tuan, alert, ten="sai") == 409
    assert put_name(tuan, alert) == 302
    assert put_name(tuan, alert) == 409
    page = minh.get(reverse("console:alert", args=[alert.pk])).content.decode()
    assert "Chữ ký 2 trên 2" in page
    assert "2 cụm loa" in page
    assert put_name(minh, alert) == 302
    alert.refresh_from_db()
    assert alert.state == State.SOUNDING
    shown = minh.get(reverse("console:alert", args=[alert.pk])).content.decode()
    assert ("Báo yên" in shown, "Nơi chưa nghe được" in shown) == (True, True)


def test_one_press_says_false_alarm(room: Newsroom, signed_in: As) -> None:
    alert = sounding(room)
    minh = signed_in(room.people.minh)
    assert "Báo nhầm" in minh.get(reverse("console:urgent")).content.decode()
    minh.post(reverse("console:alert_end", args=[alert.pk]), {"ly-do": "false"})
    alert.refresh_from_db()
    assert alert.ending == Ending.FALSE
    lan = signed_in(room.people.lan)
    assert lan.post(reverse("console:alert_end", args=[alert.pk])).status_code == 403


def test_who_presses_stop_while_an_alert_sounds_finds_its_end_there(room: Newsroom, signed_in: As) -> None:
    alert = sounding(room, room.commune, room.ward)
    ward = person("hoa", "Đỗ Thị Hoa", (Role.DUTY, room.people.places.ward))
    address = reverse("console:alert_end", args=[alert.pk])
    pages = [
        signed_in(user).get(reverse("console:stop"), {"dia-ban": room.ward}).content.decode()
        for user in (room.people.tuan, room.people.minh, ward)
    ]
    assert [address in page for page in pages] == [True, True, False]
    assert "hãy gọi người trực cấp trên" in pages[-1]
    assert signed_in(ward).post(address, {"ly-do": "cancelled"}).status_code == 409
    alert.refresh_from_db()
    assert alert.state == State.SOUNDING
    assert signed_in(room.people.minh).post(address, {"ly-do": "cancelled"}).status_code == 302


def test_a_second_officer_confirms_what_one_began(room: Newsroom, signed_in: As) -> None:
    alert = signed(room, proposed(room, kind="glass"), room.people.tuan)
    tuan, minh = signed_in(room.people.tuan), signed_in(room.people.minh)
    address = reverse("console:alert", args=[alert.pk])
    assert "Bạn đã ký" in tuan.get(address).content.decode()
    shown = minh.get(address).content.decode()
    assert ("Xác nhận của người thứ hai" in shown, "Không ký nữa" in shown) == (True, False)
    assert put_name(minh, alert) == 302
    assert "Xác nhận của người thứ hai" not in minh.get(address).content.decode()
    assert alert.steps.count() == 2


def test_a_page_that_stays_open_notices_the_next_state(room: Newsroom, signed_in: As) -> None:
    alert = proposed(room)
    address = reverse("console:alert_state", args=[alert.pk])
    client = signed_in(room.people.minh)
    assert "HX-Refresh" not in client.get(address, {"luc": "ready"})
    signed(room, alert, room.people.tuan)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, {"luc": "ready"})["HX-Refresh"] == "true"
    assert not [one for one in asked.captured_queries if "headcount" in one["sql"]]  # asked every two seconds


def test_the_drill_has_a_page_of_its_own(room: Newsroom, signed_in: As) -> None:
    made = template(room)
    tuan = signed_in(room.people.tuan)
    tuan.post(reverse("console:drill_template", args=[made.pk]), {"targets": room.commune})
    alert = Alert.objects.get(kind="drill")
    page = tuan.get(reverse("console:alert", args=[alert.pk])).content.decode()
    assert "drill-head" in page
    assert "urgent-head" not in page
    assert alert.title not in tuan.get(reverse("console:urgent")).content.decode().split("begin-title")[0]


def test_the_report_tells_the_whole_story(room: Newsroom, signed_in: As) -> None:
    alert = sounding(room)
    answer = signed_in(room.people.minh).get(reverse("console:alert_report", args=[alert.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert alert.title.encode("utf-16-be") in answer.content  # its name in whatever shows it


def test_what_one_officer_did_alone_stays_in_sight_until_somebody_else_looked(
    room: Newsroom, signed_in: As
) -> None:
    alert = signed(room, proposed(room, kind="glass"), room.people.tuan)
    actions.end(alert_id=alert.pk, ending="cancelled", by=room.people.tuan, at=AT)
    tuan, minh = signed_in(room.people.tuan), signed_in(room.people.minh)
    duty, look = reverse("console:duty_live"), reverse("console:alert_review", args=[alert.pk])
    assert 'data-alarm="ended"' in minh.get(duty).content.decode()
    assert tuan.post(look, {"nhan-xet": "đúng"}).status_code == 409
    assert minh.post(look, {"nhan-xet": "đúng"}).status_code == 302
    assert "data-alarm" not in minh.get(duty).content.decode()


def test_the_wall_shows_where_it_was_heard_on_a_map(room: Newsroom, signed_in: As) -> None:
    first = room.fleet.first.device
    position = {"latitude": 21.3, "longitude": 106.4}
    Registered.objects.create(
        serial="COT-9", name="Cột", place=first.place, area=first.area, made_at=AT, device=first, **position
    )
    alert = sounding(room)
    minh = signed_in(room.people.minh)
    page = minh.get(reverse("console:alert_wall", args=[alert.pk])).content.decode()
    assert reverse("console:alert_map", args=[alert.pk]) in page
    assert len(page.encode()) < 60_000
    found = minh.get(reverse("console:alert_map", args=[alert.pk])).json()["features"]
    (point,) = [one for one in found if "radius_m" not in one["properties"]]
    assert point["geometry"]["coordinates"] == [106.4, 21.3]
    assert (point["properties"]["state"], point["properties"]["total"]) == ("bad", 1)
    assert (
        signed_in(room.people.minh).get(reverse("console:alert_wall", args=[proposed(room).pk])).status_code
        == 404
    )


def test_the_form_takes_a_recording_and_the_page_says_for_how_many(room: Newsroom, signed_in: As) -> None:
    add_headcount(
        place=room.people.places.commune, people=8450, households=None, counted_on=AT.date(),
        source="Công an xã", by=None, at=AT,
    )  # fmt: skip
    tuan = signed_in(room.people.tuan)
    address = reverse("console:urgent_new")
    assert "data-rec-taken" in tuan.get(address).content.decode()
    assert tuan.post(address, {"title": "Vỡ đê", "targets": room.commune}).status_code == 409
    voice = SimpleUploadedFile("ghi.wav", b"RIFF")
    assert tuan.post(address, {"title": "Vỡ đê", "targets": room.commune, "file": voice}).status_code == 302
    alert = Alert.objects.get(title="Vỡ đê")
    assert (alert.state, alert.voice is not None) == (State.PREPARING, True)
    page = tuan.get(reverse("console:alert", args=[proposed(room).pk])).content.decode()
    assert ("8.450 người" in page or "8450 người" in page, "Công an xã" in page) == (True, True)


def test_whoever_keeps_the_map_enters_how_many_people(room: Newsroom, signed_in: As) -> None:
    commune = room.people.places.commune
    address = reverse("console:place_count", args=[commune.pk])
    binh = signed_in(room.people.binh)
    binh.post(address, {"nguoi": "nhiều", "dem": "2026-03-01", "nguon": "x"})
    binh.post(address, {"nguoi": "8450", "ho": "2110", "dem": "2026-03-01", "nguon": "Công an xã"})
    assert Headcount.objects.get().people == 8450
    assert "Công an xã" in binh.get(reverse("console:place", args=[commune.pk])).content.decode()
