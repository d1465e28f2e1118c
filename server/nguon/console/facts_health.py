"""The words of the facts of alarms and fault tickets."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.console.facts_bridges import WORDS as OF_BRIDGES
from nguon.health.states import AlarmKind, TicketState
from nguon.journal.models import Entry

WORDS = {
    **OF_BRIDGES,
    "alarm.raised": (gettext_lazy("Cảnh báo: {what} ({which}) ở {area}"), "bad", "triangle-alert"),
    "alarm.cleared": (gettext_lazy("Hết cảnh báo: {what} ({which}) ở {area}"), "live", "circle-check"),
    "alarm.seen": (gettext_lazy("{by} nhận xử lý: {what} ({which}) ở {area}"), "", "eye"),
    "maintenance.announced": (
        gettext_lazy("{by} báo bảo trì {name} ở {area}: {reason} (phụ trách: {responsible})"),
        "warn",
        "settings",
    ),
    "maintenance.ended": (gettext_lazy("{by} kết thúc bảo trì {name} ở {area}"), "live", "circle-check"),
    "ticket.opened": (
        gettext_lazy("{by} lập phiếu “{title}” cho {name} ở {area}"),
        "warn",
        "clipboard-check",
    ),
    "ticket.assigned": (gettext_lazy("{by} giao phiếu “{title}” của {name}, hạn {due}"), "", "user"),
    "ticket.moved": (gettext_lazy("{by} chuyển phiếu “{title}” của {name} sang: {stands}"), "", "refresh-cw"),
    "ticket.noted": (gettext_lazy("{by} ghi vào phiếu “{title}” của {name}"), "", "pen-line"),
}


def fields(row: Entry) -> dict[str, str]:
    """This function will say in words which alarm a fact tells of, and of which loudspeakers."""
    if row.fact.startswith("ticket.") and row.data.get("state") in TicketState.values:
        due = date.fromisoformat(str(row.data["due"]))
        return {"stands": str(TicketState(row.data["state"]).label), "due": f"{due:%d/%m/%Y}"}
    kind = row.data.get("kind")
    if not row.fact.startswith("alarm.") or kind not in AlarmKind.values:
        return {}
    count, name = int(row.data.get("count", 1)), str(row.data.get("name", ""))
    many = _("{count} cụm loa").format(count=count)
    return {"what": str(AlarmKind(kind).label), "which": name if count == 1 else many}
