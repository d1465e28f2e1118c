"""The menu of the staff pages."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()

PAGES = (
    ("console:home", "layout-dashboard", _("Tổng quan")),
    ("console:compose", "pen-line", _("Soạn")),
    ("console:reviews", "clipboard-check", _("Duyệt")),
    ("console:duty", "radio-tower", _("Trực ban")),
    ("console:devices", "speaker", _("Thiết bị")),
)
# On a phone the bar below has room for five; these are on the first page.
MORE = (
    ("console:stations", "radio-tower", _("Tiếp sóng")),
    ("console:cap", "triangle-alert", _("Tin cảnh báo")),
    ("console:supply", "inbox", _("Bản tin từ trên")),
    ("console:programme", "calendar-clock", _("Lịch phát")),
    ("console:production", "list", _("Kế hoạch biên tập")),
    ("console:territory", "map-pin", _("Địa bàn")),
    ("console:bodies", "layers", _("Cơ quan, cơ sở")),
    ("console:staff", "users", _("Nhân sự")),
    ("console:people", "key-round", _("Tài khoản")),
)
SEEN_BY = {"console:people": "sees_people", "console:staff": "sees_staff"}


@register.inclusion_tag("console/navigation.html", takes_context=True)
def navigation(context: template.Context, which: str = "main") -> dict[str, Any]:
    """This function will draw the links of the menu (main, more or all); `section` is where one is."""
    here = context.get("section", "")
    return {
        "look": "btn btn-plain" if which == "more" else "",
        "items": [
            {
                "url": reverse(name),
                "icon": icon,
                "label": label,
                "here": name == f"console:{here}",
                "count": context.get("waiting_count") if name == "console:reviews" else 0,
            }
            for name, icon, label in {"main": PAGES, "more": MORE, "all": (*PAGES, *MORE)}[which]
            if name not in SEEN_BY or context.get(SEEN_BY[name])
        ],
    }
