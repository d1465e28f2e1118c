"""The journal is the outbox: what was approved becomes airings and requests to the signer, once and in
order.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.queries import plan_targets, targets_of
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import areas_of_revision, target_strings
from nguon.bulletins.rules import is_played
from nguon.bulletins.states import Timing
from nguon.deliveries.actions.moving import in_hand
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Delivery, SigningTask
from nguon.deliveries.states import FINAL, DeliveryState, TaskKind, TaskState
from nguon.devices import queries as devices
from nguon.journal import queries as journal
from nguon.journal.actions import lock_cursor, move_cursor, record
from nguon.journal.models import Entry

FOLLOWER = "deliveries"
NEAR = timedelta(hours=48)
"""Deliveries are laid down for airings so near; further ones are told by their airing alone."""


@transaction.atomic
def follow(*, at: datetime) -> bool:
    """This function will do what the next facts of the journal ask for, and return whether there was any.

    Facts and cursor move in one transaction: after a crash a fact is done again from the start, or not at
    all.
    """
    cursor = lock_cursor(name=FOLLOWER, at=at)
    if cursor is None:
        return False
    facts = journal.facts_after(cursor.sequence, _FOLLOWED.keys(), limit=20)
    for fact in facts:
        _FOLLOWED[fact.fact](fact, at)
        move_cursor(cursor=cursor, sequence=fact.sequence, at=at)
    return bool(facts)


def ask(kind: TaskKind, targets: Iterable[str], subject: UUID | None, at: datetime) -> None:
    """This function will queue requests to the signer, one a target; what is queued already is not queued
    twice.
    """
    SigningTask.objects.bulk_create(
        (SigningTask(kind=kind, target=t, subject=subject, made_at=at, due_at=at) for t in targets),
        ignore_conflicts=True,
    )


def drop(kind: TaskKind, subject: UUID, at: datetime) -> None:
    """This function will take back the requests about a subject that the signer has not answered yet."""
    open_ = [TaskState.PENDING, TaskState.SIGNING]
    rows = SigningTask.objects.filter(kind=kind, subject=subject, state__in=open_)
    rows.update(state=TaskState.REFUSED, reason="withdrawn", done_at=at)


def _approved(fact: Entry, at: datetime) -> None:
    revision = Revision.objects.select_related("media", "approval", "bulletin").get(pk=fact.data["revision"])
    if not is_played(revision.content_type):
        return  # boards, portals and whoever speaks live read what was approved by themselves
    if revision.timing == Timing.PROGRAMME:
        tell("scheduled", bulletin=revision.bulletin_id)  # communes place it
        return
    targets = target_strings(revision)
    airings = broadcasts.schedule(revision=revision, at=at)
    expect(airings, targets, at)
    if revision.timing == Timing.NOW:
        ask(TaskKind.ORDER, targets, revision.pk, at)
    else:
        ask(TaskKind.PLAN, targets, None, at)
    record(
        fact="bulletin.scheduled",
        subject=fact.subject,
        by=None,
        at=at,
        data={"revision": revision.pk, "airings": len(airings), "areas": areas_of_revision(revision)},
    )
    tell("scheduled", bulletin=revision.bulletin_id)


def _withdrawn(fact: Entry, at: datetime) -> None:
    revision = Revision.objects.get(pk=fact.data["revision"])
    if not is_played(revision.content_type):
        return
    targets = plan_targets(revision)
    cancelled = broadcasts.cancel(revision=revision, at=at - timedelta(hours=1))
    open_ = Delivery.objects.filter(airing__in=cancelled).exclude(state__in=FINAL)
    waiting = open_.exclude(state=DeliveryState.PLAYING)
    in_hand(waiting).update(state=DeliveryState.CANCELLED, changed_at=at)
    if revision.timing != Timing.NOW:
        ask(TaskKind.PLAN, targets, None, at)
    ask(TaskKind.CANCEL, targets, UUID(fact.data["withdrawal"]), at)
    drop(TaskKind.ORDER, revision.pk, at)
    tell("withdrawn", bulletin=revision.bulletin_id)


def _programme(fact: Entry, at: datetime) -> None:
    """A commune changed its programme: what stands in it is expected, what was taken out no longer, and the
    plans that hold it are signed anew."""
    area = fact.data["area"]
    near = Airing.objects.filter(area=area, at__gt=at - NEAR, at__lte=at + NEAR)
    gone = near.filter(state=AiringState.CANCELLED)
    open_ = Delivery.objects.filter(
        airing__in=gone, state__in=[DeliveryState.WAITING, DeliveryState.DELIVERED]
    )
    in_hand(open_).update(state=DeliveryState.CANCELLED, changed_at=at)
    planned = near.filter(state=AiringState.PLANNED, at__gt=at)
    back = Delivery.objects.filter(airing__in=planned, state=DeliveryState.CANCELLED)
    in_hand(back).update(state=DeliveryState.WAITING, changed_at=at)
    bare = planned.filter(~Exists(Delivery.objects.filter(airing=OuterRef("pk"))))
    for airings in _by_revision(bare.select_related("revision")).values():
        expect(airings, targets_of(airings[0]), at)
    ask(TaskKind.PLAN, fact.data["targets"], None, at)
    tell("scheduled", area=area)


def _by_revision(airings: Iterable[Airing]) -> dict[UUID, list[Airing]]:
    found: dict[UUID, list[Airing]] = {}
    for airing in airings:
        found.setdefault(airing.revision_id, []).append(airing)
    return found


_FOLLOWED: dict[str, Callable[[Entry, datetime], None]] = {
    "bulletin.approved": _approved,
    "bulletin.withdrawn": _withdrawn,
    "airing.placed": _programme,
    "airing.unplaced": _programme,
    "airing.moved": _programme,
    "session.ended": _programme,
    "slot.made": _programme,
    "slot.ended": _programme,
    "slot.skipped": _programme,
    "slot.restored": _programme,
    "programme.day_off": _programme,
    "programme.filled": _programme,
}


def expect(airings: Iterable[Airing], targets: list[str], at: datetime) -> int:
    """This function will lay down one waiting delivery for each near airing and loudspeaker; returns how
    many.
    """
    near = [a for a in airings if a.at <= at + NEAR and a.state == AiringState.PLANNED]
    if not near:
        return 0
    loudspeakers = list(devices.of_targets(targets).order_by("pk").values_list("pk", flat=True))
    near.sort(key=lambda airing: airing.pk)  # in the order in which receipts take them in hand
    rows = [Delivery(airing=a, device_id=d, changed_at=at) for a in near for d in loudspeakers]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return len(rows)
