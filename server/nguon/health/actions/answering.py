"""A person takes an alarm upon them."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.deliveries.actions import tell
from nguon.health.errors import NotYourDevice
from nguon.health.models import Alarm
from nguon.health.rules import can_answer
from nguon.journal.actions import record


@transaction.atomic
def see(*, alarm: Alarm, by: User, at: datetime) -> Alarm:
    """This function will note who sees to an alarm; the first one stays.

    Raises NotYourDevice.
    """
    rows = Alarm.objects.select_for_update(of=("self",)).select_related("device__place", "seen_by")
    row = rows.get(pk=alarm.pk)
    if not can_answer(by, row.device.area, at):
        raise NotYourDevice(place=row.device.place)
    if row.seen_at is None:
        row.seen_at, row.seen_by = at, by
        row.save(update_fields=["seen_at", "seen_by"])
        data = {"area": row.device.area, "kind": row.kind, "name": row.device.name}
        record(fact="alarm.seen", subject=f"device:{row.device_id}", by=by, at=at, data=data)
        tell("alarm", seen=row.pk)
    return row
