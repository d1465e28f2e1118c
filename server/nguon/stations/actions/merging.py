"""Several stations that have come to one commune are one from that day on (công văn 271/TTCSTTĐN-TTCS)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from nguon.journal.actions import Actor
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.stations.actions.keeping import tell
from nguon.stations.models import Covered, Licence, Station, StationStep
from nguon.stations.states import WORST, StationState, Technology


def merge(*, rows: Sequence[Station], place: Place, by: Actor | None, at: datetime) -> Station:
    """This function will end some stations and make the one of `place` that has all that they had; the caller
    has them in hand and is in a transaction. Technologies that differ make a mixed station; it is as good
    as the worst of them.
    """
    day = local(at).date()
    kinds, years = {row.technology for row in rows}, [row.year for row in rows if row.year]
    worst = max(WORST.index(StationState(row.state)) for row in rows)
    made = Station(
        name=f"Đài truyền thanh {place}"[:120],
        place=place,
        area=place.area,
        technology=kinds.pop() if len(kinds) == 1 else Technology.MIXED,
        state=WORST[worst],
        programme=next((row.programme for row in rows if row.programme), ""),
        year=max(years, default=None),
        wired_clusters=sum(row.wired_clusters for row in rows),
        fm_clusters=sum(row.fm_clusters for row in rows),
        integration=next((row.integration for row in rows if row.integration), ""),
        valid_from=day,
    )
    for row in rows:
        end(row, day)
    made.save()
    StationStep.objects.bulk_create(StationStep(origin=row, successor=made, day=day) for row in rows)
    _carry_over(rows, made)
    names = ", ".join(row.name for row in rows)
    tell("station.merged", made, by, at, {"count": len(rows), "names": names[:500]})
    return made


def end(row: Station, day: date) -> None:
    """This function will end a station the day before `day`; one that began that day lasted it."""
    row.valid_to = max(row.valid_from, day - timedelta(days=1))
    row.save(update_fields=["valid_to"])


def _carry_over(rows: Sequence[Station], made: Station) -> None:
    villages = {one.place_id: one.area for one in Covered.objects.filter(station__in=rows)}
    Covered.objects.bulk_create(
        Covered(station=made, place_id=place, area=area) for place, area in sorted(villages.items())
    )
    licences = {one.number: one for one in Licence.objects.filter(station__in=rows).order_by("expires_on")}
    Licence.objects.bulk_create(
        Licence(
            station=made, number=one.number, expires_on=one.expires_on, mhz=one.mhz, told_days=one.told_days
        )
        for one in licences.values()
    )
