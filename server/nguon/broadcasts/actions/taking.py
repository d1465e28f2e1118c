"""A commune's programme in one hand at a time: two people who change it come one after the other, and the
second one is told when what was on the own screen is no longer true."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.broadcasts import errors, rules
from nguon.broadcasts.models import Programme
from nguon.bulletins.actions.submitting import spoken_time
from nguon.organisations.models import Place


def programme_of(area: str, by: User, at: datetime, seen: int | None = None) -> Programme:
    """This function will take the programme of a commune in hand until the transaction ends, for somebody
    who may change it. `seen` is the version that stood on that person's screen, or None where there was no
    screen. Raises NotACommune, MayNotPlace or ChangedMeanwhile.
    """
    place = Place.objects.filter(area=area).first()
    if place is None or not rules.is_commune(area):
        raise errors.NotACommune
    if not rules.may_place(by, area, at):
        raise errors.MayNotPlace(place=str(place))
    programme = programme_in_hand(place.pk)
    if seen is not None and seen != programme.version:
        time = spoken_time(programme.changed_at) if programme.changed_at else ""
        raise errors.ChangedMeanwhile(person=programme.by or "", place=str(place), time=time)
    return programme


def programme_in_hand(place_id: int) -> Programme:
    """This function will lock the programme of a commune, and make it when there was none."""
    Programme.objects.get_or_create(place_id=place_id)
    return Programme.objects.select_for_update(of=("self",)).select_related("place", "by").get(place=place_id)


def changed(programme: Programme, by: User, at: datetime) -> None:
    """This function will note who changed a programme, so that others' screens are known to be old."""
    programme.version += 1
    programme.by, programme.changed_at = by, at
    if programme.compiled_at is None:
        programme.compiled_at = at
    programme.save()
