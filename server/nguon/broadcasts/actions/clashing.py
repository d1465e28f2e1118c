"""Clashes: what is placed where something plays already is a question, and its answer is kept."""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import errors
from nguon.broadcasts.actions.compiling import compile_sessions
from nguon.broadcasts.actions.placing import move, place, placeable
from nguon.broadcasts.actions.taking import changed, programme_of
from nguon.broadcasts.models import Airing, Clash, Programme, Slot
from nguon.broadcasts.rules import is_of_commune
from nguon.broadcasts.states import AiringState, ClashState, Decided, SlotKind
from nguon.bulletins.actions.submitting import spoken_time
from nguon.journal.actions import record
from nguon.kernel.clock import local

STEP = 1.0
"""Between two lines of a playlist there is room for others."""


@transaction.atomic
def offer(
    *, revision_id: UUID, area: str, instant: datetime, by: User, at: datetime, seen: int | None = None
) -> Airing | Clash:
    """This function will place a bulletin in a commune's programme where nothing else plays; where something
    does, it will ask the commune what is to be done, and return the question. For supply: this is the way for
    priority items from above. The same asked again is the same question. Raises what `place` raises but
    Meets.
    """
    try:
        return place(revision_id=revision_id, area=area, instants=[instant], by=by, at=at, seen=seen)[0]
    except errors.Meets as meeting:
        programme = programme_of(area, by, at)
        revision, _targets = placeable(revision_id, programme.place)
        clash, fresh = Clash.objects.get_or_create(
            area=area,
            revision=revision,
            wanted_at=instant.replace(microsecond=0),
            defaults={"met_id": meeting.met.pk, "by": by, "made_at": at},
        )
        if fresh:
            _tell("clash.asked", clash, by, at, sentence=str(meeting))
        return clash


@transaction.atomic
def decide(*, clash_id: UUID, decision: str, by: User, at: datetime, to: datetime | None = None) -> Clash:
    """This function will do what a commune decided about a clash, and keep who decided it: play before or
    after what is there, shorten the fillers, move to the instant `to`, or leave it out.

    Raises ClashUnknown, MayNotPlace, NotYoursToDecide, NotAChoice, NoRoomLeft, or what `place` raises.
    """
    clash = Clash.objects.select_for_update(of=("self",)).select_related(
        "revision__media", "met__revision", "met__slot__session"
    ).filter(pk=clash_id).first()  # fmt: skip
    if clash is None:
        raise errors.ClashUnknown
    programme = programme_of(clash.area, by, at)
    if clash.state == ClashState.DECIDED:
        return clash
    if clash.by_id == by.pk and not is_of_commune(by, clash.area, at):
        raise errors.NotYoursToDecide
    if decision not in choices(clash):
        raise errors.NotAChoice
    clash.airing = _done(clash, Decided(decision), programme, by, at, to)
    clash.state, clash.decision = ClashState.DECIDED, decision
    clash.decided_by, clash.decided_at = by, at
    clash.save()
    changed(programme, by, at)
    _tell("clash.decided", clash, by, at, decision=str(Decided(decision).label))
    return clash


def choices(clash: Clash) -> list[Decided]:
    """This function will return what may be decided about a clash, in the order in which it is offered."""
    met = clash.met
    if met.slot_id:
        fillers = met.slot.kind == SlotKind.FILLER if met.slot else False
        first = [Decided.SHORTEN] if fillers else [Decided.BEFORE, Decided.AFTER]
        return [*first, Decided.MOVE, Decided.LEAVE]
    return [Decided.BEFORE, Decided.AFTER, Decided.MOVE, Decided.LEAVE]


def _done(
    clash: Clash, decision: Decided, programme: Programme, by: User, at: datetime, to: datetime | None
) -> Airing | None:
    if decision == Decided.LEAVE:
        return None
    if decision == Decided.MOVE:
        if to is None:
            raise errors.NoInstants
        return _placed(clash, to, by, at)
    met = clash.met
    if met.slot_id and met.state == AiringState.PLANNED:
        return _into_the_playlist(clash, decision, by, at)
    length = timedelta(milliseconds=clash.revision.media.duration_ms if clash.revision.media else 0)
    if decision == Decided.AFTER:
        return _placed(clash, _second(met.ends_at), by, at)
    if not met.area:  # its times were approved with it: it stays, the new one ends before it
        return _placed(clash, met.at - timedelta(seconds=ceil(length.total_seconds())), by, at)
    begins = met.at
    move(airing_id=met.pk, to=_second(begins + length), by=by, at=at)
    return _placed(clash, begins, by, at)


def _placed(clash: Clash, instant: datetime, by: User, at: datetime) -> Airing:
    return place(revision_id=clash.revision_id, area=clash.area, instants=[instant], by=by, at=at)[0]


def _into_the_playlist(clash: Clash, decision: Decided, by: User, at: datetime) -> Airing:
    """For that day alone, beside the line that was met; fillers give way by themselves."""
    met = clash.met.slot
    if met is None:
        raise errors.NoRoomLeft
    day = local(clash.met.at).date()
    shift = STEP if decision == Decided.AFTER else -STEP
    slot = Slot.objects.create(
        session=met.session, revision=clash.revision, kind=SlotKind.ITEM, position=met.position + shift,
        rrule="FREQ=DAILY", first=day, last=day, by=by, made_at=at,
    )  # fmt: skip
    touched = compile_sessions([met.session], clash.area, at)
    made = Airing.objects.filter(slot=slot, state=AiringState.PLANNED).first()
    if made is None:
        raise errors.NoRoomLeft
    data = {"area": clash.area, "count": touched.added, "targets": sorted(touched.targets)}
    record(fact="programme.filled", subject=f"place:{met.session.place_id}", by=by, at=at, data=data)
    return made


def _second(at: datetime) -> datetime:
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _tell(fact: str, clash: Clash, by: User, at: datetime, **more: str) -> None:
    data = {
        "clash": clash.pk,
        "revision": clash.revision_id,
        "title": clash.revision.title,
        "met": clash.met.revision.title,
        "area": clash.area,
        "time": spoken_time(clash.wanted_at),
        **more,
    }
    record(fact=fact, subject=f"bulletin:{clash.revision.bulletin_id}", by=by, at=at, data=data)
