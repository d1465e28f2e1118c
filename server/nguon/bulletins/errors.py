"""Expected failures of writing and approving; the message is what the officer reads."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class BulletinUnknown(DomainError):
    code = "bulletin-unknown"
    message = _("Không tìm thấy bản tin này trong địa bàn của bạn.")


class NotAWriter(DomainError):
    code = "not-a-writer"
    message = _("Bạn chưa có quyền soạn tin. Hãy nhờ người quản trị cấp quyền soạn cho địa bàn của bạn.")


class DraftElsewhere(DomainError):
    code = "draft-elsewhere"
    message = _(
        "Bản nháp này được lưu ở một trang khác lúc {time}, nên chưa lưu đè. Chữ bạn gõ vẫn còn ở đây: chép "
        "lại phần cần giữ rồi tải lại trang để sửa tiếp."
    )


class NotYourDraft(DomainError):
    code = "not-your-draft"
    message = _("Bản nháp này của người khác; chỉ người soạn sửa được.")


class AlreadySubmitted(DomainError):
    code = "already-submitted"
    message = _("Bản tin đã gửi duyệt nên không sửa được nữa. Nhờ người duyệt trả lại nếu cần sửa.")


class TitleMissing(DomainError):
    code = "title-missing"
    message = _("Bản tin chưa có tiêu đề. Hãy đặt một tiêu đề ngắn.")


class TextMissing(DomainError):
    code = "text-missing"
    message = _("Bản tin chưa có nội dung. Hãy nhập văn bản hoặc tải tệp âm thanh lên.")


class WordsMissing(DomainError):
    code = "words-missing"
    message = _("Bản tin ký tự chưa có chữ. Hãy nhập văn bản.")


class PictureMissing(DomainError):
    code = "picture-missing"
    message = _("Bản tin hình ảnh chưa có hình. Hãy đính kèm ít nhất một tệp JPEG, PNG hoặc WebP.")


class VideoMissing(DomainError):
    code = "video-missing"
    message = _("Bản tin video chưa có tệp. Hãy chọn “Tệp ghi âm” và tải video lên; loa phát phần tiếng.")


class LiveMinutesMissing(DomainError):
    code = "live-minutes-missing"
    message = _("Bản tin trực tiếp cần số phút sẽ nói, từ 1 đến {limit}.")


class LiveWithoutTime(DomainError):
    code = "live-without-time"
    message = _("Bản tin trực tiếp cần một ngày giờ. Hãy chọn “Vào một ngày giờ”.")


class BlankLeft(DomainError):
    code = "blank-left"
    message = _("Còn chỗ trống của mẫu chưa điền: {blank}. Hãy điền hoặc xóa đi.")


class TextTooLong(DomainError):
    code = "text-too-long"
    message = _("Văn bản dài {length} ký tự, nhiều hơn {limit}. Hãy rút ngắn hoặc chia thành nhiều bản tin.")


class FieldTooLong(DomainError):
    code = "field-too-long"
    message = _("{field} dài {length} ký tự, nhiều hơn {limit}. Hãy rút ngắn.")


class SoundMissing(DomainError):
    code = "sound-missing"
    message = _("Chưa có âm thanh của đúng lời đọc này. Hãy bấm “Nghe thử” và đợi âm thanh xong rồi gửi.")


class TargetsMissing(DomainError):
    code = "targets-missing"
    message = _("Chưa chọn nơi phát. Hãy chọn ít nhất một xã, thôn, nhóm loa hoặc cụm loa.")


class TargetUnknown(DomainError):
    code = "target-unknown"
    message = _("Nơi phát “{target}” không có. Hãy chọn lại trong danh sách.")


class TargetTooWide(DomainError):
    code = "target-too-wide"
    message = _(
        "{target} rộng hơn một xã. Hãy chọn từng xã, hoặc để các xã xếp: giờ phát “Theo chương trình của xã”."
    )


class TargetForeign(DomainError):
    code = "target-foreign"
    message = _("{target} không thuộc địa bàn của bạn. Hãy bỏ nơi này hoặc nhờ người có quyền ở đó.")


class NoLoudspeakers(DomainError):
    code = "no-loudspeakers"
    message = _("Ở nơi đã chọn chưa có cụm loa nào hoạt động. Hãy chọn nơi khác hoặc thêm loa trước.")


class TimeMissing(DomainError):
    code = "time-missing"
    message = _("Chưa chọn giờ phát. Hãy chọn ngày giờ phát.")


class TimePast(DomainError):
    code = "time-past"
    message = _("Giờ phát {time} đã qua. Hãy chọn một giờ sau {now}.")


class TimeTooFar(DomainError):
    code = "time-too-far"
    message = _("Giờ phát {time} xa hơn {days} ngày. Hãy chọn một ngày gần hơn.")


class RepeatWrong(DomainError):
    code = "repeat-wrong"
    message = _("Cách lặp lại chưa đúng. Hãy chọn ngày trong tuần, giờ phát và ngày kết thúc.")


class RepeatEndless(DomainError):
    code = "repeat-endless"
    message = _("Lặp lại phải có ngày kết thúc, muộn nhất sau {days} ngày.")


class QuietHours(DomainError):
    code = "quiet-hours"
    message = _("{time} nằm trong giờ yên tĩnh ({quiet}); loa sẽ không phát. Hãy chọn giờ khác.")


class OwnBulletin(DomainError):
    code = "own-bulletin"
    message = _("Bạn là người soạn nên không tự duyệt được. Cần một người thứ hai duyệt bản tin này.")


class NotAnApprover(DomainError):
    code = "not-an-approver"
    message = _("Bạn không có quyền duyệt cho {target}. Nhờ người duyệt của địa bàn đó.")


class NotHeard(DomainError):
    code = "not-heard"
    message = _("Bạn mới nghe {heard} trong {total} giây. Hãy nghe hết bản tin (ít nhất 90%) rồi duyệt.")


class ContentChanged(DomainError):
    code = "content-changed"
    message = _("Bản tin đã khác với bản bạn vừa xem. Hãy mở lại, nghe lại rồi duyệt.")


class AlreadyDecided(DomainError):
    code = "already-decided"
    message = _("{person} đã quyết định bản tin này lúc {time}: {decision}. Không cần làm gì thêm.")


class NotWaiting(DomainError):
    code = "not-waiting"
    message = _("Bản tin này không ở trạng thái chờ duyệt.")


class ReasonMissing(DomainError):
    code = "reason-missing"
    message = _("Hãy ghi lý do để người soạn biết cần sửa gì.")


class NotWithdrawable(DomainError):
    code = "not-withdrawable"
    message = _("Chỉ thu hồi được bản tin đã duyệt và chưa thu hồi.")


class NotTheAdministrator(DomainError):
    code = "not-the-administrator"
    message = _("Chỉ người quản trị của {place} đặt được quy định duyệt ở đó.")


class RuleEmpty(DomainError):
    code = "rule-empty"
    message = _("Hãy chọn cần hai người duyệt, hoặc ghi số giờ duyệt xong trước giờ phát (1 đến {limit}).")


class RuleUnknown(DomainError):
    code = "rule-unknown"
    message = _("Không tìm thấy quy định duyệt này. Hãy mở lại danh sách.")


class MayNotWithdraw(DomainError):
    code = "may-not-withdraw"
    message = _("Bạn không có quyền thu hồi bản tin này.")


class KeyNeeded(DomainError):
    code = "key-needed"
    message = _(
        "Duyệt ở đây cần khóa bảo mật của chính người duyệt."
        " Hãy mở trang duyệt trong trình duyệt và chạm khóa."
    )


class WideNow(DomainError):
    code = "wide-now"
    message = _(
        "Bản tin tới {count} xã cần hai người duyệt và hẹn giờ, sớm nhất {minutes} phút sau khi duyệt xong."
        " Hãy chọn giờ phát."
    )


class TooSoon(DomainError):
    code = "too-soon"
    message = _(
        "Bản tin tới {count} xã chỉ được phát sớm nhất {minutes} phút sau khi người thứ hai duyệt."
        " Hãy trả lại để chọn giờ muộn hơn."
    )


class TooManyAtOnce(DomainError):
    code = "too-many-at-once"
    message = _(
        "Trong {minutes} phút một người chỉ duyệt phát ngay cho {limit} xã. Hãy chờ, hoặc nhờ người trực ban."
    )


class NotYourCampaigns(DomainError):
    code = "not-your-campaigns"
    message = _("Chỉ người quản trị của {place} thêm được chiến dịch ở đó.")


class CampaignTitleMissing(DomainError):
    code = "campaign-title-missing"
    message = _("Chiến dịch chưa có tên. Hãy đặt tên.")


class CampaignDaysWrong(DomainError):
    code = "campaign-days-wrong"
    message = _("Ngày kết thúc đứng trước ngày bắt đầu. Hãy đổi lại.")


class CampaignThere(DomainError):
    code = "campaign-there"
    message = _("Chiến dịch “{title}” đã có ở địa bàn này.")


class TemplateUnknown(DomainError):
    code = "template-unknown"
    message = _("Không tìm thấy mẫu này trong địa bàn của bạn.")


class RhythmMissing(DomainError):
    code = "rhythm-missing"
    message = _("Mẫu này không có giờ và số ngày. Hãy chọn mẫu khác, hoặc tự chọn giờ ở dưới.")


class TemplateNameMissing(DomainError):
    code = "template-name-missing"
    message = _("Mẫu chưa có tên. Hãy đặt tên ngắn, dễ nhớ.")


class TemplateThere(DomainError):
    code = "template-there"
    message = _("Địa bàn này đã có mẫu “{name}”. Hãy đặt tên khác hoặc bỏ mẫu cũ.")


class NotYourTemplates(DomainError):
    code = "not-your-templates"
    message = _("Chỉ người soạn hoặc người quản trị của {place} lưu và bỏ được mẫu ở đó.")


class AttachmentTypeWrong(DomainError):
    code = "attachment-type-wrong"
    message = _("Tệp “{name}” không phải PDF, DOCX, JPEG, PNG hay WebP còn nguyên vẹn. Hãy chọn tệp khác.")


class AttachmentActive(DomainError):
    code = "attachment-active"
    message = _(
        "Tệp có mã chạy hoặc tệp nhúng bên trong nên không nhận. Hãy lưu lại thành PDF thường rồi gửi."
    )


class AttachmentTooLarge(DomainError):
    code = "attachment-too-large"
    message = _("Tệp lớn hơn {limit} MB. Hãy giảm kích thước rồi gửi lại.")


class AttachmentEmpty(DomainError):
    code = "attachment-empty"
    message = _("Tệp trống. Hãy chọn tệp khác.")


class AttachmentsTooMany(DomainError):
    code = "attachments-too-many"
    message = _("Một bản tin có nhiều nhất {limit} tệp đính kèm. Hãy bỏ bớt một tệp.")


class LanguageUnknown(DomainError):
    code = "language-unknown"
    message = _("Hãy chọn một ngôn ngữ khác trong danh sách.")


class LanguageWithoutVoice(DomainError):
    code = "language-without-voice"
    message = _("{language} chưa có giọng máy đọc: hãy tải lên hoặc ghi âm người đọc.")


class VersionWithoutSound(DomainError):
    code = "version-without-sound"
    message = _("Bản {language} chưa có giọng máy đọc: hãy thêm tệp ghi âm người đọc, hoặc bỏ bản này.")


class VersionsTooMany(DomainError):
    code = "versions-too-many"
    message = _("Một bản tin có nhiều nhất {limit} bản ngôn ngữ khác. Hãy chia thành nhiều bản tin.")


class StillInTime(DomainError):
    code = "still-in-time"
    message = _(
        "Chưa đến giờ phát nên bản tin còn chờ duyệt được. Muốn sửa ngay, hãy nhờ người duyệt trả lại."
    )
