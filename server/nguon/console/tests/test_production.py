"""Kế hoạch biên tập: the board, an item from the idea to its draft, and what two people do at one time."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import Settings

from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom
from nguon.console import exports
from nguon.console.tests.conftest import As
from nguon.notices import actions as notices
from nguon.notices import queries as told
from nguon.organisations.tests.cast import AT
from nguon.production import actions
from nguon.production.models import Item
from nguon.production.tests.cast import SCRIPT, TODAY, planned, scripted

DUE = (TODAY + timedelta(days=3)).isoformat()


def act(client: Client, item: Item, name: str, **fields: object) -> str:
    """One form of an item's page, and the page that follows."""
    address = reverse("console:production_act", args=[item.pk])
    return client.post(address, {"act": name, **fields}, follow=True).content.decode()


def shown(client: Client, **query: str) -> str:
    return client.get(reverse("console:production"), query).content.decode()


def test_an_item_goes_from_the_form_to_a_draft_with_its_script(room: Newsroom, signed_in: As) -> None:
    lan, minh = signed_in(room.people.lan), signed_in(room.people.minh)
    fields = {"title": "Thu gom rác", "noi": room.commune, "topic": "1", "content_type": "3", "air_date": DUE}
    page = lan.post(reverse("console:production_add"), fields, follow=True).content.decode()
    assert "Đã ghi vào kế hoạch" in page
    item = Item.objects.get()
    assert "Đồng ý, làm kịch bản" not in page  # an idea is an approver's
    assert "Hãy chọn người và hạn của bước đó trước" in act(minh, item, "tiep", tu="idea")
    assert "Đã giao bước Kịch bản" in act(
        minh, item, "giao", buoc="script", nguoi=room.people.lan.pk, han=DUE
    )
    assert "sang bước: Kịch bản" in act(minh, item, "tiep", tu="idea")
    page = act(lan, item, "kich-ban", ban="0", **{"kich-ban": SCRIPT})
    assert "Đã lưu bản 1" in page
    page = lan.post(reverse("console:production_draft", args=[item.pk]), follow=True).content.decode()
    assert "Đã tạo bản nháp từ kịch bản" in page
    draft = Revision.objects.get()
    assert draft.text == SCRIPT
    assert (
        "Từ kế hoạch biên tập"
        in lan.get(reverse("console:bulletin", args=[draft.bulletin_id])).content.decode()
    )
    assert "Mở bản tin" in lan.get(reverse("console:production_item", args=[item.pk])).content.decode()
    page = minh.get(reverse("console:production_item", args=[item.pk])).content.decode()
    assert "Bản nháp chỉ người soạn xem được" in page


def test_two_people_on_one_script_lose_nothing(room: Newsroom, signed_in: As) -> None:
    item = scripted(room)
    minh, lan = signed_in(room.people.minh), signed_in(room.people.lan)
    act(minh, item, "kich-ban", ban="1", **{"kich-ban": "Chào bà con xã nhà."})
    page = act(lan, item, "kich-ban", ban="1", **{"kich-ban": "Chào bà con. Mời họp."})
    assert "Trần Quang Minh vừa lưu bản 2" in page
    assert ">Chào bà con. Mời họp.</textarea>" in page
    assert "<ins>" in page
    assert 'name="ban" value="2"' in page
    assert "Đã lưu bản 3" in act(lan, item, "kich-ban", ban="2", **{"kich-ban": "Chào bà con. Mời họp."})


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("giao", {"buoc": "script", "nguoi": "x", "han": DUE}, "Hãy chọn người làm và hạn"),
    ("giao", {"buoc": "script", "nguoi": "1", "han": "31/02"}, "Hãy chọn người làm và hạn"),
    ("tiep", {"tu": "idea"}, "vừa được chuyển sang bước Kịch bản"),
    ("tra-lai", {"ve": "post", "ly-do": "x"}, "Hãy làm lần lượt từng bước"),
    ("bo", {"ly-do": ""}, "Hãy ghi lý do"),
    ("kich-ban", {"ban": "-1", "kich-ban": "x"}, "vừa lưu bản 1"),
]


def test_wrong_input_is_a_sentence(room: Newsroom, signed_in: As) -> None:
    item, minh = scripted(room), signed_in(room.people.minh)
    for name, fields, words in WRONG:
        assert words in act(minh, item, name, **fields)
    assert Item.objects.get().stage == "script"


def test_the_board_shows_each_step_and_what_is_asked_for(room: Newsroom, signed_in: As) -> None:
    scripted(room)
    planned(room, steps=False, title="Tết trồng cây")
    lan, hue = signed_in(room.people.lan), signed_in(room.people.hue)
    page = shown(lan)
    assert page.index("Ý tưởng") < page.index("Tết trồng cây") < page.index("Thu gom rác")
    assert "Chưa giao cho ai" in page
    mine = shown(lan, xem="cua-toi")
    assert "Thu gom rác" in mine
    assert "Tết trồng cây" not in mine
    assert "Thu gom rác" not in shown(lan, thang="2031-01")
    assert "Thu gom rác" in shown(lan, thang=f"{TODAY:%Y-%m}", nguoi=str(room.people.lan.pk))
    assert "Thu gom rác" not in shown(lan, **{"dia-ban": room.ward})
    assert "Thu gom rác" in shown(lan, **{"dia-ban": "x'", "thang": "x", "nguoi": "²"})
    assert "Thu gom rác" not in shown(hue)
    assert "Thu gom rác" not in shown(lan, xem="da-xong")


def test_the_plan_goes_to_excel(room: Newsroom, settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_DATA = str(tmp_path)
    scripted(room)
    key: UUID = exports.start(room.people.lan, "production", {"xem": "cua-toi"})
    assert exports.make(user=room.people.lan, key=key, at=AT)
    book = load_workbook(BytesIO(exports.file_of(room.people.lan.pk, key).read_bytes()))
    heading, line = list(book.active.values)
    told_ = dict(zip(heading, line, strict=True))
    assert (told_["Tên mục"], told_["Bước"], told_["Kịch bản: người làm"]) == (
        "Thu gom rác",
        "Kịch bản",
        "Nguyễn Thị Lan",
    )


def test_whose_turn_it_is_is_told_and_settled(room: Newsroom, signed_in: As) -> None:
    item = scripted(room)
    while notices.follow(at=AT):
        pass
    (notice,) = told.work_of(room.people.lan, 9)
    assert "“Thu gom rác” đến bước Kịch bản: việc của bạn" in told.sentence(notice)
    answer = signed_in(room.people.lan).get(reverse("console:notice", args=[notice.pk]))
    assert answer["Location"] == reverse("console:production_item", args=[item.pk])
    actions.give_up(item_id=item.pk, reason="Mưa", by=room.people.minh, at=AT)
    late = scripted(room)
    actions.tell_due(at=AT + timedelta(days=9))
    while notices.follow(at=AT):
        pass
    assert [(row.kind, row.subject) for row in told.work_of(room.people.lan, 9)] == [
        ("plan_over", f"production:{late.pk}")
    ]
