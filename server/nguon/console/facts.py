"""The journal in sentences."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.console.presenters import Fact, Tone
from nguon.journal.models import Entry
from nguon.organisations import queries as places

_WORDS = {
    "bulletin.submitted": (gettext_lazy("{by} gửi duyệt “{title}”"), "warn", "send"),
    "bulletin.approved": (gettext_lazy("{by} duyệt"), "live", "circle-check"),
    "bulletin.half_approved": (gettext_lazy("{by} duyệt; cần thêm một người nữa"), "warn", "circle-check"),
    "bulletin.wide": (gettext_lazy("Báo trực ban: “{title}” sẽ phát ở {count} xã"), "warn", "radio-tower"),
    "passkey.added": (gettext_lazy("{by} đăng ký khóa bảo mật"), "", "fingerprint"),
    "passkey.granted": (gettext_lazy("{by} xác nhận khóa bảo mật ở {area}"), "warn", "key-round"),
    "passkey.revoked": (gettext_lazy("{by} hủy khóa bảo mật"), "bad", "key-round"),
    "bulletin.returned": (gettext_lazy("{by} trả lại"), "bad", "undo-2"),
    "bulletin.reopened": (gettext_lazy("{by} mở lại để sửa"), "", "pen-line"),
    "bulletin.scheduled": (gettext_lazy("Đã xếp lịch phát"), "brand", "calendar-clock"),
    "bulletin.withdrawn": (gettext_lazy("{by} thu hồi"), "bad", "circle-stop"),
    "document.signed": (gettext_lazy("Bộ ký đã ký văn bản gửi {target}"), "brand", "shield-check"),
    "document.refused": (gettext_lazy("Bộ ký từ chối ký cho {target}"), "bad", "circle-x"),
    "stop.ordered": (gettext_lazy("{by} dừng phát ở {area}"), "bad", "octagon-x"),
    "device.asked": (gettext_lazy("Một loa xin vào, dấu khóa {fingerprint}"), "", "fingerprint"),
    "device.enrolled": (gettext_lazy("{by} cho “{name}” vào hệ thống"), "live", "speaker"),
    "group.made": (gettext_lazy("{by} lập nhóm loa “{name}”"), "", "layers"),
    "group.shrunk": (gettext_lazy("Địa bàn thay đổi: loa ở nơi khác rời nhóm “{name}”"), "warn", "layers"),
    "bulletin.followed": (
        gettext_lazy("Địa bàn thay đổi: “{title}” là bản nháp với nơi phát mới"),
        "warn",
        "map-pin",
    ),
    "role.followed": (gettext_lazy("Địa bàn thay đổi: vai trò chuyển sang {area}"), "", "key-round"),
    "place-change.drafted": (gettext_lazy("{by} soạn một thay đổi địa bàn"), "", "map-pin"),
    "place-change.revised": (gettext_lazy("{by} sửa một thay đổi địa bàn"), "", "map-pin"),
    "place-change.confirmed": (gettext_lazy("{by} xác nhận một thay đổi địa bàn"), "warn", "map-pin"),
    "place-change.dropped": (gettext_lazy("{by} bỏ một thay đổi địa bàn"), "", "map-pin"),
    "places.history-imported": (gettext_lazy("Đã nhập bản đồ trước ngày 1/7/2025"), "", "map-pin"),
    "role.assigned": (gettext_lazy("{by} cấp quyền"), "", "key-round"),
    "role.ended": (gettext_lazy("{by} thôi cấp quyền"), "", "key-round"),
    "user.created": (gettext_lazy("{by} lập tài khoản {username}"), "", "user"),
    "user.password_set": (gettext_lazy("{by} đặt lại mật khẩu"), "", "key-round"),
    "rendering.requested": (gettext_lazy("{by} tạo giọng đọc"), "", "audio-lines"),
    "sound.uploaded": (gettext_lazy("{by} tải tệp âm thanh lên"), "", "upload"),
    "places.imported": (gettext_lazy("Đã nhập danh mục địa bàn"), "", "map-pin"),
    "villages.imported": (gettext_lazy("Đã nhập danh sách thôn"), "", "map-pin"),
    "place.added": (gettext_lazy("{by} thêm địa bàn “{name}”"), "", "map-pin"),
}
QUIET = frozenset({"rendering.requested"})


class _Known(dict[str, object]):
    """Fields of a sentence; one that the row does not have shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentences(rows: Collection[Entry]) -> list[Fact]:
    """This function will put journal rows into words; a fact of a later version shows by its own name."""
    people = _people(rows)
    areas = places.labels({area for row in rows for area in (_area(row),) if area})
    return [_fact(row, people.get(row.by, ""), areas.get(_area(row), "")) for row in rows]


def _people(rows: Collection[Entry]) -> dict[str, str]:
    keys = {row.by.removeprefix("user:") for row in rows if row.by.startswith("user:")}
    found = User.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {f"user:{user.pk}": str(user) for user in found}


def _area(row: Entry) -> str:
    kind, _colon, key = row.subject.partition(":")
    return str(row.data.get("area") or (key if kind == "target" else ""))


def _fact(row: Entry, person: str, area: str) -> Fact:
    words, kind, icon = _WORDS.get(row.fact, (row.fact, "", "info"))
    given = {key: value for key, value in row.data.items() if isinstance(value, str | int)}
    where = area or _("một nhóm hoặc một cụm loa")
    fields = {**given, "by": person or row.by_name or _("Hệ thống"), "area": where, "target": where}
    detail = str(row.data.get("reason") or row.data.get("message") or "")
    return Fact(row.at, str(words).format_map(_Known(fields)), Tone(row.fact, kind, icon), detail)
