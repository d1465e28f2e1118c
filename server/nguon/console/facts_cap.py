"""What the journal tells of alerts from elsewhere, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nguon.cap.states import Hazard, Verdict, Why
from nguon.journal.models import Entry

WORDS = {
    "cap.sender_added": (_("{by} thêm nơi gửi tin cảnh báo “{name}” cho {area}"), "", "radio-tower"),
    "cap.sender_ended": (_("{by} ngừng nhận tin cảnh báo của “{name}”"), "warn", "radio-tower"),
    "cap.authorised": (
        _("{by} ủy quyền lập sẵn báo động từ “{name}” ({hazard}) ở {area}, {first_day} đến {last_day}"),
        "warn",
        "key-round",
    ),
    "cap.authorisation_ended": (
        _("{by} bỏ ủy quyền lập sẵn báo động từ “{name}” ({hazard}) ở {area}"),
        "",
        "key-round",
    ),
    "cap.received": (_("Nhận tin cảnh báo “{title}” từ {name}"), "warn", "inbox"),
    "cap.refused": (_("Từ chối một tin của {name}: {words}"), "bad", "circle-x"),
    "cap.closed": (_("Đóng tin cảnh báo “{title}”: {why}"), "", "inbox"),
    "cap.decided": (_("{by} quyết định về tin “{title}”: {verdict}"), "brand", "circle-check"),
    "cap.published": (_("Công bố “{title}” thành tin CAP đã ký số"), "brand", "shield-check"),
    "cap.forgotten": (_("Xóa {count} tin cảnh báo cũ không ai dùng"), "", "inbox"),
    "cap.prepared": (_("Lập sẵn báo động từ tin “{title}” theo ủy quyền, chờ hai người ký"), "bad", "send"),
}


def fields(row: Entry) -> dict[str, Any]:
    """This function will give the words of the slugs that a fact holds."""
    if not row.fact.startswith("cap."):
        return {}
    known = (("hazard", Hazard), ("verdict", Verdict), ("why", Why))
    return {
        name: str(kinds(row.data[name]).label) for name, kinds in known if row.data.get(name) in kinds.values
    }
