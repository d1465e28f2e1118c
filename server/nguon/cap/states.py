"""What a message from outside is to us: its hazard, how it is taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hazard(models.TextChoices):
    """Of what a message warns (loại hiểm họa)."""

    STORM = "storm", _("Bão, áp thấp nhiệt đới")
    FLOOD = "flood", _("Lũ, ngập lụt")
    LANDSLIDE = "landslide", _("Sạt lở, lũ quét")
    TSUNAMI = "tsunami", _("Sóng thần")
    FIRE = "fire", _("Cháy")
    EPIDEMIC = "epidemic", _("Dịch bệnh")
    EVACUATION = "evacuation", _("Sơ tán")
    OTHER = "other", _("Hiểm họa khác")


# Words of `event`, folded (no tone marks, lower case), Vietnamese and English; the first that fits counts.
WORDS: tuple[tuple[Hazard, tuple[str, ...]], ...] = (
    (Hazard.TSUNAMI, ("song than", "tsunami")),
    (Hazard.LANDSLIDE, ("sat lo", "lu quet", "truot dat", "landslide", "mudslide", "flash flood", "debris")),
    (Hazard.FLOOD, ("lu", "ngap", "lut", "flood", "inundation", "dam break", "vo dap", "xa lu")),
    (Hazard.STORM, ("bao", "ap thap", "storm", "typhoon", "cyclone", "hurricane", "depression", "giong")),
    (Hazard.FIRE, ("chay", "hoa hoan", "fire", "wildfire")),
    (Hazard.EPIDEMIC, ("dich", "benh", "epidemic", "pandemic", "disease", "outbreak")),
    (Hazard.EVACUATION, ("so tan", "di doi", "evacuation", "evacuate")),
)
CATEGORIES: dict[str, Hazard] = {"Fire": Hazard.FIRE, "Health": Hazard.EPIDEMIC}


class Weight(models.TextChoices):
    """How pressing a message is for us (mức độ)."""

    URGENT = "urgent", _("Khẩn cấp: phát ngay")
    PRIORITY = "priority", _("Ưu tiên")
    ORDINARY = "ordinary", _("Thông thường")


class Nature(models.TextChoices):
    """What may become of a message at most (tính chất)."""

    REAL = "real", _("Thật")
    EXERCISE = "exercise", _("Diễn tập: chỉ được thành bản tin diễn tập")
    SYSTEM = "system", _("Tin của hệ thống: không phát")
    TEST = "test", _("Thử kỹ thuật: không phát")
    DRAFT = "draft", _("Bản nháp: không phát")
