"""Reads about what was sent and what was proven."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from nguon.audio.models import Media
from nguon.broadcasts.models import Airing
from nguon.bulletins.models import Bulletin
from nguon.deliveries.models import Delivery, Document, Receipt, ReleasedMedia, SigningTask
from nguon.deliveries.states import SETTLED, DeliveryState, TaskKind, TaskState
from nguon.devices import queries as devices
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass
from nguon.organisations.rules import covers
from nguon_protocol.counters import PEOPLES, WINDOW

ATTACK_REASONS = ("threshold", "rollback")
ATTACK_LEAST = 3
ATTACK_RISE = 3


@dataclass(frozen=True)
class Attack:
    """A rise of one reason of refusal within an hour: how many refusals, by how many loudspeakers."""

    reason: str
    refusals: int
    loudspeakers: int


@dataclass(frozen=True)
class Answers:
    """How many loudspeakers accepted a document, and how many refused it."""

    accepted: int
    refused: int


@dataclass(frozen=True)
class Tally:
    """How many loudspeakers of some deliveries are in each state."""

    by_state: dict[str, int]
    # Of those that played, how many only say so: nothing is proven behind a bridge (class L).
    unverified: int = 0

    @property
    def total(self) -> int:
        """This function will return how many there are."""
        return sum(self.by_state.values())

    @property
    def played(self) -> int:
        """This function will return how many played the whole."""
        return self.by_state.get(DeliveryState.PLAYED, 0)

    @property
    def settled(self) -> bool:
        """This function will say whether every one is in a last state, or known to be out of reach."""
        return all(state in SETTLED for state in self.by_state)


def document_for(device: Device, sha256: str) -> Document | None:
    """This function will return a signed document by its hash when it is meant for this loudspeaker, else
    None.
    """
    found = Document.objects.filter(pk=sha256).first()
    if found is None or found.target not in devices.targets_of_device(device):
        return None
    return found


def numbers(kind: str, target: str, v: int) -> list[tuple[int, int, str]]:
    """This function will return (epoch, v, SHA-256) of the stored documents of a type and target that devices
    count as the number `v`: people's own orders apart from the server's."""
    rows = Document.objects.filter(type=kind, target=target)
    if kind == "order":
        rows = rows.filter(v__gte=PEOPLES) if v >= PEOPLES else rows.filter(v__lt=PEOPLES)
    newest = rows.order_by("-epoch", "-v").values_list("epoch", "v", "sha256")[: 2 * WINDOW]
    return list(newest)


def relayed(names: Collection[str]) -> dict[str, Document]:
    """This function will return those of the documents that officers signed themselves, by their hashes."""
    return {row.pk: row for row in Document.objects.filter(pk__in=names, task__kind=TaskKind.ADMIT)}


def relayed_lately(areas: Collection[str], at: datetime, limit: int = 10) -> list[tuple[Document, Answers]]:
    """This function will return what officers signed themselves for some areas in the last day, newest
    first, with what the loudspeakers answered."""
    rows = Document.objects.filter(
        task__kind=TaskKind.ADMIT, task__made_at__gt=at - timedelta(days=1)
    ).select_related("task")
    shown = [row for row in rows.order_by("-task__made_at")[:200] if _concerns(row.target, areas)][:limit]
    if not shown:
        return []
    first = min(row.task.made_at for row in shown if row.task)
    counted = {
        row["document"]: Answers(row["yes"], row["no"])
        for row in Receipt.objects.filter(
            document__in=[row.pk for row in shown], received_at__gte=first, after_revocation=False
        )
        .order_by()
        .values("document")
        .annotate(
            yes=Count("device", filter=Q(event="accepted"), distinct=True),
            no=Count("device", filter=Q(event="refused"), distinct=True),
        )
    }
    return [(row, counted.get(row.pk, Answers(0, 0))) for row in shown]


def _concerns(target: str, areas: Collection[str]) -> bool:
    named = devices.area_of_target(target)
    return any(covers(area, named) or covers(named, area) for area in areas)


def released_media(sha256: str) -> Media | None:
    """This function will return a sound that a signed document names, or None."""
    return Media.objects.filter(pk__in=ReleasedMedia.objects.filter(pk=sha256).values("pk")).first()


def of_bulletin(bulletin: Bulletin) -> QuerySet[Delivery]:
    """This function will return what is known of a bulletin at each loudspeaker, airing by airing."""
    return (
        Delivery.objects.filter(airing__revision__bulletin=bulletin)
        .select_related("airing", "device", "device__place")
        .order_by("airing__at", "device__name")
    )


def tally(rows: QuerySet[Delivery]) -> Tally:
    """This function will count deliveries by state."""
    return Tally(dict(rows.order_by().values_list("state").annotate(n=Count("pk"))))


def tally_of_airings(airing_ids: Collection[UUID]) -> dict[UUID, Tally]:
    """This function will count the states of several airings at once."""
    counts: dict[UUID, Counter[str]] = {}
    said: Counter[UUID] = Counter()
    rows = Delivery.objects.filter(airing__in=airing_ids).order_by()
    kinds = rows.values_list("airing", "state", "device__device_class").annotate(n=Count("pk"))
    for airing, state, kind, count in kinds:
        counts.setdefault(airing, Counter())[state] += count
        if state == DeliveryState.PLAYED and kind == DeviceClass.L:
            said[airing] += count
    return {airing: Tally(dict(found), said[airing]) for airing, found in counts.items()}


def latest_receipts(areas: Collection[str], limit: int = 30) -> list[Receipt]:
    """This function will return the newest receipts from the loudspeakers of some areas."""
    return list(
        Receipt.objects.filter(device__in=devices.in_area(areas).order_by().values("pk"))
        .select_related("device", "device__place")
        .order_by("-received_at", "-n")[:limit]
    )


def last_receipts_of(device_ids: Collection[UUID]) -> dict[UUID, Receipt]:
    """This function will return the newest receipt of each loudspeaker that has sent any."""
    rows = Receipt.objects.filter(device__in=device_ids).order_by("device", "-n").distinct("device")
    return {row.device_id: row for row in rows}


def last_deliveries_of(device_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """This function will return the delivery of each loudspeaker that changed last."""
    rows = (
        Delivery.objects.filter(device__in=device_ids)
        .select_related("airing__revision")
        .order_by("device", "-changed_at")
        .distinct("device")
    )
    return {row.device_id: row for row in rows}


def playing() -> QuerySet[Delivery]:
    """This function will return what sounds now, at each loudspeaker, for another question to narrow."""
    return Delivery.objects.filter(state=DeliveryState.PLAYING)


def playing_at(device_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """This function will return what each of some loudspeakers plays now."""
    rows = playing().filter(device__in=device_ids).select_related("airing__revision")
    return {row.device_id: row for row in rows.order_by("changed_at")}


def recent_airings(areas: Collection[str], at: datetime, limit: int = 10) -> list[UUID]:
    """This function will return the airings of the last day that concerned some areas, newest first."""
    concerned = Delivery.objects.filter(
        airing=OuterRef("pk"), device__area__within=areas, device__revoked_at__isnull=True
    )
    rows = Airing.objects.filter(Exists(concerned), at__gt=at - timedelta(days=1), at__lte=at)
    return list(rows.order_by("-at").values_list("pk", flat=True)[:limit])


def unsigned(at: datetime) -> QuerySet[SigningTask]:
    """This function will return the requests that the signer refused within the last day, or has left lying
    for 10 s.
    """
    late = Q(state__in=[TaskState.PENDING, TaskState.SIGNING], made_at__lt=at - timedelta(seconds=10))
    refused = Q(state=TaskState.REFUSED, done_at__gt=at - timedelta(days=1)) & ~Q(reason="withdrawn")
    return SigningTask.objects.filter(late | refused).order_by("-made_at")


def signed_for(subject: UUID, targets: Collection[str], since: datetime) -> QuerySet[SigningTask]:
    """This function will return what was signed for a revision approved at `since`: its own orders, and the
    plans of its targets from then on; the last one first.
    """
    plans = Q(kind=TaskKind.PLAN, target__in=list(targets), made_at__gte=since)
    return SigningTask.objects.filter(Q(subject=subject) | plans, state=TaskState.DONE).order_by("-done_at")


def task_problems(subject: UUID) -> list[SigningTask]:
    """This function will return the refused requests of one revision, stop or withdrawal."""
    return list(SigningTask.objects.filter(subject=subject, state=TaskState.REFUSED))


def possible_attacks(areas: Collection[str], at: datetime) -> list[Attack]:
    """This function will tell where refusals rise that an honest server does not cause, the most first.

    `threshold`: somebody without the keys sends documents; `rollback`: somebody replays old ones. One stray
    refusal is no attack: it takes ATTACK_LEAST within the last hour, and ATTACK_RISE times as many as an hour
    of the day before had on average.
    """
    day = at - timedelta(hours=25)
    rows = Receipt.objects.filter(
        event="refused",
        reason__in=ATTACK_REASONS,
        received_at__gt=day,
        received_at__lte=at,
        after_revocation=False,
        device__in=devices.in_area(areas).order_by().values("pk"),
    )
    hour = Q(received_at__gt=at - timedelta(hours=1))
    counted = (
        rows.order_by()
        .values("reason")
        .annotate(
            now=Count("pk", filter=hour),
            before=Count("pk", filter=~hour),
            boxes=Count("device", filter=hour, distinct=True),
        )
    )
    rises = [
        Attack(row["reason"], row["now"], row["boxes"])
        for row in counted
        if row["now"] >= ATTACK_LEAST and row["now"] >= ATTACK_RISE * row["before"] / 24
    ]
    return sorted(rises, key=lambda attack: -attack.refusals)


def last_receipt_number(device: Device) -> int:
    """This function will return the highest number among the receipts of a loudspeaker (0: none is here)."""
    return Receipt.objects.filter(device=device).aggregate(last=Max("n"))["last"] or 0


def proof_of(delivery: Delivery) -> dict[str, object] | None:
    """This function will return the number and hash of the receipt that a delivery's state rests on, or
    None.
    """
    row = Receipt.objects.filter(device=delivery.device_id, n=delivery.receipt_n).first()
    return {"n": row.n, "sha256": row.sha256, "event": row.event} if row else None
