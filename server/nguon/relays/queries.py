"""Reads about relays: stations, bookings, what is on, and what was sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.areas.paths import lineage
from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Revision
from nguon.bulletins.models import Target as Aim
from nguon.bulletins.queries import seen_areas
from nguon.bulletins.states import State as BulletinState
from nguon.kernel.clock import local
from nguon.live.models import Session
from nguon.live.models import Target as SpokenTo
from nguon.live.states import Kind
from nguon.live.states import State as LiveState
from nguon.organisations.rules import covers
from nguon.relays.models import Booking, Piece, Run, Source, Target
from nguon.relays.rules import is_on, window, windows
from nguon.relays.states import RunState, State
from nguon_protocol.content import relay_hash


@dataclass(frozen=True)
class Slot:
    """A booking on one day: what a calendar shows."""

    booking: Booking
    begins_at: datetime
    ends_at: datetime

    @property
    def title(self) -> str:
        """This property will name it: the station."""
        return self.booking.source.name


def sources_for(areas: Collection[str]) -> QuerySet[Source]:
    """This function will return the stations in use that people of some areas may send on: their own, and
    those that were entered for what lies around them."""
    around = {outer for area in areas for outer in lineage(area)}
    mine = Q(area__in=around) | Q(area__within=list(areas))
    return Source.objects.filter(mine, ended_at__isnull=True).order_by("name", "pk")


def bookings_in(areas: Collection[str]) -> QuerySet[Booking]:
    """This function will return the bookings that are heard in some areas, the newest first."""
    there = Target.objects.filter(booking=OuterRef("pk"), area__within=list(areas))
    return Booking.objects.filter(Exists(there)).select_related("source", "author").order_by("-at")


def visible(booking_id: UUID, user: User, at: datetime) -> Booking | None:
    """This function will return a booking that a person may look at: the own one, or one heard where the
    person reads what is broadcast; who only mends loudspeakers does not."""
    rows = Booking.objects.select_related("source", "author", "instead__media", "approval__by", "ended_by")
    found = rows.filter(pk=booking_id).first()
    if found is None or found.author_id == user.pk:
        return found
    own = seen_areas(user, at)
    areas = areas_of(found)
    return found if any(covers(mine, area) for mine in own for area in areas) else None


def waiting_for(user: User, at: datetime) -> list[Booking]:
    """This function will return the bookings that wait for this person's decision, oldest first."""
    own = rights(user, at).areas_of(Role.APPROVER)
    if not own:
        return []
    rows = bookings_in(own).filter(state=State.WAITING).exclude(author=user).order_by("at")
    listed = rows.prefetch_related("targets")
    return [
        row for row in listed if all(any(covers(one, aim.area) for one in own) for aim in row.targets.all())
    ]


def areas_of(booking: Booking) -> list[str]:
    """This function will return the areas in which a booking is heard."""
    return sorted({row.area for row in booking.targets.all()})


def targets_of(booking: Booking) -> list[str]:
    """This function will return the LSP-1 target strings of a booking."""
    return sorted(row.target for row in booking.targets.all())


def content_hash_of(booking: Booking, targets: Collection[str]) -> str:
    """This function will return the SHA-256 (hex) over exactly what the second person approves."""
    return relay_hash(
        {
            "url": booking.source.url,
            "name": booking.source.name,
            "weekdays": booking.weekdays,
            "begins": f"{booking.begins:%H:%M}",
            "ends": f"{booking.ends:%H:%M}",
            "first_day": booking.first_day.isoformat(),
            "last_day": booking.last_day.isoformat(),
            "silence_s": booking.silence_s,
            "fallback": booking.fallback,
            "instead": str(booking.instead_id or ""),
            "targets": sorted(targets),
            "author": booking.author_id,
        }
    )


def slots(areas: Collection[str], since: datetime, until: datetime) -> list[Slot]:
    """This function will return when approved bookings are on in some areas between two instants, in order.

    This is what a calendar shows, and what other programmes clash with.
    """
    rows = bookings_in(areas).filter(
        state=State.APPROVED, first_day__lte=local(until).date(), last_day__gte=local(since).date()
    )
    found = [Slot(row, *hours) for row in rows for hours in windows(row, since, until)]
    return sorted(found, key=lambda slot: (slot.begins_at, str(slot.booking.pk)))


def due(at: datetime, lead: timedelta) -> list[Booking]:
    """This function will return the approved bookings that are on, or will be within `lead`."""
    here, soon = local(at), local(at + lead)
    latest = soon.time() if soon.date() == here.date() else time.max  # what begins at midnight has no lead
    rows = Booking.objects.filter(
        state=State.APPROVED,
        first_day__lte=here.date(),
        last_day__gte=here.date(),
        begins__lte=latest,
        ends__gt=here.time(),
    )
    listed = rows.select_related(
        "source", "approval", "instead__media", "instead__bulletin"
    ).prefetch_related("targets")
    return [row for row in listed if is_on(row, at, lead)]


def unknown_to_the_signer() -> list[Booking]:
    """This function will return the approved bookings that the signer has not looked at yet, oldest first."""
    return list(Booking.objects.filter(state=State.APPROVED, known_at__isnull=True).order_by("at")[:50])


def open_pieces() -> list[Piece]:
    """This function will return every piece whose session is open, oldest first."""
    rows = Piece.objects.filter(session__state=LiveState.OPEN).select_related("session", "booking", "run")
    return list(rows.order_by("session__opened_at"))


def busy_areas(at: datetime) -> set[str]:
    """This function will return where a bulletin that was ordered at once, or a person who speaks, should be
    heard now: an order waits for the one before it, so a relay makes room."""
    speaking = SpokenTo.objects.filter(session__state=LiveState.OPEN, session__kind=Kind.VOICE)
    playing = Airing.objects.filter(
        immediate=True, state=AiringState.PLANNED, at__lte=at, ends_at__gt=at
    ).values("revision")
    aims = Aim.objects.filter(revision__in=playing)
    return {*speaking.values_list("area", flat=True), *aims.values_list("area", flat=True)}


def are_busy(areas: Collection[str], busy: Collection[str]) -> bool:
    """This function will say whether any of some areas and any of the busy ones share a loudspeaker."""
    return any(covers(one, other) or covers(other, one) for one in areas for other in busy)


def planned_meanwhile(booking: Booking, areas: Collection[str], at: datetime) -> int:
    """This function will count the planned airings of the coming fortnight that a booking would cover."""
    found = 0
    for begins, ends in windows(booking, at, at + timedelta(days=14)):
        aimed = Aim.objects.filter(area__within=list(areas)).values("revision")
        rows = Airing.objects.filter(revision__in=aimed, state=AiringState.PLANNED, immediate=False)
        found += rows.filter(at__lt=ends, ends_at__gt=begins).count()
    return found


def lost_in(areas: Collection[str]) -> list[Run]:
    """This function will return the runs whose source is lost now, in some areas."""
    there = Target.objects.filter(booking=OuterRef("booking"), area__within=list(areas))
    rows = Run.objects.filter(Exists(there), state=RunState.LOST, ended_at__isnull=True)
    return list(rows.select_related("booking__source").order_by("lost_at"))


def refused_in(areas: Collection[str]) -> list[Booking]:
    """This function will return the approved bookings of some areas that the signer would sign nothing of."""
    return list(bookings_in(areas).filter(state=State.APPROVED).exclude(refused=""))


def runs_of(booking: Booking, limit: int = 30) -> list[Run]:
    """This function will return the days of a booking, the newest first, with their sessions."""
    return list(booking.runs.prefetch_related("pieces__session").order_by("-day")[:limit])


def bookings_of_sessions(sessions: Collection[Session]) -> dict[UUID, Booking]:
    """This function will return the booking of each of some sessions that are relays."""
    rows = Piece.objects.filter(session__in=[one.pk for one in sessions]).select_related("booking__source")
    return {row.session_id: row.booking for row in rows}


def bulletins_for(areas: Collection[str], limit: int = 50) -> QuerySet[Revision]:
    """This function will return the approved bulletins with a sound that are heard in some areas, the newest
    first: what may stand in for a lost source."""
    there = Aim.objects.filter(revision=OuterRef("pk"), area__within=list(areas))
    rows = Revision.objects.filter(
        Exists(there), bulletin__state=BulletinState.APPROVED, submitted_at__isnull=False, media__isnull=False
    )
    return rows.order_by("-submitted_at")[:limit]


def standing_in(revision_id: UUID) -> list[Booking]:
    """This function will return the bookings for whose lost source a bulletin stands in, the newest first."""
    rows = Booking.objects.filter(instead=revision_id).exclude(state=State.RETURNED)
    return list(rows.select_related("source").order_by("-at")[:20])


def stood_in(revision_id: UUID) -> list[Run]:
    """This function will return the days on which a bulletin was heard instead of a station, the newest
    first."""
    rows = Run.objects.filter(booking__instead=revision_id, instead_ms__gt=0)
    return list(rows.select_related("booking__source").order_by("-began_at")[:20])


def hours_today(booking: Booking, at: datetime) -> tuple[datetime, datetime] | None:
    """This function will return when a booking is on, on the local day of an instant."""
    return window(booking, local(at).date())
