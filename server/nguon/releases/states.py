"""How a release moves, and what became of one loudspeaker in it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from nguon.accounts.states import Role
from nguon.health.states import AlarmKind


class ReleaseState(models.TextChoices):
    """Where a release (bản phần mềm) stands."""

    WAITING = "waiting", _("Chờ kiểm tra chữ ký")
    REFUSED = "refused", _("Chữ ký không được chấp nhận")
    READY = "ready", _("Sẵn sàng")
    ROLLING = "rolling", _("Đang cập nhật")
    HALTED = "halted", _("Đã dừng lại")
    DONE = "done", _("Đã xong")
    WITHDRAWN = "withdrawn", _("Đã rút")


MOVES: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.WAITING: frozenset({ReleaseState.READY, ReleaseState.REFUSED}),
    ReleaseState.REFUSED: frozenset(),
    ReleaseState.READY: frozenset({ReleaseState.ROLLING, ReleaseState.WITHDRAWN}),
    ReleaseState.ROLLING: frozenset({ReleaseState.HALTED, ReleaseState.DONE, ReleaseState.WITHDRAWN}),
    ReleaseState.HALTED: frozenset({ReleaseState.ROLLING, ReleaseState.WITHDRAWN}),
    ReleaseState.DONE: frozenset({ReleaseState.HALTED, ReleaseState.WITHDRAWN}),
    ReleaseState.WITHDRAWN: frozenset(),
}
OFFERED = (ReleaseState.ROLLING, ReleaseState.DONE)
"""Beacons name a release in these states; the signer knows the same two (signer/nguon_signer/programs.py)."""


class TurnState(models.TextChoices):
    """What became of one loudspeaker."""

    OFFERED = "offered", _("Chờ cập nhật")
    LATER = "later", _("Thử lại sau")
    UPDATED = "updated", _("Đã chạy bản mới")
    FAILED = "failed", _("Không cập nhật được")
    BACK = "back", _("Đã quay về bản cũ")
    ILL = "ill", _("Có cảnh báo sau khi cập nhật")
    SILENT = "silent", _("Mất liên lạc sau khi được mời")


BAD = frozenset({TurnState.FAILED, TurnState.BACK, TurnState.ILL, TurnState.SILENT})
OPEN = frozenset({TurnState.OFFERED, TurnState.LATER})

WAVES = (1, 10, 100)
"""Per cent of the loudspeakers of the model that have had their turn when a wave is open."""
ENOUGH = 95
"""Per cent of a wave that must run the new version and be well before its soak begins."""
SOAK_MINUTES, LEAST_SOAK, MOST_SOAK = 60, 5, 7 * 24 * 60
LIMIT, MOST_LIMIT = 5, 50
"""Per cent of a release's loudspeakers that may fail before it halts by itself."""
PATIENCE = timedelta(hours=24)
"""Who was there and has not updated after so long has failed: an idle minute comes every day."""
LOST = timedelta(minutes=5)
NOT_OF_PROGRAMS = frozenset({AlarmKind.MAINS, AlarmKind.BATTERY, AlarmKind.LINE})
"""Alarms that no program brings about: a village without mains halts nothing."""

RELEASERS = (Role.ADMINISTRATOR,)
HALTERS = (Role.ADMINISTRATOR, Role.DUTY, Role.OPERATOR, Role.TECHNICIAN)
"""Who may halt: what makes nothing worse needs less."""
