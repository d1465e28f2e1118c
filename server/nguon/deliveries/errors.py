"""Expected failures of delivering."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotOnDuty(DomainError):
    code = "not-on-duty"
    message = _("Bạn không trực ban ở {place} nên không dừng phát ở đó được.")


class NothingToStop(DomainError):
    code = "nothing-to-stop"
    message = _("{place} chưa có cụm loa nào để dừng.")


class SignerSilent(DomainError):
    code = "signer-silent"
    message = _("Bộ ký chưa trả lời; hệ thống sẽ tự thử lại.")


class DeviceUnknown(DomainError):
    code = "device-unknown"
    message = _("Loa này chưa đăng ký hoặc đã bị thu hồi.")


class NotOnDutyThere(DomainError):
    code = "not-on-duty-there"
    message = _(
        "Bạn không trực ban ở {place} nên không chuyển lệnh tới đó được; hãy nhờ người trực ban ở đó chuyển."
    )


class NotRelayed(DomainError):
    """A file of officers' own orders that no loudspeaker would obey; `reason` is the slug of LSP-1."""

    code = "not-relayed"

    def __init__(self, reason: str, **fields: object) -> None:
        """This function will choose the sentence of the reason."""
        super().__init__(**fields)
        self.reason = reason
        self.message = _NOT_RELAYED.get(reason, _NOT_RELAYED["parse"])


_NOT_RELAYED = {
    "parse": _(
        "Tệp này không phải tệp lệnh do người trực ban ký; hãy chọn tệp mà lệnh “nguon-signer duty” đã ghi."
    ),
    "type": _(
        "Tệp này không phải lệnh do người trực ban tự ký; muốn dừng phát từ máy chủ, hãy bấm Dừng phát."
    ),
    "threshold": _(
        "Chữ ký trong tệp thiếu hoặc không phải của người trực ban được tin cậy ở đây; "
        "hãy kiểm tra khóa rồi ký lại."
    ),
    "spec": _(
        "Loa ở đây không hiểu lệnh trong tệp; hãy ký lại bằng “nguon-signer” cùng phiên bản với máy chủ."
    ),
    "target": _("Nơi nhận ghi trong tệp không có ở máy chủ này; hãy ký lại cho đúng địa bàn."),
    "scope": _(
        "Nơi nhận ghi trong tệp quá rộng: một lệnh chỉ tới một xã, một báo động chỉ tới một tỉnh; "
        "hãy ký riêng cho từng nơi."
    ),
    "epoch": _("Tệp ký theo khóa đã thay; hãy ký lại với tệp root.json đang dùng."),
    "rollback": _("Nơi này đã nhận một lệnh khác cùng số hoặc mới hơn; hãy ký một lệnh mới."),
    "future": _("Giờ ký ghi trong tệp ở tương lai; hãy chỉnh đồng hồ của máy ký rồi ký lại."),
    "expired": _("Lệnh trong tệp đã hết hạn; hãy ký một lệnh mới rồi chuyển ngay."),
    "quiet": _("Đang giờ yên tĩnh nên loa sẽ không phát lệnh này; hãy ký lại khi hết giờ yên tĩnh."),
    "limit": _("Lệnh này dài hơn số phút được phát trong một ngày; hãy ký một lệnh ngắn hơn."),
    "media": _(
        "Máy chủ không có âm thanh ghi trong lệnh; hãy tải âm thanh đó lên hoặc ký lệnh dùng tiếng có sẵn."
    ),
    "ended": _("Báo động này không còn trên máy chủ hoặc đã được chấm dứt; hãy tải lại trang."),
}
