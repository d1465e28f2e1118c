"""Where an item of the editorial plan stands, and what may follow what."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """A step of making a programme (bước sản xuất), and the two ends of it."""

    IDEA = "idea", _("Ý tưởng")
    SCRIPT = "script", _("Kịch bản")
    RECORDING = "recording", _("Thu âm, ghi hình")
    POST = "post", _("Hậu kỳ")
    SCHEDULE = "schedule", _("Xếp lịch")
    DONE = "done", _("Đã xong")
    GIVEN_UP = "given_up", _("Đã bỏ")


WORK = (Stage.IDEA, Stage.SCRIPT, Stage.RECORDING, Stage.POST, Stage.SCHEDULE)
"""The steps in their order: each is somebody's task, with a deadline; none is skipped."""
MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.IDEA: frozenset({Stage.SCRIPT, Stage.GIVEN_UP}),
    Stage.SCRIPT: frozenset({Stage.RECORDING, Stage.IDEA, Stage.GIVEN_UP}),
    Stage.RECORDING: frozenset({Stage.POST, Stage.IDEA, Stage.SCRIPT, Stage.GIVEN_UP}),
    Stage.POST: frozenset({Stage.SCHEDULE, Stage.IDEA, Stage.SCRIPT, Stage.RECORDING, Stage.GIVEN_UP}),
    Stage.SCHEDULE: frozenset(
        {Stage.DONE, Stage.IDEA, Stage.SCRIPT, Stage.RECORDING, Stage.POST, Stage.GIVEN_UP}
    ),
    Stage.DONE: frozenset(),
    Stage.GIVEN_UP: frozenset(),
}
NEAR = timedelta(days=1)
"""So long before a deadline its person is reminded."""
LONGEST_SCRIPT = 20_000
"""Characters of a script: as many as a bulletin's text may have."""
