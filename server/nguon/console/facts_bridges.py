"""The journal's words for boxes of other makers."""

from django.utils.translation import gettext_lazy

WORDS = {
    "foreign.known": (
        gettext_lazy("“{name}” là cầu nối tới hộp hãng khác: không xác thực"),
        "warn",
        "speaker",
    ),
    "foreign.set": (gettext_lazy("{by} khai báo hộp hãng khác của “{name}” ({adapter})"), "", "speaker"),
    "foreign.failed": (gettext_lazy("Hộp hãng khác của “{name}” không làm theo lệnh"), "bad", "circle-alert"),
    "foreign.works": (gettext_lazy("Hộp hãng khác của “{name}” hoạt động lại"), "live", "speaker"),
    "waiver.made": (
        gettext_lazy("{by} ghi văn bản miễn trừ cho loa không xác thực ở {area}"),
        "warn",
        "file-text",
    ),
    "waiver.ended": (gettext_lazy("{by} chấm dứt miễn trừ cho loa không xác thực ở {area}"), "", "file-text"),
}
