"""Code lists of commune stations."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

LOWEST_MHZ, HIGHEST_MHZ = Decimal(54), Decimal(68)
"""The band of commune FM stations (the domain dossier's source: Pháp điển, "Tần số vô tuyến điện")."""
LICENCE_TOLD = (180, 90, 30, 7, 0)
"""Days before the end of a licence on which people are told: its renewal takes months, and the written
consent of the province's department."""
FIRST_YEAR = 1950


class Technology(models.TextChoices):
    """How a station reaches its loudspeakers (công nghệ)."""

    WIRED = "wired", _("Có dây")
    FM = "fm", _("Không dây FM")
    IT = "it", _("Ứng dụng CNTT-VT")
    MIXED = "mixed", _("Kết hợp")


class Investment(models.TextChoices):
    """The case of investment (the guidance of 2024, section 2)."""

    NOT_TOLD = "", "–"
    NEW = "new", _("Thiết lập mới")
    REPLACE = "replace", _("Thay thế")
    EXTEND = "extend", _("Mở rộng")


class StationState(models.TextChoices):
    """How well a station works (tình trạng)."""

    WORKING = "working", _("Hoạt động tốt")
    DEGRADED = "degraded", _("Xuống cấp")
    BROKEN = "broken", _("Hỏng")


WORST = (StationState.WORKING, StationState.DEGRADED, StationState.BROKEN)
"""From the best to the worst: what several stations became together is as good as the worst of them."""
