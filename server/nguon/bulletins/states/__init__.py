"""Code lists and moves of a bulletin (bản tin).

Code lists 1-3 carry the numbers of the official interface profile; essential-information categories follow
Nghị định 49/2024/NĐ-CP, Article 6.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a bulletin stands on its way (trạng thái bản tin)."""

    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Trả lại")
    APPROVED = "approved", _("Đã duyệt")
    WITHDRAWN = "withdrawn", _("Đã thu hồi")


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.APPROVED, State.RETURNED, State.DRAFT}),  # back: its time has passed
    State.RETURNED: frozenset({State.DRAFT}),
    State.APPROVED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


class Topic(models.IntegerChoices):
    """Field of a bulletin (LoaiLinhVuc, lĩnh vực)."""

    GENERAL = 1, _("Thông tin chung")
    UNEXPECTED = 2, _("Thông tin đột xuất")
    POLICY = 3, _("Đường lối, chủ trương của Đảng, chính sách, pháp luật của Nhà nước")
    DIRECTION = 4, _("Chỉ đạo, điều hành của cấp ủy, chính quyền cơ sở")
    KNOWLEDGE = 5, _("Kiến thức khoa học, kỹ thuật, kinh tế, văn hóa, xã hội")
    GOOD_EXAMPLES = 6, _("Gương người tốt, việc tốt, điển hình tiên tiến")


class Essential(models.TextChoices):
    """Essential information (thông tin thiết yếu), Nghị định 49/2024/NĐ-CP, Article 6.

    Point a has two kinds, point b seven. Of the last one (products) only the beginning of the decree's words
    was before us.
    """

    NONE = "", _("Không thuộc thông tin thiết yếu")
    POLICY = "a-policy", _("Chủ trương của Đảng, pháp luật của Nhà nước, quy định của địa phương")
    EVENTS = "a-events", _("Sự kiện quan trọng của địa phương")
    PROJECTS = "b-projects", _("Dự án, chương trình kinh tế - xã hội liên quan người dân")
    KNOWLEDGE = "b-knowledge", _("Chính trị, kinh tế, văn hóa, xã hội, khoa học, kỹ thuật")
    SECURITY = "b-security", _("Quốc phòng, an ninh, trật tự, an toàn xã hội")
    DISASTER = "b-disaster", _("Thiên tai, cứu nạn, cháy nổ, khẩn cấp, dịch bệnh")
    EXAMPLES = "b-examples", _("Gương người tốt, việc tốt")
    WRONGDOING = "b-wrongdoing", _("Đấu tranh với vi phạm pháp luật, hiện tượng tiêu cực")
    PRODUCTS = "b-products", _("Sản phẩm, hàng hóa")


TOPICS_OF: dict[Essential, tuple[Topic, ...]] = {
    Essential.POLICY: (Topic.POLICY, Topic.DIRECTION),
    Essential.EVENTS: (Topic.DIRECTION, Topic.GENERAL),
    Essential.PROJECTS: (Topic.DIRECTION, Topic.KNOWLEDGE),
    Essential.KNOWLEDGE: (Topic.KNOWLEDGE,),
    Essential.SECURITY: (Topic.DIRECTION, Topic.UNEXPECTED),
    Essential.DISASTER: (Topic.UNEXPECTED, Topic.DIRECTION),
    Essential.EXAMPLES: (Topic.GOOD_EXAMPLES,),
    Essential.WRONGDOING: (Topic.DIRECTION, Topic.POLICY),
    Essential.PRODUCTS: (Topic.KNOWLEDGE, Topic.GENERAL),
}
"""The two lists do not match one to one: the topics that suit each kind of essential information, the best
first (our own mapping; the law has none)."""


class Priority(models.IntegerChoices):
    """Priority of a bulletin (MucDoUuTien, mức độ ưu tiên)."""

    URGENT = 1, _("Khẩn cấp")
    PRIORITY = 2, _("Ưu tiên")
    NORMAL = 3, _("Thông thường")


class ContentType(models.IntegerChoices):
    """Type of a bulletin (LoaiBanTin, loại bản tin)."""

    TEXT = 1, _("Ký tự")
    IMAGE = 2, _("Hình ảnh")
    AUDIO = 3, _("Âm thanh")
    VIDEO = 4, _("Video")
    LIVE = 5, _("Trực tiếp")


class Channel(models.TextChoices):
    """Through what a bulletin reaches people (kênh)."""

    LOUDSPEAKER = "loudspeaker", _("loa truyền thanh")
    BOARD = "board", _("bảng tin điện tử")
    PORTAL = "portal", _("trang thông tin điện tử")


CHANNELS: dict[ContentType, tuple[Channel, ...]] = {
    ContentType.TEXT: (Channel.BOARD, Channel.PORTAL),
    ContentType.IMAGE: (Channel.BOARD, Channel.PORTAL),
    ContentType.AUDIO: (Channel.LOUDSPEAKER, Channel.PORTAL),
    ContentType.VIDEO: (Channel.LOUDSPEAKER, Channel.BOARD, Channel.PORTAL),
    ContentType.LIVE: (Channel.LOUDSPEAKER,),
}
"""Which type of bulletin goes where: the one place that says it."""
PLAYED = (ContentType.AUDIO, ContentType.VIDEO)
"""The types with a sound that is approved first and played by plan; of a video it is the sound track. What is
spoken live (trực tiếp) has none: somebody opens a microphone at its time."""
SOUNDLESS = tuple(kind for kind in ContentType if kind not in PLAYED)
LONGEST_LIVE = 30
"""Minutes of one live session."""


class Timing(models.TextChoices):
    """When a bulletin plays (giờ phát)."""

    NOW = "now", _("Phát ngay khi được duyệt")
    AT = "at", _("Vào một ngày giờ")
    REPEAT = "repeat", _("Lặp lại")
    PROGRAMME = "programme", _("Theo chương trình của xã")


class Origin(models.TextChoices):
    """What an earlier bulletin is to a new one that began from it (soạn lại, đính chính)."""

    COPY = "copy", _("Soạn lại")
    CORRECTION = "correction", _("Đính chính")


class TargetKind(models.TextChoices):
    """What one line of the "where" of a bulletin names (nơi phát)."""

    PLACE = "place", _("Địa bàn")
    GROUP = "group", _("Nhóm loa")
    DEVICE = "device", _("Cụm loa")


class Decision(models.TextChoices):
    """What the second person decided (duyệt, trả lại)."""

    APPROVE = "approve", _("Duyệt")
    RETURN = "return", _("Trả lại")


TEXT_LIMIT = 20_000
"""Characters of a bulletin's text: more than twenty minutes of speech."""
REPEAT_DAYS_LIMIT = 366
"""A repetition ends within a year."""
