"""Expected failures of the fleet."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class ClaimUnknown(DomainError):
    code = "claim-unknown"
    message = _(
        "Không có loa nào đang chờ với mã {code}. Xem lại mã trên loa; mã chỉ dùng được trong 10 phút."
    )


class ClaimUsed(DomainError):
    code = "claim-used"
    message = _("Mã {code} đã được dùng. Khởi động lại loa để lấy mã mới.")


class ClaimTaken(DomainError):
    code = "claim-taken"
    message = _("Mã này đang được một loa khác dùng. Loa sẽ tự đưa mã mới.")


class KeyRevoked(DomainError):
    code = "key-revoked"
    message = _(
        "Loa {name} đã bị thu hồi nên khóa này không dùng lại được. Hãy xóa khóa trên loa để tạo khóa mới."
    )


class BadKey(DomainError):
    code = "bad-key"
    message = _("Khóa của loa không đúng dạng.")


class LineJoined(DomainError):
    code = "line-joined"
    message = _("Hộp của dòng này đã vào hệ thống, nên giữ nguyên số máy và dòng. Hãy thu hồi cụm loa trước.")


class NotYourArea(DomainError):
    code = "not-your-area"
    message = _("{place} không thuộc địa bàn của bạn. Hãy chọn nơi khác hoặc nhờ người quản trị cấp quyền.")


class NotAVillage(DomainError):
    code = "not-a-village"
    message = _("Loa phải gắn với một xã hoặc một thôn. Hãy chọn xã hoặc thôn.")


class NameMissing(DomainError):
    code = "name-missing"
    message = _("Hãy đặt tên cho loa, ví dụ: Loa nhà văn hóa thôn 2.")


class AlreadyRevoked(DomainError):
    code = "already-revoked"
    message = _("Loa {name} đã được thu hồi từ trước. Không cần làm gì thêm.")


class ReasonMissing(DomainError):
    code = "reason-missing"
    message = _("Hãy ghi lý do thu hồi, ví dụ: loa bị mất cắp.")


class NotACommune(DomainError):
    code = "not-a-commune"
    message = _("Nhóm loa gồm các cụm loa của một xã. Hãy chọn xã trước.")


class GroupNameMissing(DomainError):
    code = "group-name-missing"
    message = _("Hãy đặt tên cho nhóm, ví dụ: Quanh chợ.")


class GroupNameTaken(DomainError):
    code = "group-name-taken"
    message = _("Xã này đã có nhóm tên “{name}”. Hãy đặt tên khác.")


class GroupEnded(DomainError):
    code = "group-ended"
    message = _("Nhóm “{name}” đã bỏ. Hãy lập nhóm mới nếu cần.")


class PhotosTooMany(DomainError):
    code = "photos-too-many"
    message = _("Mỗi cột có nhiều nhất {limit} ảnh. Hãy bỏ một ảnh cũ trước.")
