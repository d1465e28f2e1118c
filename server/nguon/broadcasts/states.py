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
