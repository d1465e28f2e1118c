"""Soạn: what is typed is kept, heard, and submitted; what is wrong is told beside it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from nguon.audio.models import Pronunciation, Rendering, Upload
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.states import State
from nguon.bulletins.tests.cast import LATER, TEXT, Newsroom, draft, sound, submitted
from nguon.console.forms import read_rules, rules_of
from nguon.console.tests.conftest import As
from nguon.kernel.clock import local


def typed(room: Newsroom, **more: Any) -> dict[str, Any]:
    plain = {"title": "Họp thôn", "text": TEXT, "timing": "now", "source": "speech", "speed": "120"}
    return {**plain, "targets": [room.commune], **more}


def save(client: Client, given: dict[str, Any]) -> HttpResponse:
    return client.post(reverse("console:compose_save"), given)  # type: ignore[return-value]


def test_typing_makes_one_draft_and_goes_on_with_it(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    first = save(client, typed(room))
    made = Bulletin.objects.get()
    assert first["HX-Replace-Url"] == reverse("console:edit", args=[made.pk])
    assert "<b>2</b> cụm loa" in first.content.decode()
    save(client, typed(room, id=str(made.pk), title="Họp thôn 2"))
    assert [row.title for row in Revision.objects.all()] == ["Họp thôn 2"]


def test_everything_typed_is_there_again(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    wall = local(LATER)
    given = typed(room, timing="at", date=f"{wall:%Y-%m-%d}", time=f"{wall:%H:%M}", summary="Tối nay")
    save(client, given)
    page = client.get(reverse("console:edit", args=[Bulletin.objects.get().pk])).content.decode()
    for piece in ("Họp thôn", TEXT, "Tối nay", f'value="{wall:%Y-%m-%d}"', f'value="{room.commune}"'):
        assert piece in page


def test_hostile_text_is_shown_and_not_run(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    nasty = "<script>alert(1)</script> \"' #{x} <speak> \x00 \u202e 😀"
    save(client, typed(room, title=nasty, text=nasty))
    page = client.get(reverse("console:edit", args=[Bulletin.objects.get().pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\x00" not in page


def test_listening_asks_for_the_sound_and_shows_it_when_it_is_there(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    box = client.post(reverse("console:listen"), typed(room)).content.decode()
    assert "Đang tạo âm thanh" in box
    made = Rendering.objects.get()
    poll = re.search(r'hx-get="([^"]+)"', box)
    assert poll is not None
    Rendering.objects.filter(pk=made.pk).update(state="done", media=sound().media)
    assert "<audio" in client.get(poll[1]).content.decode()


def test_changed_words_ask_to_listen_again(room: Newsroom, signed_in: As) -> None:
    made = draft(room)
    client = signed_in(room.people.lan)
    given = typed(room, id=str(made.bulletin_id), spoken_own="on", spoken_text="Lời khác.", voice="v")
    answer = client.post(reverse("console:compose"), {**given, "do": "submit"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Chưa có âm thanh của đúng lời đọc này" in page
    assert "Lời khác." in page


def test_submitting_hands_over_to_the_second_person(room: Newsroom, signed_in: As) -> None:
    made = draft(room)
    given = typed(room, id=str(made.bulletin_id), spoken_own="on", spoken_text=TEXT, voice="v", do="submit")
    answer = signed_in(room.people.lan).post(reverse("console:compose"), given)
    assert answer.status_code == 302
    assert Bulletin.objects.get().state == State.SUBMITTED


def test_a_failed_submit_keeps_everything_and_names_every_problem(room: Newsroom, signed_in: As) -> None:
    given = typed(room, title="", targets=[], timing="at", date="2020-01-01", time="05:00", do="submit")
    answer = signed_in(room.people.lan).post(reverse("console:compose"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("chưa có tiêu đề", "Chưa chọn nơi phát", "đã qua", TEXT):
        assert sentence in page
    assert Bulletin.objects.get().state == State.DRAFT


def test_foreign_and_unknown_places_are_refused_in_words(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.hue)
    page = client.post(reverse("console:compose"), typed(room, do="submit")).content.decode()
    assert "không thuộc địa bàn của bạn" in page
    assert "không có" in save(client, typed(room, targets=["vn.999999"])).content.decode()


def test_who_may_not_write_is_told_so(room: Newsroom, signed_in: As) -> None:
    assert "chưa có quyền soạn tin" in save(signed_in(room.people.minh), typed(room)).content.decode()
    assert not Bulletin.objects.exists()


def test_nobody_opens_the_draft_of_another(room: Newsroom, signed_in: As) -> None:
    made = draft(room)
    assert signed_in(room.people.hue).get(reverse("console:edit", args=[made.bulletin_id])).status_code == 302
    answer = save(signed_in(room.people.hue), typed(room, id=str(made.bulletin_id), title="x"))
    assert "Không tìm thấy" in answer.content.decode()
    made.refresh_from_db()
    assert made.title == "Họp thôn"


def test_what_was_submitted_is_not_edited(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    client = signed_in(room.people.lan)
    answer = save(client, typed(room, id=str(made.bulletin_id), title="x"))
    assert "đã gửi duyệt" in answer.content.decode()
    assert client.get(reverse("console:edit", args=[made.bulletin_id])).status_code == 302


def test_a_repetition_comes_back_as_it_was_chosen(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = typed(room, timing="repeat", days=["MO", "FR"], times=["17:00", "05:30"], until="2026-03-20")
    assert "05:30, 17:00 T2, T6, đến hết 20/03/2026" in save(client, given).content.decode()
    page = client.get(reverse("console:edit", args=[Bulletin.objects.get().pk])).content.decode()
    assert page.count('name="times"') == 2
    assert re.search(r'value="FR" checked', page)


def test_rules_are_written_and_read_back() -> None:
    written = rules_of(["MO", "SU"], read_rules("FREQ=DAILY;BYHOUR=5;BYMINUTE=30")[1])
    assert written == "FREQ=WEEKLY;BYDAY=MO,SU;BYHOUR=5;BYMINUTE=30"
    assert read_rules("nonsense") == ([], [])


def test_the_tree_opens_and_is_searched_without_marks(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    village = room.people.places.villages[0]
    assert village.area in client.get(reverse("console:children", args=[room.commune])).content.decode()
    assert "Loa thôn 1" in client.get(reverse("console:children", args=[village.area])).content.decode()
    found = client.get(reverse("console:places"), {"q": "loa thon 1"}).content.decode()
    assert f"d/{room.fleet.first.device.pk}" in found
    assert room.ward in client.get(reverse("console:places"), {"q": "vu ninh"}).content.decode()


def test_no_foreign_branch_opens(room: Newsroom, signed_in: As) -> None:
    page = signed_in(room.people.hue).get(reverse("console:children", args=[room.commune])).content.decode()
    assert "checkbox" not in page


def test_what_the_reader_is_not_certain_of_is_shown(room: Newsroom, signed_in: As) -> None:
    page = save(signed_in(room.people.lan), typed(room, text="Họp với ABCXQ lúc 7h30.")).content.decode()
    assert re.search(r'data-at="8" data-length="5">ABCXQ<', page)
    assert "Chữ viết tắt chưa có cách đọc" in page
    assert "bảy giờ ba mươi phút" in page


def test_the_same_recording_is_not_taken_twice(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = typed(room, source="recording")
    client.post(reverse("console:listen"), {**given, "file": SimpleUploadedFile("a.mp3", b"ID3")})
    given["id"] = str(Bulletin.objects.get().pk)
    client.post(
        reverse("console:compose"), {**given, "do": "submit", "file": SimpleUploadedFile("a.mp3", b"ID3")}
    )
    assert Upload.objects.count() == 1
    client.post(reverse("console:listen"), {**given, "file": SimpleUploadedFile("b.mp3", b"ID3.")})
    assert Upload.objects.count() == 2


def test_a_word_is_taught_with_one_press(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = typed(room, text="Họp với ABCXQ.")
    page = save(client, given).content.decode()
    number = re.search(r'name="word-(\d+)" value="ABCXQ"', page)
    assert number
    given |= {"id": str(Bulletin.objects.get().pk), "teach": number[1], f"word-{number[1]}": "ABCXQ"}
    wrong = client.post(reverse("console:teach"), {**given, f"reading-{number[1]}": "a 1"}).content.decode()
    assert "Cách đọc chỉ gồm chữ" in wrong
    page = client.post(
        reverse("console:teach"), {**given, f"reading-{number[1]}": "an bình"}
    ).content.decode()
    assert "Từ nay “ABCXQ” đọc là “an bình”." in page
    assert "data-at" not in page
    made = Revision.objects.get()
    assert (made.spoken_text, made.spoken_own) == ("Họp với an bình.", False)
    assert Pronunciation.objects.get().place == room.people.places.commune


def test_own_words_stay_whatever_the_dictionary_learns(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = typed(room, text="Họp ABCXQ.", spoken_own="on", spoken_text="Họp a bê xê.")
    save(client, given)
    made = Revision.objects.get()
    assert made.spoken_own
    client.post(reverse("console:dictionary"), {"word": "ABCXQ", "reading": "an bình", "at": room.commune})
    save(client, {**given, "id": str(made.bulletin_id)})
    made.refresh_from_db()
    assert made.spoken_text == "Họp a bê xê."


def test_what_was_submitted_is_spoken_as_it_was_read(room: Newsroom, signed_in: As) -> None:
    made = submitted(room)
    before = (made.spoken_text, made.media_id, made.content_sha256)
    client = signed_in(room.people.lan)
    client.post(reverse("console:dictionary"), {"word": "họp", "reading": "gặp", "at": room.commune})
    made.refresh_from_db()
    assert (made.spoken_text, made.media_id, made.content_sha256) == before


def test_pause_and_tune_are_kept_and_asked_for(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    client.post(reverse("console:listen"), typed(room, pause_ms="1000", jingle="bamboo"))
    made = Revision.objects.get()
    assert (made.pause_ms, made.jingle) == (1000, "bamboo")
    asked = Rendering.objects.get()
    assert (asked.pause_ms, asked.jingle) == (1000, "bamboo")
    save(client, typed(room, id=str(made.bulletin_id), pause_ms="77", jingle=""))
    made.refresh_from_db()
    assert (made.pause_ms, made.jingle) == (1000, "")
    page = client.get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert "Lời đọc đã đổi" in page


def test_a_text_bulletin_says_where_it_appears_and_asks_for_no_voice(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = typed(room, content_type="1", **{"detail-name": ["Số", ""], "detail-value": ["12", ""]})
    assert (
        "Loa không phát"
        in save(client, given | {"pen_name": "Mây", "produced": "2026-03-01T05:00"}).content.decode()
    )
    made = Revision.objects.get()
    assert (made.content_type, made.pen_name, made.details) == (1, "Mây", [["Số", "12"]])
    assert local(made.produced_at or LATER).hour == 5
    page = client.get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert 'value="1" checked' in page
    assert 'value="2026-03-01T05:00"' in page
    assert (
        client.post(reverse("console:compose"), given | {"id": made.bulletin_id, "do": "submit"}).status_code
        == 302
    )
    shown = client.get(reverse("console:bulletin", args=[made.bulletin_id])).content.decode()
    assert "bảng tin điện tử, trang thông tin điện tử. Loa không phát." in shown
    assert "Bút danh" in shown
    assert "<audio" not in shown


def test_a_repetition_names_its_exact_instants(room: Newsroom, signed_in: As) -> None:
    times = ["05:30", "11:00", "17:00"]
    given = typed(room, timing="repeat", times=times, until="2026-03-08")
    page = save(signed_in(room.people.lan), given).content.decode()
    made = Revision.objects.get()
    assert made.rrule.count("BYHOUR") == 2  # 11 and 17 share their minute
    assert read_rules(made.rrule)[1] == [local(LATER).time().fromisoformat(one) for one in times]
    assert "lượt: " in page


def test_who_writes_for_one_commune_has_it_chosen_already(room: Newsroom, signed_in: As) -> None:
    own = room.people.places.other_commune.area
    page = signed_in(room.people.hue).get(reverse("console:compose")).content.decode()
    assert f'value="{own}" checked data-chip' in page
    assert "Không chen vào" not in page
    page = signed_in(room.people.lan).get(reverse("console:compose")).content.decode()
    assert "data-chip" not in page


def test_files_come_with_the_draft_and_go_out_as_files(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    pdf = SimpleUploadedFile("Kế hoạch.pdf", b"%PDF-1.7\n%%EOF\n")
    given = typed(room, do="attach", attach=pdf)
    assert client.post(reverse("console:compose"), given)["Location"].endswith("#attachments")
    made = Revision.objects.get()
    file = made.attachments.get()
    page = client.get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert "Kế hoạch.pdf" in page
    answer = client.get(reverse("console:attachment", args=[file.pk]))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert signed_in(room.people.minh).get(reverse("console:attachment", args=[file.pk])).status_code == 404
    bad = typed(room, id=made.bulletin_id, do="attach", attach=SimpleUploadedFile("a.exe", b"MZ"))
    refused = client.post(reverse("console:compose"), bad)
    assert refused.status_code == 422
    assert "a.exe” không phải PDF" in refused.content.decode()
    client.post(reverse("console:compose"), typed(room, id=made.bulletin_id, detach=str(file.pk)))
    assert not made.attachments.exists()


def test_languages_are_added_typed_and_dropped(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    made = draft(room)
    page = reverse("console:compose")
    client.post(page, typed(room, id=made.bulletin_id, do="version", **{"v-add": "tyz"}))
    save(client, typed(room, id=made.bulletin_id, **{"v-title-tyz": "Họp bản", "v-text-tyz": "Lời Tày"}))
    kept = made.versions.get()
    assert (kept.language, kept.title, kept.text) == ("tyz", "Họp bản", "Lời Tày")
    shown = client.get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert "Lời Tày" in shown
    assert "Ngôn ngữ này chưa có giọng máy đọc" in shown
    refused = client.post(page, typed(room, id=made.bulletin_id, do="submit"))
    assert "Tiếng Tày chưa có giọng máy đọc" in refused.content.decode()
    client.post(page, typed(room, id=made.bulletin_id, **{"v-drop": "tyz"}))
    assert not made.versions.exists()


def test_one_draft_on_two_screens_loses_nothing(room: Newsroom, signed_in: As) -> None:
    made, lan = draft(room), signed_in(room.people.lan)
    edit, save = reverse("console:edit", args=[made.bulletin_id]), reverse("console:compose_save")

    def screen() -> dict[str, str]:
        page = lan.get(edit).content.decode()
        return {"id": str(made.bulletin_id)} | dict(
            re.findall(r'name="(tab|seen)"[^>]*value="([^"]+)"', page)
        )

    def kept(title: str, given: dict[str, str]) -> bool:
        page = lan.post(save, {**given, "title": title, "text": "Mai nghỉ học."}).content.decode()
        given |= dict(re.findall(r'name="(seen)"[^>]*value="([^"]+)"', page))
        return "được lưu ở một trang khác lúc" not in page

    first, second = screen(), screen()
    assert kept("Một", first)
    assert kept("Hai", first)
    assert not kept("Ba", second)
    made.refresh_from_db()
    assert made.title == "Hai"
    answer = lan.post(reverse("console:compose"), {**second, "title": "Ba", "text": "Ba", "do": "submit"})
    assert answer.status_code == 422
    assert 'value="Ba"' in answer.content.decode()
    assert kept("Bốn", screen())
    assert not kept("Năm", first)
    made.refresh_from_db()
    assert made.title == "Bốn"
    assert kept("Sáu", {"id": str(made.bulletin_id)})  # a page that says nothing of itself


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-29", "x"])
def test_days_that_nobody_can_mean_break_no_page(room: Newsroom, signed_in: As, day: str) -> None:
    made, lan = draft(room), signed_in(room.people.lan)
    for name in ("console:programme", "console:bulletins", "console:production"):
        given = {"ngay": day, "tu": day, "den": day, "thang": day[:7], "xem": "tuan", "xa": room.commune}
        assert lan.get(reverse(name), given).status_code == 200
    form = {"id": str(made.bulletin_id), "title": "T", "text": "Mai nghỉ.", "targets": room.commune}
    repeat = {"timing": "repeat", "since": day, "until": day, "times": ["17:00"]}
    once = {"timing": "at", "date": day, "time": "17:00"}
    for when in (repeat, once):
        answer = lan.post(reverse("console:compose"), form | when | {"do": "submit"})
        assert answer.status_code == 422
    law = {"do": "rhythm", "rhythm": "luat:dich-benh"}
    assert lan.post(reverse("console:compose"), form | repeat | law).status_code == 302


def test_a_place_that_is_none_is_not_asked_for(room: Newsroom, signed_in: As) -> None:
    share = {"noi": "vn\0", "ten": "x"}
    assert signed_in(room.people.lan).post(reverse("console:library_share"), share).status_code == 404
