"""Words for the facts of newer programs of loudspeakers."""

from django.utils.translation import gettext_lazy

WORDS = {
    "release.added": (gettext_lazy("{by} đưa bản phần mềm {version} cho loa {model} vào"), "", "layers"),
    "release.admitted": (
        gettext_lazy("Chữ ký của bản phần mềm {version} cho loa {model} đúng"),
        "live",
        "shield-check",
    ),
    "release.refused": (
        gettext_lazy("Bản phần mềm {version} cho loa {model} bị từ chối: {reason}"),
        "bad",
        "circle-x",
    ),
    "release.started": (
        gettext_lazy("{by} bắt đầu cập nhật loa {model} lên {version}: {count} cụm đầu tiên"),
        "warn",
        "play",
    ),
    "release.advanced": (gettext_lazy("Cập nhật {version}: mở đợt {per_cent}%"), "brand", "layers"),
    "release.halted": (gettext_lazy("Cập nhật {version} dừng lại: {reason}"), "bad", "pause"),
    "release.resumed": (gettext_lazy("{by} cho cập nhật {version} tiếp tục"), "warn", "play"),
    "release.withdrawn": (gettext_lazy("{by} rút bản phần mềm {version}: {reason}"), "bad", "undo-2"),
    "release.done": (gettext_lazy("Cập nhật {version} đã xong: {count} cụm loa"), "live", "circle-check"),
}
