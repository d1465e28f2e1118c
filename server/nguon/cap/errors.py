"""Sentences for what is wrong with a message, and the expected failures of working with one."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nguon.adapters.cap.faults import Fault
from nguon.kernel.errors import DomainError

SENTENCES: dict[str, Any] = {
    "empty": _("Tệp trống: hãy gửi lại bản tin CAP."),
    "too_large": _("Tệp lớn hơn {about} MB nên không đọc: hãy bỏ phần đính kèm trong tệp, chỉ để địa chỉ."),
    "encoding": _(
        "Bảng mã chữ không phải UTF-8 hay UTF-16, hoặc không như tệp tự khai: hãy ghi lại bằng UTF-8."
    ),
    "packed": _("Tệp đang nén (gzip, zip): hãy giải nén rồi gửi bản tin XML."),
    "doctype": _("Tệp khai báo DOCTYPE hoặc thực thể (entity), điều CAP không cho phép: hãy bỏ khai báo đó."),
    "too_deep": _("Các phần tử lồng nhau quá {about} tầng: đây không phải bản tin CAP."),
    "too_many": _("Có hơn {about} phần tử: hãy chia thành nhiều bản tin."),
    "xml": _("Không phải XML đúng cú pháp: {about}."),
    "version": _("Phần tử gốc là “{about}”, không phải alert của CAP 1.2: hãy gửi CAP 1.2."),
    "schema": _("Sai lược đồ CAP 1.2: {about}"),
    "time": _(
        "“{about}” không phải thời điểm của CAP: hãy ghi ngày giờ có thật và độ lệch múi giờ, như "
        "2026-09-01T08:00:00+07:00 (không ghi Z, không ghi phần lẻ của giây)."
    ),
    "quotes": _("Dấu ngoặc kép trong {about} không khép lại."),
    "reference": _("references có “{about}”: mỗi tin phải là bộ ba người gửi,mã,thời điểm gửi."),
    "point": _("polygon có cặp số không phải vĩ độ,kinh độ theo WGS 84 (-90..90,-180..180)."),
    "shapes_many": _("Quá nhiều hình vẽ hoặc điểm (nhiều nhất {about}): hãy vẽ đơn giản hơn."),
    "polygon_short": _("polygon chỉ có {about} điểm: cần ít nhất bốn, điểm cuối trùng điểm đầu."),
    "polygon_open": _("polygon không khép kín: điểm cuối phải trùng điểm đầu."),
    "circle": _("circle phải là vĩ độ,kinh độ rồi bán kính (km)."),
    "inline": _("Tệp đính kèm trong bản tin quá lớn: hãy để địa chỉ (uri) thay vào."),
    "name": _("identifier và sender phải có và không chứa dấu cách, dấu phẩy, < hay &: “{about}”."),
    "name_long": _("identifier và sender dài nhất {about} ký tự."),
    "restriction": _("scope là Restricted thì phải có restriction: hạn chế với ai."),
    "addresses": _("scope là Private thì phải có addresses: gửi cho ai."),
    "references": _("msgType là {about} thì phải có references: nói về tin nào."),
    "references_many": _("references nhiều hơn {about} tin."),
    "itself": _("references trỏ tới chính tin này ({about})."),
    "reference_later": _("references trỏ tới tin gửi sau tin này ({about})."),
    "no_event": _("event trống: hãy ghi sự kiện gì."),
    "expires_early": _(
        "expires ({about}) không sau lúc gửi hoặc lúc có hiệu lực: tin đã hết hạn ngay từ đầu."
    ),
    "onset_late": _("onset ({about}) sau expires: sự kiện bắt đầu khi tin đã hết hạn."),
    "mime": _("mimeType “{about}” không phải kiểu tệp như image/png."),
    "digest": _("digest “{about}” không phải SHA-1 viết bằng 40 chữ số thập lục phân."),
    "size": _("size {about} không thể âm."),
    "no_desc": _("areaDesc trống: hãy ghi tên vùng."),
    "no_name": _("Có valueName hoặc value trống: hãy ghi đủ cả tên và giá trị."),
    "ceiling": _("Có ceiling mà không có altitude."),
    "ceiling_low": _("ceiling thấp hơn altitude."),
    "unsigned": _("Nơi gửi này phải ký số mà tin không có chữ ký."),
    "signature": _(
        "Chữ ký số không đúng với chứng thư đã ghim của nơi gửi: tin đã bị sửa hoặc do nơi khác ký."
    ),
    "certificate": _("Chứng thư đã ghim của nơi gửi chưa hoặc không còn hiệu lực (đến {about}): hãy thay."),
    "feed": _("Địa chỉ này không phải nguồn tin Atom hay RSS, cũng không phải một bản tin CAP."),
    # From here on advice: the message can be acted upon.
    "restriction_idle": _("Nên bỏ restriction, vì scope không phải Restricted."),
    "exercise_note": _("Tin diễn tập nên có note nói rõ là diễn tập gì."),
    "no_info": _("Không có info: không biết nội dung gì để phát."),
    "references_idle": _("msgType là Alert mà có references: nếu là tin cập nhật, hãy ghi Update."),
    "error_note": _("Tin Error nên có note nói lỗi gì."),
    "twice": _("Có hai info cùng ngôn ngữ ({about}), cùng sự kiện, cùng vùng."),
    "headline_long": _("headline nên ngắn hơn {about} ký tự."),
    "no_words": _("Không có headline, description hay instruction: không biết đọc gì."),
    "no_expires": _("Nên ghi expires: tin không ghi lúc hết hạn thì loa không biết ngừng lúc nào."),
    "no_area": _("Không có area: không biết gửi tới đâu."),
    "expires_far": _("expires ({about}) sau hơn một tháng: hãy xem lại."),
    "effective_early": _("effective ({about}) trước lúc gửi."),
    "no_uri": _("Có tệp đính kèm không ghi địa chỉ (uri)."),
    "no_digest": _("Tệp đính kèm nên có digest để kiểm tra."),
    "crossed": _("Đường viền polygon tự cắt: không rõ bên nào là bên trong, người trực chọn địa bàn."),
    "swapped": _("Tọa độ nằm ngoài Việt Nam nhưng đảo vĩ độ với kinh độ thì nằm trong: có lẽ viết ngược."),
}


def sentence(fault: Fault) -> str:
    """This function will say what is wrong, in the language of the moment."""
    return str(SENTENCES[fault.code]).format(about=fault.about)


FEED = {
    "address": _("địa chỉ không phải http(s) với một tên máy"),
    "private": _("địa chỉ nằm trong mạng riêng"),
    "elsewhere": _("nguồn tin dẫn sang máy khác ({about})"),
    "redirects": _("chuyển hướng quá nhiều lần"),
    "unreachable": _("không kết nối được"),
    "tls": _("chứng thư TLS không tin được"),
    "status": _("máy chủ trả lời {about}"),
    "playlist": _("nội dung quá lớn"),
    "ended": _("kết nối đứt giữa chừng"),
}


def feed_sentence(code: str, about: str) -> str:
    """This function will say why a feed could not be asked."""
    why = str(FEED.get(code, FEED["unreachable"])).format(about=about)
    return gettext("Không lấy được nguồn tin: {why}.").format(why=why)


class NotValid(DomainError):
    code = "not-valid"
    message = _("Bản tin CAP không hợp lệ: {first}")

    def __init__(self, *, faults: tuple[Fault, ...]) -> None:
        """This function will keep every fault; the sentence names the first."""
        grave = [fault for fault in faults if fault.grave] or list(faults)
        super().__init__(first=sentence(grave[0]) if grave else "")
        self.faults = faults


class AnotherSender(DomainError):
    code = "another-sender"
    message = _("Tin ghi người gửi là “{sender}” nhưng nơi gửi này chỉ được gửi với tên “{pinned}”.")


class FromTheFuture(DomainError):
    code = "from-the-future"
    message = _("Tin ghi gửi lúc {sent}, sau bây giờ: hãy chỉnh đồng hồ của máy gửi.")


class Changed(DomainError):
    code = "changed"
    message = _("Đã nhận một tin khác cùng mã {identifier} và cùng lúc gửi: hãy gửi bằng mã mới.")


class NotAdministrator(DomainError):
    code = "not-administrator"
    message = _("Chỉ quản trị của {place} làm được việc này; hãy nhờ quản trị ở đó.")


class BadSender(DomainError):
    code = "bad-sender"
    message = _(
        "Tên người gửi (sender) không được trống, có dấu cách, dấu phẩy, < hay &; hãy ghi như trong tin."
    )


class SenderTaken(DomainError):
    code = "sender-taken"
    message = _("Đã có nơi gửi dùng tên “{sender}”; hãy ngừng nơi gửi ấy trước.")


class BadFeed(DomainError):
    code = "bad-feed"
    message = _("Địa chỉ nguồn tin phải là http hoặc https với một tên máy công khai; hãy sửa địa chỉ.")


class BadCertificate(DomainError):
    code = "bad-certificate"
    message = _("Chứng thư không đọc được: hãy dán chứng thư PEM, khóa RSA từ 2048 bit hoặc khóa đường cong.")


class SenderUnknown(DomainError):
    code = "sender-unknown"
    message = _("Không có nơi gửi hay ủy quyền này, hoặc đã ngừng; hãy tải lại danh sách.")


class NotOnDuty(DomainError):
    code = "not-on-duty"
    message = _("{name} không trực ban ở {place}; hãy chọn người đang trực ban ở đó.")


class BadDays(DomainError):
    code = "bad-days"
    message = _("Ngày cuối trước ngày đầu; hãy sửa lại.")


class AlreadyAuthorised(DomainError):
    code = "already-authorised"
    message = _("Đã có ủy quyền cho nơi gửi, hiểm họa và địa bàn này; hãy bỏ ủy quyền cũ trước.")


class MessageUnknown(DomainError):
    code = "message-unknown"
    message = _("Không có tin này ở địa bàn bạn trực ban; hãy mở lại danh sách.")


class AlreadyOver(DomainError):
    code = "already-over"
    message = _("Tin này không còn chờ quyết định ({state}. {why}); hãy tải lại trang.")


class NeverReal(DomainError):
    code = "never-real"
    message = _("Tin này có tính chất “{nature}” nên không làm được việc ấy; hãy chọn việc khác.")


class NoArea(DomainError):
    code = "no-area"
    message = _("Chưa chọn địa bàn nào; hãy chọn ít nhất một.")


class NotYours(DomainError):
    code = "not-yours"
    message = _("Có địa bàn không thuộc tin này hoặc bạn không trực ban ở đó; hãy chọn lại.")


class AlreadyDecided(DomainError):
    code = "already-decided"
    message = _("Đã có người quyết định cho một địa bàn trong số này; hãy tải lại trang.")


class WhyMissing(DomainError):
    code = "why-missing"
    message = _("Hãy ghi lý do không phát để người sau biết.")
