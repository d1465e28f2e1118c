"""What officers signed themselves, in words, with what the loudspeakers answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.console.presenters import Tone
from nguon.deliveries import queries
from nguon.deliveries.models import Document
from nguon.devices import queries as devices
from nguon.organisations import queries as places
from nguon_protocol import relay
from nguon_protocol.documents import Urgent

_WORDS = {
    ("order", "stop"): (gettext_lazy("Lệnh dừng phát"), "bad", "octagon-x"),
    ("order", "cancel"): (gettext_lazy("Lệnh hủy bản tin"), "bad", "circle-stop"),
    ("order", "volume"): (gettext_lazy("Lệnh chỉnh âm lượng"), "warn", "volume-2"),
    ("order", "live"): (gettext_lazy("Lệnh phát trực tiếp"), "warn", "radio-tower"),
    ("order", "play"): (gettext_lazy("Lệnh phát ngay"), "warn", "play"),
    ("urgent", "play"): (gettext_lazy("Báo động"), "bad", "radio-tower"),
    ("urgent", "cancel"): (gettext_lazy("Hủy báo động"), "live", "circle-stop"),
    ("urgent", "correct"): (gettext_lazy("Đính chính báo động"), "warn", "radio-tower"),
}


@dataclass(frozen=True)
class RelayLine:
    """One signed order that was carried on."""

    sha256: str
    at: datetime
    tone: Tone
    place: str
    accepted: int
    refused: int
    total: int
    may_end: bool

    @property
    def whole(self) -> bool:
        """This function will say whether every loudspeaker there has accepted it."""
        return self.total > 0 and self.accepted >= self.total


def tone_of(row: Document) -> Tone:
    """This function will name what officers signed."""
    document = relay.read(row.envelope)
    label, kind, icon = _WORDS[document.TYPE, document.action]
    return Tone(str(label), kind, icon)


def lines(areas: Collection[str], at: datetime) -> list[RelayLine]:
    """This function will show what was carried on for some areas in the last day, newest first."""
    rows = queries.relayed_lately(areas, at)
    named = places.labels({devices.area_of_target(row.target) for row, _answers in rows})
    ended = {
        document.of
        for row, _answers in rows
        if isinstance(document := relay.read(row.envelope), Urgent) and document.action == "cancel"
    }
    return [
        RelayLine(
            row.pk,
            row.task.made_at if row.task else row.issued_at,
            tone_of(row),
            named.get(devices.area_of_target(row.target), "") or _("một nhóm hoặc một cụm loa"),
            answers.accepted,
            answers.refused,
            devices.of_targets([row.target]).count(),
            _may_end(row, ended, at),
        )
        for row, answers in rows
    ]


def _may_end(row: Document, ended: Collection[str | None], at: datetime) -> bool:
    document = relay.read(row.envelope)
    if not isinstance(document, Urgent) or document.action != "play" or document.id in ended:
        return False
    return Document.objects.filter(pk=document.cancel, expires_at__gte=at).exists()
