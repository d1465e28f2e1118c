"""What people do with a release: begin, halt, go on, withdraw."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.releases import errors
from nguon.releases.actions.bringing import tell
from nguon.releases.actions.stepping import open_wave
from nguon.releases.models import Release, Turn
from nguon.releases.rules import can_halt, can_release
from nguon.releases.states import (
    BAD,
    LEAST_SOAK,
    MOST_LIMIT,
    MOST_SOAK,
    MOVES,
    ReleaseState,
)


@transaction.atomic
def start(*, release: Release, soak_minutes: int, limit: int, by: User, at: datetime) -> Release:
    """This function will open the first wave. Raises NotYours, NotNow, BadNumbers, OtherUnderWay or
    NobodyThere."""
    row = _in_hand(release, ReleaseState.ROLLING, allowed=can_release(by, release.area, at))
    if row.state != ReleaseState.READY:
        raise errors.NotNow(state=ReleaseState(row.state).label)
    if not LEAST_SOAK <= soak_minutes <= MOST_SOAK or not 1 <= limit <= MOST_LIMIT:
        raise errors.BadNumbers
    others = Release.objects.filter(area=row.area, model=row.model)
    other = others.filter(state__in=[ReleaseState.ROLLING, ReleaseState.HALTED]).first()
    if other is not None:
        raise errors.OtherUnderWay(version=other.version)
    row.state, row.soak_minutes, row.limit = ReleaseState.ROLLING, soak_minutes, limit
    if not open_wave(row, 1, at):
        raise errors.NobodyThere(model=row.model)
    row.save()
    tell("started", row, by, at, count=row.turns.count())
    return row


@transaction.atomic
def halt(*, release: Release, reason: str, by: User, at: datetime) -> Release:
    """This function will stop offering a release until somebody goes on with it. Raises NotYours, NotNow or
    NoReason."""
    row = _in_hand(release, ReleaseState.HALTED, allowed=can_halt(by, release.area, at))
    return _ended(row, ReleaseState.HALTED, "halted", reason, by, at)


@transaction.atomic
def resume(*, release: Release, by: User, at: datetime) -> Release:
    """This function will go on with a release that halted; what went wrong so far is excused, and the soak of
    its wave begins anew. Raises NotYours or NotNow."""
    row = _in_hand(release, ReleaseState.ROLLING, allowed=can_release(by, release.area, at))
    if row.state != ReleaseState.HALTED:
        raise errors.NotNow(state=ReleaseState(row.state).label)
    excused = Turn.objects.filter(release=row, state__in=BAD, excused=False).update(excused=True)
    before, row.state, row.reason = row.reason, ReleaseState.ROLLING, ""
    row.opened_at, row.well_since = at, None
    row.save()
    tell("resumed", row, by, at, count=excused, before=before)
    return row


@transaction.atomic
def withdraw(*, release: Release, reason: str, by: User, at: datetime) -> Release:
    """This function will take a release back for good: nobody is offered it any more. Who runs it already
    goes on with it until a newer one comes, as loudspeakers never go back to an older number.
    Raises NotYours, NotNow or NoReason."""
    row = _in_hand(release, ReleaseState.WITHDRAWN, allowed=can_release(by, release.area, at))
    return _ended(row, ReleaseState.WITHDRAWN, "withdrawn", reason, by, at)


def _ended(row: Release, state: ReleaseState, what: str, reason: str, by: User, at: datetime) -> Release:
    if not reason.strip():
        raise errors.NoReason
    row.state, row.reason, row.well_since = state, reason.strip()[:300], None
    row.save(update_fields=["state", "reason", "well_since"])
    tell(what, row, by, at)
    return row


def _in_hand(release: Release, to: ReleaseState, *, allowed: bool) -> Release:
    if not allowed:
        raise errors.NotYours
    row = Release.objects.select_for_update().get(pk=release.pk)
    if to not in MOVES[ReleaseState(row.state)]:
        raise errors.NotNow(state=ReleaseState(row.state).label)
    return row
