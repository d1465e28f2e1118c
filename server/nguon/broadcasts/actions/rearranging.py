"""Moving and leaving out one airing, wherever it came from: by hand, or from a session's playlist; and the
order of a playlist."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import errors
from nguon.broadcasts.actions.compiling import Touched, compile_sessions
from nguon.broadcasts.actions.filling import add_slot
from nguon.broadcasts.actions.placing import move, place, unplace
from nguon.broadcasts.actions.programming import skip, told_of
from nguon.broadcasts.actions.taking import changed, programme_of
from nguon.broadcasts.models import Airing, Slot
from nguon.broadcasts.states import AiringState
from nguon.journal.actions import record
from nguon.kernel.clock import local

STEP = 10.0
"""Between two lines of a playlist there is room for others."""


@dataclass(frozen=True)
class Was:
    """How one airing stood before: enough to put it back."""

    revision: UUID
    area: str
    at: datetime
    slot: UUID | None
    day: date


@transaction.atomic
def leave_out(*, airing_id: UUID, by: User, at: datetime, seen: int | None = None) -> Was:
    """This function will take one airing out of its commune's programme, and return how it stood; of a
    playlist it leaves the line out on that day alone. Raises as `unplace` and `skip`.
    """
    was = _was(airing_id, at)
    if was.slot is None:
        unplace(airing_ids=[airing_id], by=by, at=at, seen=seen)
    else:
        skip(slot_id=was.slot, day=was.day, by=by, at=at, seen=seen)
    return was


@transaction.atomic
def put_elsewhere(
    *, airing_id: UUID, to: datetime, by: User, at: datetime, seen: int | None = None
) -> tuple[Airing, Was]:
    """This function will have one airing sound at another instant, and return it with how it stood before; a
    line of a playlist is left out on its day and placed by hand. Raises as `move`, `skip` and `place`.
    """
    was = _was(airing_id, at)
    if was.slot is None:
        return move(airing_id=airing_id, to=to, by=by, at=at, seen=seen), was
    skip(slot_id=was.slot, day=was.day, by=by, at=at, seen=seen)
    return place(revision_id=was.revision, area=was.area, instants=[to], by=by, at=at)[0], was


@transaction.atomic
def put_into(
    *, airing_id: UUID, session_id: UUID, day: date, by: User, at: datetime, seen: int | None = None
) -> tuple[Airing, Was]:
    """This function will have one airing sound in another session, or on another day: at the end of that
    day's playlist, for that day alone; returns it with how it stood before. Raises as `leave_out` and
    `add_slot`, AlreadyPast or NoRoomLeft.
    """
    was = leave_out(airing_id=airing_id, by=by, at=at, seen=seen)
    slot, _touched = add_slot(
        session_id=session_id, revision_id=was.revision, first=day, last=day, by=by, at=at
    )
    made = Airing.objects.filter(slot=slot, state=AiringState.PLANNED).first()
    if made is None and day <= local(at).date():
        raise errors.AlreadyPast(time=f"{slot.session.starts:%H:%M} {day:%d/%m/%Y}")
    if made is None:
        raise errors.NoRoomLeft
    return made, was


@transaction.atomic
def reorder(
    *, slot_id: UUID, before: UUID | None, by: User, at: datetime, seen: int | None = None
) -> Touched:
    """This function will put a line of a playlist before another line of the same session (None: at the end),
    on all days from now on. Raises ProgrammeGone, MayNotPlace or ChangedMeanwhile.
    """
    rows = Slot.objects.select_related("session", "revision").filter(ended_at__isnull=True)
    slot = rows.filter(pk=slot_id).first()
    if slot is None:
        raise errors.ProgrammeGone
    session = slot.session
    programme = programme_of(session.area, by, at, seen)
    others = list(rows.filter(session=session).exclude(pk=slot.pk).order_by("position", "made_at", "pk"))
    keys = [one.pk for one in others]
    if before is not None and before not in keys:
        raise errors.ProgrammeGone
    others.insert(keys.index(before) if before is not None else len(others), slot)
    for number, one in enumerate(others, 1):
        one.position = number * STEP
    Slot.objects.bulk_update(others, ["position"])
    touched = compile_sessions([session], session.area, at)
    changed(programme, by, at)
    told = told_of(session, touched, title=slot.revision.title)
    record(fact="slot.moved", subject=f"place:{programme.place_id}", by=by, at=at, data=told)
    return touched


def _was(airing_id: UUID, at: datetime) -> Was:
    row = (
        Airing.objects.select_related("revision", "slot__session")
        .filter(pk=airing_id, state=AiringState.PLANNED)
        .exclude(area="")
        .first()
    )
    if row is None:
        raise errors.AiringUnknown
    if row.at <= at:
        raise errors.AiringBegun(title=row.revision.title)
    day = local(row.at).date()
    if row.slot is not None and local(row.at).time() < row.slot.session.starts:
        day = date.fromordinal(day.toordinal() - 1)  # after midnight in a session of the day before
    return Was(row.revision_id, row.area, row.at, row.slot_id, day)
