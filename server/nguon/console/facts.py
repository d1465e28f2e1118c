"""The journal in sentences."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.console import (
    facts_alerts,
    facts_cap,
    facts_fleet,
    facts_health,
    facts_production,
    facts_releases,
)
from nguon.console.presenters import Fact, JournalLine, Tone
from nguon.journal.models import Entry
from nguon.organisations import queries as places

_WORDS = {
    "bulletin.submitted": (gettext_lazy("{by} gửi duyệt “{title}”"), "warn", "send"),
    "bulletin.approved": (gettext_lazy("{by} duyệt"), "live", "circle-check"),
    "bulletin.half_approved": (gettext_lazy("{by} duyệt; cần thêm một người nữa"), "warn", "circle-check"),
    "bulletin.wide": (gettext_lazy("Báo trực ban: “{title}” sẽ phát ở {count} xã"), "warn", "radio-tower"),
    "bulletin.too_many": (
        gettext_lazy("{by} bị chặn: quá nhiều xã cùng lúc (“{title}”)"),
        "warn",
        "circle-alert",
    ),
    "passkey.added": (gettext_lazy("{by} đăng ký khóa bảo mật"), "", "fingerprint"),
    "passkey.granted": (gettext_lazy("{by} xác nhận khóa bảo mật ở {area}"), "warn", "key-round"),
    "passkey.copied": (
        gettext_lazy("Khóa bảo mật của {user} đếm lùi khi đăng nhập: có thể có bản sao"),
        "bad",
        "fingerprint",
    ),
    "passkey.revoked": (gettext_lazy("{by} hủy khóa bảo mật"), "bad", "key-round"),
    "bulletin.deadline_near": (gettext_lazy("Sắp hết hạn duyệt “{title}”"), "warn", "hourglass"),
    "bulletin.deadline_passed": (
        gettext_lazy("Quá hạn duyệt “{title}”"),
        "bad",
        "hourglass",
    ),
    "review_rule.added": (gettext_lazy("{by} đặt một quy định duyệt ở {area}"), "", "clipboard-check"),
    "review_rule.ended": (gettext_lazy("{by} bỏ một quy định duyệt ở {area}"), "warn", "clipboard-check"),
    "bulletin.returned": (gettext_lazy("{by} trả lại"), "bad", "undo-2"),
    "bulletin.copied": (gettext_lazy("{by} soạn lại từ “{title}”"), "", "pen-line"),
    "bulletin.corrected": (gettext_lazy("{by} soạn đính chính cho “{title}”"), "warn", "pen-line"),
    "attachment.added": (gettext_lazy("{by} đính kèm “{filename}”"), "", "file-text"),
    "attachment.removed": (gettext_lazy("{by} bỏ tệp đính kèm “{filename}”"), "", "file-text"),
    "template.kept": (gettext_lazy("{by} lưu mẫu bản tin “{name}” ở {area}"), "", "file-text"),
    "template.ended": (gettext_lazy("{by} bỏ mẫu bản tin “{name}” ở {area}"), "", "file-text"),
    "campaign.added": (gettext_lazy("{by} thêm chiến dịch “{title}” ở {area}"), "", "megaphone"),
    "campaign.brought": (gettext_lazy("Đã nhập {count} chiến dịch của cả nước"), "", "megaphone"),
    "bulletin.taken_back": (gettext_lazy("{by} lấy lại “{title}” vì đã quá giờ"), "warn", "undo-2"),
    "bulletin.reopened": (gettext_lazy("{by} mở lại để sửa"), "", "pen-line"),
    "bulletin.scheduled": (gettext_lazy("Đã xếp lịch phát"), "brand", "calendar-clock"),
    "airing.placed": (
        gettext_lazy("{by} xếp “{title}” vào chương trình ở {area}: {count} lượt, từ {time}"),
        "brand",
        "calendar-clock",
    ),
    "airing.unplaced": (
        gettext_lazy("{by} bỏ “{title}” khỏi chương trình ở {area}: {count} lượt, từ {time}"),
        "warn",
        "calendar-clock",
    ),
    "airing.moved": (
        gettext_lazy("{by} chuyển “{title}” ở {area} từ {from_time} sang {time}"),
        "brand",
        "calendar-clock",
    ),
    "session.made": (
        gettext_lazy("{by} mở phiên “{name}” lúc {time}, {minutes} phút, ở {area}"),
        "brand",
        "calendar-clock",
    ),
    "session.ended": (
        gettext_lazy("{by} đóng phiên “{name}” lúc {time} ở {area}: bỏ {removed} lượt phát"),
        "warn",
        "calendar-clock",
    ),
    "slot.made": (
        gettext_lazy("{by} thêm “{title}” vào phiên “{name}” ({time}) ở {area}: {count} lượt phát"),
        "brand",
        "calendar-clock",
    ),
    "slot.ended": (
        gettext_lazy("{by} bỏ “{title}” khỏi phiên “{name}” ({time}) ở {area}: bỏ {removed} lượt phát"),
        "warn",
        "calendar-clock",
    ),
    "slot.moved": (
        gettext_lazy("{by} đổi chỗ “{title}” trong phiên “{name}” ({time}) ở {area}"),
        "brand",
        "calendar-clock",
    ),
    "slot.skipped": (
        gettext_lazy("{by} không phát “{title}” trong phiên “{name}” ngày {date} ở {area}"),
        "warn",
        "calendar-clock",
    ),
    "slot.restored": (
        gettext_lazy("{by} phát lại “{title}” trong phiên “{name}” ngày {date} ở {area}"),
        "brand",
        "calendar-clock",
    ),
    "programme.day_off": (
        gettext_lazy("{by} nghỉ phát ngày {date} ở {area} ({name}): bỏ {count} lượt phát"),
        "warn",
        "calendar-clock",
    ),
    "programme.filled": (
        gettext_lazy("Chương trình ở {area} xếp thêm {count} lượt phát"),
        "brand",
        "calendar-clock",
    ),
    "clash.asked": (
        gettext_lazy("{by} muốn phát “{title}” lúc {time} ở {area}, trùng “{met}”: chờ xã quyết định"),
        "warn",
        "circle-help",
    ),
    "clash.decided": (
        gettext_lazy("{by} quyết định cho “{title}” lúc {time} ở {area}, trùng “{met}”: {decision}"),
        "brand",
        "circle-check",
    ),
    "bulletin.withdrawn": (gettext_lazy("{by} thu hồi"), "bad", "circle-stop"),
    "supply.taken": (gettext_lazy("“{title}” từ trên vào chương trình ở {area}"), "live", "inbox"),
    "supply.declined": (gettext_lazy("{by}: {area} không dùng “{title}”"), "bad", "inbox"),
    "supply.reminded": (gettext_lazy("{by} nhắc {count} xã chưa trả lời “{title}”"), "warn", "bell"),
    "document.signed": (gettext_lazy("Bộ ký đã ký văn bản gửi {target}"), "brand", "shield-check"),
    "document.refused": (gettext_lazy("Bộ ký từ chối ký cho {target}"), "bad", "circle-x"),
    "document.relayed": (gettext_lazy("{by} chuyển lệnh đã ký sẵn tới {target}"), "bad", "radio-tower"),
    "stop.ordered": (gettext_lazy("{by} dừng phát ở {area}"), "bad", "octagon-x"),
    "live.opened": (gettext_lazy("{by} nói trực tiếp tới loa ở {area}"), "live", "mic"),
    "live.ended": (gettext_lazy("Phiên nói trực tiếp kết thúc"), "", "circle-stop"),
    "live.recorded": (gettext_lazy("Đã lưu ghi âm của phiên nói trực tiếp"), "", "headphones"),
    "relay.source_added": (gettext_lazy("{by} thêm nguồn tiếp sóng “{name}” cho {area}"), "", "radio-tower"),
    "relay.source_ended": (gettext_lazy("{by} ngừng dùng nguồn tiếp sóng “{name}”"), "", "radio-tower"),
    "relay.submitted": (gettext_lazy("{by} gửi duyệt lịch tiếp sóng {name} {hours}"), "warn", "send"),
    "relay.approved": (gettext_lazy("{by} duyệt lịch tiếp sóng {name} {hours}"), "live", "circle-check"),
    "relay.returned": (gettext_lazy("{by} trả lại lịch tiếp sóng {name} {hours}"), "bad", "undo-2"),
    "relay.ended": (gettext_lazy("{by} ngừng lịch tiếp sóng {name} {hours}"), "bad", "circle-stop"),
    "relay.began": (gettext_lazy("Bắt đầu tiếp sóng {name} ở {area}"), "live", "radio-tower"),
    "relay.lost": (gettext_lazy("Mất nguồn tiếp sóng {name} ở {area}"), "bad", "wifi-off"),
    "relay.back": (gettext_lazy("Nguồn tiếp sóng {name} có tiếng trở lại"), "live", "radio-tower"),
    "relay.over": (gettext_lazy("Kết thúc tiếp sóng {name}: đã phát {seconds} giây"), "", "circle-stop"),
    "device.asked": (gettext_lazy("Một loa xin vào, dấu khóa {fingerprint}"), "", "fingerprint"),
    "device.enrolled": (gettext_lazy("{by} cho “{name}” vào hệ thống"), "live", "speaker"),
    "device.simulated": (gettext_lazy("{by} cho {count} loa mô phỏng vào hệ thống"), "", "speaker"),
    "register.changed": (gettext_lazy("{by} sửa dòng “{name}” trong sổ loa"), "", "speaker"),
    "register.removed": (gettext_lazy("{by} bỏ dòng “{name}” khỏi sổ loa"), "warn", "speaker"),
    "register.imported": (
        gettext_lazy("{by} nhập {count} cụm loa từ tệp vào sổ loa ở {area}"),
        "",
        "speaker",
    ),
    "device.rejoined": (gettext_lazy("{by} cho “{name}” trở lại sau khi mất bộ nhớ"), "live", "speaker"),
    "device.revoked": (gettext_lazy("{by} thu hồi loa “{name}”"), "bad", "circle-stop"),
    "device.cut_off": (gettext_lazy("Loa “{name}” đã bị ngắt kết nối"), "bad", "wifi-off"),
    "group.changed": (gettext_lazy("{by} sửa nhóm loa “{name}”"), "", "layers"),
    "group.ended": (gettext_lazy("{by} bỏ nhóm loa “{name}”"), "warn", "layers"),
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
    "agency.added": (gettext_lazy("{by} thêm cơ quan “{name}”"), "", "users"),
    "agency.changed": (gettext_lazy("{by} sửa cơ quan “{name}”"), "", "users"),
    "agency.succeeded": (gettext_lazy("“{name}” có đơn vị kế tục"), "warn", "users"),
    "agency.ended": (gettext_lazy("“{name}” kết thúc"), "warn", "users"),
    "facility.added": (gettext_lazy("{by} thêm cơ sở “{name}”"), "", "map-pin"),
    "facility.changed": (gettext_lazy("{by} sửa cơ sở “{name}”"), "", "map-pin"),
    "facility.succeeded": (gettext_lazy("“{name}” có cơ sở kế tục"), "warn", "map-pin"),
    "facility.ended": (gettext_lazy("“{name}” kết thúc"), "warn", "map-pin"),
    "bodies.imported": (gettext_lazy("Đã nhập danh sách cơ quan, cơ sở"), "", "map-pin"),
    "bulletin.handed_over": (gettext_lazy("{by} chuyển bản nháp cho {to}"), "", "users"),
    "role.assigned": (gettext_lazy("{by} giao cho {user} vai trò {role} ở {area}"), "", "key-round"),
    "role.ended": (gettext_lazy("{by} cho {user} thôi vai trò {role} ở {area}"), "", "key-round"),
    "role.dropped": (gettext_lazy("{by} bỏ vai trò {role} của {user} ở {area}"), "", "key-round"),
    "staff.added": (gettext_lazy("{by} thêm một nhân sự ở {area}"), "", "users"),
    "staff.changed": (gettext_lazy("{by} sửa thông tin một nhân sự ở {area}"), "", "users"),
    "staff.imported": (gettext_lazy("{by} nhập {people} nhân sự từ tệp vào {area}"), "", "users"),
    "staff.erased": (gettext_lazy("{by} xóa cách liên hệ của một nhân sự ở {area}"), "warn", "users"),
    "staff.removed": (gettext_lazy("{by} xóa một nhân sự ghi nhầm ở {area}"), "warn", "users"),
    "post.added": (gettext_lazy("{by} ghi thêm công việc của một nhân sự ở {area}"), "", "users"),
    "post.changed": (gettext_lazy("{by} sửa công việc của một nhân sự ở {area}"), "", "users"),
    "post.ended": (gettext_lazy("{by} cho một nhân sự ở {area} thôi việc"), "warn", "users"),
    "post.handed_over": (gettext_lazy("{by} bàn giao công việc của một nhân sự ở {area}"), "warn", "users"),
    "post.followed": (gettext_lazy("Địa bàn thay đổi: một nhân sự chuyển sang {area}"), "", "users"),
    "training.added": (gettext_lazy("{by} ghi khóa “{course}” cho một nhân sự ở {area}"), "", "users"),
    "training.removed": (gettext_lazy("{by} bỏ khóa “{course}” của một nhân sự ở {area}"), "", "users"),
    "user.invited": (gettext_lazy("{by} tạo liên kết vào cho {user}"), "", "user"),
    "user.entered": (gettext_lazy("{user} dùng liên kết và đặt mật khẩu"), "", "user"),
    "user.second_step": (gettext_lazy("{by} đổi xác thực hai bước của {user}"), "", "shield-check"),
    "user.email": (gettext_lazy("{by} đổi địa chỉ thư điện tử của {user}"), "", "user"),
    "user.linked": (gettext_lazy("{user} nối tài khoản với nơi cấp danh tính"), "", "user"),
    "user.unlinked": (gettext_lazy("{by} gỡ liên kết danh tính của {user}"), "warn", "user"),
    "user.locked": (gettext_lazy("{by} khóa tài khoản {user}"), "bad", "key-round"),
    "user.removed": (gettext_lazy("{by} xóa tài khoản lập nhầm {username}"), "warn", "user"),
    "user.unlocked": (gettext_lazy("{by} mở khóa tài khoản {user}"), "", "key-round"),
    "user.sessions_ended": (gettext_lazy("{by} kết thúc phiên đăng nhập của {user}"), "", "log-out"),
    "user.handed_over": (gettext_lazy("{by} bàn giao việc của {user} cho {to}"), "warn", "users"),
    "user.delegated": (gettext_lazy("{by} cử {to} làm thay {user}"), "warn", "users"),
    "user.created": (gettext_lazy("{by} lập tài khoản {username}"), "", "user"),
    "user.password_set": (gettext_lazy("{by} đặt lại mật khẩu của {user}"), "", "key-round"),
    "pronunciation.added": (gettext_lazy("{by}: “{word}” đọc là “{reading}” ở {area}"), "", "audio-lines"),
    "pronunciation.ended": (gettext_lazy("{by} bỏ cách đọc “{word}” ở {area}"), "", "audio-lines"),
    "pronunciation.manner_set": (
        gettext_lazy("{by} đặt cách đọc mặc định ở {area}"),
        "",
        "audio-lines",
    ),
    "rendering.requested": (gettext_lazy("{by} tạo giọng đọc"), "", "audio-lines"),
    "media.damaged": (gettext_lazy("Một tệp âm thanh trên máy chủ bị hỏng"), "bad", "circle-alert"),
    "media.mended": (gettext_lazy("Tệp âm thanh hỏng đã nguyên vẹn lại"), "live", "circle-check"),
    "sound.uploaded": (gettext_lazy("{by} tải tệp âm thanh lên"), "", "upload"),
    "places.imported": (gettext_lazy("Đã nhập danh mục địa bàn"), "", "map-pin"),
    "places.compared": (gettext_lazy("Đã đối chiếu bản đồ với một danh sách"), "", "map-pin"),
    "villages.imported": (gettext_lazy("Đã nhập danh sách thôn"), "", "map-pin"),
    "place.counted": (gettext_lazy("{by} ghi dân số {area}: {people} người ({source})"), "", "users"),
    "places.counted": (gettext_lazy("{by} nhập {created} con số dân số"), "", "users"),
    "place.added": (gettext_lazy("{by} thêm địa bàn “{name}”"), "", "map-pin"),
    **facts_fleet.WORDS,
    **facts_production.WORDS,
}
_PEOPLE = ("user", "to", "on_behalf_of")  # fields of a fact that name people by their ids
# Kinds of facts, by what stands before the point of their name, in the order of the filter.
_WORDS |= facts_health.WORDS | facts_alerts.WORDS | facts_cap.WORDS | facts_releases.WORDS
_KINDS = {
    "bulletin": gettext_lazy("Bản tin: gửi, duyệt, trả lại, thu hồi"),
    "supply": gettext_lazy("Bản tin từ trên: dùng, không dùng, thứ tự"),
    "production": gettext_lazy("Kế hoạch biên tập"),
    "alert": gettext_lazy("Khẩn cấp và diễn tập"),
    "cap": gettext_lazy("Tin cảnh báo từ nơi khác (CAP)"),
    "stop": gettext_lazy("Dừng phát"),
    "live": gettext_lazy("Nói trực tiếp"),
    "relay": gettext_lazy("Tiếp sóng"),
    "document": gettext_lazy("Văn bản ký gửi loa"),
    "device": gettext_lazy("Cụm loa"),
    "group": gettext_lazy("Nhóm loa"),
    "role": gettext_lazy("Vai trò"),
    "user": gettext_lazy("Tài khoản"),
    "passkey": gettext_lazy("Khóa bảo mật"),
    "sound": gettext_lazy("Tệp âm thanh"),
    "place": gettext_lazy("Địa bàn"),
    "body": gettext_lazy("Cơ quan, cơ sở"),
    "staff": gettext_lazy("Nhân sự, tập huấn"),
}
_PREFIXES = {
    "bulletin": ("bulletin", "campaign", "template", "attachment", "review_rule"),
    "body": ("agency", "facility", "bodies"),
    "place": ("place", "place-change", "places", "villages"),
    "staff": ("staff", "post", "training"),
    "sound": ("sound", "media", "rendering", "pronunciation"),
    "device": ("device", "register", "alarm", "ticket", "pole", "station", "stations", "control", "calm"),
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
    return [_fact(row, people, areas.get(_area(row), "")) for row in rows]


def lines(rows: Collection[Entry]) -> list[JournalLine]:
    """This function will put journal rows into lines of the journal's own page."""
    people = _people(rows)
    areas = places.labels({area for row in rows for area in (_area(row),) if area})
    return [
        JournalLine(
            row.sequence,
            _fact(row, people, areas.get(_area(row), "")),
            people.get(row.by, "") or row.by_name or _("Hệ thống"),
            areas.get(_area(row), ""),
            row.subject,
        )
        for row in rows
    ]


def choices(chosen: str) -> list[tuple[str, str, bool]]:
    """This function will return the kinds of facts to choose from: value, words, whether it is chosen."""
    listed = [(kind, str(words), kind == chosen) for kind, words in _KINDS.items()]
    return [("", _("Mọi việc"), not chosen), *listed]


def named(kind: str) -> tuple[str, ...]:
    """This function will return the facts of a kind; none for a kind that is not known."""
    prefixes = _PREFIXES.get(kind, (kind,))
    return tuple(fact for fact in _WORDS if fact.partition(".")[0] in prefixes)


def known() -> frozenset[str]:
    """This function will return the facts that have words."""
    return frozenset(_WORDS)


def _people(rows: Collection[Entry]) -> dict[str, str]:
    told = [text for row in rows for text in (row.by, row.subject)]
    keys = {text.removeprefix("user:") for text in told if text.startswith("user:")}
    keys |= {str(row.data[name]) for row in rows for name in _PEOPLE if name in row.data}
    found = User.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {f"user:{user.pk}": str(user) for user in found}


def _area(row: Entry) -> str:
    kind, _colon, key = row.subject.partition(":")
    several = row.data.get("areas")
    only = several[0] if isinstance(several, list) and len(several) == 1 else ""
    return str(row.data.get("area") or only or (key if kind == "target" else ""))


def _fact(row: Entry, people: dict[str, str], area: str) -> Fact:
    words, kind, icon = _WORDS.get(row.fact, (row.fact, "", "info"))
    given = {key: value for key, value in row.data.items() if isinstance(value, str | int)}
    given |= {
        name: people.get(f"user:{row.data[name]}", _("một người khác"))
        for name in _PEOPLE
        if name in row.data
    }
    given.setdefault("user", people.get(row.subject, ""))
    given |= facts_health.fields(row) | facts_cap.fields(row)
    if row.data.get("role") in Role.values:
        given["role"] = str(Role(row.data["role"]).label)
    where = area or _("một nhóm hoặc một cụm loa")
    by = people.get(row.by, "") or row.by_name or _("Hệ thống")
    if "on_behalf_of" in row.data and not row.fact.startswith("role."):
        by = _("{by} (thay {name})").format(by=by, name=given["on_behalf_of"])
    fields = {**given, "by": by, "area": where, "target": where}
    detail = str(row.data.get("reason") or row.data.get("message") or "")
    return Fact(row.at, str(words).format_map(_Known(fields)), Tone(row.fact, kind, icon), detail)
