"""Lines of playlists: one bulletin in the session of one commune, or in those of a whole province at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from nguon.accounts.models import User
from nguon.broadcasts import errors, queries, rules
from nguon.broadcasts.actions.compiling import Seated, Touched, bring, seat
from nguon.broadcasts.actions.placing import to_be_placed
from nguon.broadcasts.actions.programming import told_of
from nguon.broadcasts.actions.taking import all_changed, programme_of, programmes_of
from nguon.broadcasts.models import Programme, Session, Slot
from nguon.broadcasts.rules import layout
from nguon.broadcasts.states import SlotKind
from nguon.bulletins.models import Revision
from nguon.journal.actions import Fact, record_many
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError

STEP = 10.0
NOTHING = Touched()


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is put into playlists: on the days of an RFC 5545 rule from `first` (None: today) to `last` (None:
    for good, topped up day by day), at `position` (None: at the end)."""

    revision_id: UUID
    rrule: str = "FREQ=DAILY"
    first: date | None = None
    last: date | None = None
    kind: str = SlotKind.ITEM
    position: float | None = None


@dataclass(frozen=True)
class Added:
    """What became of a line in one session: its slot and what was laid down, or why it has none there."""

    session_id: UUID
    slot: Slot | None = None
    touched: Touched = NOTHING
    why: DomainError | None = None


@transaction.atomic
def add_slot(
    *,
    session_id: UUID,
    revision_id: UUID,
    by: User,
    at: datetime,
    rrule: str = "FREQ=DAILY",
    first: date | None = None,
    last: date | None = None,
    kind: str = SlotKind.ITEM,
    position: float | None = None,
    seen: int | None = None,
) -> tuple[Slot, Touched]:
    """This function will put an approved bulletin at the end (or at `position`) of a session's playlist, on
    the days of an RFC 5545 rule; without a last day it is topped up day by day.

    Raises ProgrammeGone, MayNotPlace, ChangedMeanwhile, what `placeable` raises, RuleWrong, DaysNever, or
    PlaylistTooLong when an item finds no room on one of its days (a filler only plays where there is room).
    """
    session = Session.objects.filter(pk=session_id, ended_at__isnull=True).first()
    if session is None:
        raise errors.ProgrammeGone
    programme_of(session.area, by, at, seen)
    line = Line(revision_id=revision_id, rrule=rrule, first=first, last=last, kind=kind, position=position)
    (added,) = add_slots(session_ids=[session_id], line=line, by=by, at=at)
    if added.slot is None:
        raise added.why or errors.ProgrammeGone
    return added.slot, added.touched


@transaction.atomic
def add_slots(*, session_ids: Collection[UUID], line: Line, by: User, at: datetime) -> list[Added]:
    """This function will put an approved bulletin into the playlists of many sessions, and lay all of them
    down together; where it cannot stand, that commune's programme stays as it was and the reason is returned
    (ProgrammeGone, NotACommune, MayNotPlace, NotForHere or PlaylistTooLong). The database is asked the same
    few questions however many they are.

    Raises what `to_be_placed` raises, RuleWrong or DaysNever: then it can stand nowhere.
    """
    rows = Session.objects.filter(pk__in=list(session_ids), ended_at__isnull=True)
    sessions = {row.pk: row for row in rows}
    programmes, refused = programmes_of({row.area for row in sessions.values()}, by, at)
    revision = to_be_placed(line.revision_id)
    first = _first_day(line, at)
    aims = rules.Aims(queries.aims_of(revision))
    left: dict[UUID, DomainError] = {}
    for key in session_ids:
        session = sessions.get(key)
        if session is None:
            left[key] = errors.ProgrammeGone()
        elif session.area in refused:
            left[key] = refused[session.area]
        elif not aims.within(session.area):
            place = str(programmes[session.area].place)
            left[key] = errors.NotForHere(title=revision.title, place=place)
    open_ = [row for key, row in sessions.items() if key not in left]
    slots = {slot.session_id: slot for slot in _slots(open_, revision, line, first, by, at)}
    seated = seat(open_, at)
    full = {one.session.pk: why for one in seated if (why := _no_room(one, slots[one.session.pk], at))}
    Slot.objects.filter(pk__in=[slots[key].pk for key in full]).delete()
    fitting = [one for one in seated if one.session.pk not in full]
    touched = bring(fitting, at)
    _tell([one.session for one in fitting], touched, programmes, revision, by, at)
    left |= full
    return [
        Added(key, why=left[key]) if key in left else Added(key, slots[key], touched[key])
        for key in dict.fromkeys(session_ids)
    ]


def minutes_of(seconds: float) -> str:
    """This function will write a length as minutes and seconds: 16:05."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"


def _first_day(line: Line, at: datetime) -> date:
    first = line.first or local(at).date()
    try:
        layout.check_rule(line.rrule, first)
    except ValueError:
        raise errors.RuleWrong from None
    if line.last is not None and line.last < first:
        raise errors.DaysNever
    return first


def _slots(
    sessions: Collection[Session], revision: Revision, line: Line, first: date, by: User, at: datetime
) -> list[Slot]:
    tops: dict[UUID, float] = {}
    if line.position is None:
        rows = Slot.objects.filter(session__in=sessions).order_by().values_list("session")
        tops = dict(rows.annotate(top=Max("position")))
    return Slot.objects.bulk_create(
        Slot(
            session=session, revision=revision, kind=line.kind, rrule=line.rrule, first=first, last=line.last,
            by=by, made_at=at,
            position=tops.get(session.pk, 0) + STEP if line.position is None else line.position,
        )
        for session in sessions
    )  # fmt: skip


def _no_room(seated: Seated, slot: Slot, at: datetime) -> errors.PlaylistTooLong | None:
    """An item that is never cut must have room on each of its days, or the person is told on which not."""
    if slot.kind == SlotKind.FILLER:
        return None
    today = local(at).date()
    for sitting in seated.sittings:
        if sitting.day < today or slot.pk not in {line.key for line in sitting.left_out}:
            continue
        items = [one.line for one in sitting.laid if not one.line.filler]
        line = next(line for line in sitting.left_out if line.key == slot.pk)
        return errors.PlaylistTooLong(
            name=seated.session.name,
            date=f"{sitting.day:%d/%m/%Y}",
            total=minutes_of(layout.length([*items, line]).total_seconds()),
            minutes=seated.session.minutes,
        )
    return None


def _tell(
    sessions: Collection[Session],
    touched: dict[UUID, Touched],
    programmes: dict[str, Programme],
    revision: Revision,
    by: User,
    at: datetime,
) -> None:
    if sessions:
        all_changed({programmes[one.area].pk: programmes[one.area] for one in sessions}.values(), by, at)
    told = [
        Fact(f"place:{programmes[one.area].place_id}", told_of(one, touched[one.pk], title=revision.title))
        for one in sessions
    ]
    record_many(fact="slot.made", told=told, by=by, at=at)
