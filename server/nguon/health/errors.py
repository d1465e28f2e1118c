"""What people are told when something about the health of loudspeakers cannot be done."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotYourDevice(DomainError):
    """Somebody without a role there answers an alarm or a ticket."""

    code = "not-your-device"
    message = _("Bạn không được giao thiết bị ở {place}. Hãy nhờ kỹ thuật hoặc trực ban ở đó.")
