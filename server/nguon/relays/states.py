"""Where a booking and a day of it are, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SILENCES = (5, 10, 20, 30, 60)
"""Seconds without sound that are offered, after which the source counts as lost."""
DEFAULT_SILENCE = 10
LONGEST_DAYS = 366
"""A booking ends: nobody remembers for ever what was approved once."""
LONGEST_HOURS = 4


class State(models.TextChoices):
    """Where a booking is."""

    WAITING = "waiting", _("Chờ duyệt")
    APPROVED = "approved", _("Đã duyệt")
    RETURNED = "returned", _("Trả lại")
    ENDED = "ended", _("Đã ngừng")


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.APPROVED, State.RETURNED, State.ENDED}),
    State.APPROVED: frozenset({State.ENDED}),
    State.RETURNED: frozenset(),
    State.ENDED: frozenset(),
}


class RunState(models.TextChoices):
    """How a day of a booking goes."""

    ON = "on", _("Đang tiếp sóng")
    LOST = "lost", _("Mất nguồn")
    STOPPED = "stopped", _("Trực ban đã dừng")
    OVER = "over", _("Đã xong")


class Fallback(models.TextChoices):
    """What is heard while the source is silent or gone."""

    PLAN = "plan", _("Trở lại lịch phát")
    BULLETIN = "bulletin", _("Phát một bản tin đã duyệt")
