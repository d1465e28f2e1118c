"""What is known of an alert at each loudspeaker: read from the receipts themselves, kept nowhere else."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Count, Max, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad

from nguon.alerts.models import Alert
from nguon.alerts.queries.alerts import targets_of
from nguon.alerts.rules import PLAYED, TELLING, heard_of
from nguon.alerts.states import GROWN_UNKNOWN_SECONDS, REACHED, Heard
from nguon.bridges import queries as bridges
from nguon.deliveries.models import Document, Receipt
from nguon.devices import queries as devices
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass

AFTERWARDS = timedelta(days=1)
"""So long after its end a loudspeaker's word on an alert is still looked for."""
HEARD_EVENTS = ("started", "partly", "played")


@dataclass(frozen=True)
class Line:
    """One loudspeaker and what is known of an alert there."""

    device: UUID
    name: str
    area: str
    heard: Heard


@dataclass(frozen=True)
class Hearing:
    """How many loudspeakers are in each state, in all and by commune; `signed`: the signer has."""

    lines: tuple[Line, ...]
    signed: bool
    by_state: Counter[Heard] = field(default_factory=Counter)
    by_commune: dict[str, Counter[Heard]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """This function will return how many loudspeakers there are."""
        return len(self.lines)

    @property
    def reached(self) -> int:
        """This function will return at how many something was heard."""
        return sum(self.by_state[one] for one in REACHED)


def documents_of(alert: Alert) -> QuerySet[Document]:
    """This function will return the signed documents of an alert's soundings, the newest first."""
    steps = alert.steps.values("pk")
    kind = "drill" if alert.kind == "drill" else "urgent"
    rows = Document.objects.filter(type=kind, task__subject__in=steps)
    return rows.order_by("-issued_at", "-v")


def hearing_of(alert: Alert, at: datetime) -> Hearing:
    """This function will tell in which one state each loudspeaker of an alert is at an instant.

    A minute after the signature none is unknown any more: without a word it is out of reach.
    """
    told = _told(alert)
    settled = alert.signed_at is not None and at >= alert.signed_at + timedelta(seconds=GROWN_UNKNOWN_SECONDS)
    settled = settled or alert.ended_at is not None
    targets = targets_of(alert)
    rows = Device.objects.filter(pk__in=devices.of_targets(targets).order_by().values("pk"))
    left_out = soundless(targets)
    found = tuple(
        Line(pk, name, area, _at(told.get(pk, ()), pk in left_out, online=online, settled=settled))
        for pk, name, area, online in rows.order_by("sort_key").values_list("pk", "name", "area", "online")
    )
    by_commune: dict[str, Counter[Heard]] = {}
    for line in found:
        by_commune.setdefault(".".join(line.area.split(".")[:3]), Counter())[line.heard] += 1
    return Hearing(
        found, bool(told) or documents_of(alert).exists(), Counter(x.heard for x in found), by_commune
    )


def _at(told: Collection[tuple[str, str]], left_out: bool, *, online: bool, settled: bool) -> Heard:
    """What a box was heard to play counts also where nobody hoped for it."""
    heard = heard_of(told, online=online, settled=settled)
    return Heard.SOUNDLESS if left_out and heard not in REACHED else heard


def soundless(targets: Collection[str]) -> set[UUID]:
    """This function will return the loudspeakers of some targets that no alert to them makes sound."""
    boxes = devices.of_targets(targets).filter(device_class=DeviceClass.L)
    return bridges.cannot_alert(boxes.order_by().values_list("pk", flat=True), targets)


def not_reached(hearing: Hearing) -> list[Line]:
    """This function will list the loudspeakers at which nothing was heard."""
    return [line for line in hearing.lines if line.heard not in REACHED]


def heard_since(alert: Alert, since: datetime) -> set[UUID]:
    """This function will return the loudspeakers of which a word came since then that an alert was heard
    there, wholly or in part."""
    rows = Receipt.objects.filter(received_at__gte=since, document__in=_names(alert), event__in=HEARD_EVENTS)
    return set(rows.filter(after_revocation=False).values_list("device", flat=True))


def was_heard_at(alert: Alert, device_id: UUID) -> bool:
    """This function will say whether an alert was heard at one loudspeaker."""
    rows = Receipt.objects.filter(device=device_id, document__in=_names(alert), event__in=HEARD_EVENTS)
    return rows.filter(after_revocation=False).exists()


def loudspeakers_of(alert: Alert) -> dict[UUID, str]:
    """This function will return the loudspeakers of an alert in their order, each with where it stands."""
    rows = Device.objects.filter(pk__in=devices.of_targets(targets_of(alert)).order_by().values("pk"))
    return dict(rows.order_by("sort_key").values_list("pk", "area"))


def _names(alert: Alert) -> list[str]:
    return list(documents_of(alert).values_list("pk", flat=True))


def _told(alert: Alert) -> dict[UUID, Collection[tuple[str, str]]]:
    """What the receipts of an alert's documents come to, by loudspeaker: that it was played, or else the last
    that tells something. An alert that sounds all day has more receipts than a page should read: the database
    adds them up. Looked up by when they came: a receipt has no index by document."""
    if alert.signed_at is None:
        return {}
    until = (alert.ended_at or alert.signed_at + timedelta(seconds=alert.lasts_s)) + AFTERWARDS
    rows = Receipt.objects.filter(
        received_at__gte=alert.signed_at,
        received_at__lte=until,
        document__in=_names(alert),
        after_revocation=False,
    )
    number = LPad(Cast("n", CharField()), 20, Value("0"))
    word = Concat(number, Value("|"), "event", Value("|"), "reason", output_field=CharField())
    summed = (
        rows.order_by()
        .values("device")
        .annotate(played=Count("pk", filter=Q(event=PLAYED)), last=Max(word, filter=Q(event__in=TELLING)))
    )
    return {
        device: [(PLAYED, "")] if played else [_word(last)]
        for device, played, last in summed.values_list("device", "played", "last")
    }


def _word(last: str | None) -> tuple[str, str]:
    _n, event, reason = (last or "|info|").split("|", 2)
    return event, reason
