"""Announced work: written down with its reason and who answers for it, and ended before its time."""

from datetime import datetime
from typing import Any

from django.db import transaction

from nguon.accounts.models import User
from nguon.devices.models import Registered
from nguon.devices.rules import can_keep_devices
from nguon.health.errors import BadPeriod, MaintenanceOver, NotATechnician, NotYourDevice, SayWhy
from nguon.health.models import Maintenance
from nguon.health.rules import can_answer
from nguon.health.states import LONGEST_MAINTENANCE
from nguon.journal.actions import record
from nguon.organisations import queries as places
from nguon.stations.models import Station


@transaction.atomic
def announce(
    *,
    area: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    responsible: User,
    by: User,
    at: datetime,
    line: Registered | None = None,
    station: Station | None = None,
) -> Maintenance:
    """This function will write down that the loudspeakers of an area, or of one pole or station in it, are
    worked on for a time. Raises NotYourDevice, BadPeriod, SayWhy or NotATechnician.
    """
    where = line.area if line else station.area if station else area
    if not can_answer(by, where, at):
        raise NotYourDevice(place=places.labels([where]).get(where, where))
    if not starts_at < ends_at or ends_at <= at or ends_at - starts_at > LONGEST_MAINTENANCE:
        raise BadPeriod
    if not reason.strip():
        raise SayWhy
    if not can_keep_devices(responsible, where, at):
        raise NotATechnician(person=responsible)
    made = Maintenance.objects.create(
        area=where,
        line=line,
        station=station,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:300],
        responsible=responsible,
        by=by,
        at=at,
    )
    subject = f"maintenance:{made.pk}"
    record(fact="maintenance.announced", subject=subject, by=by, at=at, data=_told(made))
    return made


@transaction.atomic
def end_maintenance(*, maintenance: Maintenance, by: User, at: datetime) -> Maintenance:
    """This function will end announced work before its time: from now on what is wrong is told again.
    Raises NotYourDevice or MaintenanceOver."""
    row = Maintenance.objects.select_for_update().get(pk=maintenance.pk)
    if not can_answer(by, row.area, at):
        raise NotYourDevice(place=places.labels([row.area]).get(row.area, row.area))
    if row.ended_at is not None or row.ends_at <= at:
        raise MaintenanceOver
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    subject = f"maintenance:{row.pk}"
    record(fact="maintenance.ended", subject=subject, by=by, at=at, data=_told(row))
    return row


def _told(row: Maintenance) -> dict[str, Any]:
    what = row.line or row.station
    return {
        "area": row.area,
        "name": str(what) if what else "",
        "reason": row.reason,
        "responsible": str(row.responsible),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
    }
