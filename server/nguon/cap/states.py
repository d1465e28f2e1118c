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


class Way(models.TextChoices):
    """How a message came (đường đến)."""

    POST = "post", _("Nơi gửi gửi đến")
    FEED = "feed", _("Lấy từ nguồn tin")


class State(models.TextChoices):
    """Where a message stands (tình trạng)."""

    WAITING = "waiting", _("Chờ quyết định")
    DECIDED = "decided", _("Đã quyết định")
    CLOSED = "closed", _("Đã đóng")
    NOTED = "noted", _("Chỉ ghi nhận")


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.DECIDED, State.CLOSED}),
    State.DECIDED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
    State.NOTED: frozenset(),
}


class Why(models.TextChoices):
    """Why nothing is to be decided, or why it was closed (lý do)."""

    TEST = "test", _("tin thử kỹ thuật, không bao giờ phát")
    DRAFT = "draft", _("bản nháp, không bao giờ phát")
    SYSTEM = "system", _("tin của hệ thống, không phát")
    ACK = "ack", _("nơi gửi báo đã nhận")
    ERROR = "error", _("nơi gửi báo lỗi")
    ELSEWHERE = "elsewhere", _("không có địa bàn nào của hệ thống này")
    EXPIRED = "expired", _("đã hết hạn")
    OLD = "old", _("gửi đã quá lâu mà không ghi hạn")
    CANCELLED = "cancelled", _("nơi gửi đã hủy tin này")
    UPDATED = "updated", _("nơi gửi đã thay bằng tin mới")
    UNSEEN = "unseen", _("hủy một tin chưa từng nhận; nếu tin ấy đến sau thì cũng không phát")
    TAKEN_BACK = "taken_back", _("đã hủy một tin chưa ai quyết định")
    SCOPE = "scope", _("không dành cho công chúng, chỉ để người trực biết")
    EMPTY = "empty", _("không có nội dung để phát")


class Verdict(models.TextChoices):
    """What an officer decides (quyết định)."""

    ALERT = "alert", _("Lập báo động khẩn cấp")
    DRILL = "drill", _("Lập bản tin diễn tập")
    STOP = "stop", _("Dừng báo động đã lập theo tin này")
    FALSE = "false", _("Dừng và báo nhầm trên loa")
    CLEAR = "clear", _("Dừng và báo yên trên loa")
    IGNORE = "ignore", _("Không phát")


ENDINGS = frozenset({Verdict.STOP, Verdict.FALSE, Verdict.CLEAR})
"""They end what was made of an earlier message."""

MAY: dict[Nature, frozenset[Verdict]] = {
    Nature.REAL: frozenset({Verdict.ALERT, *ENDINGS, Verdict.IGNORE}),
    Nature.EXERCISE: frozenset({Verdict.DRILL, Verdict.STOP, Verdict.IGNORE}),
    Nature.SYSTEM: frozenset(),
    Nature.TEST: frozenset(),
    Nature.DRAFT: frozenset(),
}
"""What may become of a message at most."""


class Part(models.TextChoices):
    """What is published of an alert of ours (phần)."""

    ALERT = "alert", _("Báo động")
    END = "end", _("Kết thúc")


PAGES = ("vi", "en", "atom")
"""The public pages by language, and the feed."""
SHOWN = 100
"""So many alerts at most stand in the feed."""
ON_PAGE, OVER_ON_PAGE = 9, 8
"""So many at most stand on a public page, which is small enough for any line; the feed has the others."""
