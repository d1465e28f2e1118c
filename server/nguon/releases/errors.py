"""Expected failures of releases."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotYours(DomainError):
    code = "release-not-yours"
    message = _("Chỉ quản trị viên của cả địa bàn mới làm được việc này. Hãy nhờ quản trị viên.")


class NotARelease(DomainError):
    code = "release-not-one"
    message = _("Tệp chữ ký không phải của một bản phần mềm. Hãy chọn tệp do hai người bảo trì ký.")


class OtherBundle(DomainError):
    code = "release-other-bundle"
    message = _("Tệp chương trình không phải tệp đã được ký. Hãy chọn đúng tệp.")


class BadVersion(DomainError):
    code = "release-bad-version"
    message = _("Không đọc được số phiên bản trong tệp chương trình. Hãy hỏi người bảo trì.")


class Known(DomainError):
    code = "release-known"
    message = _("Bản phần mềm này đã có. Hãy mở nó trong danh sách.")


class NotNow(DomainError):
    code = "release-not-now"
    message = _("Bản này đang ở trạng thái “{state}” nên không làm được việc đó. Hãy tải lại trang.")


class OtherUnderWay(DomainError):
    code = "release-other-under-way"
    message = _("Bản {version} cho cùng loại máy đang được cập nhật. Hãy rút bản đó trước.")


class NobodyThere(DomainError):
    code = "release-nobody"
    message = _("Không có cụm loa loại “{model}” nào đang kết nối. Hãy thử lại khi có loa kết nối.")


class NoReason(DomainError):
    code = "release-no-reason"
    message = _("Hãy ghi lý do.")


class BadNumbers(DomainError):
    code = "release-bad-numbers"
    message = _("Thời gian theo dõi phải từ 5 đến 10080 phút, ngưỡng lỗi từ 1 đến 50 phần trăm.")
