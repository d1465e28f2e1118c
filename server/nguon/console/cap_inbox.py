"""Tin cảnh báo: messages of other systems as an officer sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.adapters.cap.checking import read
from nguon.adapters.cap.faults import Fault
from nguon.adapters.cap.model import Kind, Message
from nguon.cap import errors, queries
from nguon.cap.models import Received
from nguon.cap.rules import may_become
from nguon.cap.states import State, Verdict, Weight
from nguon.console.presenters import Tone

_STATES = {
    State.WAITING: ("warn", "hourglass"),
    State.DECIDED: ("live", "circle-check"),
    State.CLOSED: ("", "circle-x"),
    State.NOTED: ("", "info"),
}
_KINDS = {
    Kind.ALERT: gettext_lazy("Tin mới"),
    Kind.UPDATE: gettext_lazy("Cập nhật"),
    Kind.CANCEL: gettext_lazy("Hủy"),
    Kind.ACK: gettext_lazy("Đã nhận"),
    Kind.ERROR: gettext_lazy("Báo lỗi"),
}


@dataclass(frozen=True)
class Line:
    """One message in a list."""

    id: UUID
    title: str
    sender: str
    kind: str
    hazard: str
    weight: str
    urgent: bool
    exercise: bool
    state: Tone
    why: str
    received_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class Told:
    """What one `info` of a message says."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    levels: str


@dataclass(frozen=True)
class Said:
    """One decision in words."""

    place: str
    verdict: str
    reason: str
    by: str
    at: datetime
    alert: UUID | None


@dataclass(frozen=True)
class Whole:
    """One message with all that belongs to it."""

    line: Line
    told: tuple[Told, ...]
    facts: tuple[tuple[str, str], ...]
    aims: tuple[tuple[str, bool, str], ...]
    unknown: tuple[str, ...]
    faults: tuple[str, ...]
    decisions: tuple[Said, ...]
    closed_by: UUID | None


def line(row: Received) -> Line:
    """This function will show one message in a list."""
    tone, icon = _STATES[State(row.state)]
    return Line(
        id=row.pk,
        title=row.title or row.identifier,
        sender=row.sender.name,
        kind=str(_KINDS[Kind(row.kind)]),
        hazard=row.get_hazard_display(),
        weight=row.get_weight_display(),
        urgent=row.weight == Weight.URGENT and row.nature == "real",
        exercise=row.nature == "exercise",
        state=Tone(row.get_state_display(), tone, icon),
        why=row.get_why_display() if row.why else "",
        received_at=row.received_at,
        expires_at=row.expires_at,
    )


def lines(rows: Iterable[Received]) -> list[Line]:
    """This function will show messages in a list."""
    return [line(row) for row in rows]


def whole(row: Received, at: datetime) -> Whole:
    """This function will show one message with all that belongs to it, read anew from what came."""
    reading = read(bytes(row.xml))
    message = reading.message
    labels = queries.labels_of(row)
    return Whole(
        line=line(row),
        told=tuple(_told(message)) if message else (),
        facts=tuple(_facts(row, message)),
        aims=tuple((labels.get(one.area, one.area), one.sure, one.because) for one in row.aims.all()),
        unknown=tuple(row.unknown),
        faults=tuple(_advice(reading.faults)),
        decisions=tuple(
            Said(
                labels.get(one.area, one.area),
                one.get_verdict_display(),
                one.reason,
                str(one.by),
                one.at,
                one.alert,
            )
            for one in row.decisions.select_related("by").order_by("at")
        ),
        closed_by=row.closed_by_id,
    )


def verdicts(row: Received, user: User, at: datetime) -> list[tuple[str, str]]:
    """This function will return what this officer may decide of a message, as (value, words)."""
    open_to = [one for one in queries.choices(row, user, at) if not one.decided]
    if row.state != State.WAITING or not open_to:
        return []
    allowed = may_become(row, of_ours=bool(queries.made_before(row)))
    return [(one.value, str(one.label)) for one in Verdict if one in allowed]


def _told(message: Message) -> Iterable[Told]:
    for info in message.infos:
        levels = " · ".join((info.urgency, info.severity, info.certainty))
        yield Told(info.language, info.event, info.headline, info.description, info.instruction, levels)


def _facts(row: Received, message: Message | None) -> Iterable[tuple[str, str]]:
    yield _("Nơi gửi"), row.sender.name
    yield _("Mã tin"), row.identifier
    yield _("Tính chất"), row.get_nature_display()
    yield _("Hiểm họa"), row.get_hazard_display()
    yield _("Mức độ"), row.get_weight_display()
    yield _("Đường đến"), row.get_way_display()
    yield (
        _("Chữ ký số"),
        _("Đúng với chứng thư đã ghim") if row.signed else _("Không đòi chữ ký ở nơi gửi này"),
    )
    if message is not None and message.references:
        yield _("Nói về tin"), ", ".join(one.identifier for one in message.references)
    if message is not None and message.note:
        yield _("Ghi chú"), message.note


def _advice(faults: Iterable[Fault]) -> Iterable[str]:
    return (errors.sentence(one) for one in faults)
