"""Từ điển đọc: entries and manners of one's areas, samples of the voices."""

import io
import re
from typing import Any

import openpyxl
from django.test import Client
from django.urls import reverse

from nguon.audio.models import AreaManner, Pronunciation, Rendering
from nguon.bulletins.tests.cast import Newsroom, sound
from nguon.console.tests.conftest import As
from nguon.console.views.samples import SAMPLE
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT


def add(client: Client, room: Newsroom, word: str = "XKQ", reading: str = "xuân khê", **more: Any) -> str:
    given = {"word": word, "reading": reading, "at": room.commune, **more}
    return client.post(reverse("console:dictionary"), given, follow=True).content.decode()


def test_a_word_is_added_found_and_ended(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    assert "Từ nay “XKQ” đọc là “xuân khê” ở" in add(client, room)
    add(client, room, "OCB", "ô xê bê")
    page = client.get(reverse("console:dictionary"), {"q": "xuan khe"}).content.decode()
    assert "<b>XKQ</b> → xuân khê" in page
    assert "OCB" not in page
    entry = Pronunciation.objects.get(word="XKQ")
    page = client.post(reverse("console:dictionary_end", args=[entry.pk]), follow=True).content.decode()
    assert "Đã bỏ cách đọc của “XKQ”" in page
    again = client.post(reverse("console:dictionary_end", args=[entry.pk]))
    assert again.status_code == 409
    assert "đã được bỏ rồi" in again.content.decode()


def test_wrong_words_are_told_and_stay_in_the_form(room: Newsroom, signed_in: As) -> None:
    page = add(signed_in(room.people.lan), room, reading="số 1")
    assert "Cách đọc chỉ gồm chữ" in page
    assert 'value="số 1"' in page
    assert not Pronunciation.objects.exists()


def test_others_read_and_do_not_change(room: Newsroom, signed_in: As) -> None:
    add(signed_in(room.people.lan), room)
    client = signed_in(room.people.tuan)  # duty officer of the province
    page = client.get(reverse("console:dictionary")).content.decode()
    assert "XKQ" in page
    assert "/bo/" not in page
    stranger = signed_in(room.people.hue)
    assert "XKQ" not in stranger.get(reverse("console:dictionary")).content.decode()
    assert "không thuộc địa bàn của bạn" in add(stranger, room)


def test_excel_goes_out_with_the_code_of_the_place(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    add(client, room)
    answer = client.get(reverse("console:dictionary_export"))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows == [("Từ", "Cách đọc", "Mã địa bàn"), ("XKQ", "xuân khê", "07444")]


def test_new_bulletins_begin_with_the_manner_of_the_area(room: Newsroom, signed_in: As) -> None:
    binh = signed_in(room.people.binh)
    given = {"voice": "espeak-vi", "speed": "105", "pause_ms": "1000", "jingle": "zither"}
    province = room.people.places.province.area
    page = binh.post(reverse("console:manner"), {**given, "at": province}, follow=True).content.decode()
    assert "Đã đặt cách đọc mặc định của Tỉnh Bắc Ninh." in page
    page = signed_in(room.people.lan).get(reverse("console:compose")).content.decode()
    for chosen in (r'"espeak-vi" selected', r'"105" checked', r'"1000" selected', r'"zither" selected'):
        assert re.search(chosen, page), chosen
    assert Entry.objects.get(fact="pronunciation.manner_set").data["area"] == province


def test_a_manner_that_does_not_exist_is_told(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    answer = client.post(reverse("console:manner"), {"voice": "nobody", "at": room.commune})
    assert answer.status_code == 409
    assert "Không có giọng đọc “nobody”" in answer.content.decode()
    assert client.post(reverse("console:manner"), {"at": "vn.nowhere"}).status_code == 403
    assert not AreaManner.objects.exists()


def test_a_voice_has_a_sample_spoken_once(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    given = {"voice": "espeak-vi", "speed": "120", "text": "Chữ khác"}
    box = client.post(reverse("console:sample"), given).content.decode()
    assert "Đang tạo mẫu giọng" in box
    made = Rendering.objects.get()
    assert made.spoken_text == SAMPLE
    assert signed_in(room.people.minh).post(reverse("console:sample"), given).status_code == 200
    Rendering.objects.update(state="done", media=sound().media, changed_at=AT)
    poll = re.search(r'hx-get="([^"]+)"', box)
    assert poll
    assert "<audio" in client.get(poll[1]).content.decode()
    assert Rendering.objects.filter(spoken_text=SAMPLE).count() == 1


def test_only_a_sample_is_heard_as_a_sample(room: Newsroom, signed_in: As) -> None:
    other = sound()
    client = signed_in(room.people.lan)
    assert client.get(reverse("console:sample_state", args=[other.pk])).status_code == 404
    assert client.get(reverse("console:sample_sound", args=[other.pk])).status_code == 404
