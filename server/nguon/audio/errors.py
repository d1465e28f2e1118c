"""Expected failures of speech and sound; the message is what the officer reads."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NothingToSpeak(DomainError):
    code = "nothing-to-speak"
    message = _("Chưa có lời nào để đọc. Hãy nhập văn bản có chữ hoặc số.")


class SpokenTextTooLong(DomainError):
    code = "spoken-text-too-long"
    message = _("Lời đọc dài {length} ký tự, nhiều hơn {limit}. Hãy rút ngắn hoặc chia thành nhiều bản tin.")


class VoiceUnknown(DomainError):
    code = "voice-unknown"
    message = _("Không có giọng đọc “{voice}” trên máy này. Hãy chọn một trong: {choices}.")


class SpeedOutOfRange(DomainError):
    code = "speed-out-of-range"
    message = _("Tốc độ đọc phải từ {least} đến {most} từ một phút.")


class PauseUnknown(DomainError):
    code = "pause-unknown"
    message = _("Khoảng nghỉ giữa các câu phải là một trong các số mili giây: {choices}.")


class JingleUnknown(DomainError):
    code = "jingle-unknown"
    message = _("Không có nhạc hiệu “{jingle}”. Hãy chọn một trong các tên: {choices}.")


class WordWrong(DomainError):
    code = "word-wrong"
    message = _("Từ phải có chữ hoặc số, nằm trên một dòng và không quá {limit} ký tự.")


class ReadingWrong(DomainError):
    code = "reading-wrong"
    message = _(
        "Cách đọc chỉ gồm chữ, không quá {limit} ký tự, ví dụ “bảo hiểm y tế”. Hãy viết số thành chữ."
    )


class NotYourDictionary(DomainError):
    code = "not-your-dictionary"
    message = _("{place} không thuộc địa bàn của bạn. Hãy chọn nơi khác hoặc nhờ người phụ trách ở đó.")


class PronunciationEnded(DomainError):
    code = "pronunciation-ended"
    message = _("Cách đọc này đã được bỏ rồi.")


class RenderingUnknown(DomainError):
    code = "rendering-unknown"
    message = _("Không tìm thấy bản đọc này. Hãy bấm “Nghe thử” lần nữa.")


class UploadUnknown(DomainError):
    code = "upload-unknown"
    message = _("Không tìm thấy tệp tải lên này. Hãy tải lại tệp.")


class SpeechFailed(DomainError):
    code = "speech-failed"
    message = _("Máy đọc không đọc được lời này. Hãy thử lại, hoặc chọn giọng khác.")


class UploadTooLarge(DomainError):
    code = "upload-too-large"
    message = _("Tệp lớn hơn {limit} MB. Hãy xuất lại tệp ở chất lượng thấp hơn (ví dụ mp3 64 kbit/s).")


class UploadIncomplete(DomainError):
    code = "upload-incomplete"
    message = _("Máy chủ mới nhận được {received} trên {size} byte. Trang sẽ gửi tiếp phần còn thiếu.")


class TooManyArriving(DomainError):
    code = "too-many-arriving"
    message = _("Bạn đang gửi dở {count} tệp. Hãy đợi các tệp đó lên xong rồi gửi tiếp.")


class CutWrong(DomainError):
    code = "cut-wrong"
    message = _("Phần giữ lại phải dài ít nhất {least} giây và nằm trong bản ghi. Hãy kéo lại hai đầu.")


class SourceGone(DomainError):
    code = "source-gone"
    message = _("Tệp gốc không còn trên máy chủ (chỉ giữ {days} ngày). Hãy tải lên lại để cắt.")


class SoundEmpty(DomainError):
    code = "empty"
    message = _("Tệp rỗng (0 byte). Hãy kiểm tra lại tệp rồi tải lên lần nữa.")


class SoundUnreadable(DomainError):
    code = "unreadable"
    message = _("Đây không phải tệp âm thanh đọc được. Hãy dùng mp3, wav, m4a, ogg, flac hoặc webm.")


class SoundMissing(DomainError):
    code = "no_sound"
    message = _("Tệp này không có phần âm thanh nào (ví dụ video không tiếng). Hãy chọn tệp có tiếng.")


class SoundTooLong(DomainError):
    code = "too_long"
    message = _("Âm thanh dài hơn 60 phút. Hãy cắt thành các phần ngắn hơn.")


class SoundBroken(DomainError):
    code = "broken"
    message = _("Tệp âm thanh bị hỏng nhiều chỗ. Hãy xuất lại tệp từ nguồn.")


class SoundTruncated(DomainError):
    code = "truncated"
    message = _("Tệp âm thanh bị cụt, thiếu phần cuối. Hãy sao chép hoặc xuất lại tệp.")


class SoundSilent(DomainError):
    code = "silent"
    message = _("Tệp không có tiếng (chỉ là khoảng lặng). Hãy kiểm tra micro rồi thu lại.")


class CutEmpty(DomainError):
    code = "cut_empty"
    message = _("Phần giữ lại ngắn hơn nửa giây. Hãy kéo lại hai đầu rồi thử lần nữa.")


class SoundTooSlow(DomainError):
    code = "too_slow"
    message = _("Xử lý tệp này mất quá nhiều thời gian. Hãy đổi sang mp3 rồi tải lên lại.")


class DiskFull(DomainError):
    code = "disk_full"
    message = _("Máy chủ hết chỗ trống trên đĩa. Hãy báo người quản trị dọn đĩa rồi thử lại.")


class VoiceSourceUnknown(DomainError):
    code = "voice-source-unknown"
    message = _(
        "Không tìm thấy giọng đọc ở “{source}”. Hãy đưa một thư mục, tệp zip, tệp .onnx (kèm .onnx.json), "
        "địa chỉ https, hoặc một trong các tên: {names}."
    )


class VoicePackageUnsafe(DomainError):
    code = "voice-package-unsafe"
    message = _(
        "Gói giọng đọc có tệp không an toàn (“{name}”) nên không được cài. Hãy lấy gói từ nguồn khác."
    )


class VoicePackageTooLarge(DomainError):
    code = "voice-package-too-large"
    message = _("Gói giọng đọc lớn hơn {limit} MB hoặc có quá nhiều tệp. Hãy kiểm tra lại gói.")


class VoicePackageBroken(DomainError):
    code = "voice-package-broken"
    message = _("Gói giọng đọc bị hỏng. Hãy tải lại gói.")


class VoicePackageIncomplete(DomainError):
    code = "voice-package-incomplete"
    message = _("Gói giọng đọc thiếu tệp {missing}. Hãy lấy đủ các tệp rồi cài lại.")


class VoiceLicenceMissing(DomainError):
    code = "voice-licence-missing"
    message = _(
        "Gói không ghi giấy phép sử dụng của giọng đọc. "
        "Hãy hỏi nguồn cung cấp, rồi cài lại với --licence “tên giấy phép”."
    )


class VoiceDoesNotSpeak(DomainError):
    code = "voice-does-not-speak"
    message = _("Giọng này không đọc được câu thử nên không được cài ({reason}). Hãy lấy gói khác.")


class VoiceHubUnreachable(DomainError):
    code = "voice-hub-unreachable"
    message = _(
        "Không tải được giọng đọc từ {address}. Nếu máy này không có mạng, hãy tải gói ở máy khác, "
        "chép sang rồi chạy: nguon voices install TỆP."
    )


class JoinedTooLong(DomainError):
    code = "joined-too-long"
    message = _(
        "Các bản ngôn ngữ ghép lại dài hơn một giờ hoặc nhiều hơn tám bản. Hãy chia thành nhiều bản tin."
    )


BY_CODE: dict[str, type[DomainError]] = {
    error.code: error
    for error in (
        SpeechFailed,
        SoundEmpty,
        SoundUnreadable,
        SoundMissing,
        SoundTooLong,
        SoundBroken,
        SoundTruncated,
        SoundSilent,
        CutEmpty,
        SoundTooSlow,
        DiskFull,
    )
}


def sentence(code: str) -> str:
    """This function will say in words what a stored failure slug means ("" for no failure)."""
    return str(BY_CODE.get(code, SpeechFailed)()) if code else ""
