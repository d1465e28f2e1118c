"""Stations: entering one, trying it, and using it no more."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from nguon.accounts.models import User
from nguon.adapters.radio import RadioFault, checked
from nguon.journal.actions import record
from nguon.kernel.text import clean
from nguon.organisations import queries as places
from nguon.relays import errors
from nguon.relays.models import Source
from nguon.relays.rules import may_book
from nguon.relays.sound import Tried, try_out

Try = Callable[..., Tried]


@transaction.atomic
def add_source(*, area: str, name: str, url: str, by: User, at: datetime) -> Source:
    """This function will enter a station for an area. Raises NotYours, NoName, BadAddress or SourceKnown."""
    if not may_book(by, area, at):
        raise errors.NotYours(place=places.labels([area]).get(area, area))
    name, url = clean(name).strip()[:80], url.strip()
    if not name:
        raise errors.NoName
    try:
        checked(url)
    except RadioFault:
        raise errors.BadAddress from None
    known = Source.objects.filter(area=area, url=url, ended_at__isnull=True).first()
    if known:
        raise errors.SourceKnown(name=known.name)
    made = Source.objects.create(area=area, name=name, url=url, by=by, at=at)
    data = {"name": name, "url": url, "area": area}
    record(fact="relay.source_added", subject=f"relay_source:{made.pk}", by=by, at=at, data=data)
    return made


def try_source(*, source_id: UUID, by: User, at: datetime, look: Try = try_out) -> Source:
    """This function will listen to a station for five seconds and keep what was found. Raises SourceUnknown
    or NotYours."""
    source = _of(source_id, by, at)
    found = look(source.url, settings.NGUON_RELAY_PRIVATE_HOSTS)
    source.tried_at, source.tried = at, found.as_dict()
    source.save(update_fields=["tried_at", "tried"])
    return source


@transaction.atomic
def end_source(*, source_id: UUID, by: User, at: datetime) -> Source:
    """This function will have a station used no more; what is booked already goes on until it is ended.
    Raises SourceUnknown or NotYours."""
    source = _of(source_id, by, at)
    source.ended_at = at
    source.save(update_fields=["ended_at"])
    data = {"name": source.name, "area": source.area}
    record(fact="relay.source_ended", subject=f"relay_source:{source.pk}", by=by, at=at, data=data)
    return source


def _of(source_id: UUID, by: User, at: datetime) -> Source:
    source = Source.objects.filter(pk=source_id, ended_at__isnull=True).first()
    if source is None:
        raise errors.SourceUnknown
    if not may_book(by, source.area, at):
        raise errors.NotYours(place=places.labels([source.area]).get(source.area, source.area))
    return source
