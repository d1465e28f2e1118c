"""Expected failures of taking and declining; the message is what the officer reads."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotOffered(DomainError):
    code = "not-offered"
    message = _("Không tìm thấy bản tin này trong số bản tin từ trên cho {place}. Hãy mở lại danh sách.")


class PriorityStays(DomainError):
    code = "priority-stays"
    message = _("“{title}” là bản tin ưu tiên nên xã không từ chối được; xã chỉ chọn thứ tự và đổi giờ phát.")


class WhyMissing(DomainError):
    code = "why-missing"
    message = _("Hãy ghi lý do không dùng để nơi gửi biết.")


class AlreadyTaken(DomainError):
    code = "already-taken"
    message = _("“{title}” đã có trong chương trình của {place}. Muốn bỏ, hãy gỡ lượt phát ở đó.")


class NotTheSender(DomainError):
    code = "not-the-sender"
    message = _("Chỉ nơi cung cấp bản tin này mới nhắc được các xã.")
