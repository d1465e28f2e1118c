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
    FOLLOWED = "followed", _("Bản tin phải gửi duyệt lại vì địa bàn thay đổi")


SENTENCES = {
    Kind.TO_APPROVE: _("{by} gửi “{title}”, chờ bạn nghe và duyệt."),
    Kind.SECOND: _("{by} đã duyệt “{title}”; cần thêm một người nữa: bạn nghe và duyệt."),
    Kind.NEAR: _("“{title}” phải duyệt xong trước {due}; chưa ai quyết định."),
    Kind.PASSED: _("Quá hạn duyệt {due} của “{title}” mà chưa ai quyết định. {then}"),
    Kind.RETURNED: _("{by} trả lại “{title}”. Hãy mở ra, sửa rồi gửi duyệt lại."),
    Kind.APPROVED: _("{by} đã duyệt “{title}”."),
    Kind.WITHDRAWN: _("{by} thu hồi “{title}”; không loa nào phát nữa."),
    Kind.FOLLOWED: _("Địa bàn thay đổi: “{title}” là bản nháp với nơi phát mới. Hãy xem và gửi duyệt lại."),
}
# What somebody is to do; it is over when anybody has done it.
WORK = frozenset({Kind.TO_APPROVE, Kind.SECOND, Kind.NEAR, Kind.PASSED, Kind.RETURNED, Kind.FOLLOWED})
TO_DECIDE = frozenset({Kind.TO_APPROVE, Kind.SECOND, Kind.NEAR, Kind.PASSED})


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
