"""Excel files of lists: what one may see, text as text, with progress, for the person who asked alone."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from nguon.accounts.models import User
from nguon.bulletins.tests.cast import Newsroom, submitted
from nguon.console import exports, sheets
from nguon.console.tests.conftest import As
from nguon.devices.tests.cast import loudspeaker
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
