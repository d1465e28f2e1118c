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
