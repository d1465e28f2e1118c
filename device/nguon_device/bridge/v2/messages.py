"""What is said in the profile v2.0: schedules, bulletins, commands, and what a status tells."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile

VIETNAM = timezone(timedelta(hours=7))
LONGEST_LIVE_MS = 30 * 60 * 1000


def schedule(profile: Profile, box: str, wanted: Wanted) -> dict[str, Any]:
    """Give a LichPhat of one bulletin for one box, from now until its end."""
    start = datetime.fromtimestamp(wanted.started_at_ms / 1000, UTC).astimezone(VIETNAM)
    end = start + timedelta(milliseconds=wanted.dur_ms)
    source = profile.values["source"]
    moment = {"ThoiGianBatDau": f"{start:%H:%M:%S}", "ThoiGianKetThuc": f"{end:%H:%M:%S}"}
    days = [{profile.text("fields", "date"): f"{start:%Y-%m-%d}", "ThoiDiemPhat": [moment]}]
    return {
        "LichPhatID": wanted.item,
        "TenLichPhat": wanted.title,
        "NguonID": source["NguonID"],
        "TenNguon": source["TenNguon"],
        "DanhSachDiaBanNhan": [{"DichID": source["DichID"], "TenDich": source["TenDich"]}],
        "DanhSachThietBi": {"CumLoaID": [box]},
        "DanhSachBanTin": [bulletin(profile, wanted) | {"DanhSachNgayPhat": days}],
    }


def bulletin(profile: Profile, wanted: Wanted) -> dict[str, Any]:
    """Give a BanTin. What the signed document does not carry (summary, author) stays empty."""
    return {
        "BanTinID": wanted.item,
        "LoaiBanTin": profile.code("LoaiBanTin", "live" if wanted.live else "audio"),
        "MucDoUuTien": profile.code("MucDoUuTien", wanted.priority),
        "TieuDe": wanted.title,
        "LoaiLinhVuc": profile.code("LoaiLinhVuc", "default"),
        "NoiDungTomTat": "",
        "ThoiGianSanXuat": wanted.started_at_ms // 1000,
        "ThoiLuong": _clock(wanted.dur_ms),
        "TacGia": {"TenDayDu": "", "ButDanh": "", "Email": ""},
        "NoiDung": wanted.url,
        "ThongTinChiTietBanTin": [],
        "NguonTin": profile.values["source"]["TenNguon"],
        "TiepAm": 0,
        "NguonTiepAm": "",
    }


def command(profile: Profile, box: str, name: str) -> dict[str, Any] | None:
    """Give a DieuKhien for one box; None when nobody has set the code of this command."""
    found = profile.command(name)
    return None if found is None else {"CumLoaID": box, **found}


def content(profile: Profile, answer: dict[str, Any]) -> Any:
    """Give NoiDung of an answer that says it worked. Raises FarFault: refused, with MoTa; rubbish."""
    said = profile.means("TrangThaiGui", answer.get("TrangThaiGui"))
    if said == "failure":
        raise FarFault("refused", answer.get("MoTa", ""))
    if said != "success":
        raise FarFault("rubbish", "TrangThaiGui")
    return answer.get("NoiDung")


def status(profile: Profile, box: str, said: Any) -> Told:
    """Read a status of the box. Raises FarFault: rubbish, other (a status of another device)."""
    if not isinstance(said, dict):
        raise FarFault("rubbish", "NoiDung")
    if str(said.get("CumLoaID", "")) != box:
        raise FarFault("other", said.get("CumLoaID", ""))
    activity = profile.means("TrangThaiHoatDong", said.get("TrangThaiHoatDong"))
    if not activity:
        raise FarFault("unknown-code", f"TrangThaiHoatDong {said.get('TrangThaiHoatDong')}")
    return Told(
        playing=activity == "playing",
        url=_text(said.get("NoiDungPhat")),
        volume=_percent(said.get("AmLuong")),
        connection=_text(said.get("TrangThaiKetNoi"))[:40],
        program=_text(said.get("PhienBanUngDung"))[:40],
    )


def _text(value: object) -> str:
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return "".join(one for one in str(value)[:500] if one.isprintable()) if known else ""


def _percent(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) <= 100 else None


def _clock(ms: int) -> str:
    seconds = (ms + 999) // 1000
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
