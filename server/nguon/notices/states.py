"""What people are told of, and where its e-mail stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a notice tells (loại thông báo); its words are the choice in a person's settings."""

    TO_APPROVE = "to_approve", _("Bản tin chờ bạn duyệt")
    SECOND = "second", _("Bản tin cần người thứ hai duyệt")
    NEAR = "near", _("Sắp hết hạn duyệt")
    PASSED = "passed", _("Quá hạn duyệt")
    RETURNED = "returned", _("Bản tin của bạn bị trả lại")
    APPROVED = "approved", _("Bản tin của bạn đã được duyệt")
    WITHDRAWN = "withdrawn", _("Bản tin bị thu hồi")
    OFFERED = "offered", _("Có bản tin từ trên cho xã")
    PLACED = "placed", _("Bản tin ưu tiên đã vào chương trình của xã")
    ORDER = "order", _("Hai bản tin trùng giờ, xã chọn thứ tự")
    UNUSED = "unused", _("Nhắc bản tin từ trên chưa trả lời")
    WARNING = "warning", _("Tin cảnh báo chờ bạn quyết định")
    TO_SIGN = "to_sign", _("Báo động chờ bạn ký")
    FOLLOWED = "followed", _("Bản tin phải gửi duyệt lại vì địa bàn thay đổi")
    PLAN_TURN = "plan_turn", _("Kế hoạch biên tập: đến lượt bạn")
    PLAN_NEAR = "plan_near", _("Kế hoạch biên tập: sắp đến hạn")
    PLAN_OVER = "plan_over", _("Kế hoạch biên tập: quá hạn")
    ALARM = "alarm", _("Cảnh báo về cụm loa")
    TICKET = "ticket", _("Phiếu sự cố giao cho bạn")
    LICENCE = "licence", _("Giấy phép tần số FM sắp hết hạn")
    LICENCE_OVER = "licence_over", _("Giấy phép tần số FM đã hết hạn")


SENTENCES = {
    Kind.TO_APPROVE: _("{by} gửi “{title}”, chờ bạn nghe và duyệt."),
    Kind.SECOND: _("{by} đã duyệt “{title}”; cần thêm một người nữa: bạn nghe và duyệt."),
    Kind.NEAR: _("“{title}” phải duyệt xong trước {due}; chưa ai quyết định."),
    Kind.PASSED: _("Quá hạn duyệt {due} của “{title}” mà chưa ai quyết định. {then}"),
    Kind.RETURNED: _("{by} trả lại “{title}”. Hãy mở ra, sửa rồi gửi duyệt lại."),
    Kind.APPROVED: _("{by} đã duyệt “{title}”."),
    Kind.WITHDRAWN: _("{by} thu hồi “{title}”; không loa nào phát nữa."),
    Kind.OFFERED: _("{sender} cung cấp “{title}”. Hãy xếp vào chương trình, hoặc ghi lý do không dùng."),
    Kind.PLACED: _("“{title}” (ưu tiên) đã vào chương trình; xã đổi được giờ trong chương trình."),
    Kind.ORDER: _("“{title}” từ trên trùng giờ với “{other}” của xã. Hãy chọn bài nào phát trước."),
    Kind.UNUSED: _(
        "Xã chưa trả lời về “{title}” từ trên. Hãy xếp vào chương trình, hoặc ghi lý do không dùng."
    ),
    Kind.PLAN_TURN: _("“{title}” đến bước {stage}: việc của bạn, hạn hết ngày {day}. {reason}"),
    Kind.PLAN_NEAR: _("Sắp đến hạn bước {stage} của “{title}”: hết ngày {day}."),
    Kind.PLAN_OVER: _("Quá hạn bước {stage} của “{title}”: hạn là hết ngày {day}."),
    Kind.WARNING: _("{name} gửi tin cảnh báo “{title}”. Hãy xem và quyết định có phát hay không."),
    Kind.TO_SIGN: _(
        "{by} đã ký báo động “{title}”. Cần thêm một người ký trước {due}, nếu không phải làm lại."
    ),
    Kind.FOLLOWED: _("Địa bàn thay đổi: “{title}” là bản nháp với nơi phát mới. Hãy xem và gửi duyệt lại."),
    Kind.ALARM: _("{what}: {which}. {todo}"),
    Kind.LICENCE: _(
        "Giấy phép tần số {number} của {name} hết hạn ngày {day}. Hãy xin gia hạn, rồi sửa ngày ở trang đài."
    ),
    Kind.LICENCE_OVER: _(
        "Giấy phép tần số {number} của {name} đã hết hạn ngày {day}. Chưa gia hạn thì đài không được phát FM."
    ),
    Kind.TICKET: _("{by} giao cho bạn phiếu “{title}” của {name}, hạn {day}."),
}
# What becomes of a bulletin whose time has passed undecided, by its timing.
THEN = {
    "at": _(
        "Đến giờ mà chưa duyệt thì bản tin không phát. Hãy duyệt trước giờ phát, hoặc trả lại để đổi giờ."
    ),
    "repeat": _("Lượt đã qua không phát. Duyệt bây giờ thì bản tin phát từ lượt sau."),
}
# What somebody is to do; it is over when anybody has done it.
TO_ANSWER = frozenset({Kind.OFFERED, Kind.UNUSED})
WORK = TO_ANSWER | {
    Kind.TO_APPROVE, Kind.SECOND, Kind.NEAR, Kind.PASSED, Kind.RETURNED, Kind.FOLLOWED, Kind.ORDER,
    Kind.PLAN_TURN, Kind.PLAN_NEAR, Kind.PLAN_OVER, Kind.WARNING, Kind.TO_SIGN, Kind.LICENCE,
    Kind.LICENCE_OVER,
}  # fmt: skip
SUPPLY = TO_ANSWER | {Kind.PLACED, Kind.ORDER}
PLAN = frozenset({Kind.PLAN_TURN, Kind.PLAN_NEAR, Kind.PLAN_OVER})
TO_DECIDE = frozenset({Kind.TO_APPROVE, Kind.SECOND, Kind.NEAR, Kind.PASSED})
# What a browser shows at once, with no page open: what others wait for. The minutes that it is worth.
PUSHED = {Kind.TO_SIGN: 10, Kind.WARNING: 120, **dict.fromkeys((*TO_DECIDE, Kind.ORDER), 720)}
PRESSING = frozenset({Kind.TO_SIGN, Kind.WARNING})


class Mail(models.TextChoices):
    """Where the e-mail of a notice stands (thư điện tử)."""

    NONE = "none", _("Không gửi thư")
    WAITING = "waiting", _("Chờ gửi thư")
    SENT = "sent", _("Đã gửi thư")
    FAILED = "failed", _("Không gửi được thư")


MOVES: dict[Mail, frozenset[Mail]] = {
    Mail.NONE: frozenset(),
    Mail.WAITING: frozenset({Mail.SENT, Mail.FAILED, Mail.NONE}),
    Mail.SENT: frozenset(),
    Mail.FAILED: frozenset({Mail.SENT}),
}
