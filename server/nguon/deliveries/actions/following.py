"""The journal is the outbox: what was approved becomes airings and requests to the signer, once and in
order.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.queries import aims_of_many, plan_targets
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import areas_of_revision, target_strings
from nguon.bulletins.rules import is_played
from nguon.bulletins.states import Timing
from nguon.deliveries.actions.moving import in_hand
from nguon.deliveries.actions.telling import tell, tell_all
from nguon.deliveries.models import Delivery, SigningTask
from nguon.deliveries.states import FINAL, DeliveryState, TaskKind, TaskState
from nguon.devices import queries as devices
from nguon.devices.models import DeviceGroup
from nguon.journal import queries as journal
from nguon.journal.actions import lock_cursor, move_cursor, record
from nguon.journal.models import Entry

FOLLOWER = "deliveries"
TOGETHER = 200
"""So many facts are done in one transaction."""
NEAR = timedelta(hours=48)
"""Deliveries are laid down for airings so near; further ones are told by their airing alone."""

# In the order in which receipts take them in hand.
_EXPECT = """
INSERT INTO deliveries_delivery (airing_id, device_id, state, seconds_ms, reason, receipt_n, changed_at)
SELECT airing.id, device.id, 'waiting', 0, '', 0, %s
FROM unnest(%s::uuid[], %s::int[]) AS airing (id, place)
JOIN unnest(%s::uuid[], %s::int[]) AS device (id, place) USING (place)
ORDER BY airing.id, device.id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def follow(*, at: datetime) -> bool:
    """This function will do what the next facts of the journal ask for, and return whether there was any.

    Facts and cursor move in one transaction: after a crash a fact is done again from the start, or not at
    all.
    """
    cursor = lock_cursor(name=FOLLOWER, at=at)
    if cursor is None:
        return False
    facts = journal.facts_after(cursor.sequence, _FOLLOWED.keys(), limit=TOGETHER)
    # A change of many communes' programmes at once is many facts: those that come one after the other are
    # done together.
    for act, some in groupby(facts, key=lambda fact: _FOLLOWED[fact.fact]):
        act(list(some), at)
    if facts:
        move_cursor(cursor=cursor, sequence=facts[-1].sequence, at=at)
    return bool(facts)


def ask(kind: TaskKind, targets: Iterable[str], subject: UUID | None, at: datetime) -> None:
    """This function will queue requests to the signer, one a target; what is queued already is not queued
    twice.
    """
    SigningTask.objects.bulk_create(
        (SigningTask(kind=kind, target=t, subject=subject, made_at=at, due_at=at) for t in targets),
        ignore_conflicts=True,
    )


def ask_first(kind: TaskKind, targets: Iterable[str], subject: UUID, at: datetime) -> None:
    """This function will queue requests to the signer before all that waits."""
    due_at = at - timedelta(days=1)
    SigningTask.objects.bulk_create(
        (SigningTask(kind=kind, target=t, subject=subject, made_at=at, due_at=due_at) for t in targets),
        ignore_conflicts=True,
    )


def drop(kind: TaskKind, subject: UUID, at: datetime) -> None:
    """This function will take back the requests about a subject that the signer has not answered yet."""
    open_ = [TaskState.PENDING, TaskState.SIGNING]
    rows = SigningTask.objects.filter(kind=kind, subject=subject, state__in=open_)
    rows.update(state=TaskState.REFUSED, reason="withdrawn", done_at=at)


def _each(act: Callable[[Entry, datetime], None]) -> Callable[[Sequence[Entry], datetime], None]:
    def all_of(facts: Sequence[Entry], at: datetime) -> None:
        for fact in facts:
            act(fact, at)

    return all_of


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


def _programmes(facts: Sequence[Entry], at: datetime) -> None:
    """Communes changed their programmes: what stands in them is expected, what was taken out no longer, and
    the plans that hold it are signed anew."""
    areas = {fact.data["area"] for fact in facts}
    near = Airing.objects.filter(area__in=areas, at__gt=at - NEAR, at__lte=at + NEAR)
    gone = near.filter(state=AiringState.CANCELLED)
    in_hand(open_of(gone)).update(state=DeliveryState.CANCELLED, changed_at=at)
    planned = near.filter(state=AiringState.PLANNED, at__gt=at)
    back = Delivery.objects.filter(airing__in=planned, state=DeliveryState.CANCELLED)
    in_hand(back).update(state=DeliveryState.WAITING, changed_at=at)
    in_turn = DeviceGroup.devices.through.objects.filter(
        devicegroup=OuterRef("airing__group"), device=OuterRef("device")
    )
    turned = open_of(planned.filter(group__isnull=False)).exclude(Exists(in_turn))
    in_hand(turned).update(state=DeliveryState.CANCELLED, changed_at=at)  # it has another turn now
    bare = planned.filter(Q(group__isnull=False) | ~Exists(Delivery.objects.filter(airing=OuterRef("pk"))))
    expect_all(bare.values_list("pk", "revision", "area", "group"), at)
    ask(TaskKind.PLAN, sorted({target for fact in facts for target in fact.data["targets"]}), None, at)
    tell_all("scheduled", "area", sorted(areas))


def open_of(airings: QuerySet[Airing]) -> QuerySet[Delivery]:
    """This function will return the deliveries of airings of which nothing was heard yet."""
    return Delivery.objects.filter(
        airing__in=airings, state__in=[DeliveryState.WAITING, DeliveryState.DELIVERED]
    )


_PROGRAMME = (
    "airing.placed",
    "airing.unplaced",
    "airing.moved",
    "session.ended",
    "slot.made",
    "slot.ended",
    "slot.moved",
    "slot.skipped",
    "slot.restored",
    "programme.day_off",
    "programme.filled",
)
_FOLLOWED: dict[str, Callable[[Sequence[Entry], datetime], None]] = {
    "bulletin.approved": _each(_approved),
    "bulletin.withdrawn": _each(_withdrawn),
    **dict.fromkeys(_PROGRAMME, _programmes),
}


def expect_all(airings: Iterable[tuple[UUID, UUID, str, UUID | None]], at: datetime) -> None:
    """This function will lay down one waiting delivery for each near airing (id, revision, commune, turn) of
    programmes and each loudspeaker at which it sounds; the rows are made in the database."""
    rows = [(key, (revision, area, group)) for key, revision, area, group in airings]
    aims = aims_of_many({revision for _key, (revision, _area, _group) in rows})
    where = {
        (revision, area, group): [f"g/{group}"] if group else aims[revision].within(area)
        for _key, (revision, area, group) in rows
    }
    there = devices.of_each({target for targets in where.values() for target in targets})
    place = {which: n for n, which in enumerate(where)}
    heard = {
        (place[which], device)
        for which, targets in where.items()
        for t in targets
        for device in there.get(t, ())
    }
    if not heard:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _EXPECT,
            [
                at,
                [key for key, _which in rows],
                [place[which] for _key, which in rows],
                [device for _n, device in heard],
                [n for n, _device in heard],
            ],
        )


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
