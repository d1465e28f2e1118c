"""What a page says when the machine below it fails: no room on the disk, or no database."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
_AWAY = ("08", "53", "57P")
"""SQLSTATE classes: connection, resources, shutdown (PostgreSQL, Appendix A)."""
_LEAST_ROOM = 16 * 1024 * 1024
"""Bytes of the next piece of PostgreSQL's log: without them it stops, and cannot say why any more."""


@dataclass(frozen=True)
class Outage:
    """What to tell: a heading, and one sentence with what to do."""

    title: str | Promise
    sentence: str | Promise


FULL = Outage(
    _("Máy chủ hết chỗ trống trên đĩa"),
    _("Việc vừa rồi chưa được ghi. Hãy báo người quản trị dọn đĩa rồi làm lại; lịch đã duyệt vẫn phát."),
)
AWAY = Outage(
    _("Cơ sở dữ liệu chưa trả lời"),
    _(
        "Việc vừa rồi có thể chưa được ghi. Hãy đợi nửa phút, mở lại trang xem đã có chưa rồi làm lại; "
        "lịch đã duyệt vẫn phát."
    ),
)


def outage_of(error: BaseException | None) -> Outage | None:
    """This function will say which outage an exception comes from; None when it is a fault of ours."""
    found = list(_causes(error))
    if any(isinstance(one, psycopg.errors.DiskFull) or _no_space(one) for one in found):
        return FULL
    if any(_is_away(one) for one in found):
        return FULL if _no_room() else AWAY
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _no_space(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL_DISK


def _is_away(error: BaseException) -> bool:
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_AWAY)


def _no_room() -> bool:
    data = Path(settings.NGUON_DATA)
    rooms = [os.statvfs(folder) for folder in (data, data / "postgres") if folder.exists()]
    return any(room.f_bavail * room.f_frsize < _LEAST_ROOM for room in rooms)
