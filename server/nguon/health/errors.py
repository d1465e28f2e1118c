"""What people are told when something about the health of loudspeakers cannot be done."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotYourDevice(DomainError):
    """Somebody without a role there answers an alarm or a ticket."""

    code = "not-your-device"
    message = _("Bạn không được giao thiết bị ở {place}. Hãy nhờ kỹ thuật hoặc trực ban ở đó.")


class BadPeriod(DomainError):
    """Announced work that has no good beginning or end."""

    code = "maintenance-period"
    message = _("Giờ kết thúc phải sau giờ bắt đầu, chưa qua, và không quá 30 ngày sau đó.")


class SayWhy(DomainError):
    """Announced work without a reason."""

    code = "maintenance-reason"
    message = _("Hãy ghi lý do bảo trì, ví dụ: thay cột, cắt điện để sửa đường dây.")


class MaintenanceOver(DomainError):
    """Announced work that is over already."""

    code = "maintenance-over"
    message = _("Đợt bảo trì này đã kết thúc. Hãy tải lại trang.")


class NoSuchMove(DomainError):
    """A ticket cannot go from where it stands to there."""

    code = "no-such-move"
    message = _(
        "Phiếu đang ở “{state}” nên không chuyển sang “{to}” được. Hãy tải lại trang để xem phiếu mới."
    )


class SayWhatWasDone(DomainError):
    """A ticket is closed without a word."""

    code = "say-what-was-done"
    message = _("Hãy ghi đã làm gì, ví dụ: thay cầu chì tăng âm, đã phát thử tốt.")


class NotATechnician(DomainError):
    """A ticket is given to somebody who keeps no loudspeakers there."""

    code = "not-a-technician"
    message = _("{person} không được giao thiết bị ở đó. Hãy chọn người khác.")


class AlreadyATicket(DomainError):
    """There is an open ticket of this alarm."""

    code = "already-a-ticket"
    message = _("Cảnh báo này đã có phiếu. Hãy mở phiếu đó để xử lý.")


class TitleMissing(DomainError):
    """A ticket without a title, or a line of its history without anything."""

    code = "title-missing"
    message = _("Hãy ghi hỏng gì, ví dụ: loa rè bên trái.")
