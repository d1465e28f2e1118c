"""Trực ban: counts, receipts, live hints, the red button, listening again in the demo."""

import asyncio
import json
import wave
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nguon.bulletins.tests.cast import Newsroom, approved
from nguon.console.recordings import OWNER_FILE
from nguon.console.serving import sound_file
from nguon.console.tests.conftest import As
from nguon.console.views import duty
from nguon.console.watching import Watch, address
from nguon.deliveries.actions import receive
from nguon.deliveries.models import Stop
from nguon.deliveries.tests.cast import Teller
from nguon.devices.models import Device
from nguon.organisations.tests.cast import AT


def online(room: Newsroom) -> None:
    for one in room.fleet.all:
        Device.objects.filter(pk=one.device.pk).update(online=True, last_seen_at=AT - timedelta(seconds=5))


def test_who_is_there_and_who_is_lost(room: Newsroom, signed_in: As) -> None:
    online(room)
    Device.objects.filter(pk=room.fleet.ward.device.pk).update(last_seen_at=AT - timedelta(hours=3))
    page = signed_in(room.people.tuan).get(reverse("console:duty_live")).content.decode()
    assert "<b>2<small>/3</small></b>" in page
    assert "Lần cuối thấy lúc 05:00 hôm nay" in page


def test_many_loudspeakers_fit_on_one_small_page(room: Newsroom, signed_in: As) -> None:
    place = room.people.places.villages[0]
    Device.objects.bulk_create(
        Device(
            name=f"Loa nhà văn hóa khu dân cư số {n}",
            place=place,
            area=place.area,
            public_key=f"{n:064x}",
            alg="ed25519",
            enrolled_at=AT,
        )
        for n in range(300)
    )
    approved(room)
    answer = signed_in(room.people.tuan).get(reverse("console:duty"))
    assert len(answer.content) < 60_000
    assert "Còn 229 cụm loa khác" in answer.content.decode()


def test_a_narrower_area(room: Newsroom, signed_in: As) -> None:
    page = signed_in(room.people.tuan).get(reverse("console:duty"), {"dia-ban": room.ward}).content.decode()
    assert "Loa tổ 1" in page
    assert "Loa thôn 1" not in page


def test_among_many_communes_one_is_searched_for(
    room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duty, "SHOWN", 1)
    client = signed_in(room.people.tuan)
    page = client.get(reverse("console:duty")).content.decode()
    assert 'hx-get="/noi/xem' in page
    assert "<select" not in page
    found = client.get(reverse("console:pick", args=["xem"]), {"q": "vu ninh"}).content.decode()
    assert f'value="{room.ward}"' in found
    narrow = client.get(reverse("console:duty"), {"dia-ban": room.ward}).content.decode()
    assert "Phường Vũ Ninh" in narrow
    assert "Loa thôn 1" not in narrow
    abroad = signed_in(room.people.hue).get(reverse("console:pick", args=["xem"]), {"q": "vu ninh"})
    assert room.ward not in abroad.content.decode()


def test_stop_names_place_and_number_and_then_stops(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.tuan)
    path = reverse("console:stop")
    assert "Tỉnh Bắc Ninh" in client.get(path).content.decode()
    page = client.get(path, {"dia-ban": room.commune}).content.decode()
    assert "Dừng ngay 2 cụm loa ở Xã Lục Nam" in page
    assert client.post(path, {"dia-ban": room.commune, "reason": "Nhầm"}).status_code == 302
    assert Stop.objects.get().area == room.commune


def test_who_is_not_on_duty_stops_nothing(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.hue)
    assert "chưa có quyền trực ban" in client.get(reverse("console:stop")).content.decode()
    answer = client.post(reverse("console:stop"), {"dia-ban": room.commune})
    assert answer.status_code == 409
    assert not Stop.objects.exists()


def record(folder: Path, device: Device) -> Path:
    sounds = folder / "demo" / "speakers" / "1" / "wav"
    sounds.mkdir(parents=True)
    (sounds.parent / OWNER_FILE).write_text(json.dumps({"device": str(device.pk)}))
    with wave.open(str(sounds / "a.wav"), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\1\2" * 8000)
    return sounds / "a.wav"


def test_listening_again_to_a_demo_loudspeaker(
    room: Newsroom, signed_in: As, settings: Settings, tmp_path: Path
) -> None:
    settings.NGUON_DATA = tmp_path
    device = room.fleet.first.device
    record(tmp_path, device)
    client = signed_in(room.people.tuan)
    path = reverse("console:recording", args=[device.pk, "a.wav"])
    assert path in client.get(reverse("console:device", args=[device.pk])).content.decode()
    whole = b"".join(client.get(path).streaming_content)  # type: ignore[attr-defined]
    part = client.get(path, headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, whole[:4])
    assert signed_in(room.people.hue).get(path).status_code == 404
    settings.NGUON_MODE = "real"
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["..%2fdevice.json", "%2e%2e", "a.wav%00", ".hidden.wav", "a.txt"])
def test_no_other_file_is_sent(
    room: Newsroom, signed_in: As, settings: Settings, tmp_path: Path, name: str
) -> None:
    settings.NGUON_DATA = tmp_path
    record(tmp_path, room.fleet.first.device)
    base = reverse("console:recording", args=[room.fleet.first.device.pk, "x"])[:-1]
    assert signed_in(room.people.tuan).get(base + name).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("", 200, b"0123456789"),
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
    ],
)
def test_ranges(db: None, tmp_path: Path, asked: str, status: int, body: bytes, rf: object) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    answer = sound_file(rf.get("/", headers={"range": asked}), path, "audio/wav")  # type: ignore[attr-defined]
    assert answer.status_code == status
    assert (b"".join(answer) if status == 200 else answer.content) == body  # type: ignore[attr-defined]
    answer.close()


def test_a_range_beyond_the_end(tmp_path: Path, rf: object) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    assert sound_file(rf.get("/", headers={"range": "bytes=10-"}), path, "x").status_code == 416  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_a_hint_of_the_database_wakes_the_page() -> None:
    async def wait() -> bool:
        changes = Watch.here().changes(life=10)
        assert await anext(changes)  # the listener is there
        with psycopg.connect(**address(), autocommit=True) as other:
            other.execute("SELECT pg_notify('nguon_live', '{}')")
        heard = await anext(changes)
        await changes.aclose()
        return heard

    assert asyncio.run(wait())


def test_events_need_a_sign_in(db: None) -> None:
    assert Client().get(reverse("console:duty_events")).status_code == 302


def test_a_rise_of_forged_orders_is_told_as_a_possible_attack(room: Newsroom, signed_in: As) -> None:
    page = reverse("console:duty_live")
    assert "tấn công" not in signed_in(room.people.tuan).get(page).content.decode()
    teller = Teller(room.fleet.first)
    forged = [teller.tell("refused", None, reason="threshold") for _ in range(3)]
    receive(device_id=teller.device.pk, envelopes=forged, at=AT)
    told = signed_in(room.people.tuan).get(page).content.decode()
    assert 'data-attack="threshold"' in told
    assert "1 cụm loa đã từ chối 3 lệnh không có chữ ký hợp lệ" in told
