"""The words of the facts of alerts and drills."""

from django.utils.translation import gettext_lazy

WORDS = {
    "alert.template_made": (gettext_lazy("{by} lập mẫu báo động “{slug}” ở {area}"), "", "file-text"),
    "alert.template_approved": (
        gettext_lazy("{by} duyệt mẫu báo động “{slug}” ở {area}"),
        "",
        "circle-check",
    ),
    "alert.template_ended": (gettext_lazy("{by} bỏ mẫu báo động “{slug}” ở {area}"), "warn", "file-text"),
    "alert.proposed": (gettext_lazy("{by} lập báo động “{title}”"), "warn", "siren"),
    "alert.signed": (
        gettext_lazy("{by} ký báo động “{title}” (chữ ký {part}), {loudspeakers} cụm loa"),
        "bad",
        "siren",
    ),
    "alert.ended": (gettext_lazy("Báo động “{title}” kết thúc"), "warn", "circle-stop"),
    "alert.reviewed": (gettext_lazy("{by} xem lại báo động một người ký: {said}"), "", "clipboard-check"),
}
