"""Moves of an airing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

WINDOW_DAYS = 35
"""How far ahead plans reach (LSP-1)."""


class AiringState(models.TextChoices):
    """Whether an airing still stands (lượt phát)."""

    PLANNED = "planned", _("Theo lịch")
    CANCELLED = "cancelled", _("Đã hủy")


MOVES: dict[AiringState, frozenset[AiringState]] = {
    AiringState.PLANNED: frozenset({AiringState.CANCELLED}),
    AiringState.CANCELLED: frozenset({AiringState.PLANNED}),  # put back into a programme
}


class SlotKind(models.TextChoices):
    """What a line of a session is (mục)."""

    ITEM = "item", _("Bản tin")
    FILLER = "filler", _("Nội dung lấp chỗ trống")


class DayKind(models.TextChoices):
    """By which calendar a day off is told (ngày nghỉ)."""

    ONCE = "once", _("Một ngày")
    YEARLY = "yearly", _("Hằng năm, dương lịch")
    LUNAR = "lunar", _("Hằng năm, âm lịch")


class ClashState(models.TextChoices):
    """Whether a commune has said what to do (va chạm)."""

    OPEN = "open", _("Chờ xã quyết định")
    DECIDED = "decided", _("Đã quyết định")


class Decided(models.TextChoices):
    """What a commune decided on a clash."""

    BEFORE = "before", _("Phát trước")
    AFTER = "after", _("Phát sau")
    SHORTEN = "shorten", _("Bớt nội dung lấp chỗ trống")
    MOVE = "move", _("Chuyển sang giờ khác")
    LEAVE = "leave", _("Không phát")
