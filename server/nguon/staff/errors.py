"""Expected failures of the staff register."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class BadStaffName(DomainError):
    code = "bad-staff-name"
    message = _("Họ và tên phải có từ 1 đến 100 ký tự trên một dòng. Hãy nhập lại.")


class BadBirthYear(DomainError):
    code = "bad-birth-year"
    message = _("Năm sinh “{text}” không đúng. Hãy viết bốn chữ số, ví dụ 1985, hoặc bỏ trống.")


class BadGender(DomainError):
    code = "bad-gender"
    message = _("Giới tính “{text}” không có trong danh mục. Hãy ghi Nam, Nữ, Giới tính khác hoặc bỏ trống.")


class BadPhone(DomainError):
    code = "bad-phone"
    message = _("Số điện thoại “{text}” không đúng. Hãy viết 9 đến 11 chữ số, ví dụ 0912 345 678.")


class BadEmail(DomainError):
    code = "bad-staff-email"
    message = _("Địa chỉ e-mail “{text}” không đúng. Hãy viết như ten@coquan.gov.vn hoặc bỏ trống.")


class BadPostPeriod(DomainError):
    code = "bad-post-period"
    message = _("Ngày cuối phải từ ngày đầu trở đi. Hãy chọn lại ngày.")


class BadTitle(DomainError):
    code = "bad-title"
    message = _("Chức danh dài quá 120 ký tự. Hãy viết ngắn lại.")


class StaffThere(DomainError):
    code = "staff-there"
    message = _("Đã có {name} ở {place}. Hãy mở người đó để thêm công việc, hoặc xác nhận đây là người khác.")


class PostOverlaps(DomainError):
    code = "post-overlaps"
    message = _("Người này đã là {kind} ở {place} trong thời gian đó. Hãy chọn ngày khác.")


class PostOver(DomainError):
    code = "post-over"
    message = _("Công việc này đã thôi hoặc chưa bắt đầu vào ngày {day}. Hãy chọn ngày khác.")


class SameStaff(DomainError):
    code = "same-staff"
    message = _("Người nhận việc phải là một người khác. Hãy chọn lại.")


class BodyElsewhere(DomainError):
    code = "body-elsewhere"
    message = _("“{name}” không ở {place}. Hãy chọn cơ quan, cơ sở ở nơi đó hoặc cấp trên của nó.")


class BadCourse(DomainError):
    code = "bad-course"
    message = _("Tên khóa học phải có từ 1 đến 200 ký tự trên một dòng. Hãy nhập lại.")


class BadCourseDays(DomainError):
    code = "bad-course-days"
    message = _("Ngày học không đúng: ngày cuối phải từ ngày đầu trở đi, và không sau hôm nay.")


class TrainingThere(DomainError):
    code = "training-there"
    message = _("Đã ghi khóa “{course}” ngày {day} cho người này. Hãy xem lại danh sách khóa học.")


class AccountTaken(DomainError):
    code = "account-taken"
    message = _("Tài khoản {user} đã gắn với một người khác trong danh sách. Hãy kiểm tra lại.")


class StillWorks(DomainError):
    code = "still-works"
    message = _("{name} còn công việc ở đây. Hãy ghi ngày thôi trước, rồi mới xóa cách liên hệ.")


class StaffHandedOver(DomainError):
    code = "staff-handed-over"
    message = _("Đã có người tiếp nhận việc của {name}, nên không xóa được. Hãy ghi ngày thôi.")


class StaffOutside(DomainError):
    code = "staff-outside"
    message = _("Nơi này ngoài địa bàn bạn quản trị. Hãy chọn nơi khác hoặc nhờ người quản trị cấp trên.")
