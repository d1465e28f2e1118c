"""States of work that the worker does: a rendering (giọng đọc) and an upload (tệp tải lên)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far the worker is (trạng thái xử lý)."""

    ARRIVING = "arriving", _("Đang gửi lên")
    QUEUED = "queued", _("Đang chờ")
    RUNNING = "running", _("Đang xử lý")
    DONE = "done", _("Xong")
    FAILED = "failed", _("Không xử lý được")


# A worker may be killed at any moment, so whatever is not finished may begin again.
MOVES: dict[State, frozenset[State]] = {
    State.ARRIVING: frozenset({State.QUEUED, State.FAILED}),
    State.QUEUED: frozenset({State.RUNNING, State.FAILED}),
    State.RUNNING: frozenset({State.QUEUED, State.RUNNING, State.DONE, State.FAILED}),
    State.DONE: frozenset({State.QUEUED}),  # its file was lost
    State.FAILED: frozenset({State.QUEUED}),
}
UNFINISHED = frozenset({State.QUEUED, State.RUNNING})


LONGEST_WORD, LONGEST_READING = 60, 200  # characters of an entry of the dictionary


class Jingle(models.TextChoices):
    """The tune before and after what is spoken (nhạc hiệu)."""

    NONE = "", _("Không có")
    CHIME = "chime", _("Chuông ba tiếng")
    BAMBOO = "bamboo", _("Đàn tre")
    ZITHER = "zither", _("Đàn dây")


# Milliseconds of silence added after each sentence, so that the echo of the horns dies away.
PAUSES: dict[int, object] = {
    0: _("Như giọng đọc"),
    500: _("Thêm nửa giây"),
    1000: _("Thêm một giây"),
    1500: _("Thêm một giây rưỡi"),
}
