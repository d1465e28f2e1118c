"""Writes of one station: added, changed, ended."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.actions import Row
from nguon.organisations.models import Place
from nguon.organisations.rules import outermost
from nguon.stations import errors
from nguon.stations.actions.licensing import as_told
from nguon.stations.actions.lines import Told, read_known, read_line
from nguon.stations.models import Covered, Licence, Station
from nguon.stations.rules import KEEPERS, can_keep_station

COLUMNS = (
    "name", "technology", "state", "investment", "programme", "year", "wired_clusters", "fm_clusters",
    "integration",
)  # fmt: skip


@transaction.atomic
def add_station(*, cells: Mapping[str, str], by: User, at: datetime) -> Station:
    """This function will add the station of a commune; `cells` are those of a file by their folded names.

    Raises LineProblem for what is wrong with a cell, or StationThere.
    """
    told, there = _judged(cells, by, at)
    if there is not None:
        raise errors.StationThere(place=str(told.station.place))
    write(told)
    tell("station.added", told.station, by, at, {})
    return told.station


@transaction.atomic
def change_station(*, station: Station, cells: Mapping[str, str], by: User, at: datetime) -> Station:
    """This function will set a station right; its commune stays what it is. Raises LineProblem,
    StationOutside or StationOver.
    """
    row = _kept(station, by, at)
    told, there = _judged(cells, by, at)
    if there is None or there.pk != row.pk:
        raise errors.StationThere(place=str(told.station.place))
    if changed := rewrite(row, told):
        tell("station.changed", row, by, at, {"fields": changed})
    return row


@transaction.atomic
def end_station(*, station: Station, reason: str, by: User, at: datetime) -> Station:
    """This function will end a station today; the register keeps it. Raises StationOutside, StationOver or
    ReasonMissing.
    """
    row = _kept(station, by, at)
    if not reason.strip():
        raise errors.ReasonMissing
    row.valid_to, row.ended_reason = local(at).date(), reason.strip()[:300]
    row.save(update_fields=["valid_to", "ended_reason"])
    tell("station.ended", row, by, at, {"reason": row.ended_reason})
    return row


def write(told: Told) -> None:
    """This function will store a new station with its villages and licences."""
    told.station.save()
    _set_around(told.station, told.villages, told.licences)


def rewrite(row: Station, told: Told) -> list[str]:
    """This function will store what a line tells anew of a station, and return which fields changed."""
    fields = [name for name in COLUMNS if str(getattr(row, name)) != str(getattr(told.station, name))]
    for name in fields:
        setattr(row, name, getattr(told.station, name))
    if fields:
        row.save(update_fields=fields)
    if set(row.covered.values_list("place", flat=True)) != {one.pk for one in told.villages}:
        fields.append("villages")
    held = {(one.number, one.expires_on, one.mhz) for one in row.licences.all()}
    if held != {(one.number, one.expires_on, one.mhz) for one in told.licences}:
        fields.append("licences")
    if {"villages", "licences"} & set(fields):
        licences = as_told(told.licences, list(row.licences.all()))
        row.covered.all().delete()
        row.licences.all().delete()
        _set_around(row, told.villages, licences)
    return sorted(fields)


def tell(fact: str, row: Station, by: Actor | None, at: datetime, more: Mapping[str, object]) -> None:
    """This function will write one fact of a station into the journal."""
    data = {"name": row.name, "area": row.area, **more}
    subject = f"station:{row.pk}"
    if fact == "station.added":
        record(fact="station.added", subject=subject, by=by, at=at, data=data)
    elif fact == "station.changed":
        record(fact="station.changed", subject=subject, by=by, at=at, data=data)
    elif fact == "station.merged":
        record(fact="station.merged", subject=subject, by=by, at=at, data=data)
    else:
        record(fact="station.ended", subject=subject, by=by, at=at, data=data)


def _set_around(row: Station, villages: list[Place], licences: list[Licence]) -> None:
    Covered.objects.bulk_create(Covered(station=row, place=one, area=one.area) for one in villages)
    for licence in licences:
        licence.station = row
    Licence.objects.bulk_create(licences)


def _judged(cells: Mapping[str, str], by: User, at: datetime) -> tuple[Told, Station | None]:
    given = Row(1, dict(cells))
    own = rights(by, at)
    areas = outermost([area for role in KEEPERS for area in own.areas_of(role)])
    known = read_known([given], areas, at)
    told = read_line(given, known)
    return told, known.there.get(told.station.place_id)


def _kept(station: Station, by: User, at: datetime) -> Station:
    row = Station.objects.select_for_update(of=("self",)).select_related("place").get(pk=station.pk)
    if not can_keep_station(by, row.area, at):
        raise errors.StationOutside(place=str(row.place))
    if row.valid_to is not None:
        raise errors.StationOver
    return row
