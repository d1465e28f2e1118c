"""Booking a station by the clock, and ending a booking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.bulletins.models import Revision
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.rules import covers
from nguon.relays import errors, queries
from nguon.relays.models import Booking, Source, Target
from nguon.relays.rules import MOST_COMMUNES, communes, may_book, may_end, meet, touches_quiet, windows
from nguon.relays.states import LONGEST_DAYS, LONGEST_HOURS, Fallback, State


@dataclass(frozen=True)
class BookingFields:
    """What a person asks for; hours are of the Vietnamese wall clock, weekdays 1 (Monday) to 7."""

    source: UUID
    targets: Collection[str]
    weekdays: Collection[int]
    begins: time
    ends: time
    first_day: date
    last_day: date
    silence_s: int
    instead: UUID | None = None


@transaction.atomic
def book(*, fields: BookingFields, by: User, at: datetime) -> Booking:
    """This function will put a booking before the second person; nothing sounds before that one's word.

    Raises SourceUnknown, SourceElsewhere, NoPlace, NotYours, TooManyCommunes, NoLoudspeaker, NoDay, BadHours,
    BadDays, NeverComes, InQuietHours, NoBulletin or Clash.
    """
    where = _where(fields.targets, by, at)
    areas = sorted(set(where.values()))
    source = _source(fields.source, areas)
    booking = _checked(_of(fields, source, by, at), at)
    booking.instead = _instead(fields, areas)
    booking.fallback = Fallback.BULLETIN if booking.instead else Fallback.PLAN
    _refuse_clash(booking, areas)
    booking.content_sha256 = queries.content_hash_of(booking, list(where))
    booking.save()
    Target.objects.bulk_create(Target(booking=booking, target=t, area=a) for t, a in where.items())
    told = {
        **_told(booking),
        "content_sha256": booking.content_sha256,
        "targets": sorted(where),
        "areas": areas,
    }
    record(fact="relay.submitted", subject=f"relay:{booking.pk}", by=by, at=at, data=told)
    return booking


@transaction.atomic
def end(*, booking_id: UUID, by: User, at: datetime) -> Booking:
    """This function will end a booking; what is being sent on stops within a second or two. Ending again
    changes nothing. Raises BookingUnknown or MayNotEnd."""
    booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
    if booking is None:
        raise errors.BookingUnknown
    if booking.state == State.ENDED:
        return booking
    areas = queries.areas_of(booking)
    if not may_end(by, booking, areas, at):
        raise errors.MayNotEnd
    booking.state, booking.ended_at, booking.ended_by = State.ENDED, at, by
    booking.save(update_fields=["state", "ended_at", "ended_by"])
    data = {**_told(booking), "areas": areas}
    record(fact="relay.ended", subject=f"relay:{booking.pk}", by=by, at=at, data=data)
    return booking


def _told(booking: Booking) -> dict[str, object]:
    hours = f"{booking.begins:%H:%M}-{booking.ends:%H:%M}"
    return {"booking": booking.pk, "name": booking.source.name, "hours": hours}


def _where(targets: Collection[str], by: User, at: datetime) -> dict[str, str]:
    where = {target: devices.area_of_target(target) for target in dict.fromkeys(targets) if target}
    if not where:
        raise errors.NoPlace
    labels = places.labels(list(where.values()))
    for area in where.values():
        if area.count(".") < 2 or area not in labels:
            raise errors.NoPlace
        if not may_book(by, area, at):
            raise errors.NotYours(place=labels[area])
    if len(communes(where.values())) > MOST_COMMUNES:
        raise errors.TooManyCommunes(limit=MOST_COMMUNES)
    for target, area in where.items():
        if not devices.of_targets([target]).exists():
            raise errors.NoLoudspeaker(place=labels[area])
    return where


def _source(source_id: UUID, areas: Collection[str]) -> Source:
    source = Source.objects.filter(pk=source_id, ended_at__isnull=True).first()
    if source is None:
        raise errors.SourceUnknown
    for area in areas:
        if not (covers(source.area, area) or covers(area, source.area)):
            raise errors.SourceElsewhere(name=source.name, place=places.labels([area]).get(area, area))
    return source


def _of(fields: BookingFields, source: Source, by: User, at: datetime) -> Booking:
    return Booking(
        source=source,
        author=by,
        at=at,
        weekdays="".join(sorted({str(day) for day in fields.weekdays if 1 <= day <= 7})),
        begins=fields.begins.replace(second=0, microsecond=0),
        ends=fields.ends.replace(second=0, microsecond=0),
        first_day=fields.first_day,
        last_day=fields.last_day,
        silence_s=max(5, min(fields.silence_s, 60)),
    )


def _checked(booking: Booking, at: datetime) -> Booking:
    if not booking.weekdays:
        raise errors.NoDay
    length = datetime.combine(date.min, booking.ends) - datetime.combine(date.min, booking.begins)
    if not timedelta() < length <= timedelta(hours=LONGEST_HOURS):
        raise errors.BadHours(hours=LONGEST_HOURS)
    today = local(at).date()
    longest = max(booking.first_day, today) + timedelta(days=LONGEST_DAYS)
    if not booking.first_day <= booking.last_day <= longest or booking.last_day < today:
        raise errors.BadDays(days=LONGEST_DAYS)
    last = datetime.combine(booking.last_day, time.max, tzinfo=local(at).tzinfo)
    if next(windows(booking, at, last), None) is None:
        raise errors.NeverComes
    hours = f"{booking.begins:%H:%M}", f"{booking.ends:%H:%M}"
    for quiet in devices.quiet_hours():
        if touches_quiet(*hours, quiet):
            raise errors.InQuietHours(quiet=f"{quiet[0]}-{quiet[1]}")
    return booking


def _instead(fields: BookingFields, areas: Collection[str]) -> Revision | None:
    if fields.instead is None:
        return None
    found = next((row for row in queries.bulletins_for(areas) if row.pk == fields.instead), None)
    if found is None:
        raise errors.NoBulletin
    return found


def _refuse_clash(booking: Booking, areas: Collection[str]) -> None:
    there = Target.objects.filter(area__within=list(areas)).values("booking")
    around = Target.objects.filter(area__in=[outer for area in areas for outer in _outer(area)]).values(
        "booking"
    )
    rows = Booking.objects.filter(state__in=[State.WAITING, State.APPROVED]).select_related("source")
    for other in (rows.filter(pk__in=there) | rows.filter(pk__in=around)).distinct():
        if meet(booking, other):
            label = ", ".join(places.labels(queries.areas_of(other)).values())
            raise errors.Clash(place=label, title=other.source.name)


def _outer(area: str) -> list[str]:
    labels = area.split(".")
    return [".".join(labels[:n]) for n in range(3, len(labels))]
