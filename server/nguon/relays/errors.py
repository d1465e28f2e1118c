"""Expected failures of relaying a station."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NoName(DomainError):
    code = "no-name"
    message = _("Chưa đặt tên nguồn; hãy ghi tên đài, ví dụ VOV1.")


class BadAddress(DomainError):
    code = "bad-address"
    message = _("Địa chỉ nguồn không dùng được; hãy chép địa chỉ bắt đầu bằng http:// hoặc https:// của đài.")


class SourceKnown(DomainError):
    code = "source-known"
    message = _("Địa bàn này đã có nguồn mang địa chỉ đó: {name}; hãy dùng nguồn ấy.")


class SourceUnknown(DomainError):
    code = "source-unknown"
    message = _("Không có nguồn này, hoặc nguồn đã ngừng dùng; hãy chọn nguồn khác.")


class SourceElsewhere(DomainError):
    code = "source-elsewhere"
    message = _("Nguồn {name} được thêm cho địa bàn khác; hãy thêm nguồn đó cho {place} rồi đặt lịch.")


class NotYours(DomainError):
    code = "not-yours"
    message = _("Bạn không có quyền soạn lịch phát ở {place}; hãy chọn nơi khác.")


class NotAnApprover(DomainError):
    code = "not-an-approver"
    message = _("Bạn không có quyền duyệt cho {place}.")


class OwnBooking(DomainError):
    code = "own-booking"
    message = _("Lịch tiếp sóng này do bạn lập nên người khác phải duyệt.")


class NotWaiting(DomainError):
    code = "not-waiting"
    message = _("Lịch tiếp sóng này không còn chờ duyệt; hãy tải lại trang.")


class Changed(DomainError):
    code = "changed"
    message = _("Lịch tiếp sóng đã khác lúc bạn mở trang; hãy tải lại rồi duyệt.")


class KeyNeeded(DomainError):
    code = "key-needed"
    message = _("Duyệt cần khóa bảo mật của chính bạn; hãy chạm khóa trong trình duyệt.")


class ReasonMissing(DomainError):
    code = "reason-missing"
    message = _("Hãy ghi lý do trả lại để người lập biết cần sửa gì.")


class NoPlace(DomainError):
    code = "no-place"
    message = _("Chưa chọn nơi phát; hãy chọn một xã, một thôn hoặc một nhóm loa.")


class TooManyCommunes(DomainError):
    code = "too-many-communes"
    message = _("Một lịch tiếp sóng tới nhiều nhất {limit} xã; hãy lập thêm lịch cho các xã khác.")


class NoLoudspeaker(DomainError):
    code = "no-loudspeaker"
    message = _("{place} chưa có cụm loa nào; hãy chọn nơi khác.")


class NoDay(DomainError):
    code = "no-day"
    message = _("Chưa chọn ngày trong tuần; hãy chọn ít nhất một ngày.")


class BadHours(DomainError):
    code = "bad-hours"
    message = _(
        "Giờ kết thúc phải sau giờ bắt đầu trong cùng một ngày, và dài nhất {hours} giờ; "
        "qua nửa đêm thì hãy lập hai lịch."
    )


class BadDays(DomainError):
    code = "bad-days"
    message = _(
        "Ngày cuối phải từ ngày đầu trở đi, chưa qua, và trong vòng {days} ngày; "
        "hãy sửa ngày đầu và ngày cuối."
    )


class NeverComes(DomainError):
    code = "never-comes"
    message = _("Từ ngày đầu đến ngày cuối không có thứ nào đã chọn; hãy sửa ngày hoặc chọn thêm thứ.")


class InQuietHours(DomainError):
    code = "in-quiet-hours"
    message = _("Giờ tiếp sóng chạm giờ yên tĩnh ({quiet}), loa sẽ không phát; hãy chọn giờ khác.")


class NoBulletin(DomainError):
    code = "no-bulletin"
    message = _("Chưa chọn bản tin thay thế; hãy chọn một bản tin đã duyệt, hoặc chọn trở lại lịch phát.")


class Clash(DomainError):
    code = "clash"
    message = _("Cùng giờ đó ở {place} đã có lịch tiếp sóng “{title}”; hãy đổi giờ hoặc ngừng lịch kia.")


class BookingUnknown(DomainError):
    code = "booking-unknown"
    message = _("Không có lịch tiếp sóng này.")


class MayNotEnd(DomainError):
    code = "may-not-end"
    message = _("Chỉ người lập, người duyệt hoặc trực ban của nơi đó được ngừng lịch tiếp sóng này.")
