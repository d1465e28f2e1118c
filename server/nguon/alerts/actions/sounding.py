"""What the clock asks for: the next sounding of an alert's rhythm, its end, what came too late for an end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.alerts import queries
from nguon.alerts.actions.ending import end_row, send_ends
from nguon.alerts.actions.reaching import reach_others
from nguon.alerts.actions.settling import settle
from nguon.alerts.models import Alert, Step
from nguon.alerts.rules import due_at, length_of
from nguon.alerts.states import GATHERING_SECONDS, Ending, Kind, State
from nguon.deliveries.actions import ask_first
from nguon.deliveries.models import SigningTask
from nguon.deliveries.states import TaskKind, TaskState

LATE_DOCUMENTS = timedelta(minutes=15)
PREPARING_AT_MOST = timedelta(minutes=5)
LAST_WORD = timedelta(minutes=2)
BEING_SIGNED = timedelta(minutes=1)


def sound(*, alert: Alert, number: int, at: datetime) -> Step:
    """This function will ask the signers for one sounding of an alert, before all that waits."""
    due = due_at(alert, number) or at
    step, _made = Step.objects.get_or_create(
        alert=alert, number=number, defaults={"due_at": due, "asked_at": at}
    )
    kind = TaskKind.DRILL if alert.kind == Kind.DRILL else TaskKind.URGENT
    ask_first(kind, queries.targets_of(alert), step.pk, at)
    return step


def tend(*, at: datetime) -> int:
    """This function will do what is due by the clock for every open alert; returns how many it looked at."""
    names = list(Alert.objects.filter(state__in=_TENDED).values_list("pk", flat=True))
    late = Alert.objects.filter(
        state=State.ENDED, ended_at__gt=at - LATE_DOCUMENTS, signed_at__isnull=False
    ).exclude(ending=Ending.TIME)
    names += list(late.values_list("pk", flat=True))
    for name in names:
        _tend(name, at)
    return len(names)


_TENDED = [State.PREPARING, State.READY, State.WAITING, State.SOUNDING]


@transaction.atomic
def _tend(name: UUID, at: datetime) -> None:
    alert = Alert.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=name).first()
    if alert is None:
        return
    if alert.state == State.SOUNDING:
        _sounding(alert, at)
    elif alert.state == State.ENDED:
        if alert.kind != Kind.DRILL and alert.ended_at is not None:
            send_ends(alert, at, since=alert.ended_at - BEING_SIGNED)  # what was being signed while it ended
    elif at - alert.made_at > timedelta(seconds=GATHERING_SECONDS) + PREPARING_AT_MOST:
        end_row(alert, Ending.DROPPED, None, at)
    elif alert.state == State.PREPARING:
        settle(alert=alert, at=at)


def _sounding(alert: Alert, at: datetime) -> None:
    if _refused(alert):
        end_row(alert, Ending.REFUSED, None, at)
        return
    reach_others(alert=alert, at=at)
    last = alert.steps.order_by("-number").first()
    number = last.number + 1 if last else 0
    due = due_at(alert, number)
    if due is not None and at >= due:
        sound(alert=alert, number=number, at=at)
    elif due is None and alert.signed_at and at > _begun(alert, last, alert.signed_at) + _whole(alert):
        end_row(alert, Ending.TIME, None, at)


def _begun(alert: Alert, last: Step | None, signed_at: datetime) -> datetime:
    """What a second officer has confirmed begins anew with that."""
    return last.asked_at if last is not None and alert.kind == Kind.GLASS else signed_at


def _whole(alert: Alert) -> timedelta:
    """Until the last sounding has been heard, and its receipts are here."""
    return max(timedelta(seconds=alert.lasts_s), length_of(alert)) + LAST_WORD


def _refused(alert: Alert) -> bool:
    """Nothing of it was ever signed, and nothing will be."""
    rows = SigningTask.objects.filter(
        subject__in=alert.steps.values("pk"), kind__in=[TaskKind.URGENT, TaskKind.DRILL]
    )
    states = set(rows.values_list("state", flat=True))
    return states == {TaskState.REFUSED}
