"""Expected failures of speaking at once."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotOnDutyHere(DomainError):
    code = "not-on-duty-here"
    message = _("Bạn không trực ban ở {place} nên không nói trực tiếp tới đó được; hãy chọn nơi khác.")


class NoPlace(DomainError):
    code = "no-place"
    message = _("Chưa chọn nơi nghe; hãy chọn một xã, một thôn hoặc một nhóm loa.")


class NoLoudspeaker(DomainError):
    code = "no-loudspeaker"
    message = _("{place} chưa có cụm loa nào; hãy chọn nơi khác.")


class TooManyCommunes(DomainError):
    code = "too-many-communes"
    message = _("Một phiên nói trực tiếp tới nhiều nhất {limit} xã; hãy bỏ bớt nơi nghe.")


class QuietNow(DomainError):
    code = "quiet-now"
    message = _("Đang giờ yên tĩnh ({quiet}) nên loa không phát lời nói; hãy nói khi hết giờ yên tĩnh.")


class SessionUnknown(DomainError):
    code = "session-unknown"
    message = _("Không có phiên nói trực tiếp này; hãy mở phiên mới.")


class SessionOver(DomainError):
    code = "session-over"
    message = _("Phiên nói trực tiếp đã kết thúc; muốn nói tiếp, hãy mở phiên mới.")


class AlreadySpeaking(DomainError):
    code = "already-speaking"
    message = _("Bạn đang nói ở một phiên khác; hãy kết thúc phiên đó trước.")


class SomebodySpeaks(DomainError):
    code = "somebody-speaks"
    message = _(
        "{person} đang nói tới {place}, mà loa chỉ phát lời một người một lúc. Hãy chờ người ấy nói xong,"
        " hoặc vào Trực ban bấm “Dừng phát” nếu cần."
    )


class TouchNeeded(DomainError):
    code = "touch-needed"
    message = _("Nói trực tiếp cần khóa bảo mật của chính người nói; hãy chạm khóa trong trình duyệt.")


class BadSound(DomainError):
    code = "bad-sound"
    message = _("Trình duyệt gửi âm thanh không đúng dạng; hãy tải lại trang rồi nói lại.")
