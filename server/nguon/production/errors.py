"""Expected failures of the editorial plan; the message is what the officer reads."""

from django.utils.translation import gettext_lazy as _

from nguon.kernel.errors import DomainError


class ItemUnknown(DomainError):
    code = "plan-item-unknown"
    message = _("Không tìm thấy mục này trong kế hoạch. Hãy mở lại danh sách.")


class MayNotPlan(DomainError):
    code = "may-not-plan"
    message = _("Bạn không có vai trò soạn hoặc duyệt ở {place} nên không sửa được kế hoạch ở đó.")


class TitleMissing(DomainError):
    code = "plan-title-missing"
    message = _("Hãy ghi tên mục để mọi người biết làm gì.")


class TooLong(DomainError):
    code = "plan-too-long"
    message = _("“{field}” dài {length} ký tự, nhiều nhất {limit}. Hãy rút gọn.")


class DayOver(DomainError):
    code = "plan-day-over"
    message = _("Ngày {day} đã qua. Hãy chọn từ hôm nay trở đi.")


class NotThere(DomainError):
    code = "plan-person-not-there"
    message = _("{person} không có vai trò ở {place}. Hãy chọn người khác, hoặc nhờ quản trị giao vai trò.")


class OutOfOrder(DomainError):
    code = "plan-out-of-order"
    message = _("Hạn của bước {stage} phải từ {first} đến {last}, theo hạn của các bước trước và sau.")


class StageOver(DomainError):
    code = "plan-stage-over"
    message = _("Bước {stage} đã qua hoặc mục đã kết thúc nên không giao lại được.")


class StageSkipped(DomainError):
    code = "plan-stage-skipped"
    message = _("Không đi thẳng từ {stage} sang {to} được. Hãy làm lần lượt từng bước.")


class MovedMeanwhile(DomainError):
    code = "plan-moved-meanwhile"
    message = _("“{title}” vừa được chuyển sang bước {stage}. Hãy xem lại rồi làm tiếp.")


class NobodyNext(DomainError):
    code = "plan-nobody-next"
    message = _("Chưa giao bước {stage} cho ai. Hãy chọn người và hạn của bước đó trước.")


class NotYourTurn(DomainError):
    code = "plan-not-your-turn"
    message = _("Bước {stage} giao cho {person}. Chỉ người đó hoặc người duyệt ở {place} chuyển tiếp được.")


class IdeaNeedsApprover(DomainError):
    code = "plan-idea-needs-approver"
    message = _("Ý tưởng phải được người duyệt ở {place} đồng ý mới làm tiếp.")


class ScriptMissing(DomainError):
    code = "plan-script-missing"
    message = _("Chưa có kịch bản. Hãy viết và lưu kịch bản trước.")


class ScriptChanged(DomainError):
    code = "plan-script-changed"
    message = _(
        "{person} vừa lưu bản {number} của kịch bản. Chữ của bạn còn nguyên: hãy xem khác gì rồi lưu lại."
    )


class BulletinMissing(DomainError):
    code = "plan-bulletin-missing"
    message = _("Chưa có bản tin từ kịch bản này. Hãy tạo bản tin trước khi kết thúc.")


class BulletinThere(DomainError):
    code = "plan-bulletin-there"
    message = _("Mục này đã có bản tin. Hãy mở bản tin đó.")


class WhyMissing(DomainError):
    code = "plan-why-missing"
    message = _("Hãy ghi lý do để người làm biết.")


class AlreadyOver(DomainError):
    code = "plan-already-over"
    message = _("Mục này đã kết thúc nên không sửa được nữa.")


class WhoMissing(DomainError):
    code = "plan-who-missing"
    message = _("Hãy chọn người làm và hạn của bước.")


class AssetUnknown(DomainError):
    code = "asset-unknown"
    message = _("Không tìm thấy tư liệu này trong kho bạn dùng được. Hãy mở lại kho.")


class SoundMissing(DomainError):
    code = "asset-sound-missing"
    message = _("Bản tin này chưa có âm thanh hoàn chỉnh. Hãy nghe thử ở trang Soạn trước.")


class SoundNotReady(DomainError):
    code = "asset-sound-not-ready"
    message = _("“{name}” chưa xử lý xong, hoặc không đọc được. Hãy chờ ít giây rồi mở lại kho tư liệu.")


class NameMissing(DomainError):
    code = "asset-name-missing"
    message = _("Hãy ghi tên tư liệu để người khác tìm được.")


class FileMissing(DomainError):
    code = "asset-file-missing"
    message = _("Hãy chọn tệp để thêm vào kho.")
