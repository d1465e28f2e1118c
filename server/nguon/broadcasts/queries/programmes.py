"""Reads about programmes: what the sessions of a commune say, and by which rules."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from nguon.broadcasts.models import Airing, Clash, DayOff, HourRule, Programme, Session, Slot
from nguon.broadcasts.rules import layout
from nguon.broadcasts.states import AiringState, ClashState, DayKind, SlotKind
from nguon.bulletins.models import Revision, Target
from nguon.bulletins.states import Decision, State, Timing
from nguon.kernel.clock import VIETNAM, local
from nguon.organisations.models import Place
from nguon.organisations.rules import covers, lineage

Playlist = tuple[Session, list[layout.Line], dict[UUID, Slot]]
SilentDays = tuple[set[date], set[date]]


def sessions_of(*areas: str) -> QuerySet[Session]:
    """This function will return the open sessions of communes, by their time of the day."""
    return Session.objects.filter(area__in=areas, ended_at__isnull=True).order_by("starts", "pk")


def sessions_like(session: Session, areas: Collection[str]) -> QuerySet[Session]:
    """This function will return the open sessions of all communes in some areas that begin when one does."""
    rows = Session.objects.filter(area__within=areas, starts=session.starts, ended_at__isnull=True)
    return rows.order_by("area", "pk")


def programme_version(place: Place) -> Programme:
    """This function will return who changed a commune's programme last; an empty row when nobody did."""
    return Programme.objects.filter(place=place).select_related("by").first() or Programme(place=place)


def playlists(sessions: Iterable[Session]) -> Iterator[Playlist]:
    """This function will return each session with its lines in order, of bulletins that may sound, and the
    slots that they come from; one that was closed has none."""
    slots = (
        Slot.objects.filter(ended_at__isnull=True, revision__bulletin__state=State.APPROVED)
        .select_related("revision__media", "revision__bulletin")
        .prefetch_related("skips")
        .order_by("position", "made_at", "pk")
    )
    keys = [session.pk for session in sessions]
    rows = Session.objects.filter(pk__in=keys).prefetch_related(Prefetch("slots", queryset=slots))
    for session in rows.order_by("starts", "pk"):
        found = [] if session.ended_at else list(session.slots.all())
        yield session, [_line(slot) for slot in found], {slot.pk: slot for slot in found}


def times_of(session: Session) -> layout.Times:
    """This function will return when a session is."""
    return layout.Times(
        starts=session.starts,
        minutes=session.minutes,
        weekdays=session.weekdays,
        first=session.first,
        last=session.last,
        on_days_off=session.on_days_off,
    )


def sittings_of(session: Session, first: date, last: date) -> list[layout.Sitting]:
    """This function will lay out one session from `first` to `last`, both included."""
    off, closed = silent_days(session.area, first, last)
    for row, lines, _slots in playlists([session]):
        return layout.sittings(times_of(row), lines, first, last, off, closed)
    return []


def silent_days(area: str, first: date, last: date) -> SilentDays:
    """This function will return the holidays of a commune, and the days on which nothing plays there, from
    `first` to `last`, both included."""
    return silent_days_of([area], first, last)[area]


def silent_days_of(areas: Collection[str], first: date, last: date) -> dict[str, SilentDays]:
    """This function will return the same for several communes, in one query."""
    around = {area: lineage(area) for area in areas}
    named: dict[str, list[layout.Off]] = {}
    for row in DayOff.objects.filter(area__in={outer for outers in around.values() for outer in outers}):
        named.setdefault(row.area, []).append(
            layout.Off(row.kind, row.year, row.month, row.day, row.days, row.before)
        )
    # Reckoned once an area that names any, whoever lies within it.
    known = {area: _silent(rows, first, last) for area, rows in named.items()}
    nothing: SilentDays = (set(), set())
    return {
        area: (
            set[date]().union(*(known.get(outer, nothing)[0] for outer in outers)),
            set[date]().union(*(known.get(outer, nothing)[1] for outer in outers)),
        )
        for area, outers in around.items()
    }


def _silent(named: Iterable[layout.Off], first: date, last: date) -> SilentDays:
    rows = list(named)
    once = [off for off in rows if off.kind == DayKind.ONCE]
    rest = [off for off in rows if off.kind != DayKind.ONCE]
    return layout.days_off(rest, first, last), layout.days_off(once, first, last)


def hours_of(place: Place) -> HourRule | None:
    """This function will return the broadcast hours of a commune: those of the narrowest area around it, for
    its own designation (Phường, Xã) before those for all; None when there are none."""
    rows = HourRule.objects.filter(Q(designation="") | Q(designation=place.designation))
    found = list(rows.filter(area__in=lineage(place.area)))
    return max(found, key=lambda row: (len(row.area), bool(row.designation)), default=None)


def hours_of_many(places: Iterable[Place]) -> dict[str, HourRule | None]:
    """This function will return the same for several communes, by area, in one query."""
    known: dict[tuple[str, str], HourRule] = {
        (row.area, row.designation): row for row in HourRule.objects.all()
    }
    return {place.area: _narrowest(known, place) if known else None for place in places}


def _narrowest(known: dict[tuple[str, str], HourRule], place: Place) -> HourRule | None:
    for area in reversed(lineage(place.area)):
        found = known.get((area, place.designation)) or known.get((area, ""))
        if found is not None:
            return found
    return None


def quiet_of(place: Place) -> list[tuple[str, str]]:
    """This function will return the quiet hours that the rule of a commune's area adds to everybody's."""
    return quiet_by(hours_of(place))


def quiet_by(rule: HourRule | None) -> list[tuple[str, str]]:
    """This function will return the quiet hours that a rule adds to everybody's."""
    if rule is None or rule.quiet_from is None or rule.quiet_to is None:
        return []
    return [(f"{rule.quiet_from:%H:%M}", f"{rule.quiet_to:%H:%M}")]


def of_commune(area: str, start: datetime, end: datetime) -> QuerySet[Airing]:
    """This function will return what is planned to sound in a commune in [start, end), by time: its
    programme, and what was approved with its own times for it, for a part of it or for what is around it."""
    return _sounding(area, start, end).filter(immediate=False)


def of_communes(areas: Collection[str], start: datetime, end: datetime) -> dict[str, list[Airing]]:
    """This function will return the same for several communes, by area, in two queries."""
    rows = Airing.objects.filter(
        Q(area="") | Q(area__in=areas),
        state=AiringState.PLANNED,
        immediate=False,
        at__lt=end,
        ends_at__gt=start,
    )
    found: dict[str, list[Airing]] = {area: [] for area in areas}
    approved: dict[UUID, list[Airing]] = {}
    for row in rows.order_by("at", "pk"):
        if row.area:
            found[row.area].append(row)
        else:
            approved.setdefault(row.revision_id, []).append(row)
    for revision, where in Target.objects.filter(revision__in=approved).values_list("revision", "area"):
        for area in [where] if where in found else found:
            if covers(where, area) or covers(area, where):
                found[area] += approved[revision]
    return found


def at_once_in(area: str, start: datetime, end: datetime) -> QuerySet[Airing]:
    """This function will return what was to sound in a commune at once in [start, end), by time."""
    return _sounding(area, start, end).filter(immediate=True)


def _sounding(area: str, start: datetime, end: datetime) -> QuerySet[Airing]:
    there = Target.objects.filter(Q(area__within=[area]) | Q(area__in=lineage(area)))
    own = Q(area="", revision__in=there.values("revision"))
    return (
        Airing.objects.filter(own | Q(area=area), state=AiringState.PLANNED, at__lt=end, ends_at__gt=start)
        .select_related("revision", "slot", "group")
        .only("at", "ends_at", "duration_ms", "area", "revision__title", "slot__session", "group__name")
        .order_by("at", "pk")
    )


def next_room(
    area: str, duration_ms: int, at: datetime, days: int = 7
) -> tuple[Session, datetime, int] | None:
    """This function will return the next session of a commune within some days that has room for a sound,
    when
    the sound would begin there, and the whole seconds that are free; fillers give way. None: nowhere."""
    length, today, found = timedelta(milliseconds=duration_ms), local(at).date(), []
    for session in sessions_of(area):
        for sitting in sittings_of(session, today, today + timedelta(days=days)):
            items = [one.ends_at for one in sitting.laid if not one.line.filler]
            free_from = max(items, default=sitting.starts_at)
            if free_from > at and sitting.ends_at - free_from >= length:
                rest = sitting.ends_at - free_from
                found.append((free_from, session, rest // timedelta(seconds=1)))
                break
    first = min(found, key=lambda one: one[0], default=None)
    return (first[1], first[0], first[2]) if first else None


def sounded_on(area: str, day: date) -> timedelta:
    """This function will return how long a commune's programme sounds on one day, all airings together."""
    start = datetime.combine(day, time(), VIETNAM)
    rows = Airing.objects.filter(
        area=area, state=AiringState.PLANNED, at__gte=start, at__lt=start + timedelta(days=1)
    )
    return _longest(rows.order_by().values_list("area", "group").annotate(total=Sum("duration_ms"))).get(
        area, timedelta()
    )


def sounded_in(areas: Collection[str], day: date) -> dict[str, timedelta]:
    """This function will return the same for communes, by area, in one query; silent ones have none."""
    start = datetime.combine(day, time(), VIETNAM)
    rows = Airing.objects.filter(
        area__in=areas, state=AiringState.PLANNED, at__gte=start, at__lt=start + timedelta(days=1)
    )
    return _longest(rows.order_by().values_list("area", "group").annotate(total=Sum("duration_ms")))


def _longest(summed: Iterable[tuple[str, UUID | None, int]]) -> dict[str, timedelta]:
    """By commune, how long its loudspeakers sound at most: what all of them play, and the longest turn."""
    found: dict[str, dict[UUID | None, int]] = {}
    for area, group, total in summed:
        found.setdefault(area, {})[group] = total
    return {
        area: timedelta(milliseconds=turns.pop(None, 0) + max(turns.values(), default=0))
        for area, turns in found.items()
    }


def next_starts(areas: Collection[str], after: datetime, days: int = 2) -> dict[str, datetime]:
    """This function will return when the next session of each commune begins, at or after an instant and
    within some days, in two queries; a commune without one has none."""
    first, last = local(after).date(), local(after).date() + timedelta(days=days)
    silent = silent_days_of(areas, first, last)
    found: dict[str, datetime] = {}
    for session in sessions_of(*areas):
        area = session.area
        for sitting in layout.sittings(times_of(session), [], first, last, *silent[area]):
            if after <= sitting.starts_at < found.get(area, sitting.starts_at + timedelta(1)):
                found[area] = sitting.starts_at
    return found


def placeable_in(area: str, at: datetime) -> QuerySet[Revision]:
    """This function will return the bulletins that are approved to be placed in a commune, the
    newest first.
    """
    there = Target.objects.filter(Q(area__within=[area]) | Q(area__in=lineage(area)))
    return (
        Revision.objects.filter(
            Q(until_at__isnull=True) | Q(until_at__gt=at),
            pk__in=there.values("revision"),
            timing=Timing.PROGRAMME,
            bulletin__state=State.APPROVED,
            approval__decision=Decision.APPROVE,
            media__isnull=False,
        )
        .select_related("bulletin__place", "media", "author")
        .order_by("priority", "-submitted_at")
    )


def open_clashes(areas: Sequence[str]) -> QuerySet[Clash]:
    """This function will return the questions that communes have not answered yet, the soonest first."""
    rows = Clash.objects.filter(area__within=areas, state=ClashState.OPEN)
    return rows.select_related("revision__media", "met__revision", "met__slot__session", "by").order_by(
        "wanted_at"
    )


def _line(slot: Slot) -> layout.Line:
    return layout.Line(
        key=slot.pk,
        revision=slot.revision_id,
        duration_ms=slot.revision.media.duration_ms if slot.revision.media else 0,
        rule=slot.rrule,
        first=slot.first,
        last=slot.last,
        filler=slot.kind == SlotKind.FILLER,
        skips=frozenset(skip.day for skip in slot.skips.all()),
    )
