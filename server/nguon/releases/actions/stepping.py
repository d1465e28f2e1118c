"""The clock's part: what became of each turn, and whether the release goes on, waits or halts."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from nguon.deliveries.models import Receipt
from nguon.devices.models import Device
from nguon.devices.states import ONLINE_SECONDS
from nguon.health.models import Alarm
from nguon.health.queries import mended_now
from nguon.releases import queries
from nguon.releases.actions.bringing import Signer, admit, tell
from nguon.releases.models import Release, Turn
from nguon.releases.states import (
    LOST,
    NOT_OF_PROGRAMS,
    OFFERED,
    WAVES,
    ReleaseState,
    TurnState,
)
from nguon.releases.waves import Counts, Move, invited, judge

_TOLD = {
    "update-failed": TurnState.FAILED,
    "update-unfit": TurnState.FAILED,
    "update-fell-back": TurnState.BACK,
    "update-later": TurnState.LATER,
}


def step(*, signer: Signer, at: datetime) -> int:
    """This function will look once at every release that is not at its end, and return how many moved."""
    moved = 0
    for release in queries.overdue(at):
        if release.state == ReleaseState.WAITING:
            moved += admit(release=release, signer=signer, at=at).state != ReleaseState.WAITING
        else:
            moved += _look(release, at)
    return moved


@transaction.atomic
def _look(release: Release, at: datetime) -> bool:
    row = Release.objects.select_for_update(skip_locked=True).filter(pk=release.pk).first()
    if row is None or row.state not in OFFERED:
        return False
    _invite(row, at)  # also who joined or came back since
    _see(row, at)
    if row.state == ReleaseState.DONE or row.opened_at is None:
        return False
    counts = queries.counts_of(row)
    row.well_since = (row.well_since or at) if counts.enough else None
    move = judge(
        counts,
        opened_at=row.opened_at,
        well_since=row.well_since,
        soak=timedelta(minutes=row.soak_minutes),
        limit=row.limit,
        filled=queries.is_filled(row),
        at=at,
    )
    if move is Move.ADVANCE:
        _advance(row, counts, at)
    elif move is not Move.WAIT:
        row.state, row.reason = ReleaseState.HALTED, _why(row, move, counts)
        tell("halted", row, None, at, count=counts.bad)
    row.save()
    return move is not Move.WAIT


def _advance(row: Release, counts: Counts, at: datetime) -> None:
    """Open the next wave that has anybody in it, or be done."""
    while row.wave < len(WAVES):
        fresh = open_wave(row, row.wave + 1, at)
        if fresh or not queries.is_filled(row):
            tell("advanced", row, None, at, per_cent=WAVES[row.wave - 1])
            return
    row.state, row.well_since = ReleaseState.DONE, None
    tell("done", row, None, at, count=counts.good)


def _why(row: Release, move: Move, counts: Counts) -> str:
    with override("vi"):
        if move is Move.STALE:
            return _(
                "Đợt {per_cent}%: sau 24 giờ mới có {good}/{all} cụm loa chạy tốt bản mới, cần 95%."
            ).format(per_cent=WAVES[row.wave - 1], good=counts.good, all=counts.all)
        return _(
            "Đợt {per_cent}%: {bad}/{all} cụm loa không cập nhật được, quay về bản cũ, có cảnh báo hoặc"
            " mất liên lạc, quá ngưỡng {limit}%."
        ).format(per_cent=WAVES[row.wave - 1], bad=counts.bad, all=counts.all, limit=row.limit)


def open_wave(row: Release, wave: int, at: datetime) -> int:
    """This function will open a wave of a release in hand, and return how many got their turn with it."""
    row.wave, row.opened_at, row.well_since = wave, at, None
    return _invite(row, at)


def _invite(row: Release, at: datetime) -> int:
    heard = at - timedelta(seconds=ONLINE_SECONDS)
    fleet = queries.fleet_of(row).order_by()
    everybody = list(fleet.values_list("pk", flat=True))
    there = set(fleet.filter(online=True, last_seen_at__gte=heard).values_list("pk", flat=True))
    had = set(row.turns.values_list("device_id", flat=True))
    fresh = invited(row.pk, row.wave, everybody=everybody, there=there, had=had)
    Turn.objects.bulk_create(
        [
            Turn(
                release=row, device_id=one, wave=row.wave, offered_at=at, counted=one in there, changed_at=at
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def _see(row: Release, at: datetime) -> None:
    """Bring every turn up to what receipts, versions, connections and alarms say of it now."""
    turns = list(row.turns.all())
    ids = [turn.device_id for turn in turns]
    devices = Device.objects.in_bulk(ids)
    told = _told(row, ids)
    ill, mended = _ill(turns), set(mended_now(at))
    changed = []
    for turn in turns:
        if devices[turn.device_id].revoked_at is not None:  # out of use: nothing to wait for
            turn.excused = True
        state, reason = _state_of(turn, devices[turn.device_id], row, told, ill, at)
        if state == TurnState.SILENT and turn.device_id in mended:
            state = TurnState.OFFERED  # announced work: nobody knows yet
        if turn.excused or (state, reason) != (turn.state, turn.reason):
            turn.state, turn.reason, turn.changed_at = state, reason, at
            changed.append(turn)
    Turn.objects.bulk_update(changed, ["state", "reason", "changed_at", "excused"], batch_size=1000)


def _state_of(
    turn: Turn,
    device: Device,
    row: Release,
    told: Mapping[UUID, tuple[TurnState, str]],
    ill: Mapping[UUID, str],
    at: datetime,
) -> tuple[TurnState, str]:
    said = told.get(turn.device_id)
    if said is not None and said[0] != TurnState.LATER:
        return said
    seen = device.last_seen_at or turn.offered_at
    if turn.counted and max(seen, turn.offered_at) < at - LOST:
        return TurnState.SILENT, ""
    if device.agent == row.version and (device.last_seen_at or at) >= turn.offered_at:
        return (TurnState.ILL, ill[device.pk]) if device.pk in ill else (TurnState.UPDATED, "")
    return said or (TurnState.OFFERED, "")


def _told(row: Release, ids: Collection[UUID]) -> dict[UUID, tuple[TurnState, str]]:
    """The last word of each loudspeaker's own receipts about this release."""
    found: dict[UUID, tuple[TurnState, str]] = {}
    said = Receipt.objects.filter(
        document=row.document, device__in=ids, event__in=["info", "refused"], after_revocation=False
    )
    for device, event, reason in said.order_by("n").values_list("device", "event", "reason"):
        if event == "refused":
            found[device] = (TurnState.FAILED, reason)
        elif reason in _TOLD:
            found[device] = (_TOLD[reason], "" if reason == "update-later" else reason)
        elif reason == "updated":
            found.pop(device, None)
    return found


def _ill(turns: Collection[Turn]) -> dict[UUID, str]:
    """Alarms that rose after a loudspeaker's turn had come and still stand."""
    since = {turn.device_id: turn.offered_at for turn in turns}
    if not since:
        return {}
    rows = Alarm.objects.filter(
        device__in=since, cleared_at__isnull=True, raised_at__gte=min(since.values())
    ).exclude(kind__in=NOT_OF_PROGRAMS)
    return {
        device: kind
        for device, kind, raised in rows.values_list("device", "kind", "raised_at")
        if raised >= since[device]
    }
