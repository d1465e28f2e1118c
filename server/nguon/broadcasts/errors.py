"""Expected failures of placing; the message is what the officer reads."""

from typing import Any

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


class Meets(DomainError):
    """What is to be placed would sound while something else does; `met` is that airing."""

    code = "meets"
    message = _(
        "“{title}” lúc {time} trùng với “{other}” ({from_time}–{to_time}). Hãy phát trước, phát sau, chuyển"
        " giờ"
        " hoặc không phát."
    )

    def __init__(self, met: Any, **fields: object) -> None:
        """This function will keep the airing that was met."""
        super().__init__(**fields)
        self.met = met


class ChangedMeanwhile(DomainError):
    code = "changed-meanwhile"
    message = _(
        "{person} vừa sửa chương trình của {place} lúc {time}. Trang đã được tải lại: hãy xem rồi làm lại."
    )


class ProgrammeGone(DomainError):
    code = "programme-gone"
    message = _("Phiên hoặc mục này không còn trong chương trình. Hãy tải lại trang.")


class SessionWrong(DomainError):
    code = "session-wrong"
    message = _("Phiên phát cần một tên, ít nhất một ngày trong tuần, và dài từ 1 đến {limit} phút.")


class SessionQuiet(DomainError):
    code = "session-quiet"
    message = _("Phiên lúc {time} chạm giờ yên lặng {quiet}. Hãy chọn giờ khác hoặc rút ngắn phiên.")


class SessionsOverlap(DomainError):
    code = "sessions-overlap"
    message = _("Phiên này chồng lên phiên “{name}” ({time}, {minutes} phút). Hãy chọn giờ khác.")


class HoursTooLong(DomainError):
    code = "hours-too-long"
    message = _("Ở {place}, một phiên dài nhất {limit} phút, không phải {minutes} phút ({source}).")


class HoursTooMany(DomainError):
    code = "hours-too-many"
    message = _("Ở {place}, mỗi ngày nhiều nhất {limit} phiên; phiên này là phiên thứ {count} ({source}).")


class HoursWrongDay(DomainError):
    code = "hours-wrong-day"
    message = _("Ở {place}, mỗi tuần chỉ phát {days} ngày. Hãy bỏ những ngày không được phát ({source}).")


class DayFull(DomainError):
    code = "day-full"
    message = _("Ngày {date}, {place} đã xếp {total} phút; thêm “{title}” sẽ quá {limit} phút ({source}).")


class RuleWrong(DomainError):
    code = "rule-wrong"
    message = _("Không hiểu cách lặp này. Hãy chọn lại ngày phát.")


class DaysNever(DomainError):
    code = "days-never"
    message = _("Ngày cuối đứng trước ngày đầu, nên không phát ngày nào. Hãy chọn lại ngày.")


class PlaylistTooLong(DomainError):
    code = "playlist-too-long"
    message = _(
        "Ngày {date}, phiên “{name}” sẽ dài {total} phút, nhiều hơn {minutes} phút. Hãy bớt mục, kéo dài"
        " phiên"
        " hoặc chọn ngày khác."
    )


class ClashUnknown(DomainError):
    code = "clash-unknown"
    message = _("Không tìm thấy câu hỏi này. Hãy tải lại trang.")


class NotYoursToDecide(DomainError):
    code = "not-yours-to-decide"
    message = _("Bạn là người xếp bản tin này từ trên xuống; xã quyết định thứ tự phát.")


class NotAChoice(DomainError):
    code = "not-a-choice"
    message = _("Không chọn được cách này cho chỗ trùng này. Hãy chọn một cách trong danh sách.")


class NoRoomLeft(DomainError):
    code = "no-room-left"
    message = _("Phiên không còn đủ chỗ cho cả bản tin. Hãy bớt một mục, chuyển giờ hoặc không phát.")


class MayNotSetHours(DomainError):
    code = "may-not-set-hours"
    message = _("Chỉ người quản trị {place} đặt được khung giờ và ngày nghỉ ở đó.")


class HoursWrong(DomainError):
    code = "hours-wrong"
    message = _(
        "Một phiên dài từ 1 đến {limit} phút, mỗi ngày nhiều nhất {sessions} phiên, vào ít nhất một ngày "
        "trong tuần. Hãy sửa lại."
    )


class QuietWrong(DomainError):
    code = "quiet-wrong"
    message = _("Giờ yên lặng cần cả giờ bắt đầu và giờ kết thúc, khác nhau. Hãy sửa lại.")


class HoursUnknown(DomainError):
    code = "hours-unknown"
    message = _("Dòng này không còn nữa. Hãy tải lại trang.")


class DayOffWrong(DomainError):
    code = "day-off-wrong"
    message = _("Không có ngày như vậy theo lịch này, hoặc nghỉ dài quá 30 ngày. Hãy xem lại ngày và tháng.")


class DayOffNameless(DomainError):
    code = "day-off-nameless"
    message = _("Hãy ghi tên ngày nghỉ để các xã biết vì sao không phát.")
