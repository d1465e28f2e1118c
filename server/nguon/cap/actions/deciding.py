"""An officer's word on a message, for the areas in which the officer is on duty."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.cap import errors, queries
from nguon.cap.models import Decision, Received
from nguon.cap.rules import may_become
from nguon.cap.states import State, Verdict
from nguon.journal.actions import record
from nguon.organisations.rules import covers, outermost


@transaction.atomic
def decide(
    *, message_id: UUID, verdict: Verdict, areas: Collection[str], reason: str, by: User, at: datetime
) -> Received:
    """This function will keep what an officer decided of a message for some areas.

    Raises MessageUnknown, AlreadyOver, NeverReal, NoArea, NotYours, AlreadyDecided or WhyMissing.
    """
    row, chosen = _checked(message_id, verdict, areas, by, at)
    if verdict == Verdict.IGNORE and not reason.strip():
        raise errors.WhyMissing
    _keep(row, verdict, chosen, reason.strip()[:300], by, at)
    return row


def _checked(
    message_id: UUID, verdict: Verdict, areas: Collection[str], by: User, at: datetime
) -> tuple[Received, list[str]]:
    rows = Received.objects.select_for_update(of=("self",)).select_related("sender")
    row = rows.filter(pk=message_id).first()
    if row is None or not queries.choices(row, by, at):
        raise errors.MessageUnknown
    if row.state != State.WAITING:
        raise errors.AlreadyOver(state=row.get_state_display(), why=row.get_why_display())
    if verdict not in may_become(row):
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


def _keep(
    row: Received,
    verdict: Verdict,
    areas: list[str],
    reason: str,
    by: User,
    at: datetime,
    alert: UUID | None = None,
) -> None:
    Decision.objects.bulk_create(
        Decision(message=row, area=area, verdict=verdict, reason=reason, alert=alert, by=by, at=at)
        for area in areas
    )
    if queries.is_decided(row):
        row.state = State.DECIDED
        row.save(update_fields=["state"])
    data = {"title": row.title, "verdict": verdict, "areas": areas, "reason": reason, "alert": alert}
    record(fact="cap.decided", subject=f"cap:{row.pk}", by=by, at=at, data=data)
