"""Expected failures of notices."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class PushOff(DomainError):
    code = "push-off"
    message = _("Máy chủ này chưa bật báo qua trình duyệt. Hãy nhờ người quản trị bật.")


class BadBrowser(DomainError):
    code = "bad-browser"
    message = _("Trình duyệt này cho một địa chỉ nhận báo không dùng được. Hãy thử trình duyệt khác.")
