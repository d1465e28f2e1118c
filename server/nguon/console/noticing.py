"""What duty officers must know now and do something about, out of the journal of their own areas."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import AiringState
from nguon.console.presenters import Notice
from nguon.journal import queries as journal
from nguon.journal.models import Entry
from nguon.organisations import queries as places
from nguon.ui.templatetags.ui import instant

SHOWN = 5
READ = 200
_FACTS = ("document.refused", "bulletin.too_many", "bulletin.wide")
_LATELY = timedelta(hours=12)
_PLACES = 3
_TAMPERED = frozenset({"content", "author", "approval", "second", "role", "draft", "threshold", "parse"})
_WHAT_TO_DO = {
    "burst": gettext_lazy(
        "Một người duyệt đã cho phát ngay ở quá nhiều xã trong 10 phút. "
        "Hãy gọi hỏi người đó; nếu đúng là cần, người trực ban duyệt, hoặc chờ 10 phút rồi duyệt lại."
    ),
    "tampered": gettext_lazy(
        "Nội dung hoặc người duyệt không khớp với lần duyệt, có thể dữ liệu đã bị sửa. "
        "Hãy báo ngay người quản trị và đừng duyệt lại."
    ),
    "quiet": gettext_lazy("Đang giờ yên tĩnh. Hãy hẹn lại giờ phát."),
    "late": gettext_lazy("Lệnh đến bộ ký quá muộn. Nếu vẫn cần, hãy ra lệnh lại."),
    "media": gettext_lazy("Thiếu tệp âm thanh. Hãy mở bản tin, tạo lại âm thanh rồi gửi duyệt lại."),
    "cool-off": gettext_lazy("Bản tin tới nhiều xã phải chờ 10 phút. Hãy hẹn giờ phát muộn hơn."),
    "target": gettext_lazy("Nơi phát không còn hoặc đã thay đổi. Hãy kiểm tra nơi phát rồi gửi duyệt lại."),
    "other": gettext_lazy("Hãy xem Nhật ký để biết lý do, rồi báo người quản trị nếu chưa rõ."),
}
_SAME = {"wide": "cool-off", "scope": "target", "revoked": "target", "expired": "late"}


def notices(areas: Collection[str], at: datetime) -> tuple[Notice, ...]:
    """This function will tell what of the last hours a duty officer of some areas should act on, newest
    first; facts of one kind are one notice."""
    asked = journal.Filter(facts=_FACTS, since=at - _LATELY)
    rows = list(journal.page(areas, asked)[:READ])
    if not rows:
        return ()
    found = [*_limits(rows), *_refusals(rows), *_wide(rows, at)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN])


def _limits(rows: Iterable[Entry]) -> Iterable[Notice]:
    by_person: dict[str, list[Entry]] = {}
    for row in rows:
        if row.fact == "bulletin.too_many":
            by_person.setdefault(row.by, []).append(row)
    for same in by_person.values():
        text = _(
            "{by} định cho phát ngay ở quá nhiều xã trong 10 phút và đã bị chặn. Hãy gọi hỏi người đó; "
            "nếu không phải chính họ làm, hãy báo người quản trị khóa tài khoản."
        ).format(by=same[0].by_name)
        title = _("Chặn phát ở quá nhiều xã cùng lúc")
        yield Notice("too-many", same[0].at, "warn", title, text, len(same), _url(same[0]))


def _refusals(rows: Iterable[Entry]) -> Iterable[Notice]:
    grouped: dict[str, list[Entry]] = {}
    for row in rows:
        if row.fact == "document.refused":
            grouped.setdefault(_kind(str(row.data.get("reason", ""))), []).append(row)
    labels = places.labels(
        {str(row.data.get("area") or "") for same in grouped.values() for row in same} - {""}
    )
    for kind, same in grouped.items():
        named = dict.fromkeys(labels.get(str(row.data.get("area")), "") for row in same)
        where = ", ".join([name for name in named if name][:_PLACES])
        title = _("Bộ ký từ chối ký cho {places}").format(places=where) if where else _("Bộ ký từ chối ký")
        tone = "bad" if kind == "tampered" else "warn"
        yield Notice(
            kind, same[0].at, tone, title, str(_WHAT_TO_DO[kind]), len(same), reverse("console:journal")
        )


def _wide(rows: Iterable[Entry], at: datetime) -> Iterable[Notice]:
    told = {UUID(row.data["revision"]): row for row in rows if row.fact == "bulletin.wide"}
    if not told:
        return
    soonest: dict[UUID, datetime] = {}
    coming = Airing.objects.filter(revision__in=list(told), state=AiringState.PLANNED, at__gt=at).order_by(
        "-at"
    )
    soonest.update(coming.values_list("revision", "at"))
    for revision, begins in soonest.items():
        row = told[revision]
        title = _("Sắp phát ở {count} xã").format(count=row.data.get("count", ""))
        text = _("“{title}” bắt đầu {time}. Nếu thấy sai, hãy mở bản tin và thu hồi trước giờ đó.").format(
            title=row.data.get("title", ""), time=instant(begins)
        )
        yield Notice("wide", row.at, "warn", title, text, 1, _url(row))


def _kind(reason: str) -> str:
    if reason in _TAMPERED:
        return "tampered"
    reason = _SAME.get(reason, reason)
    return reason if reason in _WHAT_TO_DO else "other"


def _url(row: Entry) -> str:
    return reverse("console:bulletin", args=[row.subject.partition(":")[2]])
