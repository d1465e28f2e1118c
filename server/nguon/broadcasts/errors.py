"""Expected failures of placing; the message is what the officer reads."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotACommune(DomainError):
    code = "not-a-commune"
    message = _("Chương trình là của từng xã, phường. Hãy chọn một xã.")


class MayNotPlace(DomainError):
    code = "may-not-place"
    message = _(
        "Bạn không xếp được chương trình của {place}. Hãy nhờ người soạn tin, người duyệt hoặc người vận hành"
        " đài ở đó."
    )


class NothingToPlace(DomainError):
    code = "nothing-to-place"
    message = _("Không tìm thấy bản tin đã duyệt này trong địa bàn của bạn. Hãy chọn lại trong danh sách.")


class NotApproved(DomainError):
    code = "not-approved"
    message = _("“{title}” chưa được duyệt hoặc đã thu hồi, nên chưa xếp vào chương trình được.")


class NoSound(DomainError):
    code = "no-sound"
    message = _("“{title}” không có âm thanh để phát trên loa. Hãy chọn một bản tin âm thanh.")


class HasOwnTimes(DomainError):
    code = "has-own-times"
    message = _("“{title}” đã được duyệt kèm giờ phát riêng. Muốn đổi giờ, hãy soạn lại và gửi duyệt.")


class NotForHere(DomainError):
    code = "not-for-here"
    message = _("“{title}” không được duyệt để phát ở {place}.")


class NoInstants(DomainError):
    code = "no-instants"
    message = _("Chưa chọn giờ phát. Hãy chọn ít nhất một giờ.")


class TooManyInstants(DomainError):
    code = "too-many-instants"
    message = _("{count} giờ phát một lần là quá nhiều; nhiều nhất là {limit}. Hãy chia ra vài lần.")


class AlreadyPast(DomainError):
    code = "already-past"
    message = _("{time} đã qua. Hãy chọn giờ khác.")


class TooFarAhead(DomainError):
    code = "too-far-ahead"
    message = _("{time} còn quá xa: chương trình xếp trước nhiều nhất {days} ngày.")


class ApprovalOver(DomainError):
    code = "approval-over"
    message = _("“{title}” chỉ được duyệt để phát đến {until}. Hãy chọn giờ sớm hơn, hoặc gửi duyệt lại.")


class InQuietHours(DomainError):
    code = "in-quiet-hours"
    message = _("“{title}” lúc {time} sẽ phát trong giờ yên lặng {quiet}. Hãy chọn giờ khác.")


class TooSoonForMany(DomainError):
    code = "too-soon-for-many"
    message = _(
        "“{title}” phát ở nhiều xã, nên sớm nhất là {minutes} phút sau khi xếp. Hãy chọn giờ muộn hơn."
    )


class TooOften(DomainError):
    code = "too-often"
    message = _("“{title}” đã có {count} lần trong ngày {date}; nhiều nhất là {limit} lần một ngày.")


class AiringUnknown(DomainError):
    code = "airing-unknown"
    message = _("Lượt phát này không còn trong chương trình. Hãy tải lại trang.")


class AiringBegun(DomainError):
    code = "airing-begun"
    message = _("“{title}” đã đến giờ phát nên không đổi được nữa. Muốn im ngay, hãy bấm “Dừng phát”.")
