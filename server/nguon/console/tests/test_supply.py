"""Bản tin từ trên, as the commune and the sender see it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.broadcasts.models import Airing, Clash
from nguon.bulletins.tests.cast import Newsroom
from nguon.console import exports
from nguon.console.tests.conftest import As
from nguon.notices import actions as notices
from nguon.notices.models import Notice
from nguon.organisations.tests.cast import AT
from nguon.supply import actions
from nguon.supply.models import Answer
from nguon.supply.tests.cast import TONIGHT, clash, offered


def follow() -> None:
    while notices.follow(at=AT):
        pass


def told(username: str) -> list[tuple[str, bool]]:
    rows = Notice.objects.filter(user__username=username).order_by("sequence")
    return [(row.kind, row.settled_at is not None) for row in rows]


def test_the_officer_of_a_commune_takes_it_with_one_press(room: Newsroom, signed_in: As) -> None:
    made, mai = offered(room), person("mai", "Đỗ Thị Mai", (Role.WRITER, room.people.places.commune))
    follow()
    assert told("mai") == [("offered", False)]
    browser = signed_in(mai)
    shown = browser.get(reverse("console:supply")).content.decode()
    assert "Tiêm phòng" in shown
    assert 'value="2026-03-02"' in shown
    assert 'value="17:00:00"' in shown
    press = {"xa": room.commune, "ngay": "2026-03-02", "gio": "17:00:00"}
    answer = browser.post(reverse("console:supply_take", args=[made.pk]), press, follow=True)
    assert "Đã xếp “Tiêm phòng” vào chương trình" in answer.content.decode()
    assert Airing.objects.get().at == TONIGHT
    follow()
    assert told("mai") == [("offered", True)]


def test_a_reason_is_asked_for_and_kept(room: Newsroom, signed_in: As) -> None:
    made, lan = offered(room), signed_in(room.people.lan)
    address = reverse("console:supply_decline", args=[made.pk])
    refused = lan.post(address, {"xa": room.ward, "ly-do": " "})
    assert refused.status_code == 409
    assert "Hãy ghi lý do" in refused.content.decode()
    lan.post(address, {"xa": room.ward, "ly-do": "Đã có tin riêng"})
    assert Answer.objects.get().reason == "Đã có tin riêng"
    shown = lan.get(reverse("console:supply"), {"xa": room.ward, "xem": "tat-ca"}).content.decode()
    assert "Đã có tin riêng" in shown


def test_a_clash_is_a_sentence_with_two_buttons(room: Newsroom, signed_in: As) -> None:
    asked = clash(room)
    follow()
    assert ("order", False) in told("lan")
    lan = signed_in(room.people.lan)
    shown = lan.get(reverse("console:supply"), {"xa": room.commune}).content.decode()
    assert "“Bão số 3” của Tỉnh Bắc Ninh" in shown
    lan.post(reverse("console:supply_order", args=[asked.pk]), {"xa": room.commune, "chon": "after"})
    asked.refresh_from_db()
    assert asked.decision == "after"
    follow()
    assert ("order", True) in told("lan")


def test_who_takes_it_where_something_plays_chooses_the_order_at_once(room: Newsroom, signed_in: As) -> None:
    first, second = offered(room, title="Một"), offered(room, title="Hai")
    lan = signed_in(room.people.lan)
    press = {"xa": room.commune, "ngay": "2026-03-02", "gio": "17:00:00"}
    lan.post(reverse("console:supply_take", args=[first.pk]), press)
    page = lan.post(reverse("console:supply_take", args=[second.pk]), press, follow=True).content.decode()
    for words in ("hãy chọn thứ tự phát ở dưới", "Trùng giờ: xã chọn thứ tự", "Phát trước", "Không phát"):
        assert words in page
    asked = Clash.objects.get()
    lan.post(reverse("console:supply_order", args=[asked.pk]), {"xa": room.commune, "chon": "after"})
    assert [row.revision.title for row in Airing.objects.order_by("at")] == ["Một", "Hai"]
    assert {row.reply for row in Answer.objects.all()} == {"taken"}
    lan.post(reverse("console:supply_take", args=[second.pk]), press | {"gio": "17:00:05"}, follow=True)
    again = Clash.objects.get(state="open")
    lan.post(reverse("console:supply_order", args=[again.pk]), {"xa": room.commune, "chon": "leave"})
    assert {row.reply for row in Answer.objects.all()} == {"taken"}


def test_the_sender_sees_filters_reminds_and_takes_it_away_as_a_table(room: Newsroom, signed_in: As) -> None:
    made = offered(room)
    actions.decline(revision_id=made.pk, area=room.ward, reason="Trùng", by=room.people.lan, at=AT)
    sender = signed_in(made.author)
    assert "0/2 xã đã xếp" in sender.get(reverse("console:supply")).content.decode()
    page = reverse("console:supply_usage", args=[made.pk])
    shown = sender.get(page, {"xem": "khong-dung"}).content.decode()
    assert "Trùng" in shown
    assert room.people.places.ward.label in shown
    assert room.people.places.commune.label not in shown
    sender.post(reverse("console:supply_remind", args=[made.pk]))
    follow()
    assert ("unused", False) in told("lan")
    assert signed_in(room.people.hue).get(page).status_code == 404
    rows = exports._rows(made.author, exports.Export("supply", {"ban": str(made.pk)}), AT)
    _title, columns, cells = exports._shape(
        made.author, exports.Export("supply", {"ban": str(made.pk)}), rows, AT
    )
    lines = list(cells)
    assert len(lines) == 2
    assert all(len(line) == len(columns) for line in lines)
    assert ["Không dùng", "Trùng"] in [line[1:3] for line in lines]


def test_the_inbox_asks_the_same_questions_for_many(room: Newsroom, signed_in: As) -> None:
    lan = signed_in(room.people.lan)
    counted = []
    for _turn in range(2):
        offered(room)
        offered(room)
        with CaptureQueriesContext(connection) as asked:
            lan.get(reverse("console:supply"), {"xa": room.commune})
        counted.append(len(asked))
    assert counted[0] == counted[1]
