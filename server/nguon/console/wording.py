"""States, events and times in words: one place, so that every page says the same."""

from datetime import datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nguon.bulletins.models import Revision, Target
from nguon.bulletins.rules import reaches_loudspeakers
from nguon.bulletins.states import CHANNELS, ContentType, State, TargetKind, Timing
from nguon.console.forms import WEEKDAYS, read_rules
from nguon.console.presenters import Chosen, Tone
from nguon.deliveries.states import DeliveryState
from nguon.devices.states import ClockState
from nguon.kernel.clock import local
from nguon.ui.templatetags.ui import instant

_BULLETIN = {
    State.DRAFT: ("", "pen-line"),
    State.SUBMITTED: ("warn", "hourglass"),
    State.RETURNED: ("bad", "undo-2"),
    State.APPROVED: ("live", "circle-check"),
    State.WITHDRAWN: ("bad", "circle-stop"),
}
_DELIVERY = {
    DeliveryState.WAITING: ("", "hourglass"),
    DeliveryState.DELIVERED: ("brand", "check"),
    DeliveryState.PLAYING: ("live", "volume-2"),
    DeliveryState.PLAYED: ("live", "circle-check"),
    DeliveryState.PARTLY: ("warn", "scissors"),
    DeliveryState.REFUSED: ("bad", "circle-x"),
    DeliveryState.UNREACHABLE: ("bad", "wifi-off"),
    DeliveryState.CANCELLED: ("", "circle-stop"),
}
_EVENTS = {
    "accepted": (gettext_lazy("Đã nhận lệnh"), "", "check"),
    "refused": (gettext_lazy("Loa từ chối"), "bad", "circle-x"),
    "ready": (gettext_lazy("Đã có âm thanh"), "brand", "check"),
    "started": (gettext_lazy("Bắt đầu phát"), "brand", "play"),
    "played": (gettext_lazy("Đã phát"), "live", "circle-check"),
    "partly": (gettext_lazy("Phát một phần"), "warn", "scissors"),
    "missed": (gettext_lazy("Bỏ lỡ"), "bad", "circle-x"),
    "cancelled": (gettext_lazy("Đã hủy"), "", "circle-stop"),
    "muted": (gettext_lazy("Đã im"), "warn", "octagon-x"),
    "info": (gettext_lazy("Báo tin"), "", "info"),
}
_CLOCKS = {ClockState.SYNCED: "", ClockState.HOLDOVER: "warn", ClockState.UNKNOWN: "bad"}
# The slugs of LSP-1: reasons of refusal (rule 4), of a miss, and of an early end.
_REASONS = {
    "parse": gettext_lazy("không đọc được văn bản"),
    "type": gettext_lazy("sai loại văn bản"),
    "boot": gettext_lazy("khởi động"),
    "updated": gettext_lazy("chạy phần mềm mới"),
    "update-later": gettext_lazy("phần mềm mới chưa chạy được, sẽ thử lại"),
    "update-failed": gettext_lazy("phần mềm mới không chạy được"),
    "update-fell-back": gettext_lazy("đã quay về phần mềm cũ"),
    "update-unfit": gettext_lazy("tệp phần mềm không dùng được"),
    "threshold": gettext_lazy("chữ ký không đủ hoặc không đúng"),
    "spec": gettext_lazy("khác phiên bản giao thức"),
    "target": gettext_lazy("không gửi cho loa này"),
    "scope": gettext_lazy("người ký không có quyền ở đây"),
    "epoch": gettext_lazy("khóa đã thay"),
    "rollback": gettext_lazy("văn bản cũ hơn bản đã có"),
    "future": gettext_lazy("thời điểm ở tương lai"),
    "expired": gettext_lazy("đã hết hạn"),
    "clock": gettext_lazy("loa chưa biết giờ"),
    "quiet": gettext_lazy("giờ yên tĩnh"),
    "limit": gettext_lazy("quá giới hạn phát trong ngày"),
    "late": gettext_lazy("đến quá muộn"),
    "media": gettext_lazy("thiếu tệp âm thanh"),
    "busy": gettext_lazy("loa đang phát bản tin khác"),
    "stopped": gettext_lazy("trực ban bấm dừng"),
    "preempted": gettext_lazy("bản tin khác chen vào"),
    "cancelled": gettext_lazy("bị hủy"),
    "power": gettext_lazy("mất điện hoặc khởi động lại"),
    "mute": gettext_lazy("loa bị tắt tiếng"),
}
_LIVE_REASONS = {
    "media": gettext_lazy("mất tín hiệu trực tiếp"),
    "expired": gettext_lazy("hết giờ nói"),
}


def of_bulletin(state: str) -> Tone:
    """This function will show the state of a bulletin."""
    kind, icon = _BULLETIN[State(state)]
    return Tone(str(State(state).label), kind, icon)


def of_delivery(state: str) -> Tone:
    """This function will show the state of an airing at one loudspeaker."""
    kind, icon = _DELIVERY[DeliveryState(state)]
    return Tone(str(DeliveryState(state).label), kind, icon)


def of_event(event: str) -> Tone:
    """This function will show what a receipt says; an event of a later protocol shows by its own name."""
    label, kind, icon = _EVENTS.get(event, (event, "", "info"))
    return Tone(str(label), kind, icon)


def of_clock(state: str) -> Tone:
    """This function will show how far a loudspeaker trusts its clock."""
    return Tone(str(ClockState(state).label), _CLOCKS[ClockState(state)], "clock")


def reason(slug: str, *, live: bool = False) -> str:
    """This function will put a reason of LSP-1 into words; an unknown one shows as it came. Of what is
    `live` no file can be missing: there it is the signal."""
    if live and slug in _LIVE_REASONS:
        return str(_LIVE_REASONS[slug])
    return str(_REASONS.get(slug, slug))


def seconds(ms: int) -> str:
    """This function will write a length of sound as people read it: "47 giây", "3 phút 05 giây"."""
    minutes, rest = divmod(round(ms / 1000), 60)
    if not minutes:
        return ngettext("{n} giây", "{n} giây", rest).format(n=rest)
    return _("{minutes} phút {seconds:02} giây").format(minutes=minutes, seconds=rest)


def exact_seconds(ms: int) -> str:
    """This function will write a length of sound as proof needs it: "30,5 giây"."""
    return _("{seconds} giây").format(seconds=formats.number_format(ms / 1000, 1))


def carried(content_type: int) -> str:
    """This function will tell where a type of bulletin appears, and that loudspeakers leave it out where they
    do.
    """
    kind = ContentType(content_type)
    to = ", ".join(str(channel.label) for channel in CHANNELS[kind])
    if kind == ContentType.LIVE:
        return _("Không có âm thanh duyệt trước: đến giờ, người trực ban mở micro nói qua loa.")
    if not reaches_loudspeakers(kind):
        return _("Dành cho {channels}. Loa không phát.").format(channels=to)
    if kind == ContentType.VIDEO:
        return _("Dành cho {channels}; loa phát phần tiếng của video.").format(channels=to)
    return _("Dành cho {channels}.").format(channels=to)


def when(revision: Revision) -> str:
    """This function will tell when a revision plays."""
    if revision.timing == Timing.NOW:
        return _("Ngay khi được duyệt")
    if revision.timing == Timing.AT:
        return instant(revision.starts_at) if revision.starts_at else _("Chưa chọn giờ")
    if revision.timing == Timing.PROGRAMME:
        if revision.until_at is None:
            return _("Theo chương trình của xã")
        return _("Theo chương trình của xã, đến hết {until}").format(
            until=f"{local(revision.until_at):%d/%m/%Y}"
        )
    return _repeated(revision)


def _repeated(revision: Revision) -> str:
    days, times = read_rules(revision.rrule)
    if not times:
        return _("Chưa chọn giờ")
    named = dict(WEEKDAYS)
    each = ", ".join(str(named[day]) for day in days if day in named) or _("hằng ngày")
    until = f"{local(revision.until_at):%d/%m/%Y}" if revision.until_at else "…"
    return _("{times} {days}, đến hết {until}").format(times=_clock(times), days=each, until=until)


def _clock(times: list[time]) -> str:
    return ", ".join(f"{at:%H:%M}" for at in times)


def chosen(target: Target, count: int) -> Chosen:
    """This function will show one target of a revision with its number of loudspeakers."""
    single = target.kind == TargetKind.DEVICE or (target.group is not None and target.group.single)
    icon = "speaker" if single else "layers" if target.group is not None else "map-pin"
    place = target.place
    if place is not None:
        own, _comma, around = place.label.partition(", ")
        return Chosen(target.target, own, around, count, icon)
    named = target.group or target.device
    around = named.place.label if named else ""
    return Chosen(target.target, str(target.named), around, count, icon)


def url(name: str, key: UUID) -> str:
    """This function will return the address of a page about one thing."""
    return reverse(name, args=[key])


def clock(at: datetime) -> str:
    """This function will return an instant as proof needs it: 17:05:09 ngày 21/11/2026."""
    return _("{time} ngày {date}").format(time=f"{local(at):%H:%M:%S}", date=f"{local(at):%d/%m/%Y}")


def day(at: datetime) -> str:
    """This function will name a day: thứ Hai, 23/11/2026."""
    wall = local(at)
    names = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]
    return f"{names[wall.weekday()]}, {wall:%d/%m/%Y}"


def browser(agent: str) -> str:
    """This function will name a browser and its machine from what it says of itself."""
    names = ("Edg", "OPR", "CriOS", "Firefox", "Chrome", "Safari")
    called = {"Edg": "Edge", "OPR": "Opera", "CriOS": "Chrome"}
    machines = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    name = next((called.get(one, one) for one in names if f"{one}/" in agent), "")
    machine = next((one for one in machines if one in agent), "")
    return ", ".join(part for part in (name, machine) if part) or agent[:40] or _("Máy không rõ")
