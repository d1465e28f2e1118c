"""Code lists of control."""

from datetime import time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommandKind(models.TextChoices):
    """What a loudspeaker is told."""

    VOLUME = "volume", _("Âm lượng")
    RESTART = "restart", _("Khởi động lại")
    SAY = "say", _("Đọc câu diễn tập")  # aloud: "this is a drill", the test tone that says what it is
    TEST = "test", _("Diễn tập im lặng")
    LOGS = "logs", _("Xin nhật ký máy")  # its last lines: identifiers and reasons


class Outcome(models.TextChoices):
    """What a loudspeaker showed in a silent drill."""

    PROVED = "proved", _("Đạt đến bộ khuếch đại")
    FAILED = "failed", _("Không đạt")
    SILENT = "silent", _("Không trả lời")
    MENDED = "mended", _("Đang bảo trì")


class CalmKind(models.TextChoices):
    """What must not be disturbed."""

    SCHOOL = "school", _("Trường học")
    HOSPITAL = "hospital", _("Bệnh viện, trạm y tế")
    OTHER = "other", _("Nơi khác")


DRILL_FROM, DRILL_UNTIL = time(2, 0), time(4, 0)
"""Wall time in which each commune is asked once a night; nobody hears it."""
DRILL_ANSWERS = timedelta(minutes=20)
"""An order lives 15 minutes; who has not answered after so long will not."""
RENEW = timedelta(days=7)
LOUDEST = 100
MOST_HOURS = 8
"""LSP-1: hours of one order."""
MOST_LOG = 64 * 1024
"""Bytes of one answer."""
LOG_WAITS = timedelta(minutes=30)
LOGS_KEPT = timedelta(days=30)
MOST_AT_ONCE = 2000
