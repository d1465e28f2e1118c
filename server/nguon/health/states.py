"""What may be wrong with a loudspeaker, and how a fault ticket moves."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.TextChoices):
    """What the amplifier says of the wires to the horns."""

    UNKNOWN = "", _("không đo")
    OK = "ok", _("tốt")
    OPEN = "open", _("đứt dây")
    SHORT = "short", _("chập dây")


class AlarmKind(models.TextChoices):
    """What is wrong (cảnh báo); each is raised once and clears by itself."""

    SILENT = "silent", _("Báo đang phát nhưng không có tiếng")
    UNSTARTED = "unstarted", _("Đã nhận lệnh nhưng không phát")
    LOUD = "loud", _("Có tiếng khi không có lệnh phát")
    STRANGE = "strange", _("Phát một bài không có trong lệnh nào")
    LOST = "lost", _("Mất kết nối")
    MAINS = "mains", _("Mất điện lưới")
    BATTERY = "battery", _("Pin yếu")
    LINE = "line", _("Đứt hoặc chập dây loa")
    DISK = "disk", _("Bộ nhớ đầy")
    HOT = "hot", _("Máy quá nóng")
    CLOCK = "clock", _("Đồng hồ sai")
    FLOOD = "flood", _("Gửi quá nhiều tin")
    KEY = "key", _("Có máy dùng sai khóa của cụm loa này")
    HALF = "half", _("Đã cho vào hệ thống nhưng chưa nối lần nào")
    SLOW = "slow", _("Có kết nối nhưng không nhận kịp lệnh")
    BOX = "box", _("Hộp hãng khác không làm theo lệnh")


# What a person beside the pole is asked to do; shown with the alarm.
WHAT_TO_DO: dict[AlarmKind, object] = {
    AlarmKind.SILENT: _("Hãy nghe tại chỗ; kiểm tra tăng âm, dây loa, rồi bấm phát thử."),
    AlarmKind.UNSTARTED: _("Hãy xem nút tắt tiếng tại chỗ và tăng âm; khởi động lại hộp máy nếu cần."),
    AlarmKind.LOUD: _("Hãy đến nghe ngay: tắt nguồn tăng âm nếu có tiếng lạ, và báo trực ban."),
    AlarmKind.STRANGE: _("Hãy dừng phát cụm loa này, giữ nguyên hộp máy và báo quản trị."),
    AlarmKind.LOST: _("Hãy kiểm tra điện, SIM và sóng tại cột."),
    AlarmKind.MAINS: _("Hãy hỏi điện lực; pin giữ được vài giờ."),
    AlarmKind.BATTERY: _("Hãy kiểm tra điện lưới; thay pin nếu pin yếu khi vẫn có điện."),
    AlarmKind.LINE: _("Hãy kiểm tra dây từ tăng âm đến loa."),
    AlarmKind.DISK: _("Hãy thay thẻ nhớ hoặc xóa bớt tệp lạ trên hộp máy."),
    AlarmKind.HOT: _("Hãy kiểm tra quạt, chỗ đặt và nắng chiếu vào tủ."),
    AlarmKind.CLOCK: _("Hãy kiểm tra pin đồng hồ của hộp máy; giờ tự đúng lại khi có mạng."),
    AlarmKind.KEY: _(
        "Yêu cầu sai khóa đã bị từ chối, các loa khác không chậm. Nếu vừa thay hộp máy, hãy thu hồi hộp cũ;"
        " nếu không, hãy báo quản trị."
    ),
    AlarmKind.HALF: _(
        "Hãy giữ hộp bật và có mạng; nếu nó đưa mã mới thì cho vào lại bằng mã đó, bỏ thì thu hồi."
    ),
    AlarmKind.SLOW: _(
        "Loa khác trong xã đã nhận, cụm này chưa, và không làm loa khác chậm. Hãy kiểm tra SIM và sóng, rồi"
        " khởi động lại hộp máy."
    ),
    # Which of many things it is, its bridge says: pages show that sentence instead, where they can.
    AlarmKind.BOX: _("Hãy mở trang Hộp hãng khác của cụm loa: ở đó ghi hộp hỏng gì và cần làm gì."),
    AlarmKind.FLOOD: _("Tin thừa đã bị bỏ, các loa khác không chậm. Hãy khởi động lại hoặc thay hộp máy."),
}
URGENT = frozenset({AlarmKind.SILENT, AlarmKind.UNSTARTED, AlarmKind.LOUD, AlarmKind.STRANGE})

KEEP_EVERY = timedelta(minutes=10)
"""Of a loudspeaker of which nothing changes one sample is kept in so long; every change is kept."""
WHOLE_HOUR = 5
"""Of the six pieces of an hour in so many a loudspeaker must have been heard to have been there all of it."""
VILLAGE_DAYS = 7
"""So far back the hours of villages are reckoned."""
HOURS_DAYS = 62
"""Looks by the hour are kept so long."""
SILENT_DAYS = 30
"""A place of which nothing was heard for so long is said never to hear anything."""
MONTHS = 3
"""Samples are kept for this month and so many before it; sums by day stay for ever."""


LONGEST_MAINTENANCE = timedelta(days=30)
NEVER_HUSHED = frozenset({AlarmKind.STRANGE, AlarmKind.KEY})
"""What nobody ordered, and a strange key, are told also while a box is being mended."""


class TicketState(models.TextChoices):
    """Where a fault ticket (phiếu sự cố) stands."""

    OPEN = "open", _("Mới lập")
    TAKEN = "taken", _("Đang sửa")
    WAITING = "waiting", _("Chờ linh kiện")
    DONE = "done", _("Đã sửa xong")
    CANCELLED = "cancelled", _("Đã bỏ")


TICKET_MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.OPEN: frozenset({TicketState.TAKEN, TicketState.DONE, TicketState.CANCELLED}),
    TicketState.TAKEN: frozenset({TicketState.WAITING, TicketState.DONE, TicketState.CANCELLED}),
    TicketState.WAITING: frozenset({TicketState.TAKEN, TicketState.DONE, TicketState.CANCELLED}),
    TicketState.DONE: frozenset({TicketState.TAKEN}),  # it broke again, or was not mended
    TicketState.CANCELLED: frozenset(),
}
TO_MEND = (TicketState.OPEN, TicketState.TAKEN, TicketState.WAITING)
USUAL_DAYS = 3
"""Until when a ticket is to be done when nobody says otherwise."""
