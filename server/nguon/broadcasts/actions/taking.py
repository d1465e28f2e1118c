"""A commune's programme in one hand at a time: two people who change it come one after the other, and the
second one is told when what was on the own screen is no longer true."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from nguon.accounts.models import User
from nguon.broadcasts import errors, rules
from nguon.broadcasts.models import Programme
from nguon.bulletins.actions.submitting import spoken_time
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.rules import covers


def programme_of(area: str, by: User, at: datetime, seen: int | None = None) -> Programme:
    """This function will take the programme of a commune in hand until the transaction ends, for somebody
    who may change it. `seen` is the version that stood on that person's screen, or None where there was no
    screen. Raises NotACommune, MayNotPlace or ChangedMeanwhile.
    """
    taken, refused = programmes_of([area], by, at)
    if refused:
        raise refused[area]
    programme = taken[area]
    if seen is not None and seen != programme.version:
        time = spoken_time(programme.changed_at) if programme.changed_at else ""
        raise errors.ChangedMeanwhile(person=programme.by or "", place=str(programme.place), time=time)
    return programme


def programmes_of(
    areas: Collection[str], by: User, at: datetime
) -> tuple[dict[str, Programme], dict[str, DomainError]]:
    """This function will take the programmes of several communes in hand, by area, in the same few questions
    however many they are; and say why not of those that somebody may not change."""
    kept = rules.kept_by(by, at)
    places = {place.area: place for place in Place.objects.filter(area__in=list(areas))}
    refused: dict[str, DomainError] = {}
    for area in areas:
        if area not in places or not rules.is_commune(area):
            refused[area] = errors.NotACommune()
        elif not any(covers(outer, area) for outer in kept):
            refused[area] = errors.MayNotPlace(place=str(places[area]))
    rows = programmes_in_hand([places[area].pk for area in areas if area not in refused])
    return {row.place.area: row for row in rows}, refused


def programmes_in_hand(place_ids: Collection[int]) -> list[Programme]:
    """This function will lock the programmes of communes, always in the same order, and make those that were
    not there."""
    keys = set(place_ids)
    rows = Programme.objects.select_for_update(of=("self",)).select_related("place", "by").order_by("place")
    found = list(rows.filter(place__in=keys))
    if len(found) == len(keys):
        return found
    missing = keys - {row.place_id for row in found}
    Programme.objects.bulk_create((Programme(place_id=key) for key in sorted(missing)), ignore_conflicts=True)
    return list(rows.filter(place__in=keys))


def changed(programme: Programme, by: User, at: datetime) -> None:
    """This function will note who changed a programme, so that others' screens are known to be old."""
    all_changed([programme], by, at)


def all_changed(programmes: Iterable[Programme], by: User, at: datetime) -> None:
    """This function will note the same of several programmes, in one question."""
    rows = list(programmes)
    for row in rows:
        row.version += 1
        row.by, row.changed_at, row.compiled_at = by, at, row.compiled_at or at
    Programme.objects.filter(pk__in=[row.pk for row in rows]).update(
        version=F("version") + 1, by=by, changed_at=at, compiled_at=Coalesce(F("compiled_at"), at)
    )
