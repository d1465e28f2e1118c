"""Expected failures of control."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NothingThere(DomainError):
    code = "control-nothing-there"
    message = _("Không có cụm loa nào đang dùng ở đó. Hãy chọn nơi khác.")


class TooMany(DomainError):
    code = "control-too-many"
    message = _("Quá nhiều cụm loa cho một lần ({count}). Hãy chọn từng xã.")


class NotYours(DomainError):
    code = "control-not-yours"
    message = _("{place} ngoài địa bàn bạn điều khiển. Hãy chọn nơi khác hoặc nhờ người quản trị cấp quyền.")


class BadVolume(DomainError):
    code = "control-bad-volume"
    message = _("Âm lượng “{text}” không đúng. Hãy ghi một số từ 0 (tắt tiếng) đến 100.")


class BadHours(DomainError):
    code = "control-bad-hours"
    message = _("Khung giờ “{text}” không đúng. Mỗi dòng viết như 06:00-07:00 40, nhiều nhất 8 dòng.")


class QuietNow(DomainError):
    code = "control-quiet-now"
    message = _("Đang giờ yên tĩnh ({quiet}): loa không đọc thành tiếng. Hãy dùng diễn tập im lặng.")


class OneAtATime(DomainError):
    code = "control-one-at-a-time"
    message = _("Nhật ký máy được xin từng cụm loa một. Hãy mở trang của cụm loa đó.")


class BadCalm(DomainError):
    code = "control-bad-calm"
    message = _("Nơi cần yên tĩnh phải có tên, vị trí trong Việt Nam, bán kính 10–2000 m và âm lượng 0–100.")
