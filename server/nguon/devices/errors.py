"""Expected failures of the fleet."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class ClaimUnknown(DomainError):
    code = "claim-unknown"
    message = _(
        "Không có loa nào đang chờ với mã {code}. Xem lại mã trên loa; mã chỉ dùng được trong 10 phút."
    )


class ClaimMistyped(ClaimUnknown):
    code = "claim-mistyped"
    message = _(
        "“{code}” không phải mã của loa: mã có 8 chữ không dấu và số, không có 0, 1 và chữ O, I, L."
        " Hãy đọc lại mã đang hiện trên loa."
    )


class ClaimExpired(ClaimUnknown):
    code = "claim-expired"
    message = _("Mã {code} đã quá 10 phút. Loa tự đưa mã mới: hãy đọc mã đang hiện trên loa.")


class ClaimUsed(DomainError):
    code = "claim-used"
    message = _("Mã {code} đã được dùng. Khởi động lại loa để lấy mã mới.")


class ClaimHalf(ClaimUsed):
    code = "claim-half"
    message = _(
        "Mã {code} đã cho “{name}” vào nhưng hộp chưa nối lần nào. Hãy giữ hộp bật và có mạng vài phút;"
        " nếu nó đưa mã mới thì dùng mã mới."
    )


class CodesTooMany(DomainError):
    code = "codes-too-many"
    message = _("Bạn đã gõ sai mã quá {most} lần. Hãy chờ 10 phút rồi đọc lại mã đang hiện trên loa.")


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


class PoleMoves(DomainError):
    code = "pole-moves"
    message = _(
        "Cột này đang có hộp trong hệ thống nên không chuyển sang xã khác được. Hãy thu hồi hộp, rồi cho vào"
        " lại ở xã mới."
    )


class PoleHasPast(DomainError):
    code = "pole-has-past"
    message = _("Cột này đã có hộp nên lịch sử của nó được giữ lại. Muốn treo hộp khác, hãy bấm Thay hộp.")


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


class BoxHangs(DomainError):
    code = "box-hangs"
    message = _(
        "Hộp này đang ở “{name}”. Hãy tháo nó ở đó trước, hoặc xóa khóa trên hộp để nó thành hộp mới."
    )


class SerialElsewhere(DomainError):
    code = "serial-elsewhere"
    message = _(
        "Số máy “{serial}” nằm trong sổ của nơi khác. Hãy kiểm tra số in trên hộp hoặc nhờ cấp trên chuyển."
    )


class SerialThere(DomainError):
    code = "serial-there"
    message = _(
        "Số máy “{serial}” trong sổ là “{name}” ở {place}, không phải xã này. Hãy sửa sổ hoặc chọn đúng xã."
    )


class SerialHangs(DomainError):
    code = "serial-hangs"
    message = _("Số máy “{serial}” đang ở cột “{name}”. Hãy mở trang của cột đó và bấm Thay hộp.")


class SwapReasonMissing(DomainError):
    code = "swap-reason-missing"
    message = _("Cột này đang có một hộp. Hãy ghi vì sao thay, ví dụ: cháy bo mạch.")


class PositionAbroad(DomainError):
    code = "position-abroad"
    message = _("Vị trí của điện thoại ngoài Việt Nam. Hãy bật định vị rồi lấy lại vị trí.")


class PositionFar(DomainError):
    code = "position-far"
    message = _("Vị trí này cách giữa {place} {km} km. Hãy lấy lại vị trí, hoặc xác nhận là đúng.")
