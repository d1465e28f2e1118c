"""Kho bản tin: from the words of the address to a question, and from bulletins to the lines of a workbook."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import campaigns_seen
from nguon.bulletins.queries.library import Asked, library
from nguon.bulletins.states import ContentType, Essential, Priority, State, Topic
from nguon.bulletins.states.languages import languages
from nguon.console import looking_back, wording

FIELDS = (
    "q", "trang-thai", "loai", "uu-tien", "linh-vuc", "thiet-yeu", "chien-dich", "tieng", "nguoi-soan",
    "dia-ban", "tu", "den",
)  # fmt: skip
CAMPAIGNS = 200
CHUNK = 500
Choice = tuple[str, str]


def read(given: Mapping[str, str], at: dt.datetime) -> tuple[Asked, str]:
    """This function will return the question, and one sentence where it makes no sense ("" otherwise)."""
    since, before, wrong = looking_back.days(given, at)
    return Asked(
        words=given.get("q", ""),
        state=given.get("trang-thai", "") if given.get("trang-thai") in State.values else "",
        topic=_number(given, "linh-vuc", Topic.values),
        essential=given.get("thiet-yeu", "") if given.get("thiet-yeu") in Essential.values else "",
        campaign=key(given.get("chien-dich", "")),
        priority=_number(given, "uu-tien", Priority.values),
        kind=_number(given, "loai", ContentType.values),
        language=given.get("tieng", "") if given.get("tieng") in languages() else "",
        area=given.get("dia-ban", ""),
        author=given.get("nguoi-soan", ""),
        since=since,
        before=before,
    ), wrong


def selects(user: User, given: Mapping[str, str], at: dt.datetime) -> list[dict[str, Any]]:
    """This function will return the choices of the filter: name, label, options and what is chosen."""
    campaigns = [(str(one.pk), one.title) for one in campaigns_seen(user, at)[:CAMPAIGNS]]
    essential = [(value, str(words)) for value, words in Essential.choices if value]
    offered: list[tuple[str, str, list[Choice]]] = [
        ("trang-thai", _("Trạng thái"), _choices(State.choices)),
        ("loai", _("Loại bản tin"), _choices(ContentType.choices)),
        ("uu-tien", _("Mức độ ưu tiên"), _choices(Priority.choices)),
        ("linh-vuc", _("Lĩnh vực"), _choices(Topic.choices)),
        ("thiet-yeu", _("Thông tin thiết yếu"), essential),
        ("chien-dich", _("Chiến dịch"), campaigns),
        ("tieng", _("Ngôn ngữ"), list(languages().items())),
    ]
    return [
        {"name": name, "label": label, "options": options, "value": given.get(name, "")}
        for name, label, options in offered
        if options
    ]


def rows(user: User, given: Mapping[str, str], at: dt.datetime) -> QuerySet[Revision]:
    """This function will return the bulletins that these words of an address look for."""
    return library(user, read(given, at)[0], at)


def columns() -> list[tuple[str, int]]:
    """This function will return the headings of the workbook and their widths."""
    return [
        (_("Tiêu đề"), 50), (_("Trạng thái"), 14), (_("Loại bản tin"), 14), (_("Mức độ ưu tiên"), 14),
        (_("Lĩnh vực"), 40), (_("Thông tin thiết yếu"), 40), (_("Chiến dịch"), 40), (_("Ngôn ngữ"), 16),
        (_("Người soạn"), 24), (_("Tác giả"), 24), (_("Nguồn tin"), 24), (_("Địa bàn"), 34),
        (_("Giờ phát"), 40), (_("Giây"), 8), (_("Gửi duyệt lúc"), 18), (_("Thay đổi lúc"), 18),
        (_("Tóm tắt"), 60),
    ]  # fmt: skip


def cells(found: QuerySet[Revision]) -> Iterator[list[Any]]:
    """This function will give the lines of the workbook."""
    for row in found.iterator(CHUNK):
        yield [
            row.title, row.bulletin.get_state_display(), row.get_content_type_display(),
            row.get_priority_display(), row.get_topic_display(), row.get_essential_display(),
            str(row.campaign or ""), languages().get(row.language, row.language), str(row.author),
            row.author_name or row.pen_name, row.source, row.bulletin.place.label, wording.when(row),
            row.media.duration_ms // 1000 if row.media else None, row.submitted_at,
            row.bulletin.changed_at, row.summary,
        ]  # fmt: skip


def key(text: str) -> UUID | None:
    """This function will read an id from an address; what is none becomes None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(given: Mapping[str, str], name: str, known: list[int]) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) in known else None


def _choices(offered: Any) -> list[Choice]:
    return [(str(value), str(words)) for value, words in offered]
