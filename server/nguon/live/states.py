"""Where a live session is, and why it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_MINUTES = 30
LENGTHS = (5, 10, 15, 30)
"""Minutes that are offered; loudspeakers take no more than thirty (LSP-1 section 4)."""
SILENT_SECONDS = 10
"""So long without sound of the browser, and the session is over: loudspeakers go back to the plan."""
OPENING_SECONDS = 20
"""A session that the signer has not opened after so long never began."""


class Kind(models.TextChoices):
    """Whose sound a session is."""

    VOICE = "voice", _("Nói trực tiếp")
    RELAY = "relay", _("Tiếp sóng")


class State(models.TextChoices):
    """Where a live session is."""

    READY = "ready", _("Chưa nói")
    OPEN = "open", _("Đang nói")
    ENDED = "ended", _("Đã kết thúc")


class Ending(models.TextChoices):
    """Why a live session ended."""

    FINISHED = "finished", _("người nói kết thúc")
    TIME = "time", _("hết thời gian")
    MICROPHONE = "microphone", _("mất micro")
    SILENT = "silent", _("mất kết nối với trình duyệt")
    STOPPED = "stopped", _("trực ban bấm dừng")
    REFUSED = "refused", _("bộ ký từ chối")
    LOST = "lost", _("bộ ký khởi động lại")
    SOURCE = "source", _("mất nguồn tiếp sóng")
    GAVE_WAY = "gave_way", _("nhường bản tin phát ngay hoặc lời nói trực tiếp")


MOVES: dict[State, frozenset[State]] = {
    State.READY: frozenset({State.OPEN}),
    State.OPEN: frozenset({State.ENDED}),
    State.ENDED: frozenset(),
}
