"""Excel files of lists: what one may see, text as text, with progress, for the person who asked alone."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from nguon.accounts.models import User
from nguon.bulletins.tests.cast import Newsroom, submitted
from nguon.console import exports, sheets
from nguon.console.tests.conftest import As
from nguon.console.views import exports as shown
from nguon.devices.models import Registered
from nguon.devices.tests.cast import loudspeaker
from nguon.health import actions as health
from nguon.health.models import AreaHour, Ticket
from nguon.organisations.models import TableFile
from nguon.organisations.states import FileState
from nguon.organisations.tests.cast import AT


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.NGUON_DATA = tmp_path
    return tmp_path


def asked(client: Any, kind: str, **given: str) -> UUID:
    answer = client.post(reverse("console:export_start", args=[kind]), given)
    assert answer.status_code == 302
    return UUID(answer["Location"].rstrip("/").rsplit("/", 1)[-1])


def table(client: Any, user: User, kind: str, **given: str) -> list[list[Any]]:
    key = asked(client, kind, **given)
    assert "Đang chờ" in client.get(reverse("console:export", args=[key])).content.decode()
    assert exports.make(user=user, key=key, at=AT)
    assert "Tải tệp Excel" in client.get(reverse("console:export", args=[key])).content.decode()
    body = b"".join(client.get(reverse("console:export_file", args=[key])).streaming_content)
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(body)).active.iter_rows()]


def test_the_list_of_loudspeakers_as_it_was_asked_for(room: Newsroom, signed_in: As) -> None:
    loudspeaker("=cmd|'/c calc'!A1", room.people.places.ward)
    client = signed_in(room.people.tuan)
    rows = table(client, room.people.tuan, "devices")
    assert rows[0][:2] == ["Cụm loa", "Nơi đặt"]
    assert {row[0] for row in rows[1:]} == {"=cmd|'/c calc'!A1", "Loa thôn 1", "Loa thôn 2", "Loa tổ 1"}
    assert [row[0] for row in table(client, room.people.tuan, "devices", q="thon 2")[1:]] == ["Loa thôn 2"]
    assert table(signed_in(room.people.hue), room.people.hue, "devices")[1:] == []


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    sheets.write(tmp_path / "x.xlsx", "x", [("a", 5)], [["=1+1"], ["\x00\x0bb"], [AT], [7]])
    cells = [row[0] for row in load_workbook(tmp_path / "x.xlsx").active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s", "s", "d", "n"]
    assert cells[1].value == "b"
    assert cells[2].value.hour == 8  # Vietnamese time


def test_the_journal_by_who_reads_it(room: Newsroom, signed_in: As) -> None:
    submitted(room)
    rows = table(signed_in(room.people.binh), room.people.binh, "journal", viec="bulletin")
    assert [row[3] for row in rows[1:]] == ["Nguyễn Thị Lan gửi duyệt “Họp thôn”"]
    refused = signed_in(room.people.lan).post(reverse("console:export_start", args=["journal"]))
    assert refused.status_code == 403


def test_nobody_takes_the_file_of_another_one(room: Newsroom, signed_in: As) -> None:
    key = asked(signed_in(room.people.tuan), "devices")
    exports.make(user=room.people.tuan, key=key, at=AT)
    other = signed_in(room.people.binh)
    for name in ("export", "export_file"):
        assert other.get(reverse(f"console:{name}", args=[key])).status_code == 404
    assert signed_in(room.people.tuan).get(reverse("console:export", args=[uuid4()])).status_code == 404


def test_progress_is_told_while_it_is_made(
    room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "STEP", 1)
    key = asked(signed_in(room.people.tuan), "devices")
    seen: list[exports.Export] = []
    store = exports._store

    def watched(user_id: int, key: UUID, export: exports.Export) -> None:
        seen.append(export)
        store(user_id, key, export)

    monkeypatch.setattr(exports, "_store", watched)
    exports.make(user=room.people.tuan, key=key, at=AT)
    assert [(one.state, one.done, one.total) for one in seen] == [
        ("working", 0, 3), ("working", 1, 3), ("working", 2, 3), ("working", 3, 3), ("done", 3, 3),
    ]  # fmt: skip


def test_a_list_that_nobody_knows(room: Newsroom, signed_in: As) -> None:
    assert signed_in(room.people.tuan).post(reverse("console:export_start", args=["x"])).status_code == 404


def test_every_kind_of_list_has_its_words() -> None:
    assert set(shown.SHOWN) == set(exports.KINDS)


@pytest.mark.parametrize("kind", ["health", "tickets"])
def test_how_the_loudspeakers_are(room: Newsroom, signed_in: As, kind: str) -> None:
    opened(room)
    rows = table(signed_in(room.people.tuan), room.people.tuan, kind, **{"dia-ban": room.commune})
    assert "Loa thôn 1" in rows[1]
    assert all("Loa tổ 1" not in row for row in rows)


def opened(room: Newsroom) -> None:
    device = room.fleet.first.device
    Ticket.objects.create(
        device=device, title="Rè", due_date=AT.date(), opened_by=room.people.tuan, opened_at=AT
    )


def test_the_hours_of_a_commune_as_csv(room: Newsroom, signed_in: As) -> None:
    for n, area in enumerate((room.commune, room.ward)):
        AreaHour.objects.create(
            area=area, hour=AT.replace(minute=0), total=5, online=4 - n, playing=1, wrong=0
        )
    client, user = signed_in(room.people.tuan), room.people.tuan
    page = client.get(reverse("console:fleet_history"), {"dia-ban": room.commune}).content.decode()
    assert re.findall(r"</span>(\d+)</td>", page) == ["5", "4", "1", "0"]
    key = asked(client, "fleet_history", dang="csv")
    assert exports.make(user=user, key=key, at=AT)
    answer = client.get(reverse("console:export_file", args=[key]))
    body: Any = answer
    lines = b"".join(body.streaming_content).decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"].endswith('.csv"')
    assert sorted(line.rsplit(",", 5)[1:] for line in lines[1:]) == [
        ["5", "3", "2", "1", "0"], ["5", "4", "1", "1", "0"],
    ]  # fmt: skip


def test_the_hours_of_each_village_from_the_words_of_its_loudspeakers(room: Newsroom, signed_in: As) -> None:
    first, hour = room.fleet.first.device, AT - timedelta(hours=1)
    for minute in range(60):
        health.hear(said=[(first.pk, {"mains": True})], at=hour + timedelta(minutes=minute))
    health.hear(said=[(room.fleet.second.device.pk, {"mains": True})], at=hour)
    client, user = signed_in(room.people.tuan), room.people.tuan
    page = client.get(reverse("console:fleet_history"), {"dia-ban": first.area}).content.decode()
    assert "có mặt suốt giờ đó" in page
    assert re.findall(r"</span>(?:<b[^>]*>)?(\d+)", page)[:5] == ["1", "1", "0", "0", "0"]
    rows = table(client, user, "village_history", **{"dia-ban": room.commune})
    latest = {row[1]: row[2:] for row in rows[1:] if row[0] == max(line[0] for line in rows[1:])}
    assert latest[first.place.label] == [1, 1, 0, 0, 0]
    assert latest[room.fleet.second.device.place.label] == [1, 0, 1, 0, 0]
    assert len(rows) == 1 + 2 * 24 * 7
    assert table(client, user, "village_history", **{"dia-ban": room.people.places.province.area})[1:] == []


def test_csv_has_no_formulas(tmp_path: Path) -> None:
    sheets.write_csv(tmp_path / "x", [("a", 5)], [["=1+1"], ["@x"], ['a,"b'], [AT], [-7]])
    assert (tmp_path / "x").read_text("utf-8-sig").splitlines() == [
        "a", "'=1+1", "'@x", '"a,""b"', "2026-03-02 08:00:00", "-7",
    ]  # fmt: skip


def test_each_wrong_line_of_a_long_file_can_be_read(room: Newsroom, signed_in: As) -> None:
    wrong = [{"line": n, "text": "Số máy “LN-1” đã có ở dòng 2. Hãy kiểm tra."} for n in range(2, 502)]
    kept = TableFile.objects.create(
        id=uuid4(), kind="devices", name="a.xlsx", data=b"", state=FileState.REFUSED, made_at=AT,
        by_id=room.people.tuan.pk, by_name="Tuấn", report={"errors": wrong, "error_count": 500, "rows": 1000},
    )  # fmt: skip
    client, address = signed_in(room.people.tuan), reverse("console:file", args=[kept.pk])
    read = [client.get(address, {"tu": str(first)}).content for first in (0, 200, 400)]
    assert all(len(page) < 60_000 for page in read)
    assert ["Dòng 501" in page.decode() for page in read] == [False, False, True]
    assert ["?tu=" in page.decode() for page in read] == [True, True, True]


def test_labels_of_an_area_are_files_to_print(room: Newsroom, signed_in: As) -> None:
    places = room.people.places
    for place in (places.commune, places.villages[0], places.ward):
        name, serial = f"Cột {place.pk}", f"Q-{place.pk}"
        Registered.objects.create(name=name, serial=serial, place=place, area=place.area, made_at=AT)
    client, user = signed_in(room.people.tuan), room.people.tuan

    def made(area: str) -> dict[str, str]:
        key = asked(client, "labels", **{"dia-ban": area})
        assert exports.make(user=user, key=key, at=AT)
        with ZipFile(exports.file_of(user.pk, key, "zip")) as file:
            return {name: file.read(name).decode() for name in file.namelist()}

    whole = made(places.province.area)
    assert sorted(page.count("<svg") for page in whole.values()) == [1, 2]
    (one,) = made(places.commune.area).values()
    assert one.count("<svg") == 2
    assert one.count("Cột") == 2
