"""One press: cancel, false alarm, all-clear. What is sent was signed together with the alert."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from nguon.accounts.models import User
from nguon.alerts import errors, queries
from nguon.alerts.models import Alert
from nguon.alerts.rules import length_of, may_sign
from nguon.alerts.states import MOVES, Ending, Kind, State
from nguon.deliveries.actions import ask, drop, send_ready, tell
from nguon.deliveries.models import Document, Stop
from nguon.deliveries.states import TaskKind
from nguon.journal.actions import record
from nguon.organisations.models import Place
from nguon.organisations.queries import labels
from nguon_protocol import relay as rules
from nguon_protocol.documents.urgent import LIFETIME_S

SLACK = timedelta(minutes=30)
"""Clocks that differ, and a sounding that something else broke into and that goes on."""


@transaction.atomic
def end(*, alert_id: UUID, ending: str, by: User, at: datetime) -> Alert:
    """This function will end an alert: cancelled (silence), false (the loudspeakers say so) or all_clear. One
    person is enough who may sign for every part of it: an officer of one commune must not be able to silence
    a province. Ending it again changes nothing. Raises AlertUnknown or NotOnDuty."""
    alert = Alert.objects.select_for_update(of=("self",)).filter(pk=alert_id).first()
    if alert is None:
        raise errors.AlertUnknown
    areas = queries.areas_of(alert)
    beyond = [area for area in areas if not may_sign(by, [area], at)]
    if beyond:
        raise errors.NotOnDuty(place=labels(beyond)[beyond[0]])
    if alert.state == State.ENDED:
        return alert
    chosen = Ending(ending)
    if alert.state != State.SOUNDING:
        chosen = Ending.DROPPED
    elif chosen not in {Ending.CANCELLED, Ending.FALSE, Ending.ALL_CLEAR}:
        chosen = Ending.CANCELLED
    end_row(alert, chosen, by, at)
    return alert


def end_row(
    alert: Alert, ending: Ending, by: User | None, at: datetime, replaced_by: Alert | None = None
) -> None:
    """This function will end an alert whose row is in hand, and send what it was born with; `replaced_by`:
    the newer word on the same thing."""
    if State.ENDED not in MOVES[State(alert.state)]:
        return
    sounded = alert.state == State.SOUNDING
    alert.state, alert.ending, alert.ended_at, alert.ended_by = State.ENDED, ending, at, by
    alert.replaced_by = replaced_by
    alert.save(update_fields=["state", "ending", "ended_at", "ended_by", "replaced_by"])
    if sounded and ending != Ending.TIME:
        send_ends(alert, at)
    data = {"alert": alert.pk, "ending": str(ending), "title": alert.title, "areas": queries.areas_of(alert)}
    record(fact="alert.ended", subject=f"alert:{alert.pk}", by=by, at=at, data=data)
    tell("alert", alert=alert.pk)


def send_ends(alert: Alert, at: datetime, since: datetime | None = None) -> int:
    """This function will take back what the signers have not signed yet, and send the end of every sounding
    that may still be heard (of those issued from `since` on): words for the newest one, silence for the
    others; how many. Sending again changes nothing."""
    for step in alert.steps.all():
        drop(_kind(alert), step.pk, at)
    if alert.kind == Kind.DRILL:
        return _stop_drill(alert, at)
    newest = alert.steps.order_by("-number").values_list("pk", flat=True).first()
    documents = queries.documents_of(alert)
    if since is None:
        documents = documents.filter(Q(issued_at__gt=_oldest_heard(alert, at)) | Q(task__subject=newest))
    else:
        documents = documents.filter(issued_at__gte=since)
    return sum(
        send_ready(sha256=end.pk, at=at)
        for document in documents
        for end in _ends_of(alert, document, words=_subject(document) == newest)
    )


def _oldest_heard(alert: Alert, at: datetime) -> datetime:
    """What was issued before this has been heard: a sounding begins before its document expires."""
    return at - timedelta(seconds=LIFETIME_S) - length_of(alert) - SLACK


def cut_short(alert: Alert, at: datetime) -> None:
    """This function will silence what sounds of an alert now, without ending it: a worse one breaks in, and
    this one sounds again at its next turn."""
    for document in queries.documents_of(alert).filter(issued_at__gt=_oldest_heard(alert, at)):
        for end in _ends_of(alert, document, words=False):
            send_ready(sha256=end.pk, at=at)


def _kind(alert: Alert) -> TaskKind:
    return TaskKind.DRILL if alert.kind == Kind.DRILL else TaskKind.URGENT


def _subject(document: Document) -> UUID | None:
    return document.task.subject if document.task else None


def _ends_of(alert: Alert, document: Document, *, words: bool) -> list[Document]:
    """The document that ends this one: with words when it is the newest sounding and has been told why."""
    signed = rules.read(document.envelope)
    name = str(getattr(signed, "cancel", None))
    if words and alert.ending == Ending.FALSE:
        name = str(getattr(signed, "correction", None))
    rows = Document.objects.filter(type="urgent", target=document.target, epoch=document.epoch)
    if words and alert.ending == Ending.ALL_CLEAR:
        return list(rows.filter(v=document.v + 3))
    return list(rows.filter(pk=name))


def _stop_drill(alert: Alert, at: datetime) -> int:
    """A drill has the place of an order: a stop of the person who pressed silences it."""
    if alert.ended_by is None:
        return 0
    targets = queries.targets_of(alert)
    for area in targets:
        place = Place.objects.filter(area=area).first()
        if place is None:
            continue
        stop = Stop.objects.create(place=place, area=area, by=alert.ended_by, at=at, reason=alert.title)
        ask(TaskKind.STOP, [area], stop.pk, at)
    return len(targets)
