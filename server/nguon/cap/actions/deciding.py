"""An officer's word on a message, for the areas in which the officer is on duty."""

import logging
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.adapters.cap.model import Kind
from nguon.alerts import actions as alerts
from nguon.alerts.models import Alert, Target
from nguon.alerts.states import LONGEST_TEXT, Ending, Level
from nguon.alerts.states import Kind as Alarm
from nguon.areas.paths import lineage
from nguon.cap import errors, queries
from nguon.cap.models import Authorisation, Decision, Received
from nguon.cap.rules import may_become, short
from nguon.cap.states import Nature, State, Verdict, Weight
from nguon.journal.actions import record
from nguon.kernel.errors import DomainError
from nguon.organisations.rules import covers, outermost

log = logging.getLogger(__name__)
_ENDINGS = {
    Verdict.STOP: Ending.CANCELLED,
    Verdict.FALSE: Ending.FALSE,
    Verdict.CLEAR: Ending.ALL_CLEAR,
}
_KINDS = {Verdict.ALERT: Alarm.REAL, Verdict.DRILL: Alarm.DRILL}


@transaction.atomic
def decide(
    *,
    message_id: UUID,
    verdict: Verdict,
    areas: Collection[str],
    reason: str,
    by: User,
    at: datetime,
    text: str = "",
) -> Decision:
    """This function will keep what an officer decided of a message for some areas. An alert or a drill is
    laid down with `text` (the message's words where it is empty); two people sign before anything sounds. A
    cancel or an update ends what was made of the messages that it speaks of: in silence, as a false alarm or
    with an all-clear.

    Raises MessageUnknown, AlreadyOver, NeverReal, NoArea, NotYours, AlreadyDecided, WhyMissing, or what
    `alerts.actions.propose` and `end` raise.
    """
    row, chosen = _checked(message_id, verdict, areas, by, at)
    if verdict == Verdict.IGNORE and not reason.strip():
        raise errors.WhyMissing
    alert = None
    if verdict in _KINDS:
        alert = alerts.propose(wish=_wish(row, _KINDS[verdict], chosen, text), by=by, at=at).pk
    elif verdict in _ENDINGS:
        alert = _end(row, _ENDINGS[verdict], chosen, by, at)
    return _keep(
        row, Decision(verdict=verdict, reason=reason.strip()[:300], alert=alert, by=by, at=at), chosen
    )


def _end(row: Received, ending: Ending, chosen: list[str], by: User, at: datetime) -> UUID | None:
    """End what was made there of the messages before; returns the last of it."""
    found = Alert.objects.filter(pk__in=queries.made_before(row), targets__area__in=_near(chosen))
    last = None
    for alert in found.distinct().order_by("made_at"):
        last = alerts.end(alert_id=alert.pk, ending=ending, by=by, at=at).pk
    return last


def _near(chosen: list[str]) -> list[str]:
    """The areas, what is around them, and what of alerts lies within them."""
    around = {outer for area in chosen for outer in lineage(area)}
    inside = Target.objects.filter(area__within=chosen).values_list("area", flat=True)
    return sorted(around | set(inside.distinct()))


def prepare(*, at: datetime) -> int:
    """This function will lay down the alerts that areas have authorised beforehand, each in a transaction of
    its own, in the name of the officer who was named; two people still sign. Returns how many."""
    urgent = Received.objects.filter(
        state=State.WAITING, nature=Nature.REAL, weight=Weight.URGENT, kind__in=[Kind.ALERT, Kind.UPDATE]
    )
    return sum(
        _prepare(row.pk, grant, at)
        for row in urgent.order_by("received_at")[:50]
        for grant in queries.authorisations_for(row, at)
    )


@transaction.atomic
def _prepare(message_id: UUID, grant: Authorisation, at: datetime) -> int:
    row = Received.objects.select_for_update().get(pk=message_id)
    areas = queries.authorised_areas(row, grant)
    if row.state != State.WAITING or not areas:
        return 0
    try:
        with transaction.atomic():
            alert = alerts.propose(wish=_wish(row, Alarm.REAL, areas, ""), by=grant.officer, at=at)
    except DomainError as error:
        log.info("message %s was not prepared: %s", row.pk, error.code)
        return 0
    made = Decision(verdict=Verdict.ALERT, alert=alert.pk, by=grant.officer, authorisation=grant, at=at)
    _keep(row, made, areas)
    data = {"title": row.title, "alert": alert.pk, "areas": areas, "authorisation": grant.pk}
    record(fact="cap.prepared", subject=f"cap:{row.pk}", by=None, at=at, data=data)
    return 1


def _wish(row: Received, kind: Alarm, areas: list[str], text: str) -> alerts.Wish:
    return alerts.Wish(
        kind=kind,
        targets=tuple(areas),
        title=row.title[:200],
        text=text.strip() or short(row.text, LONGEST_TEXT),
        hazard=row.hazard,
        level=Level.URGENT if row.weight == Weight.URGENT else Level.WATCH,
        siren=row.weight == Weight.URGENT,
        source=f"{row.sender.sender} {row.identifier}",
    )


def _checked(
    message_id: UUID, verdict: Verdict, areas: Collection[str], by: User, at: datetime
) -> tuple[Received, list[str]]:
    rows = Received.objects.select_for_update(of=("self",)).select_related("sender")
    row = rows.filter(pk=message_id).first()
    if row is None or not queries.choices(row, by, at):
        raise errors.MessageUnknown
    if row.state != State.WAITING:
        raise errors.AlreadyOver(state=row.get_state_display(), why=row.get_why_display())
    if verdict not in may_become(row, of_ours=bool(queries.made_before(row))):
        raise errors.NeverReal(nature=row.get_nature_display())
    chosen = outermost(areas)
    if not chosen:
        raise errors.NoArea
    offered = queries.choices(row, by, at)
    if any(not any(covers(one.area, area) for one in offered) for area in chosen):
        raise errors.NotYours
    decided = row.decisions.values_list("area", flat=True)
    if any(covers(area, one) or covers(one, area) for area in decided for one in chosen):
        raise errors.AlreadyDecided
    return row, chosen


def _keep(row: Received, made: Decision, areas: list[str]) -> Decision:
    """One row for each area, all alike."""
    rows = [
        Decision(
            message=row,
            area=area,
            verdict=made.verdict,
            reason=made.reason,
            alert=made.alert,
            by=made.by,
            authorisation=made.authorisation,
            at=made.at,
        )
        for area in areas
    ]
    Decision.objects.bulk_create(rows)
    if queries.is_decided(row):
        row.state = State.DECIDED
        row.save(update_fields=["state"])
    data = {
        "title": row.title,
        "verdict": made.verdict,
        "areas": areas,
        "reason": made.reason,
        "alert": made.alert,
    }
    record(fact="cap.decided", subject=f"cap:{row.pk}", by=made.by, at=made.at, data=data)
    return rows[0]
