"""What a commune does with what comes from above."""

from datetime import time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from nguon.bulletins.states import Priority


class Reply(models.TextChoices):
    """What a commune did with a supplied bulletin (trả lời)."""

    TAKEN = "taken", _("Đã xếp vào chương trình")
    DECLINED = "declined", _("Không dùng")
    ASKED = "asked", _("Trùng giờ, chờ xã chọn thứ tự")


MOVES: dict[Reply, frozenset[Reply]] = {
    Reply.TAKEN: frozenset({Reply.TAKEN}),
    Reply.DECLINED: frozenset({Reply.TAKEN}),  # a commune may think better of it
    Reply.ASKED: frozenset({Reply.TAKEN, Reply.DECLINED}),
}


class Progress(models.TextChoices):
    """How far a supplied bulletin has come in one commune, for its sender."""

    OPEN = "chua-tra-loi", _("Chưa trả lời")
    ASKED = "trung-gio", _("Trùng giờ, chờ xã chọn thứ tự")
    TAKEN = "da-xep", _("Đã xếp, chưa phát")
    PLAYED = "da-phat", _("Đã phát")
    DECLINED = "khong-dung", _("Không dùng")


PLACED_BY_DEFAULT = (Priority.PRIORITY, Priority.URGENT)
SESSIONS = (time(5, 0), time(17, 0))
"""When communes usually broadcast: what comes from above is proposed for the next of these."""
LEAD = timedelta(minutes=30)
"""So long before a session it may still be proposed for it."""
REMIND_AFTER = timedelta(days=2)
