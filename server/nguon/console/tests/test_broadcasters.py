"""Đài truyền thanh, cột loa: their pages, the files they give, the labels."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from nguon.bulletins.tests.cast import Newsroom
from nguon.console import registering, sheets
from nguon.console.tests.conftest import As
from nguon.devices.actions import HEADINGS, claim
from nguon.devices.models import Fitting, Photo, Registered
from nguon.devices.queries import registered_in
from nguon.devices.tests.cast import loudspeaker
from nguon.kernel.clock import local, now
from nguon.organisations.actions import centres, table_kind
from nguon.organisations.tests.cast import AT
from nguon.stations.models import Station

TOLD = {"cong_nghe": "mixed", "tinh_trang": "working", "nam_dau_tu": "2025"}


def line(room: Newsroom, serial: str = "LN-9") -> Registered:
    place = room.people.places.commune
    row = Registered.objects.create(
        name="Loa cổng chợ", serial=serial, place=place, area=place.area, made_at=AT
    )
    Fitting.objects.create(line=row, serial=serial, since=AT)
    return row


def test_stations_whose_licence_ends_soon_are_found(room: Newsroom, signed_in: As) -> None:
    client, place = signed_in(room.people.binh), room.people.places.commune
    assert client.post(reverse("console:broadcaster_add"), {**TOLD, "noi": place.area}).status_code == 302
    address = reverse("console:broadcasters")
    assert "dưới 90 ngày" not in client.get(address).content.decode()
    made = Station.objects.get()
    made.licences.create(number="15/GP", expires_on=local(AT).date() + timedelta(days=30), mhz=60)
    assert "dưới 90 ngày (1)" in client.get(address).content.decode()
    assert made.name in client.get(address, {"gp": "1"}).content.decode()
    made.licences.update(expires_on=local(AT).date() + timedelta(days=91))
    assert made.name not in client.get(address, {"gp": "1"}).content.decode()


def test_a_station_is_added_set_right_and_written_to_excel(room: Newsroom, signed_in: As) -> None:
    client, place = signed_in(room.people.binh), room.people.places.commune
    form = client.get(reverse("console:broadcaster_add"), {"noi": place.area}).content.decode()
    assert "Thôn" in form
    village = str(room.people.places.villages[0])
    given = {**TOLD, "noi": place.area, "thon_to_dan_pho_co_loa": [village]}
    assert client.post(reverse("console:broadcaster_add"), given).status_code == 302
    made = Station.objects.get()
    page = client.get(reverse("console:broadcaster", args=[made.pk])).content.decode()
    assert village in page
    assert "Kết hợp" in page
    wrong = client.post(reverse("console:broadcaster_change", args=[made.pk]), {**TOLD, "nam_dau_tu": "25"})
    assert (wrong.status_code, "bốn chữ số" in wrong.content.decode()) == (409, True)
    assert client.post(reverse("console:broadcaster_change", args=[made.pk]), TOLD).status_code == 302
    assert not made.covered.exists()
    listed = client.get(reverse("console:broadcasters"), {"q": "luc nam", "loai": "mixed"}).content
    assert made.name in listed.decode()
    assert len(listed) < 60_000
    book = load_workbook(io.BytesIO(client.get(reverse("console:broadcasters_written")).content))
    kind = table_kind("stations")
    assert kind is not None
    assert [cell.value for cell in book.active[2]][:3] == ["07444", "Kết hợp", "Hoạt động tốt"]
    file = io.BytesIO()
    book.save(file)
    report = kind.bring(table=kind.read(file.getvalue()), areas=None, by=None, at=AT, dry_run=False)
    assert (report.errors, report.unchanged) == ([], 1)  # what was written can be brought again


def test_a_label_names_the_pole_and_nothing_else(room: Newsroom, signed_in: As) -> None:
    row = line(room)
    client = signed_in(room.people.tuan)
    page = client.get(reverse("console:labels")).content.decode()
    assert f'data-address="http://testserver{reverse("console:pole", args=[row.pk])}"' in page
    assert "<svg" in page
    assert page.count("<path") >= 1
    assert client.get(reverse("console:pole", args=[row.pk])).status_code == 200


def test_an_odd_position_is_one_sentence_and_taken_when_confirmed(room: Newsroom, signed_in: As) -> None:
    row, client = line(room), signed_in(room.people.tuan)
    middle = centres(["07444"])["07444"]
    given = {
        "so_may": "LN-9", "ten_cum_loa": "Loa cổng chợ", "ma_xa": "07444",
        "vi_do": f"{middle.latitude - 3:.4f}", "kinh_do": f"{middle.longitude:.4f}",
        "so_imei": "490154203237518", "tam_nghe_m": "300",
    }  # fmt: skip
    address = reverse("console:register_line", args=[row.pk])
    refused = client.post(address, given)
    assert (refused.status_code, "cách giữa xã" in refused.content.decode()) == (409, True)
    assert client.post(address, given | {"vi_tri_da_kiem": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.position_confirmed, row.imei, row.range_m) == (True, "490154203237518", 300)
    bad = client.post(address, given | {"vi_tri_da_kiem": "on", "so_imei": "490154203237519"})
    assert "Số IMEI" in bad.content.decode()


@pytest.mark.usefixtures("tmp_path")
def test_a_picture_is_drawn_anew_and_shown_to_who_sees_the_pole(room: Newsroom, signed_in: As) -> None:
    row, client = line(room), signed_in(room.people.tuan)
    out = io.BytesIO()
    picture = Image.new("RGB", (40, 30), "red")
    exif = picture.getexif()
    exif[0x010F] = "Hãng máy"
    picture.save(out, "JPEG", exif=exif)
    given = {"anh": SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")}
    assert client.post(reverse("console:photo_add", args=[row.pk]), given).status_code == 302
    kept = Photo.objects.get()
    sent = b"".join(client.get(reverse("console:photo", args=[kept.pk])).streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(sent)).size == (40, 30)
    assert "Hãng".encode() not in sent
    broken = {"anh": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")}
    client.post(reverse("console:photo_add", args=[row.pk]), broken)
    assert Photo.objects.count() == 1
    client.post(reverse("console:photo_remove", args=[kept.pk]))
    assert not Photo.objects.exists()


def test_a_box_is_swapped_beside_the_pole_and_its_place_is_taken(room: Newsroom, signed_in: As) -> None:
    row, client = line(room), signed_in(room.people.tuan)
    place = row.place
    row.device = loudspeaker("Loa cổng chợ", place).device
    row.save()
    middle = centres(["07444"])["07444"]
    asked = claim(code="ABCD2345", alg="ed25519", public_key="ab" * 32, model="M1", serial="S1", at=now())
    address = reverse("console:enrol")
    page = client.get(address, {"cot": str(row.pk)}).content.decode()
    assert "Thay hộp" in page
    given = {
        "cot": str(row.pk),
        "code": "abcd-2345",
        "vi_do": middle.latitude - 2,
        "kinh_do": middle.longitude,
    }
    far = client.post(address, {**given, "do": "check"})
    assert (far.status_code, 'name="sure"' in far.content.decode()) == (409, True)
    given["vi_do"] = middle.latitude
    assert asked.fingerprint in client.post(address, {**given, "do": "check"}).content.decode()
    last = {**given, "do": "enrol", "fingerprint": asked.fingerprint}
    assert "Hãy ghi vì sao thay" in client.post(address, last).content.decode()
    assert client.post(address, {**last, "reason": "Cháy"}).url == reverse("console:pole", args=[row.pk])  # type: ignore[attr-defined]
    row.refresh_from_db()
    assert row.device is not None
    assert (row.serial, row.device.name, row.latitude) == ("S1", "Loa cổng chợ", middle.latitude)
    assert "Cháy" in client.get(reverse("console:pole", args=[row.pk])).content.decode()
    assert client.get(address, {"cot": "nothing"}).status_code == 404


def test_the_register_written_out_and_brought_in_again_is_the_same(room: Newsroom) -> None:
    row, middle = line(room), centres(["07444"])["07444"]
    Registered.objects.filter(pk=row.pk).update(
        maker="Hãng", model="M1", sim="0981234567", imei="490154203237518", households=120, range_m=300,
        latitude=middle.latitude, longitude=middle.longitude, device_class="B",
    )  # fmt: skip
    out, kind = io.BytesIO(), table_kind("devices")
    rows, day = registered_in([row.area]), local(AT).date()
    sheets.write(out, "Sổ loa", [(name, 20) for name in HEADINGS], registering.written(rows, day))
    assert kind is not None
    table = kind.read(out.getvalue())
    report = kind.bring(table=table, areas=None, by=None, at=AT, dry_run=False)
    assert (report.errors, report.unchanged, report.created) == ([], 1, 0)
    before: dict[str, Any] = {**Registered.objects.values().get()}
    Fitting.objects.all().delete()
    Registered.objects.all().delete()
    assert kind.bring(table=table, areas=None, by=None, at=AT, dry_run=False).created == 1
    after: dict[str, Any] = {**Registered.objects.values().get()}
    for values in (before, after):
        values["sort_key"] = bytes(values["sort_key"])
        del values["id"], values["made_at"]
    # Centimetres are not written: six decimals of a degree are eleven of them.
    for name in ("latitude", "longitude"):
        assert after.pop(name) == pytest.approx(before.pop(name), abs=1e-6)
    assert after == before
