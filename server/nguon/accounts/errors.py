from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class UserNotFound(DomainError):
    code = "user-not-found"
    message = _("Không có tài khoản “{username}” đang hoạt động. Hãy kiểm tra lại tên đăng nhập.")


class BadUsername(DomainError):
    code = "bad-username"
    message = _(
        "Tên đăng nhập gồm từ 2 đến 50 chữ thường không dấu, chữ số, dấu chấm hoặc gạch. Hãy chọn tên khác."
    )


class UsernameTaken(DomainError):
    code = "username-taken"
    message = _("Đã có người dùng tên đăng nhập “{username}”. Hãy chọn tên khác.")


class BadFullName(DomainError):
    code = "bad-full-name"
    message = _("Họ và tên phải có từ 1 đến 100 ký tự trên một dòng. Hãy nhập lại.")


class WeakPassword(DomainError):
    code = "weak-password"
    message = _("Mật khẩu chưa đủ mạnh: {reasons} Hãy chọn mật khẩu khác.")


class RoleOverlaps(DomainError):
    code = "role-overlaps"
    message = _("{user} đã là {role} ở {place} trong thời gian này. Hãy chọn ngày khác.")


class BadPeriod(DomainError):
    code = "bad-period"
    message = _("Ngày cuối phải từ ngày đầu trở đi. Hãy chọn lại ngày.")


class MayNotAssign(DomainError):
    code = "may-not-assign"
    message = _(
        "Bạn không quản trị {place} nên không giao được vai trò ở đó. Hãy nhờ người quản trị cấp trên."
    )


class AdministratorExists(DomainError):
    code = "administrator-exists"
    message = _("Hệ thống đã có người quản trị. Hãy đăng nhập bằng tài khoản đó.")


class TouchFailed(DomainError):
    code = "touch-failed"
    message = _("Khóa bảo mật chưa xác nhận được việc này. Hãy thử lại, và làm theo trình duyệt.")


class KeyUnknown(DomainError):
    code = "key-unknown"
    message = _("Khóa này không dùng được ở đây. Hãy xem trang Khóa của tôi.")


class KeyCopied(DomainError):
    code = "key-copied"
    message = _(
        "Khóa “{name}” đếm lùi: có thể đã có bản sao. Hãy hủy khóa này, đăng ký khóa khác, "
        "và báo người quản trị."
    )


class KeyTaken(DomainError):
    code = "key-taken"
    message = _("Khóa này đã được đăng ký. Mỗi khóa chỉ của một người.")


class OwnKey(DomainError):
    code = "own-key"
    message = _("Không ai tự xác nhận khóa của mình. Hãy nhờ một người quản trị khác.")


class MayNotManage(DomainError):
    code = "may-not-manage"
    message = _(
        "{user} có vai trò ngoài địa bàn bạn quản trị nên bạn không làm được việc này. "
        "Hãy nhờ người quản trị cấp trên."
    )


class OwnAccount(DomainError):
    code = "own-account"
    message = _("Không ai tự làm việc này với tài khoản của mình. Hãy nhờ một người quản trị khác.")


class LinkUnknown(DomainError):
    code = "link-unknown"
    message = _("Liên kết này đã dùng rồi, đã hết hạn hoặc không đúng. Hãy xin người quản trị liên kết mới.")


class AccountLocked(DomainError):
    code = "account-locked"
    message = _("Tài khoản {user} đang khóa. Hãy mở khóa trước.")


class AccountUsed(DomainError):
    code = "account-used"
    message = _("Tài khoản {user} đã được dùng nên không xóa được. Hãy cho thôi vai trò hoặc khóa tài khoản.")


class SamePerson(DomainError):
    code = "same-person"
    message = _("Người nhận phải là một người khác. Hãy chọn lại.")


class NothingToHandOver(DomainError):
    code = "nothing-to-hand-over"
    message = _("{user} không còn vai trò nào để giao lại. Hãy kiểm tra ngày.")


class BadEmail(DomainError):
    code = "bad-email"
    message = _("Địa chỉ thư điện tử không đúng. Hãy nhập lại, ví dụ lannt@bacninh.gov.vn.")


class EmailTaken(DomainError):
    code = "email-taken"
    message = _("Địa chỉ thư điện tử này đã thuộc một tài khoản khác. Hãy kiểm tra lại.")


class NobodyHere(DomainError):
    code = "nobody-here"
    message = _("Bạn chưa có tài khoản ở đây. Hãy xin người quản trị của bạn một liên kết mời.")


class IdentityChanged(DomainError):
    code = "identity-changed"
    message = _(
        "Tài khoản này đã nối với một danh tính khác. Hãy nhờ người quản trị gỡ liên kết cũ rồi thử lại."
    )


class IdentityTaken(DomainError):
    code = "identity-taken"
    message = _(
        "Danh tính này đã nối với một tài khoản khác. Hãy đăng xuất ở nơi cấp danh tính, "
        "rồi đăng nhập bằng đúng người."
    )


class AnotherSignedIn(DomainError):
    code = "another-signed-in"
    message = _(
        "Liên kết này mời {name}, còn trình duyệt này đang đăng nhập là {other}. "
        "Hãy đăng xuất rồi mở lại liên kết; nếu bạn không phải {name} thì đừng dùng."
    )
