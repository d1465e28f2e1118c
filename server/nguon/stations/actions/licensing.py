"""Licences of FM frequencies that run out: told in time, once a step, to whoever keeps the station."""

from datetime import datetime

from django.db import transaction

from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.stations import queries
from nguon.stations.models import Licence
from nguon.stations.states import LICENCE_TOLD


@transaction.atomic
def tell_licences(*, at: datetime, most: int = 500) -> int:
    """This function will write down each licence that has come to the next of its days before the end, or
    has run out; returns how many. A step that was missed is not made up for.
    """
    today = local(at).date()
    rows = queries.licences_to_tell(today).select_for_update(of=("self",), skip_locked=True)
    done = 0
    for row in rows.select_related("station")[:most]:
        left = (row.expires_on - today).days
        row.told_days = min(days for days in LICENCE_TOLD if days >= max(left, 0))
        row.save(update_fields=["told_days"])
        data = {
            "area": row.station.area, "name": row.station.name, "number": row.number,
            "day": f"{row.expires_on:%d/%m/%Y}", "left": left,
        }  # fmt: skip
        record(fact="station.licence_ends", subject=f"station:{row.station_id}", by=None, at=at, data=data)
        done += 1
    return done


def as_told(rows: list[Licence], before: list[Licence]) -> list[Licence]:
    """This function will have licences that are written anew remember what was told of them before."""
    told = {(one.number, one.expires_on): one.told_days for one in before}
    for row in rows:
        row.told_days = told.get((row.number, row.expires_on))
    return rows
