"""Expected failures of the register of stations."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class StationThere(DomainError):
    code = "station-there"
    message = _("{place} đã có đài truyền thanh. Mỗi xã một đài: hãy sửa đài đang có.")


class StationOutside(DomainError):
    code = "station-outside"
    message = _("{place} ngoài địa bàn bạn giữ đài. Hãy chọn nơi khác hoặc nhờ người quản trị cấp quyền.")


class StationOver(DomainError):
    code = "station-over"
    message = _("Đài này đã thôi hoạt động hoặc đã nhập vào đài khác. Hãy mở đài đang hoạt động.")


class ReasonMissing(DomainError):
    code = "station-reason-missing"
    message = _("Hãy ghi lý do hoặc văn bản thôi hoạt động của đài.")
