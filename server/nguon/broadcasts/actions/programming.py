"""Sessions, their playlists and days off: each change lays down at once what it touches."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import errors, queries
from nguon.broadcasts.actions.compiling import Touched, compile_sessions
from nguon.broadcasts.actions.taking import changed, programme_of
from nguon.broadcasts.models import DayOff, Programme, Session, Skip, Slot
from nguon.broadcasts.rules import quiet_touched
from nguon.broadcasts.states import DayKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import VIETNAM

LONGEST_MINUTES = 360


@dataclass(frozen=True, kw_only=True)
class SessionTimes:
    """When a session is; `weekdays` are digits, Monday is 0; `last` None: for good; `staggered`: its turns of
    loudspeakers, where the commune has them, one after the other, each for `minutes`."""

    name: str
    starts: time
    minutes: int
    weekdays: str = "0123456"
    first: date
    last: date | None = None
    on_days_off: bool = True
    staggered: bool = False


@transaction.atomic
def make_session(
    *, area: str, given: SessionTimes, by: User, at: datetime, seen: int | None = None
) -> Session:
    """This function will open a session in a commune's day. Raises NotACommune, MayNotPlace,
    ChangedMeanwhile, SessionWrong, SessionQuiet, SessionsOverlap, HoursTooMany, HoursTooLong or
    HoursWrongDay.
    """
    programme = programme_of(area, by, at, seen)
    _check_times(programme, given)
    made = Session.objects.create(place=programme.place, area=area, by=by, made_at=at, **vars(given))
    _tell("session.made", made, Touched(), programme, by, at)
    return made


@transaction.atomic
def end_session(*, session_id: UUID, by: User, at: datetime, seen: int | None = None) -> Touched:
    """This function will close a session for good; what it would have played from now on is taken out.
    Raises ProgrammeGone, MayNotPlace or ChangedMeanwhile.
    """
    session = Session.objects.filter(pk=session_id, ended_at__isnull=True).first()
    if session is None:
        raise errors.ProgrammeGone
    programme = programme_of(session.area, by, at, seen)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    touched = compile_sessions([session], session.area, at)
    _tell("session.ended", session, touched, programme, by, at)
    return touched


@transaction.atomic
def end_slot(*, slot_id: UUID, by: User, at: datetime, seen: int | None = None) -> Touched:
    """This function will take a line out of a session's playlist from now on. Raises as `end_session`."""
    slot = (
        Slot.objects.select_related("session", "revision").filter(pk=slot_id, ended_at__isnull=True).first()
    )
    if slot is None:
        raise errors.ProgrammeGone
    programme = programme_of(slot.session.area, by, at, seen)
    slot.ended_at = at
    slot.save(update_fields=["ended_at"])
    touched = compile_sessions([slot.session], slot.session.area, at)
    _tell("slot.ended", slot.session, touched, programme, by, at, title=slot.revision.title)
    return touched


@transaction.atomic
def skip(*, slot_id: UUID, day: date, by: User, at: datetime, seen: int | None = None) -> Touched:
    """This function will leave one line out on one day; what follows it moves up. Raises as `end_session`."""
    slot = Slot.objects.select_related("session", "revision").filter(pk=slot_id).first()
    if slot is None:
        raise errors.ProgrammeGone
    programme = programme_of(slot.session.area, by, at, seen)
    Skip.objects.get_or_create(slot=slot, day=day, defaults={"by": by, "made_at": at})
    touched = compile_sessions([slot.session], slot.session.area, at)
    title, words = slot.revision.title, f"{day:%d/%m/%Y}"
    _tell("slot.skipped", slot.session, touched, programme, by, at, title=title, date=words)
    return touched


@transaction.atomic
def unskip(*, slot_id: UUID, day: date, by: User, at: datetime, seen: int | None = None) -> Touched:
    """This function will play a line on a day again that was left out. Raises as `end_session`."""
    slot = Slot.objects.select_related("session", "revision").filter(pk=slot_id).first()
    if slot is None:
        raise errors.ProgrammeGone
    programme = programme_of(slot.session.area, by, at, seen)
    Skip.objects.filter(slot=slot, day=day).delete()
    touched = compile_sessions([slot.session], slot.session.area, at)
    title, words = slot.revision.title, f"{day:%d/%m/%Y}"
    _tell("slot.restored", slot.session, touched, programme, by, at, title=title, date=words)
    return touched


@transaction.atomic
def set_day_off(
    *, area: str, name: str, day: date, by: User, at: datetime, seen: int | None = None
) -> Touched:
    """This function will silence all sessions of a commune on one day.
    Raises NotACommune, MayNotPlace or ChangedMeanwhile.
    """
    programme = programme_of(area, by, at, seen)
    given = {"year": day.year, "month": day.month, "day": day.day, "kind": DayKind.ONCE, "area": area}
    DayOff.objects.get_or_create(**given, defaults={"name": name})
    touched = compile_sessions(queries.sessions_of(area), area, at)
    changed(programme, by, at)
    data = {
        "area": area,
        "name": name,
        "date": f"{day:%d/%m/%Y}",
        "count": touched.removed,
        "targets": sorted(touched.targets),
    }
    record(fact="programme.day_off", subject=f"place:{programme.place_id}", by=by, at=at, data=data)
    return touched


def _check_times(programme: Programme, given: SessionTimes) -> None:
    if not given.name.strip() or not 1 <= given.minutes <= LONGEST_MINUTES or not given.weekdays:
        raise errors.SessionWrong(limit=LONGEST_MINUTES)
    if given.last is not None and given.last < given.first:
        raise errors.DaysNever
    begins = datetime.combine(given.first, given.starts, VIETNAM)
    turns = max(devices.turns_in([programme.place.area]).get(programme.place.area, {0: None})) + 1
    takes = given.minutes * (turns if given.staggered else 1)
    quiet = [*devices.quiet_hours(), *queries.quiet_of(programme.place)]
    touched = quiet_touched(quiet, begins, timedelta(minutes=takes))
    if touched:
        raise errors.SessionQuiet(time=f"{given.starts:%H:%M}", quiet="-".join(touched))
    others = [
        one
        for one in Session.objects.filter(place=programme.place, ended_at__isnull=True)
        if set(one.weekdays) & set(given.weekdays)
        and (one.last is None or one.last >= given.first)
        and (given.last is None or given.last >= one.first)
    ]
    for one in others:
        start, length = _minute(one.starts), one.minutes * (turns if one.staggered else 1)
        if start < _minute(given.starts) + takes and _minute(given.starts) < start + length:
            raise errors.SessionsOverlap(name=one.name, time=f"{one.starts:%H:%M}", minutes=one.minutes)
    _check_hours(programme, given, others)


def _check_hours(programme: Programme, given: SessionTimes, others: list[Session]) -> None:
    rule = queries.hours_of(programme.place)
    if rule is None:
        return
    place = str(programme.place)
    if given.minutes > rule.minutes:
        raise errors.HoursTooLong(place=place, minutes=given.minutes, limit=rule.minutes, source=rule.source)
    if not set(given.weekdays) <= set(rule.weekdays):
        raise errors.HoursWrongDay(place=place, days=len(rule.weekdays), source=rule.source)
    if rule.sessions is not None:
        most = max(sum(day in one.weekdays for one in others) for day in given.weekdays) + 1
        if most > rule.sessions:
            raise errors.HoursTooMany(place=place, count=most, limit=rule.sessions, source=rule.source)


def _tell(
    fact: str, session: Session, touched: Touched, programme: Programme, by: User, at: datetime, **more: str
) -> None:
    changed(programme, by, at)
    told = told_of(session, touched, **more)
    record(fact=fact, subject=f"place:{programme.place_id}", by=by, at=at, data=told)


def told_of(session: Session, touched: Touched, **more: str) -> dict[str, object]:
    """This function will return what the journal is told of a change of a session."""
    return {
        "area": session.area,
        "name": session.name,
        "time": f"{session.starts:%H:%M}",
        "minutes": session.minutes,
        "count": touched.added,
        "removed": touched.removed,
        "targets": sorted(touched.targets),
        **more,
    }


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
