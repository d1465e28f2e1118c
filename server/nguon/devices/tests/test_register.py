"""The register of loudspeakers from tables: bad lines have their sentence, joined boxes find their line."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from nguon.accounts.tests.cast import People, people
from nguon.devices.actions import change_registered, claim, enrol, remove_registered, revoke
from nguon.devices.actions.register_files import HEADINGS
from nguon.devices.errors import LineJoined, NotYourArea, PoleHasPast, PoleMoves
from nguon.devices.following import RegisterLines
from nguon.devices.models import Device, Registered
from nguon.devices.queries import registered_in
from nguon.devices.tests.cast import loudspeaker
from nguon.journal.models import Entry
from nguon.kernel.text import fold
from nguon.organisations.actions import LineProblem, Moves, TableReport, centres, table_kind
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
GOOD = {"Số máy": "LN-1", "Tên cụm loa": "Loa đình", "Mã xã": "07444"}


@pytest.fixture
def cast() -> People:
    return people()


def book(*rows: dict[str, Any]) -> bytes:
    made = Workbook()
    made.active.append(list(HEADINGS))
    for row in rows:
        made.active.append([row.get(name) for name in HEADINGS])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(cast: People, *rows: dict[str, Any], data: bytes = b"", **more: Any) -> TableReport:
    kind = table_kind("devices")
    assert kind is not None
    given: dict[str, Any] = {
        "areas": [cast.places.province.area],
        "by": cast.tuan,
        "at": AT,
        "dry_run": False,
    }
    return kind.bring(table=kind.read(data or book(*rows)), **given | more)


def told(report: TableReport) -> dict[int, str]:
    return {error.line: error.text for error in report.errors}


def test_the_template_can_be_brought_and_a_second_time_adds_nothing(cast: People) -> None:
    kind = table_kind("devices")
    assert kind is not None
    assert brought(cast, data=kind.template(), dry_run=True).errors == []
    assert not Registered.objects.exists()
    assert brought(cast, data=kind.template()).created == 1
    made = Registered.objects.get()
    assert (made.serial, made.households, str(made.place)) == ("LN-0001", 120, "Thôn Đông Thịnh")
    assert Entry.objects.get(fact="register.imported").data["count"] == 1
    again = brought(cast, data=kind.template())
    assert (again.created, again.unchanged) == (0, 1)


def test_each_bad_line_has_its_sentence_and_no_line_is_imported(cast: People) -> None:
    middle = centres(["07444"])["07444"]
    here = {"Vĩ độ": middle.latitude, "Kinh độ": middle.longitude}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"Số máy": ""}, "Thiếu số máy"),
        ({"Số máy": "=A2"}, "công thức"),
        ({"Tên cụm loa": " "}, "Tên cụm loa phải có"),
        ({"Mã xã": "99999"}, "Không có xã, phường nào mang mã “99999”"),
        ({"Mã xã": "20044"}, "ngoài địa bàn"),
        ({"Thôn, tổ dân phố": "Thôn Lạ"}, "Không có “Thôn Lạ”"),
        ({"Hạng": "Z"}, "Hạng “Z” không có"),
        ({"Số SIM": "abc"}, "Số SIM “abc”"),
        ({"Số hộ nghe": "nhiều"}, "không phải số"),
        ({"Vĩ độ": "21,3"}, "cả vĩ độ và kinh độ"),
        ({"Vĩ độ": 106.5, "Kinh độ": 21.3}, "ngoài Việt Nam"),
        ({"Vĩ độ": 10.77, "Kinh độ": 106.7}, "ngoài Xã Lục Nam"),
        ({"Mã cơ quan quản lý": "KHONG"}, "Không có cơ quan"),
    ]
    rows = [GOOD | {"Số máy": f"S{n}"} | row for n, (row, _text) in enumerate(wrong)]
    found = told(brought(cast, *rows, GOOD | here, GOOD | {"Số máy": "ln-1"}))
    assert {line: text for line, (_row, text) in enumerate(wrong, 2) if text not in found.get(line, "")} == {}
    assert "đã có ở dòng" in found.pop(len(wrong) + 3)
    assert len(found) == len(wrong)
    assert not Registered.objects.exists()


@pytest.mark.parametrize("same", ["LN\u20111", "\uff2c\uff2e-1", "ln-1", "LN\u22121"])
def test_a_serial_is_the_same_however_it_was_copied(cast: People, same: str) -> None:
    brought(cast, GOOD)
    again = brought(cast, GOOD | {"Số máy": same})
    assert (again.created, again.unchanged, again.notes) == (0, 1, [])


@pytest.mark.parametrize("odd", ["ß1", "\u01f01"])
def test_a_serial_with_letters_that_grow_is_one_sentence(cast: People, odd: str) -> None:
    for _time in range(2):
        assert "ký tự lạ" in told(brought(cast, GOOD | {"Số máy": odd}))[2]


def test_a_thousand_lines_half_of_them_wrong_are_five_hundred_sentences(cast: People) -> None:
    wrong = {0: {}, 1: {"Số hộ nghe": "x"}}
    rows = [GOOD | {"Số máy": f"S{n}", "Tên cụm loa": f"Loa {n}"} | wrong[n % 2] for n in range(1000)]
    report = brought(cast, *rows)
    assert (report.rows, len(report.errors), Registered.objects.count()) == (1000, 500, 0)
    assert brought(cast, *rows[::2]).created == 500


def test_what_a_file_says_otherwise_of_a_known_line_is_noted(cast: People) -> None:
    brought(cast, GOOD | {"Số hộ nghe": "10"})
    assert brought(cast, GOOD).notes == []  # what is left empty says nothing
    report = brought(cast, GOOD | {"Số hộ nghe": "55"})
    assert (report.unchanged, len(report.notes)) == (1, 1)
    assert (report.notes[0].line, "giữ nguyên" in report.notes[0].text) == (2, True)
    assert Registered.objects.get().households == 10


def test_a_serial_that_is_elsewhere_is_told_without_naming_what_is_foreign(cast: People) -> None:
    brought(cast, GOOD, GOOD | {"Số máy": "HUE-1", "Mã xã": "20044", "Tên cụm loa": "Loa Huế"}, areas=None)
    report = brought(cast, GOOD | {"Mã xã": "09169"}, GOOD | {"Số máy": "hue-1"})
    mine, foreign = told(report)[2], told(report)[3]
    assert "Loa đình" in mine
    assert "nơi khác" in foreign
    assert "Loa Huế" not in foreign


def test_a_box_finds_its_line_by_the_serial(cast: People) -> None:
    there = loudspeaker("Loa đã vào", cast.places.commune).device
    Device.objects.filter(pk=there.pk).update(serial="ln-1")
    brought(cast, GOOD, GOOD | {"Số máy": "LN-2"})
    assert Registered.objects.get(serial="LN-1").device == there
    claim(code="ABCD2345", alg="ed25519", public_key="ab" * 32, model="M", serial="ln-2", at=AT)
    joined = enrol(code="ABCD2345", name="Loa", place=cast.places.commune, by=cast.tuan, at=AT)
    assert Registered.objects.get(serial="LN-2").device == joined
    area = [cast.places.province.area]
    assert registered_in(area, waiting=True).count() == 0
    assert [row.serial for row in registered_in(area, "dinh ln-2")] == ["LN-2"]


def test_the_register_follows_the_map(cast: People) -> None:
    brought(cast, GOOD)
    old, new = cast.places.commune.area, cast.places.ward.area
    follower = RegisterLines()
    assert follower.count([old], AT) == 1
    assert [item.label for item in follower.items(old, AT)] == ["Loa đình (LN-1)"]
    follower.follow(Moves(date(2026, 3, 2), to={old: new}), by=None, at=AT)
    assert Registered.objects.get().area == new


def test_distances_are_those_of_the_earth() -> None:
    middle = centres(["07444"])["07444"]
    assert middle.km_to(middle.latitude, middle.longitude) == 0
    assert 110 < middle.km_to(middle.latitude + 1, middle.longitude) < 112
    assert centres(["99999"]) == {}


def as_typed(row: Registered, **more: str) -> dict[str, str]:
    """This function will return the cells of a line's form, some of them changed."""
    cells = dict.fromkeys([fold(name) for name in HEADINGS], "")
    told = {"so may": row.serial, "ten cum loa": row.name, "ma xa": "07444", "hang": "A"}
    return cells | told | {name.replace("_", " "): text for name, text in more.items()}


def test_a_line_is_set_right_by_the_rules_of_a_file(cast: People) -> None:
    brought(cast, GOOD, GOOD | {"Số máy": "LN-2"})
    row = Registered.objects.get(serial="LN-1")
    cells = as_typed(row, thon_to_dan_pho="Thôn Đông Thịnh", so_ho_nghe="120", so_sim="0981 234 567")
    changed = change_registered(line=row, cells=cells, by=cast.tuan, at=AT)
    assert (str(changed.place), changed.households, changed.sim) == ("Thôn Đông Thịnh", 120, "0981234567")
    entry = Entry.objects.get(fact="register.changed")
    assert entry.data["fields"] == ["households", "place", "sim"]
    change_registered(line=row, cells=cells, by=cast.tuan, at=AT)
    assert Entry.objects.filter(fact="register.changed").count() == 1
    for wrong, told in (
        ({"so_may": "ln-2"}, "đã có trong sổ: Loa đình"),
        ({"ma_xa": "20044"}, "ngoài địa bàn bạn giữ loa"),
        ({"so_ho_nghe": "=1+1"}, "là một công thức"),
        ({"ten_cum_loa": " "}, "Tên cụm loa phải có"),
    ):
        with pytest.raises(LineProblem, match=told):
            change_registered(line=row, cells=as_typed(row, **wrong), by=cast.tuan, at=AT)
    for by in (cast.lan, cast.hue):
        with pytest.raises(NotYourArea):
            change_registered(line=row, cells=cells, by=by, at=AT)


def test_a_line_of_a_box_that_joined_stays_and_one_by_mistake_goes(cast: People) -> None:
    device = loudspeaker("Loa", cast.places.commune).device
    Device.objects.filter(pk=device.pk).update(serial="LN-1")
    brought(cast, GOOD, GOOD | {"Số máy": "LN-2"})
    joined, waiting = Registered.objects.order_by("serial")
    assert joined.device == device
    with pytest.raises(LineJoined):
        change_registered(line=joined, cells=as_typed(joined, so_may="LN-9"), by=cast.tuan, at=AT)
    with pytest.raises(LineJoined):
        remove_registered(line=joined, by=cast.tuan, at=AT)
    remove_registered(line=waiting, by=cast.tuan, at=AT)
    assert list(Registered.objects.all()) == [joined]
    assert Entry.objects.get(fact="register.removed").data["serial"] == "LN-2"


def test_an_imei_is_once_in_the_register(cast: People) -> None:
    first, second = ({**GOOD, "Số máy": f"LN-{n}", "Số IMEI": "49-015420-323751-8"} for n in (1, 2))
    assert told(brought(cast, first, second)) == {3: "Số IMEI “490154203237518” đã có ở dòng 2."}
    assert brought(cast, first).created == 1
    assert "một dòng khác" in told(brought(cast, second))[2]
    assert brought(cast, first).unchanged == 1
    line = Registered.objects.get()
    cells = {"so may": "LN-1", "ten cum loa": "Mới", "ma xa": "07444", "so imei": "490154203237518"}
    assert change_registered(line=line, cells=cells, by=cast.tuan, at=AT).name == "Mới"


def test_a_box_is_called_and_found_as_its_pole(cast: People) -> None:
    device = loudspeaker("Loa cũ", cast.places.commune).device
    line = Registered.objects.create(
        name="Loa cũ", serial="LN-1", place=device.place, area=device.area, made_at=AT, device=device
    )
    here = {
        "so may": "LN-1",
        "ten cum loa": "Loa mới",
        "ma xa": "07444",
        "thon to dan pho": "Thôn Đông Thịnh",
    }
    change_registered(line=line, cells=here, by=cast.tuan, at=AT)
    device.refresh_from_db()
    assert (device.name, str(device.place)) == ("Loa mới", "Thôn Đông Thịnh")
    elsewhere = here | {"ma xa": "09169", "thon to dan pho": ""}
    with pytest.raises(PoleMoves):
        change_registered(line=line, cells=elsewhere, by=cast.tuan, at=AT)
    revoke(device=device, last_receipt=0, reason="Mất", by=cast.tuan, at=AT)
    with pytest.raises(PoleHasPast):
        remove_registered(line=line, by=cast.tuan, at=AT)


def packed_anew(data: bytes, change: dict[str, bytes]) -> bytes:
    """This function will return a workbook with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | change
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_hostile_workbook_is_one_sentence_and_harms_nothing(
    cast: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    lots = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    laughs = (
        b'<!DOCTYPE w [<!ENTITY e0 "lol">' + lots + b"]><worksheet><sheetData>&e11;</sheetData></worksheet>"
    )
    outside = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
    columns = Workbook()
    columns.active.append(["Họ tên", "Số máy"])
    wrong = io.BytesIO()
    columns.save(wrong)
    for data in (
        packed_anew(book(GOOD), {sheet: laughs}),
        packed_anew(book(GOOD), {sheet: outside}),
        book(GOOD)[:-40],
        wrong.getvalue(),
    ):
        report = brought(cast, data=data)
        assert len(report.errors) == 1
        assert "root:" not in report.errors[0].text
    macros = packed_anew(book(GOOD), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99})
    assert brought(cast, data=macros).created == 1  # its cells are read, its program is nobody's
    monkeypatch.setattr("nguon.organisations.actions.tables.MAX_UNPACKED", 100_000)
    bomb = packed_anew(book(GOOD | {"Số máy": "LN-2"}), {"xl/media/image1.bin": b"\0" * 200_000})
    assert len(bomb) < 20_000
    assert "quá" in brought(cast, data=bomb).errors[0].text
    assert Registered.objects.count() == 1
