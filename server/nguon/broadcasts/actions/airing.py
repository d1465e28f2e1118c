"""Turning an approved revision into airings."""

from datetime import datetime, timedelta

from django.db import transaction

from nguon.broadcasts.actions.compiling import top_up_all
from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import WINDOW_DAYS, AiringState
from nguon.bulletins.models import Revision, SecondApproval
from nguon.bulletins.queries import instants_of
from nguon.bulletins.rules import is_played
from nguon.bulletins.states import Decision, State, Timing
from nguon.kernel.clock import to_epoch
from nguon_protocol.ids import item_id


@transaction.atomic
def schedule(*, revision: Revision, at: datetime) -> list[Airing]:
    """This function will lay down every airing of an approved revision within the next 35 days; what is
    approved for programmes has none of its own.

    Done again it adds only what is missing: an airing's id follows from the revision and the instant.
    A bulletin to play now has one airing, at its approval; what loudspeakers do not play has none.
    """
    if not is_played(revision.content_type):
        return []
    window_end = at + timedelta(days=WINDOW_DAYS)
    if revision.timing == Timing.PROGRAMME:
        return []  # communes place it
    if revision.timing == Timing.NOW:
        wanted = [_airing(revision, _approved_at(revision), immediate=True)]
    else:
        wanted = [_airing(revision, i, immediate=False) for i in instants_of(revision, at, window_end)]
    Airing.objects.bulk_create(wanted, ignore_conflicts=True)
    return wanted


def extend(*, at: datetime) -> int:
    """This function will lay down the airings of repeated bulletins and of programmes that have come within
    reach; returns how many.
    """
    before = Airing.objects.count()
    repeated = Revision.objects.filter(
        timing=Timing.REPEAT,
        until_at__gt=at,
        bulletin__state=State.APPROVED,
        approval__decision=Decision.APPROVE,
    )
    for revision in repeated.select_related("media").iterator(chunk_size=200):
        schedule(revision=revision, at=at)
    top_up_all(at=at)
    return Airing.objects.count() - before


@transaction.atomic
def cancel(*, revision: Revision, at: datetime) -> list[Airing]:
    """This function will cancel every airing of a revision that has not ended by `at`, and return them."""
    rows = Airing.objects.select_for_update().filter(
        revision=revision, state=AiringState.PLANNED, ends_at__gte=at
    )
    cancelled = list(rows)
    rows.update(state=AiringState.CANCELLED)
    return cancelled


def _approved_at(revision: Revision) -> datetime:
    """The moment of the last approval: an area may ask for two."""
    second = SecondApproval.objects.filter(revision=revision).first()
    return second.at if second else revision.approval.at


def _airing(revision: Revision, instant: datetime, *, immediate: bool) -> Airing:
    duration_ms = revision.media.duration_ms if revision.media else 0
    return Airing(
        id=item_id(revision.pk, 0 if immediate else to_epoch(instant)),
        revision=revision,
        at=instant,
        ends_at=instant + timedelta(milliseconds=duration_ms),
        duration_ms=duration_ms,
        immediate=immediate,
    )
