"""Khung giờ phát: what holds and whose word it is, who may change it, and what it would touch."""

from datetime import time

from django.test import Client
from django.urls import reverse

from nguon.broadcasts import actions
from nguon.broadcasts.actions import Hours
from nguon.broadcasts.models import Airing, DayOff, HourRule
from nguon.broadcasts.states import AiringState
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT

TODAY = local(AT).date()


def send(client: Client, area: str, act: str, **fields: object) -> str:
    """One form of the page, and the page that follows."""
    data = {"act": act, "noi": area, **{name.replace("_", "-"): value for name, value in fields.items()}}
    return client.post(reverse("console:hours_change"), data, follow=True).content.decode()


def daily(room: Newsroom, *, on_days_off: bool = True) -> None:
    """The commune plays something each day at 17:00, in a session of half an hour."""
    given = actions.SessionTimes(
        name="Chiều", starts=time(17), minutes=30, first=TODAY, on_days_off=on_days_off
    )
    made = actions.make_session(area=room.commune, given=given, by=room.people.lan, at=AT)
    news = to_place(room, seconds=60)
    actions.add_slot(session_id=made.pk, revision_id=news.pk, by=room.people.lan, at=AT)


def test_hours_of_the_province_reach_the_commune_until_it_has_its_own(room: Newsroom, signed_in: As) -> None:
    daily(room)
    binh, lan = signed_in(room.people.binh), signed_in(room.people.lan)
    province = room.people.places.province.area
    fields = {"phut": "15", "phien": "2", "thu": list("01234"), "can_cu": "Quyết định 9", "yen_tu": "11:30"}
    page = send(binh, province, "khung", **fields, yen_den="13:00", xem_truoc="1")
    assert "1 phiên dài hơn" in page
    assert "1 phiên có ngày không được phát nữa" in page
    assert not HourRule.objects.exists()
    assert 'value="15"' in page
    send(binh, province, "khung", **fields, yen_den="13:00")
    page = lan.get(reverse("console:hours"), {"noi": room.commune}).content.decode()
    assert "mỗi ngày nhiều nhất 2 phiên; mỗi phiên nhiều nhất 15 phút; chỉ vào T2, T3, T4, T5, T6" in page
    assert ">theo " in page
    assert "Đặt khung giờ" not in page  # a writer looks
    send(binh, room.commune, "khung", phut="45", thu=list("0123456"))
    page = binh.get(reverse("console:hours"), {"noi": room.commune}).content.decode()
    assert "nơi hẹp hơn đã đặt riêng" in page
    own = HourRule.objects.get(area=room.commune)
    assert "từ nay theo nơi ở trên" in send(binh, room.commune, "bo-khung", dong=own.pk)
    assert HourRule.objects.count() == 1
    assert Entry.objects.filter(fact__startswith="hours.").count() == 3


def test_a_lunar_day_off_says_what_it_would_do_and_lays_programmes_anew(
    room: Newsroom, signed_in: As
) -> None:
    daily(room, on_days_off=False)
    binh, province = signed_in(room.people.binh), room.people.places.province.area
    fields = {"lich": "lunar", "ngay_thang": "15", "thang": "1", "ten": "Rằm tháng Giêng"}
    page = send(binh, province, "nghi", **fields, xem_truoc="1")
    assert "Nghỉ: 03/03/2026" in page
    assert "1 lượt phát đã xếp ở 1 xã sẽ bỏ" in page
    assert not DayOff.objects.exists()
    before = Airing.objects.filter(state=AiringState.PLANNED).count()
    assert "Đã ghi ngày nghỉ “Rằm tháng Giêng”" in send(binh, province, "nghi", **fields)
    assert Airing.objects.filter(state=AiringState.PLANNED).count() == before - 1
    row = DayOff.objects.get()
    page = signed_in(room.people.lan).get(reverse("console:hours"), {"noi": room.commune}).content.decode()
    assert "Rằm tháng Giêng" in page
    assert "lần tới 03/03/2026" in page
    assert "Đã bỏ ngày nghỉ" in send(binh, province, "bo-nghi", dong=row.pk)
    assert Airing.objects.filter(state=AiringState.PLANNED).count() == before


def test_wrong_input_is_a_sentence_and_changes_nothing(room: Newsroom, signed_in: As) -> None:
    binh, lan = signed_in(room.people.binh), signed_in(room.people.lan)
    week = list("0123456")
    cases: list[tuple[Client, str, dict[str, object], str]] = [
        (binh, "khung", {"phut": "0", "thu": week}, "từ 1 đến 360 phút"),
        (binh, "khung", {"phut": "15", "phien": "99", "thu": week}, "nhiều nhất 24 phiên"),
        (binh, "khung", {"phut": "15", "thu": []}, "ít nhất một ngày"),
        (binh, "khung", {"phut": "15", "thu": week, "yen_tu": "12:00"}, "giờ bắt đầu và giờ kết thúc"),
        (binh, "khung", {"phut": "15", "thu": week, "yen_tu": "1", "yen_den": "12:00"}, "giờ bắt đầu"),
        (binh, "nghi", {"lich": "yearly", "ngay_thang": "31", "thang": "4", "ten": "x"}, "Không có ngày"),
        (binh, "nghi", {"lich": "lunar", "ngay_thang": "31", "thang": "1", "ten": "x"}, "Không có ngày"),
        (binh, "nghi", {"lich": "once", "ngay": "2026-02-30", "ten": "x"}, "Không có ngày"),
        (binh, "nghi", {"lich": "x", "ngay_thang": "1", "thang": "1", "ten": "x"}, "Không có ngày"),
        (binh, "nghi", {"lich": "yearly", "ngay_thang": "1", "thang": "4", "so_ngay": "99"}, "Không có ngày"),
        (binh, "nghi", {"lich": "yearly", "ngay_thang": "1", "thang": "4", "ten": " "}, "Hãy ghi tên"),
        (binh, "bo-khung", {"dong": "9"}, "không còn"),
        (lan, "khung", {"phut": "15", "thu": week}, "quản trị"),
        (lan, "nghi", {"lich": "yearly", "ngay_thang": "1", "thang": "4", "ten": "x"}, "quản trị"),
    ]
    for client, act, fields, words in cases:
        assert words in send(client, room.commune, act, **fields), (act, fields)
    assert not HourRule.objects.exists()
    assert not DayOff.objects.exists()
    leap = {"lich": "yearly", "ngay_thang": "29", "thang": "2", "ten": "Ngày nhuận", "xem_truoc": "1"}
    assert "Ngày này không còn đến nữa" in send(binh, room.commune, "nghi", **leap)  # in the next 400 days


def test_the_hours_of_another_province_are_not_there(room: Newsroom, signed_in: As) -> None:
    hue = signed_in(room.people.hue)
    page = hue.get(reverse("console:hours"), {"noi": room.commune}).content.decode()
    assert "Chọn nơi" in page
    answer = hue.post(reverse("console:hours_change"), {"act": "khung", "noi": room.commune, "phut": "9"})
    assert answer.status_code == 404
    with_quiet = Hours(minutes=15, quiet=(time(11), time(12)))
    actions.set_hours(area=room.commune, given=with_quiet, by=room.people.binh, at=AT)
    lan = signed_in(room.people.lan).get(reverse("console:hours"), {"noi": room.commune}).content.decode()
    assert "giờ yên lặng 11:00–12:00" in lan
