from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class PlaceNotFound(DomainError):
    code = "place-not-found"
    message = _("Không có địa bàn “{area}”. Hãy chọn lại trong danh sách địa bàn.")


class CodeOfAnotherDay(PlaceNotFound):
    code = "code-of-another-day"
    message = _("Ngày {day} không có địa bàn nào mang mã “{code}”; mã này có {days}. Hãy chọn ngày khác.")


class PlaceOfAnotherDay(PlaceNotFound):
    code = "place-of-another-day"
    message = _("Ngày {day} không có địa bàn “{area}”; địa bàn này có {days}. Hãy chọn ngày khác.")


class WrongParent(DomainError):
    code = "wrong-parent"
    message = _("{kind} không thể nằm trực tiếp trong {parent}. Hãy chọn lại đơn vị cấp trên.")


class BadPlaceName(DomainError):
    code = "bad-place-name"
    message = _("Tên địa bàn phải có từ 1 đến 100 ký tự trên một dòng. Hãy nhập lại tên.")


class BadDesignation(DomainError):
    code = "bad-designation"
    message = _("Loại hình phải có không quá 30 ký tự trên một dòng. Hãy nhập lại loại hình.")


class BadCode(DomainError):
    code = "bad-code"
    message = _("Mã phải có không quá 30 ký tự trên một dòng. Hãy nhập lại mã.")


class NameTaken(DomainError):
    code = "name-taken"
    message = _("Trong {parent} sẽ có hai “{name}”. Hãy nhập tên khác, để phân biệt được hai nơi.")


class CountryStays(DomainError):
    code = "country-stays"
    message = _("Không thể kết thúc cả nước. Hãy chọn một đơn vị hành chính bên trong.")


class NoPlaceData(DomainError):
    code = "no-place-data"
    message = _(
        "Không đọc được danh sách tỉnh, xã trong gói vietnamadminunits. Hãy cài lại gói này rồi nhập lại."
    )


class NoMapToLinkTo(DomainError):
    code = "no-map-to-link-to"
    message = _("Chưa có bản đồ hành chính từ ngày 1/7/2025. Hãy nhập danh sách tỉnh, xã hiện nay trước.")


class MergeWithItself(DomainError):
    code = "merge-with-itself"
    message = _("Một địa bàn được chọn hai lần. Hãy bỏ lần thừa: không thể nhập một địa bàn với chính nó.")


class TooFewPlaces(DomainError):
    code = "too-few-places"
    message = _("Chưa chọn đủ địa bàn cho thay đổi này. Hãy chọn thêm rồi thử lại.")


class UnlikeKinds(DomainError):
    code = "unlike-kinds"
    message = _("Chỉ nhập hoặc chia được các địa bàn cùng cấp. Hãy chọn lại.")


class AlreadySo(DomainError):
    code = "already-so"
    message = _("{place} đã là loại hình này. Hãy bỏ nơi đó ra khỏi danh sách.")


class NothingChanges(DomainError):
    code = "nothing-changes"
    message = _("Thay đổi này chưa nói điều gì sẽ khác đi. Hãy điền đủ thông tin.")


class PlaceEnded(DomainError):
    code = "place-ended"
    message = _("“{place}” không tồn tại vào ngày {day}. Hãy chọn địa bàn khác hoặc ngày khác.")


class PlaceCycle(DomainError):
    code = "place-cycle"
    message = _(
        "“{place}” không thể nằm trong “{parent}”, vì “{parent}” nằm trong nó. Hãy chọn cấp trên khác."
    )


class OverlappingDates(DomainError):
    code = "overlapping-dates"
    message = _("Đã có thay đổi ghi nhận từ ngày {day} trở đi ở các địa bàn này. Hãy chọn ngày muộn hơn.")


class CodeTaken(DomainError):
    code = "code-taken"
    message = _("Mã “{code}” đã thuộc về địa bàn khác vào ngày đó. Hãy nhập mã khác.")


class BadShares(DomainError):
    code = "bad-shares"
    message = _("Tỷ lệ các phần phải lớn hơn 0 và cộng lại bằng 100 %, hoặc để trống tất cả. Hãy nhập lại.")


class TooEarly(DomainError):
    code = "too-early"
    message = _("Thay đổi có hiệu lực từ ngày {day}; đến ngày đó mới xác nhận được. Bản soạn vẫn được giữ.")


class ChangeSettled(DomainError):
    code = "change-settled"
    message = _("Thay đổi này đã được xác nhận hoặc đã bỏ. Hãy tải lại trang để xem kết quả.")


class LeftBehind(DomainError):
    code = "left-behind"
    message = _(
        "Còn {count} mục gắn với địa bàn này ({what}), mà nó kết thúc không có nơi kế tục. "
        "Hãy chuyển hoặc kết thúc chúng trước."
    )


class DayMissing(DomainError):
    code = "day-missing"
    message = _("Chưa có ngày hiệu lực. Hãy nhập ngày đầu tiên của bản đồ mới.")


class ActMissing(DomainError):
    code = "act-missing"
    message = _("Chưa có văn bản quyết định thay đổi này. Hãy nhập số hiệu văn bản.")


class NotYourMap(DomainError):
    code = "not-your-map"
    message = _("Bạn không quản trị mọi địa bàn trong thay đổi này. Hãy nhờ quản trị viên cấp trên.")


class BodyNotFound(DomainError):
    code = "body-not-found"
    message = _("Không có cơ quan, cơ sở nào mang mã “{code}” vào ngày đó. Hãy kiểm tra lại mã.")


class BodyCodeTaken(DomainError):
    code = "body-code-taken"
    message = _("Mã định danh “{code}” đã thuộc về “{name}”. Hãy nhập mã khác.")


class BadBodyName(DomainError):
    code = "bad-body-name"
    message = _("Tên phải có từ 1 đến 200 ký tự trên một dòng. Hãy nhập lại tên.")


class BodyCycle(DomainError):
    code = "body-cycle"
    message = _("“{name}” không thể trực thuộc chính nó hoặc đơn vị dưới nó. Hãy chọn cơ quan khác.")


class BodyEnded(DomainError):
    code = "body-ended"
    message = _("“{name}” không tồn tại vào ngày {day}. Hãy chọn ngày khác hoặc đơn vị khác.")


class BadBodyPeriod(DomainError):
    code = "bad-body-period"
    message = _("Ngày kết thúc phải sau ngày bắt đầu ({day}). Hãy sửa ngày.")


class BodyOutside(DomainError):
    code = "body-outside"
    message = _("Nơi này ngoài địa bàn bạn quản trị. Hãy chọn nơi khác.")


class FileKindUnknown(DomainError):
    code = "file-kind-unknown"
    message = _("Không nhận được loại tệp này. Hãy chọn lại loại trong danh sách.")


class FileSettled(DomainError):
    code = "file-settled"
    message = _("Tệp này chưa kiểm tra xong, có lỗi, hoặc đã nhập. Hãy xem lại trang của tệp.")


class FileTooBig(DomainError):
    code = "file-too-big"
    message = _("Tệp lớn hơn 30 MB. Hãy chia thành các tệp nhỏ hơn.")


class BadHeadcount(DomainError):
    code = "bad-headcount"
    message = "{why}"
