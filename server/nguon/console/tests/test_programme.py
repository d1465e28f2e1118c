"""Lịch phát: a commune's day and week, changed by forms, with undo; and why something plays."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nguon.accounts.actions import assign_role
from nguon.accounts.states import Role
from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.actions import SessionTimes
from nguon.broadcasts.models import Airing, Clash, Session, Slot
from nguon.broadcasts.states import AiringState
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom, approved
from nguon.console.tests.conftest import As
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT
from nguon.relays.tests import cast as relays

TODAY = local(AT).date()
DAY = TODAY.isoformat()


def send(client: Client, room: Newsroom, act: str, **fields: object) -> str:
    """One form of the page, and the page that follows."""
    data = {"act": act, "xa": room.commune, "trang": DAY, **fields}
    return client.post(reverse("console:programme_change"), data, follow=True).content.decode()


def standing() -> list[str]:
    rows = Airing.objects.filter(state=AiringState.PLANNED).order_by("at")
    return [f"{local(row.at):%d %H:%M:%S} {row.revision.title}" for row in rows[:4]]


def session(client: Client, room: Newsroom) -> Session:
    send(client, room, "mo-phien", ten="Chiều", gio="17:00", phut="15", thu=list("0123456"), tu=DAY)
    return Session.objects.get()


def test_a_session_is_opened_filled_moved_in_and_undone(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    made = to_place(room, title="Lịch tiêm", seconds=60)
    opened = session(client, room)
    page = send(client, room, "them-muc", phien=opened.pk, tin=made.pk, lap="ngay", tu=DAY)
    assert "mỗi ngày chương trình tự nối thêm một ngày" in page
    assert "còn trống 14:00" in page
    assert standing()[:2] == ["02 17:00:00 Lịch tiêm", "03 17:00:00 Lịch tiêm"]
    first = Airing.objects.order_by("at")[0]
    page = send(client, room, "chuyen", luot=first.pk, ngay=DAY, gio="10:00")
    assert "Đã chuyển sang 10:00:00" in page
    assert standing()[:2] == ["02 10:00:00 Lịch tiêm", "03 17:00:00 Lịch tiêm"]
    assert "Đã hoàn tác" in send(client, room, "hoan-tac")
    assert standing()[:2] == ["02 17:00:00 Lịch tiêm", "03 17:00:00 Lịch tiêm"]
    send(client, room, "bo", luot=first.pk)
    assert standing()[0] == "03 17:00:00 Lịch tiêm"
    send(client, room, "bo-muc", muc=Slot.objects.get().pk)
    assert standing() == []


def test_wrong_input_is_one_sentence_and_changes_nothing(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    made = to_place(room, seconds=60)
    leap = to_place(room, seconds=30)
    here = session(client, room)
    cases = [
        (send(client, room, "xep", tin=made.pk, ngay=DAY, gio=""), "Chưa chọn giờ phát"),
        (send(client, room, "xep", tin=made.pk, ngay=DAY, gio="07:00"), "đã qua"),
        (send(client, room, "xep", tin="x", ngay=DAY, gio="17:00"), "Hãy tải lại trang"),
        (send(client, room, "xep", tin=made.pk, ngay=DAY, gio="17:00", v="0"), "vừa sửa chương trình"),
        (send(client, room, "mo-phien", gio="17:05", phut="5", thu="0"), "chồng lên phiên"),
    ]
    for page, words in cases:
        assert words in page
    assert standing() == []
    page = send(client, room, "mo-phien", gio="23:50", phut="30", thu="0", tu=DAY)
    assert "Phiên này qua nửa đêm: phần sau 0 giờ vẫn thuộc ngày hôm trước." in page
    page = send(client, room, "them-muc", phien=here.pk, tin=leap.pk, lap="nam", tu="2028-02-29")
    assert "Ngày 29/2 chỉ có trong năm nhuận" in page
    assert client.post(reverse("console:programme_change"), {"act": "x"}).status_code == 404


def test_who_keeps_no_programme_there_looks_and_changes_nothing(room: Newsroom, signed_in: As) -> None:
    made = to_place(room)
    duty = signed_in(room.people.hue)
    answer = duty.post(
        reverse("console:programme_change"),
        {"act": "xep", "xa": room.commune, "tin": made.pk, "ngay": DAY, "gio": "17:00"},
    )
    assert answer.status_code == 404
    page = duty.get(reverse("console:programme"), {"xa": room.commune}).content.decode()
    assert "Hãy chọn một xã" in page


def test_a_clash_from_above_is_decided_on_the_page_and_explained(room: Newsroom, signed_in: As) -> None:
    commune, above = signed_in(room.people.lan), signed_in(room.people.tuan)
    own, storm = to_place(room, title="Lịch tiêm", seconds=60), to_place(room, title="Bão số 3", seconds=30)
    here = session(commune, room)
    send(commune, room, "them-muc", phien=here.pk, tin=own.pk, lap="mot", tu=DAY)
    assert "Đã hỏi xã" in send(above, room, "hoi", tin=storm.pk, ngay=DAY, gio="17:00:30")
    page = commune.get(reverse("console:programme"), {"xa": room.commune, "ngay": DAY}).content.decode()
    assert "muốn phát “Bão số 3” (30 giây) lúc 17:00 02/03, trùng với “Lịch tiêm”" in page
    asked = Clash.objects.get()
    send(commune, room, "quyet", cau=asked.pk, quyet="before", ngay=DAY, gio="17:00")
    assert standing() == ["02 17:00:00 Bão số 3", "02 17:00:30 Lịch tiêm"]
    airing = Airing.objects.get(revision=storm, state=AiringState.PLANNED)
    why = commune.get(reverse("console:airing", args=[airing.pk])).content.decode()
    for words in (
        "Nguyễn Thị Lan soạn và gửi duyệt",
        "Trần Quang Minh duyệt đúng nội dung này",
        "xếp vào phiên “Chiều” (17:00, 15 phút)",
        "Nguyễn Thị Lan quyết định “Phát trước”",
        "Chưa có cụm loa nào báo về",
    ):
        assert words in why


def test_the_officer_of_the_commune_decides_at_once_what_goes_first(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    one, two = to_place(room, title="Một", seconds=60), to_place(room, title="Hai", seconds=60)
    send(client, room, "xep", tin=one.pk, ngay=DAY, gio="17:00")
    page = send(client, room, "xep", tin=two.pk, ngay=DAY, gio="17:00:30")
    assert "hãy chọn thứ tự phát" in page
    assert "trùng với “Một” (17:00:00–17:01:00)" in page
    asked = Clash.objects.get()
    send(client, room, "quyet", cau=asked.pk, quyet="before", ngay=DAY, gio="17:00")
    assert standing() == ["02 17:00:00 Hai", "02 17:01:00 Một"]
    asked.refresh_from_db()
    assert (asked.decided_by, asked.decision) == (room.people.lan, "before")


def test_what_overlaps_is_a_sentence_that_leads_to_what_may_give_way(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    by_hand, line = (
        to_place(room, title="Bão số 3", seconds=30),
        to_place(room, title="Lịch tiêm", seconds=60),
    )
    here = session(client, room)
    send(client, room, "xep", tin=by_hand.pk, ngay=DAY, gio="17:00:40")
    page = send(client, room, "them-muc", phien=here.pk, tin=line.pk, lap="ngay", tu=DAY)
    assert "“Lịch tiêm” (17:00:00–17:01:00) trùng với “Bão số 3” (17:00:40): hãy chuyển giờ" in page


def test_before_approval_it_tells_what_would_happen(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    session(client, room)
    waiting = to_place(room, room.commune, room.ward, seconds=120, approve=False)
    page = signed_in(room.people.minh).get(reverse("console:review", args=[waiting.pk])).content.decode()
    assert "Điều gì sẽ xảy ra" in page
    assert "Lục Nam: phiên “Chiều” còn trống 15 phút 00 giây" in page
    assert "Vũ Ninh: trong 7 ngày tới chưa phiên nào còn đủ chỗ" in page


def test_stations_and_what_was_played_at_once_stand_on_the_day(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    relays.approved(room, begins=time(16, 50), ends=time(17, 20))
    broadcasts.schedule(revision=approved(room), at=AT)
    line = to_place(room, title="Lịch tiêm", seconds=60)
    here = session(client, room)
    page = send(client, room, "them-muc", phien=here.pk, tin=line.pk, lap="ngay", tu=DAY)
    assert "16:50–17:20</time> VOV1" in page
    assert "08:00</time> Họp thôn" in page
    assert "“Lịch tiêm” (17:00:00) rơi vào giờ tiếp sóng “VOV1” (16:50–17:20): hãy chuyển giờ." in page
    week = client.get(reverse("console:programme"), {"xa": room.commune, "ngay": DAY, "xem": "tuan"})
    assert week.content.decode().count("VOV1</li>") == 7


def test_what_plays_after_midnight_stands_on_the_day_of_its_session(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    send(client, room, "mo-phien", ten="Đêm", gio="23:59", phut="10", thu="0", tu=DAY)
    late = Session.objects.get()
    for title in ("Tin một", "Tin hai"):
        made = to_place(room, title=title, seconds=90)
        send(client, room, "them-muc", phien=late.pk, tin=made.pk, lap="ngay", tu=DAY)
    assert standing()[:2] == ["02 23:59:00 Tin một", "03 00:00:30 Tin hai"]
    calendar = reverse("console:programme")
    monday, tuesday = [
        client.get(calendar, {"xa": room.commune, "ngay": f"2026-03-0{n}"}).content.decode() for n in (2, 3)
    ]
    assert "00:00:30</time> Tin hai" in monday
    assert "00:00:30" not in tuesday


def test_one_line_goes_into_the_sessions_of_all_communes_that_one_keeps(
    room: Newsroom, signed_in: As
) -> None:
    places = room.people.places
    for person in (room.people.lan, room.people.minh):
        assign_role(user=person, role=Role.WRITER, place=places.province, by=None, at=AT)
    client = signed_in(room.people.lan)
    here = session(client, room)
    short = SessionTimes(name="Chiều", starts=time(17), minutes=1, first=TODAY)
    broadcasts.make_session(area=room.ward, given=short, by=room.people.lan, at=AT)
    made = to_place(room, room.commune, room.ward, title="Lịch tiêm", seconds=90)
    page = send(client, room, "them-muc", **{"phien": here.pk, "tin": made.pk, "tu": DAY, "moi-xa": "on"})
    assert "Đã thêm ở 1 xã: 35 lượt phát" in page
    assert "1 xã không thêm được: Ngày 02/03/2026, phiên “Chiều” sẽ dài 1:30 phút" in page
    assert set(Airing.objects.values_list("area", flat=True)) == {room.commune}


@pytest.mark.parametrize("view", ["ngay", "tuan"])
def test_five_hundred_slots_fit_on_one_small_page(room: Newsroom, signed_in: As, view: str) -> None:
    made = to_place(room, title="Hướng dẫn đăng ký dịch vụ công trực tuyến ở xã", seconds=10)
    fill(made, room, 500 if view == "ngay" else 504, view)
    answer = signed_in(room.people.lan).get(
        reverse("console:programme"), {"xa": room.commune, "ngay": DAY, "xem": view}
    )
    assert len(answer.content) < 60_000
    assert "500 lượt" in answer.content.decode() or "72 lượt" in answer.content.decode()


def fill(made: Revision, room: Newsroom, count: int, view: str) -> None:
    start = AT.replace(hour=2)
    step = timedelta(minutes=1)
    instants = [
        start + n * step if view == "ngay" else start + timedelta(days=n % 7) + n * step for n in range(count)
    ]
    Airing.objects.bulk_create(
        Airing(
            id=f"00000000-0000-4000-8000-{n:012}", revision=made, at=at, ends_at=at + timedelta(seconds=10),
            duration_ms=10_000, area=room.commune, by=room.people.lan, placed_at=AT,
        )
        for n, at in enumerate(instants)
    )  # fmt: skip


def test_three_times_a_day_is_one_press_for_the_sessions_and_one_for_the_bulletin(
    room: Newsroom, signed_in: As
) -> None:
    client = signed_in(room.people.lan)
    made = to_place(room, title="Phòng dịch", seconds=60)
    hours = ["08:30", "11:00", "17:00"]
    send(client, room, "mo-phien", gio=hours, phut="15", thu=list("0123456"), tu=DAY)
    assert [f"{one.starts:%H:%M}" for one in Session.objects.order_by("starts")] == hours
    until = (TODAY + timedelta(days=6)).isoformat()
    page = send(client, room, "them-muc", phien="moi", tin=made.pk, lap="ngay", tu=DAY, den=until)
    assert "Đã thêm ở 3 phiên: 21 lượt phát" in page
    assert standing() == [f"02 {hour}:00 Phòng dịch" for hour in hours] + ["03 08:30:00 Phòng dịch"]
    page = send(client, room, "mo-phien", gio=["06:00", "17:05"], phut="15", thu="0", tu=DAY)
    assert "chồng lên phiên" in page
    assert Session.objects.count() == 3


def test_a_playlist_is_put_in_order_and_a_week_moves_by_the_instant(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    here = session(client, room)
    for title in ("Một", "Hai", "Ba"):
        tin = to_place(room, title=title, seconds=60).pk
        send(client, room, "them-muc", phien=here.pk, tin=tin, lap="ngay", tu=DAY)
    one, two, three = Airing.objects.filter(at__lt=AT + timedelta(days=1)).order_by("at")
    assert "Đã đổi thứ tự" in send(client, room, "doi-cho", luot=three.pk, **{"truoc-luot": one.pk})
    assert [line[12:] for line in standing()[:3]] == ["Ba", "Một", "Hai"]
    send(client, room, "doi-cho", muc=three.slot_id, **{"truoc-luot": ""})
    assert [line[12:] for line in standing()[:3]] == ["Một", "Hai", "Ba"]
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    to = {"phien": here.pk, "ngay": tomorrow}
    page = send(client, room, "vao-phien", **to, **{"tu-luc": f"{DAY}T17:01:00"})
    assert "Đã chuyển sang 17:03:00 03/03/2026" in page
    assert standing()[:3] == ["02 17:00:00 Một", "02 17:01:00 Ba", "03 17:00:00 Một"]
    send(client, room, "hoan-tac")
    assert [line[12:] for line in standing()[:3]] == ["Một", "Hai", "Ba"]
    for wrong in (f"{DAY}T17:30:00", "x"):
        assert "không còn" in send(client, room, "vao-phien", **to, **{"tu-luc": wrong})
    gone = (TODAY - timedelta(days=1)).isoformat()
    assert "đã qua" in send(client, room, "vao-phien", luot=one.pk, phien=here.pk, ngay=gone)
    assert "không còn" in send(client, room, "doi-cho", muc=two.slot_id, truoc=two.slot_id)
