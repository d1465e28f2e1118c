"""The silent drill: once a night the whole path down to the amplifier, with no sound; receipts prove it."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.control import errors
from nguon.control.models import Answer, Command, Drill
from nguon.control.rules import can_control
from nguon.control.states import DRILL_ANSWERS, DRILL_FROM, DRILL_UNTIL, CommandKind, Outcome
from nguon.deliveries.actions import ask
from nguon.deliveries.models import Document, Receipt
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.health.queries import mended_among
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.organisations.states import Kind

A_SWEEP = 50
"""So many communes at once: a province is through its night in minutes and nothing else waits."""


def drill_now(*, place: Place, by: User, at: datetime) -> Drill:
    """This function will begin a silent drill of a commune, or return the one under way; nobody hears it.
    Raises NotYours or NothingThere.
    """
    if place.kind != Kind.COMMUNE or not can_control(by, place.area, at):
        raise errors.NotYours(place=str(place))
    if not fleet.in_area([place.area]).exists():
        raise errors.NothingThere
    there = Drill.objects.filter(area=place.area, closed_at__isnull=True).first()
    return there or _begin(place.area, local(at).date(), by, at)


def settle(*, at: datetime) -> int:
    """This function will begin the drills that are due tonight and close those that have had their time;
    returns how many it touched. Killed in between, it goes on with the next call.
    """
    done = 0
    for drill in Drill.objects.filter(closed_at__isnull=True, at__lte=at - DRILL_ANSWERS)[:A_SWEEP]:
        _close(drill, at)
        done += 1
    wall, day = local(at), local(at).date()
    if DRILL_FROM <= wall.time() < DRILL_UNTIL:
        for area in _due(day, wall)[:A_SWEEP]:
            _begin(area, day, None, at)
            done += 1
    return done


def _due(day: date, wall: datetime) -> list[str]:
    """The communes with loudspeakers whose minute of this night has come, each at its own. What was hung
    since midnight waits for the next night: somebody may still stand on the ladder."""
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    hung = fleet.in_area(["vn"]).filter(enrolled_at__lt=midnight)
    inside = hung.order_by().values_list("area", flat=True).distinct()
    communes = {".".join(area.split(".")[:3]) for area in inside if area.count(".") >= 2}
    had = set(Drill.objects.filter(night=day, nightly=True).values_list("area", flat=True))
    span = (DRILL_UNTIL.hour - DRILL_FROM.hour) * 60 - int(DRILL_ANSWERS.total_seconds() / 60)
    minute = (wall.hour - DRILL_FROM.hour) * 60 + wall.minute
    return sorted(area for area in communes - had if _minute_of(area) % span <= minute)


def _minute_of(area: str) -> int:
    return int.from_bytes(hashlib.sha256(area.encode()).digest()[:4], "big")


@transaction.atomic
def _begin(area: str, day: date, by: Actor | None, at: datetime) -> Drill:
    person = by if isinstance(by, User) else None
    command = Command.objects.create(kind=CommandKind.TEST, area=area, by=person, at=at)
    drill = Drill.objects.create(command=command, area=area, night=day, at=at, nightly=person is None)
    ask(TaskKind.COMMAND, [area], command.pk, at)
    data = {"area": area, "command": command.pk}
    record(fact="drill.ordered", subject=f"drill:{command.pk}", by=by, at=at, data=data)
    return drill


@transaction.atomic
def _close(drill: Drill, at: datetime) -> None:
    row = Drill.objects.select_for_update().get(pk=drill.pk)
    if row.closed_at is not None:
        return
    Answer.objects.filter(drill=row).delete()
    Answer.objects.bulk_create(
        Answer(drill=row, device_id=device, outcome=outcome, reason=reason)
        for device, outcome, reason in answers(row, at)
    )
    row.closed_at = at
    row.save(update_fields=["closed_at"])


def answers(drill: Drill, at: datetime) -> Iterable[tuple[UUID, Outcome, str]]:
    """This function will say of each loudspeaker that the drill was meant for what its receipts show: it
    played the silence whole at its output, or why not, or nothing at all. One on which announced work goes on
    when the drill begins or is closed, `at`, has not failed: it is said to be mended.
    """
    devices = Device.objects.filter(area__within=[drill.area], enrolled_at__lte=drill.at)
    meant = sorted(devices.filter(revoked_at__isnull=True).values_list("pk", flat=True))
    documents = Document.objects.filter(type="drill", target=drill.area, task__subject=drill.pk)
    said = Receipt.objects.filter(
        device__in=meant,
        document__in=list(documents.values_list("pk", flat=True)),
        received_at__gte=drill.at - timedelta(minutes=1),
        after_revocation=False,
    )
    told: dict[UUID, tuple[str, str]] = {}
    for device, event, reason in said.order_by("n").values_list("device", "event", "reason"):
        if event not in {"accepted", "started", "ready"} and told.get(device, ("", ""))[0] != "played":
            told[device] = (event, reason)
    mended = mended_among(meant, drill.at) | mended_among(meant, at)
    for device in meant:
        event, reason = told.get(device, ("", ""))
        if event == "played":
            yield device, Outcome.PROVED, ""
        elif device in mended:
            yield device, Outcome.MENDED, reason or event
        elif event:
            yield device, Outcome.FAILED, reason or event
        else:
            yield device, Outcome.SILENT, ""
