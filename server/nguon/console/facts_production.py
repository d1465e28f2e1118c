"""What the journal tells of the editorial plan and of broadcast hours, in words."""

from django.utils.translation import gettext_lazy

WORDS = {
    "hours.set": (gettext_lazy("{by} đặt khung giờ phát ở {area}"), "warn", "clock"),
    "hours.ended": (gettext_lazy("{by} bỏ khung giờ phát riêng ở {area}"), "warn", "clock"),
    "day_off.added": (
        gettext_lazy("{by} ghi ngày nghỉ “{name}” ({date}) ở {area}"),
        "warn",
        "calendar-clock",
    ),
    "day_off.ended": (gettext_lazy("{by} bỏ ngày nghỉ “{name}” ({date}) ở {area}"), "warn", "calendar-clock"),
    "library.added": (gettext_lazy("{by} thêm “{name}” vào kho tư liệu ở {area}"), "", "layers"),
    "library.ended": (gettext_lazy("{by} bỏ “{name}” khỏi kho tư liệu ở {area}"), "warn", "layers"),
    "library.taken": (gettext_lazy("{by} lấy “{name}” từ kho tư liệu"), "", "layers"),
    "library.planned": (gettext_lazy("{by} để “{name}” từ kho cạnh kịch bản “{title}”"), "", "layers"),
    "production.added": (gettext_lazy("{by} ghi “{title}” vào kế hoạch ở {area}"), "", "plus"),
    "production.changed": (gettext_lazy("{by} sửa mục kế hoạch “{title}”"), "", "pen-line"),
    "production.assigned": (
        gettext_lazy("{by} giao cho {to} bước {stage} của “{title}”, hạn {day}"),
        "brand",
        "users",
    ),
    "production.moved": (gettext_lazy("{by} chuyển “{title}” sang bước {stage}"), "live", "arrow-right"),
    "production.returned": (gettext_lazy("{by} trả “{title}” về bước {stage}"), "bad", "undo-2"),
    "production.given_up": (gettext_lazy("{by} bỏ “{title}” khỏi kế hoạch ở {area}"), "bad", "x"),
    "production.written": (gettext_lazy("{by} lưu bản {number} của kịch bản “{title}”"), "", "file-text"),
    "production.drafted": (gettext_lazy("{by} tạo bản tin từ kịch bản “{title}”"), "brand", "file-text"),
    "production.due_near": (gettext_lazy("Sắp đến hạn bước {stage} của “{title}”"), "warn", "hourglass"),
    "production.due_over": (gettext_lazy("Quá hạn bước {stage} của “{title}”"), "bad", "hourglass"),
}
