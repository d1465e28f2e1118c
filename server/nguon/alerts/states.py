"""What an alert is, where it stands, and which of two goes first: tables that duty officers can read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

GATHERING_SECONDS = 600
"""The second person signs within so long; the signers hold to the same."""
GROWN_UNKNOWN_SECONDS = 60
"""After so long every loudspeaker is in a state with a name."""
GLASS_SECONDS = 60
MOST_TARGETS = 64
LONGEST_VOICE_MS = 600_000
LONGEST_TEXT = 2000
"""Characters: some three minutes of speech."""
STORED = ("siren", "attention", "all-clear", "false-alarm", "drill")
"""Sounds that every loudspeaker has: the siren, "chú ý", "báo yên", "báo nhầm", "đây là diễn tập"."""


class Kind(models.TextChoices):
    """What an alert is (loại); a drill is another document, another page and another colour."""

    REAL = "real", _("Khẩn cấp")
    GLASS = "glass", _("Khẩn cấp một người")
    DRILL = "drill", _("Diễn tập")


class Hazard(models.TextChoices):
    """What threatens (loại thiên tai, sự cố)."""

    STORM = "storm", _("Bão, áp thấp nhiệt đới")
    FLOOD = "flood", _("Lũ, ngập lụt")
    LANDSLIDE = "landslide", _("Lũ quét, sạt lở đất")
    TSUNAMI = "tsunami", _("Sóng thần")
    FIRE = "fire", _("Cháy, cháy rừng")
    EPIDEMIC = "epidemic", _("Dịch bệnh")
    EVACUATION = "evacuation", _("Sơ tán")
    OTHER = "other", _("Tình huống khác")


class State(models.TextChoices):
    """Where an alert stands (trạng thái)."""

    PREPARING = "preparing", _("Đang đọc thành tiếng")
    READY = "ready", _("Chờ người thứ nhất ký")
    WAITING = "waiting", _("Chờ người thứ hai ký")
    SOUNDING = "sounding", _("Đang báo động")
    ENDED = "ended", _("Đã kết thúc")


class Ending(models.TextChoices):
    """Why an alert ended (lý do kết thúc)."""

    CANCELLED = "cancelled", _("đã hủy")
    FALSE = "false", _("báo nhầm")
    ALL_CLEAR = "all_clear", _("báo yên")
    TIME = "time", _("hết thời gian đã ký")
    REPLACED = "replaced", _("có báo động mới thay")
    DROPPED = "dropped", _("không ký nữa")
    GREW = "grew", _("khu vực đã thay đổi giữa hai chữ ký")
    REFUSED = "refused", _("bộ ký từ chối")
    VOICE = "voice", _("tiếng ghi không dùng được: hỏng, rỗng hoặc dài quá 10 phút")


MOVES: dict[State, frozenset[State]] = {
    State.PREPARING: frozenset({State.READY, State.ENDED}),
    State.READY: frozenset({State.WAITING, State.SOUNDING, State.ENDED}),  # one officer alone: at once
    State.WAITING: frozenset({State.SOUNDING, State.ENDED}),
    State.SOUNDING: frozenset({State.ENDED}),
    State.ENDED: frozenset(),
}
"""What may follow what."""

OPEN = (State.PREPARING, State.READY, State.WAITING, State.SOUNDING)


class Heard(models.TextChoices):
    """What is known of an alert at one loudspeaker (ở từng cụm loa)."""

    PLAYED = "played", _("Đã phát")
    PLAYING = "playing", _("Đang phát")
    PARTLY = "partly", _("Phát một phần")
    REFUSED = "refused", _("Loa từ chối")
    ENDED = "ended", _("Đã dừng theo lệnh")
    DELIVERED = "delivered", _("Đã nhận, chưa phát")
    SOUNDLESS = "soundless", _("Hộp hãng khác, không phát được")
    UNREACHABLE = "unreachable", _("Không liên lạc được")
    UNKNOWN = "unknown", _("Chưa rõ")


REACHED = frozenset({Heard.PLAYED, Heard.PLAYING, Heard.PARTLY, Heard.ENDED})


class Sent(models.TextChoices):
    """Where a message to somebody near a silent loudspeaker stands (tin nhắn)."""

    WAITING = "waiting", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    NEEDLESS = "needless", _("Không cần nữa")
    FAILED = "failed", _("Không gửi được")


class Channel(models.TextChoices):
    """By what people near a silent loudspeaker are told, in the order in which they are tried (kênh)."""

    SMS = "sms", _("Tin nhắn")
    PUSH = "push", _("Báo qua trình duyệt")


class Level(models.IntegerChoices):
    """How bad it is (cấp độ); decides which of two alerts goes first."""

    WATCH = 1, _("Cảnh báo")
    URGENT = 2, _("Khẩn cấp")
    NOW = 3, _("Hành động ngay")


class Turn(models.TextChoices):
    """What a new alert does to one that runs in an overlapping area."""

    REPLACES = "replaces", _("thay hẳn báo động đang chạy")
    BREAKS_IN = "breaks_in", _("phát ngay, báo động đang chạy phát lại sau đó")
    WAITS = "waits", _("đợi lượt đang phát xong rồi phát")


TURNS: dict[tuple[Level, Level], Turn] = {
    (Level.NOW, Level.NOW): Turn.BREAKS_IN,
    (Level.NOW, Level.URGENT): Turn.BREAKS_IN,
    (Level.NOW, Level.WATCH): Turn.BREAKS_IN,
    (Level.URGENT, Level.NOW): Turn.WAITS,
    (Level.URGENT, Level.URGENT): Turn.WAITS,
    (Level.URGENT, Level.WATCH): Turn.BREAKS_IN,
    (Level.WATCH, Level.NOW): Turn.WAITS,
    (Level.WATCH, Level.URGENT): Turn.WAITS,
    (Level.WATCH, Level.WATCH): Turn.WAITS,
}
"""(the new one, the one that runs): what happens. Of the same hazard in the same places the new one always
replaces the old one: it is the newer word on one thing. One that runs in more places than the new one is not
touched: a commune silences nothing of its province."""
