"""The official profiles as data: every name and code that was seen, and what a maker may set otherwise."""

from typing import Any

import pytest

from nguon_device.bridge.far import Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.v2 import messages

WANTED = Wanted("i1", "Thông báo", "http://here/a.mp3", 61_500, 1_800_000_000_700, 2)
BULLETIN = (
    "BanTinID LoaiBanTin MucDoUuTien TieuDe LoaiLinhVuc NoiDungTomTat ThoiGianSanXuat ThoiLuong TacGia "
    "NoiDung ThongTinChiTietBanTin NguonTin TiepAm NguonTiepAm DanhSachNgayPhat"
)
SCHEDULE = "LichPhatID TenLichPhat NguonID TenNguon DanhSachDiaBanNhan DanhSachThietBi DanhSachBanTin"
# What others of the field were seen to have, written once more so that a wrong one is noticed.
CODES = {
    "MucDoUuTien": {"1": 1, "2": 2, "3": 3},
    "LoaiBanTin": {"text": 1, "image": 2, "audio": 3, "video": 4, "live": 5, "fm": 6},
    "LoaiLinhVuc": {
        "general": 1, "sudden": 2, "policy": 3, "directive": 4, "knowledge": 5, "example": 6,
    },
    "TrangThaiHoatDong": {"playing": 0, "paused": 1, "stopped": 2},
    "TrangThaiGui": {"success": 0, "failure": 1},
}  # fmt: skip


def said(**changes: Any) -> dict[str, Any]:
    return messages.schedule(Profile.load("v2.0", changes), "867", WANTED)


def test_a_schedule_has_every_field_by_its_official_name_and_kind() -> None:
    schedule = said(source={"NguonID": "H05", "TenNguon": "UBND", "DichID": "d", "TenDich": "Xã"})
    (bulletin,) = schedule["DanhSachBanTin"]
    assert set(schedule) == set(SCHEDULE.split())
    assert set(bulletin) == set(BULLETIN.split())
    assert schedule["DanhSachDiaBanNhan"] == [{"DichID": "d", "TenDich": "Xã"}]
    assert schedule["DanhSachThietBi"] == {"CumLoaID": ["867"]}
    assert bulletin["TacGia"] == {"TenDayDu": "", "ButDanh": "", "Email": ""}
    assert (bulletin["ThoiGianSanXuat"], bulletin["ThoiLuong"]) == (1_800_000_000, "00:01:02")
    (day,) = bulletin["DanhSachNgayPhat"]
    assert day == {  # whole seconds: the first one under way, and the last one that sounds
        "NgayPhat": "2027-01-15",
        "ThoiDiemPhat": [{"ThoiGianBatDau": "15:00:00", "ThoiGianKetThuc": "15:01:03"}],
    }
    assert [type(bulletin[name]) for name in ("LoaiBanTin", "MucDoUuTien", "LoaiLinhVuc", "TiepAm")] == [
        int
    ] * 4


def test_the_lists_of_codes_are_whole_and_what_nobody_saw_is_empty() -> None:
    values = Profile.load("v2.0").values
    assert {name: values["codes"][name] for name in CODES} == CODES
    assert values["commands"]["volume"] == {"MaLenh": "0"}
    known = {name: one["ThamSo"] for name, one in values["commands"].items() if "ThamSo" in one}
    assert known == {"stop": "0", "next": "1", "pause": "2", "resume": "3"}
    assert Profile.load("v2.0").command("pause") is None


def test_a_maker_names_fields_otherwise_adds_some_and_leaves_some_out() -> None:
    schedule = said(
        names={"NgayPhat": "date", "CumLoaID": "IMEI"},
        messages={"schedule": {"SoLanLap": 1, "TenNguon": None}},
    )
    assert schedule["DanhSachBanTin"][0]["DanhSachNgayPhat"][0]["date"] == "2027-01-15"
    assert (schedule["SoLanLap"], "TenNguon" in schedule) == (1, False)
    assert schedule["DanhSachThietBi"] == {"IMEI": ["867"]}
    profile = Profile.load("v2.0", {"names": {"CumLoaID": "IMEI"}})
    assert messages.status(profile, "867", {"IMEI": "867", "TrangThaiHoatDong": "1"}).playing is False


def test_what_a_box_measures_of_itself_is_read() -> None:
    own = {"NhietDo": "45°C", "DungLuongSuDung": 30, "CongSuat": [1], "DuLieuKhac": None}
    word = {"CumLoaID": 867, "TrangThaiHoatDong": 0, "AmLuong": "75%", "ThongTinThietBi": own}
    told = messages.status(Profile.load("v2.0"), "867", word)
    assert (told.temp, told.disk, told.volume) == (45.0, 30.0, 75)
    odds: list[Any] = [7, "x", [], None, {"NhietDo": "nóng", "DungLuongSuDung": 300}]
    for odd in odds:
        told = messages.status(Profile.load("v2.0"), "867", word | {"ThongTinThietBi": odd})
        assert (told.temp, told.disk) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"edition": "2019-01"}, {"edition": "../v1.0"}, {"names": {"a": {"b": 1}}}, {"messages": {"x": 1}},
        {"codes": {"New": 1}}, {"reads": {"status": {"url": [1]}}}, {"source": {"Khac": "x"}}, "x",
    ],
)  # fmt: skip
def test_what_is_no_edition_or_no_kind_of_change_is_refused(changes: Any) -> None:
    with pytest.raises(FarFault, match="settings"):
        Profile.load("v2.0", changes)


def test_braces_that_stand_for_nothing_are_told() -> None:
    with pytest.raises(FarFault, match="tacgia"):
        said(messages={"schedule": {"TacGia": "{tacgia}"}})
    assert Profile.load("v2.0", {"edition": "2026-11"}).values["edition"] == "2026-11"
