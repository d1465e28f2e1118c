from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class PlaceNotFound(DomainError):
    code = "place-not-found"
    message = _("Không có địa bàn “{area}”. Hãy chọn lại trong danh sách địa bàn.")


class WrongParent(DomainError):
    code = "wrong-parent"
    message = _("{kind} không thể nằm trực tiếp trong {parent}. Hãy chọn lại đơn vị cấp trên.")


class BadPlaceName(DomainError):
    code = "bad-place-name"
    message = _("Tên địa bàn phải có từ 1 đến 100 ký tự trên một dòng. Hãy nhập lại tên.")


class NoPlaceData(DomainError):
    code = "no-place-data"
    message = _(
        "Không đọc được danh sách tỉnh, xã trong gói vietnamadminunits. Hãy cài lại gói này rồi nhập lại."
    )


class NoMapToLinkTo(DomainError):
    code = "no-map-to-link-to"
    message = _("Chưa có bản đồ hành chính từ ngày 1/7/2025. Hãy nhập danh sách tỉnh, xã hiện nay trước.")
