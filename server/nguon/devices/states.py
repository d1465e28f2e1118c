"""Code lists of loudspeakers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceClass(models.TextChoices):
    """What a box can promise (LSP-1, "Classes of device")."""

    A = "A", _("A: có đồng hồ pin, tự kiểm chữ ký")
    B = "B", _("B: không có đồng hồ pin, tự kiểm chữ ký")
    L = "L", _("L: không xác thực")


class DeviceKind(models.TextChoices):
    """What stands on the pole or in the room."""

    CLUSTER = "cluster", _("Cụm loa")
    BOARD = "board", _("Bảng tin điện tử")
    BRIDGE = "bridge", _("Thiết bị tích hợp")


class ClockState(models.TextChoices):
    """How far a device trusts its own clock (LSP-1 rule 9)."""

    SYNCED = "SYNCED", _("đồng hồ đúng")
    HOLDOVER = "HOLDOVER", _("đồng hồ pin")
    UNKNOWN = "UNKNOWN", _("chưa biết giờ")


WRONG_CODES, CODES_WAIT_S = 10, 600
"""So many wrong claim codes of one person, and for so many seconds none is looked at any more."""
CLAIM_MINUTES = 10
LONGEST_RANGE_M = 5000
"""No horn on a pole is heard farther: a larger number is a slip."""
MOST_PHOTOS = 6
TURN = "Lượt {n} (so le)"
"""The name of the group of one turn, by which it is found again: not translated."""
SIMULATED = "simulated"
"""The model of boxes that exist in a simulator only."""
ONLINE_SECONDS = 90
"""A device that has said nothing for so long counts as lost (mất kết nối)."""
