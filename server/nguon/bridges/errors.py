"""Expected failures with boxes of other makers."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class NotYours(DomainError):
    code = "not-yours"
    message = _("Chỉ kỹ thuật thiết bị hoặc quản trị của {place} khai báo được hộp này.")


class NotABridge(DomainError):
    code = "not-a-bridge"
    message = _("{name} không phải cầu nối. Hãy chạy cầu nối và cho nó vào hệ thống trước.")


class BadAddress(DomainError):
    code = "bad-address"
    message = _("Địa chỉ phải bắt đầu bằng {schemes}, không kèm tên hay mật khẩu.")


class BadBox(DomainError):
    code = "bad-box"
    message = _("Hãy ghi mã cụm loa đúng như hãng cấp (CumLoaID, thường là số IMEI).")


class BadOptions(DomainError):
    code = "bad-options"
    message = _("Mã riêng của hãng phải là một đối tượng JSON, nhiều nhất {most} ký tự.")


class PasswordMissing(DomainError):
    code = "password-missing"
    message = _("Hãy nhập mật khẩu. Khi đổi bất cứ mục nào khác cũng phải nhập lại, vì mật khẩu cũ đã khóa.")


class NotAProvince(DomainError):
    code = "not-a-province"
    message = _("Miễn trừ do cấp tỉnh ký. Hãy chọn tỉnh, thành phố.")


class NotAnAdministrator(DomainError):
    code = "not-an-administrator"
    message = _("Chỉ quản trị của {place} ghi được văn bản miễn trừ.")


class DocumentMissing(DomainError):
    code = "document-missing"
    message = _("Hãy ghi số và ngày của văn bản miễn trừ.")


class WaiverThere(DomainError):
    code = "waiver-there"
    message = _("{place} đã có văn bản miễn trừ đang có hiệu lực. Hãy chấm dứt văn bản cũ trước.")


class WaiverOver(DomainError):
    code = "waiver-over"
    message = _("Văn bản này đã chấm dứt từ trước. Không cần làm gì thêm.")
