"""Looking back at what one officer did alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.alerts import errors, queries
from nguon.alerts.models import Alert
from nguon.alerts.rules import may_sign
from nguon.journal.actions import record
from nguon.kernel.text import clean
from nguon.organisations.queries import labels


@transaction.atomic
def review(*, alert_id: UUID, said: str, by: User, at: datetime) -> Alert:
    """This function will keep what another person thinks of an alert that one officer made alone. Raises
    AlertUnknown, SamePerson or NotOnDuty."""
    alert = Alert.objects.select_for_update(of=("self",)).filter(pk=alert_id, signed_at__isnull=False).first()
    if alert is None:
        raise errors.AlertUnknown
    if queries.mine(alert, by):
        raise errors.SamePerson
    areas = queries.areas_of(alert)
    if not may_sign(by, areas, at):
        raise errors.NotOnDuty(place=labels(areas)[areas[0]])
    if alert.reviewed_at is None:
        alert.reviewed_by, alert.reviewed_at, alert.review = by, at, clean(said).strip()[:500]
        alert.save(update_fields=["reviewed_by", "reviewed_at", "review"])
        data = {"alert": alert.pk, "said": alert.review, "areas": areas}
        record(fact="alert.reviewed", subject=f"alert:{alert.pk}", by=by, at=at, data=data)
    return alert
