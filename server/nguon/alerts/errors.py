"""Expected failures of alerts."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NoPlace(DomainError):
    code = "no-place"
    message = _("Chưa chọn địa bàn nào; hãy chọn ít nhất một xã hoặc một thôn.")


class TooManyPlaces(DomainError):
    code = "too-many-places"
    message = _("Chọn nhiều nhất {limit} địa bàn; hãy chọn một địa bàn rộng hơn bao trùm chúng.")


class TooWide(DomainError):
    code = "too-wide"
    message = _("Một báo động chỉ tới một tỉnh; hãy chọn tỉnh, xã hoặc thôn.")


class NotOnDuty(DomainError):
    code = "not-on-duty"
    message = _("Bạn không trực ban và không có quyền duyệt ở {place}; hãy nhờ người trực ban ở đó.")


class NobodyOnDuty(DomainError):
    code = "nobody-on-duty"
    message = _("Phải có chữ ký của ít nhất một người trực ban ở đó; hãy nhờ người trực ban ký.")


class NoLoudspeaker(DomainError):
    code = "no-loudspeaker"
    message = _("Các địa bàn đã chọn chưa có cụm loa nào; hãy chọn địa bàn khác.")


class TemplateUnknown(DomainError):
    code = "template-unknown"
    message = _("Mẫu này không còn dùng hoặc chưa được duyệt; hãy chọn mẫu khác.")


class NothingToSay(DomainError):
    code = "nothing-to-say"
    message = _("Chưa có lời nào để phát; hãy chọn mẫu hoặc viết lời báo động.")


class BlankMissing(DomainError):
    code = "blank-missing"
    message = _("Chưa điền “{name}”; hãy điền rồi tiếp tục.")


class AlertUnknown(DomainError):
    code = "alert-unknown"
    message = _("Không có báo động này ở địa bàn của bạn; hãy quay lại danh sách.")


class NotReady(DomainError):
    code = "not-ready"
    message = _("Báo động đang được đọc thành tiếng; hãy đợi vài giây rồi ký.")


class AlreadyOver(DomainError):
    code = "already-over"
    message = _("Báo động này đã kết thúc; muốn phát nữa, hãy lập báo động mới.")


class SamePerson(DomainError):
    code = "same-person"
    message = _("Bạn đã ký với tư cách người thứ nhất; người thứ hai phải là người khác, trên máy khác.")


class WrongName(DomainError):
    code = "wrong-name"
    message = _("Tên địa bàn gõ vào chưa khớp; hãy gõ đúng “{name}” để xác nhận.")


class AreaGrew(DomainError):
    code = "area-grew"
    message = _(
        "Từ khi người thứ nhất ký, khu vực này đã từ {before} lên {after} cụm loa. "
        "Hãy xem lại và ký từ đầu để cả hai người cùng thấy đúng nơi phát."
    )


class ContentChanged(DomainError):
    code = "content-changed"
    message = _("Nội dung bạn đang xem không còn là nội dung đã ký; hãy tải lại trang và xem lại.")


class TooLate(DomainError):
    code = "too-late"
    message = _(
        "Đã quá 10 phút từ chữ ký thứ nhất; hãy lập lại báo động để cả hai người cùng xem tình hình mới."
    )


class TouchNeeded(DomainError):
    code = "touch-needed"
    message = _("Cần chạm khóa bảo mật của bạn để ký báo động; hãy cắm khóa rồi bấm lại.")


class GlassTooWide(DomainError):
    code = "glass-too-wide"
    message = _(
        "Một người chỉ báo động được cho một xã, bằng mẫu đã duyệt, trong 60 giây, không còi; "
        "hãy chọn lại hoặc nhờ người thứ hai."
    )


class OneAtATime(DomainError):
    code = "one-at-a-time"
    message = _("Bạn vừa báo động một mình trong 10 phút qua; lần này hãy nhờ người thứ hai cùng ký.")


class QuietNow(DomainError):
    code = "quiet-now"
    message = _("Đang giờ yên tĩnh ({quiet}); diễn tập chỉ phát ban ngày.")


class OwnTemplate(DomainError):
    code = "own-template"
    message = _("Bạn là người lập mẫu này; người khác phải duyệt.")


class TemplateSilent(DomainError):
    code = "template-silent"
    message = _("Mẫu chưa được đọc thành tiếng xong; hãy đợi vài giây, nghe thử rồi duyệt.")


class LanguageUnknown(DomainError):
    code = "language-unknown"
    message = _("Chưa chọn tiếng nào trong danh sách; hãy chọn rồi gửi lại.")


class TooManyTongues(DomainError):
    code = "too-many-tongues"
    message = _("Một mẫu có nhiều nhất {limit} tiếng khác; hãy lập mẫu thứ hai.")


class NoVoice(DomainError):
    code = "no-voice"
    message = _("Chưa có tiếng ghi; hãy ghi âm hoặc chọn tệp.")


class TooLong(DomainError):
    code = "too-long"
    message = _("Lời báo động dài {count} ký tự, nhiều nhất {limit}; hãy rút gọn cho bà con dễ nghe.")


class TemplateTooLong(DomainError):
    code = "template-too-long"
    message = _("Mẫu dài hơn {minutes} phút khi đọc đủ các tiếng; hãy ghi ngắn hơn.")
