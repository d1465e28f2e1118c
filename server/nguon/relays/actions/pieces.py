"""The days of bookings and their live sessions in the tables: begun, lost, back, over."""

import math
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from nguon.deliveries.actions import ask, tell
from nguon.deliveries.states import TaskKind
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.live.models import Session
from nguon.live.models import Target as SpokenTo
from nguon.live.states import LONGEST_MINUTES, Kind
from nguon.live.states import State as LiveState
from nguon.relays.models import Booking, Piece, Run
from nguon.relays.states import RunState


def run_of(booking: Booking, at: datetime) -> Run:
    """This function will return the run of a booking on the local day of an instant, and begin it when it is
    the first look at it."""
    with transaction.atomic():
        run, made = Run.objects.get_or_create(
            booking=booking, day=local(at).date(), defaults={"began_at": at}
        )
        if made:
            _note("relay.began", run, booking, at)
        elif run.state == RunState.OVER:  # the clock was set back: it is on again
            run.state, run.ended_at = RunState.ON, None
            run.save(update_fields=["state", "ended_at"])
    return run


@transaction.atomic
def open_piece(*, booking: Booking, run: Run, ends_at: datetime, at: datetime) -> Session:
    """This function will ask the signer for the order to listen, for half an hour at most."""
    minutes = max(1, min(LONGEST_MINUTES, math.ceil((ends_at - at) / timedelta(minutes=1))))
    session = Session.objects.create(
        kind=Kind.RELAY,
        by_id=booking.approval.by_id,
        title=booking.source.name,
        minutes=minutes,
        state=LiveState.OPEN,
        made_at=at,
        opened_at=at,
        heard_at=at,
    )
    targets = list(booking.targets.all())
    SpokenTo.objects.bulk_create(
        SpokenTo(session=session, target=one.target, area=one.area) for one in targets
    )
    Piece.objects.create(session=session, booking=booking, run=run)
    ask(TaskKind.LIVE, [one.target for one in targets], session.pk, at)
    tell("live", session=session.pk)
    return session


@transaction.atomic
def lose(*, run: Run, booking: Booking, why: str, at: datetime) -> None:
    """This function will note that the source is silent or gone, and since when."""
    run.state, run.lost_at, run.why, run.losses = RunState.LOST, at, why[:40], run.losses + 1
    run.save(update_fields=["state", "lost_at", "why", "losses"])
    _note("relay.lost", run, booking, at, why=why, fallback=booking.fallback)


@transaction.atomic
def come_back(*, run: Run, booking: Booking, at: datetime) -> None:
    """This function will note that the source is heard again."""
    run.state, run.lost_at, run.why = RunState.ON, None, ""
    run.save(update_fields=["state", "lost_at", "why"])
    _note("relay.back", run, booking, at)


@transaction.atomic
def finish(*, run: Run, booking: Booking, state: RunState, at: datetime, why: str = "") -> None:
    """This function will note that a day of a booking is over, or was stopped."""
    run.refresh_from_db(fields=["sent_ms"])
    run.state, run.ended_at, run.lost_at = state, at, None
    run.why = why or run.why
    run.save(update_fields=["state", "ended_at", "lost_at", "why"])
    seconds = run.sent_ms // 1000
    _note(
        "relay.over", run, booking, at, stopped=state == RunState.STOPPED, seconds=seconds, losses=run.losses
    )


def count(run: Run, sent_ms: int, instead_ms: int) -> None:
    """This function will add what was sent of the source and of the bulletin instead."""
    if sent_ms or instead_ms:
        Run.objects.filter(pk=run.pk).update(
            sent_ms=F("sent_ms") + sent_ms, instead_ms=F("instead_ms") + instead_ms
        )


def _note(fact: str, run: Run, booking: Booking, at: datetime, **more: object) -> None:
    areas = sorted({one.area for one in booking.targets.all()})
    data = {"booking": booking.pk, "day": run.day, "name": booking.source.name, "areas": areas, **more}
    record(fact=fact, subject=f"relay:{booking.pk}", by=None, at=at, data=data)
    tell("relay", booking=booking.pk)
