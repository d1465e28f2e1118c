"""Reads about airings: what plays when, and what a new bulletin would meet."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from nguon.areas.paths import COUNTRY
from nguon.broadcasts.models import Airing
from nguon.broadcasts.rules import Aims, within
from nguon.broadcasts.states import WINDOW_DAYS, AiringState
from nguon.bulletins.models import Revision, Target
from nguon.bulletins.queries import instants_of, target_strings
from nguon.bulletins.states import Priority, Timing
from nguon.devices import queries as devices
from nguon.devices.models import Device
from nguon_protocol.errors import ProtocolError


@dataclass(frozen=True)
class Meeting:
    """One airing that a new bulletin would meet: at how many shared loudspeakers, and whether it is cut
    short.
    """

    airing: Airing
    title: str
    loudspeakers: int
    cut: bool


def upcoming(targets: Iterable[str], at: datetime, until: datetime) -> QuerySet[Airing]:
    """This function will return the airings not yet over that are meant for any of the LSP-1 targets, by
    time.
    """
    named = list(targets)
    revisions = Target.objects.filter(target__in=named).values("revision")
    return (
        Airing.objects.filter(
            Q(area="") | Q(area__in=named),
            revision__in=revisions,
            state=AiringState.PLANNED,
            ends_at__gte=at,
            at__lte=until,
        )
        .select_related("revision")
        .order_by("at")
    )


def aims_of(revision: Revision) -> list[tuple[str, str]]:
    """This function will return (area, LSP-1 target) of every place of a revision."""
    return list(revision.targets.values_list("area", "target"))


def aims_of_many(revisions: Collection[UUID]) -> dict[UUID, Aims]:
    """This function will return the places of several revisions, in one query."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = Target.objects.filter(revision__in=revisions) if revisions else Target.objects.none()
    for revision, area, target in rows.values_list("revision", "area", "target"):
        found.setdefault(revision, []).append((area, target))
    return {key: Aims(found.get(key, ())) for key in revisions}


def targets_of(airing: Airing) -> list[str]:
    """This function will return the LSP-1 targets at which an airing sounds, sorted: those of its revision,
    or of a commune's programme those in that commune, or of a turn its loudspeakers."""
    if airing.group_id is not None:
        return [f"g/{airing.group_id}"]
    if not airing.area:
        return target_strings(airing.revision)
    return within(aims_of(airing.revision), airing.area)


def plan_targets(revision: Revision) -> list[str]:
    """This function will return the LSP-1 targets whose plans hold a revision, sorted: of one that communes
    place, where they have placed it."""
    if revision.timing != Timing.PROGRAMME:
        return target_strings(revision)
    aims = aims_of(revision)
    rows = Airing.objects.filter(revision=revision).order_by()
    areas = rows.values_list("area", flat=True).distinct()
    turns = rows.filter(group__isnull=False).values_list("group", flat=True).distinct()
    return sorted({target for area in areas for target in within(aims, area)} | {f"g/{key}" for key in turns})


def next_of_device(device: Device, at: datetime) -> Airing | None:
    """This function will return the next airing of a loudspeaker, or None."""
    named = [COUNTRY, *devices.targets_of_device(device)]  # no plan is for the country, but communes place it
    mine = Q(group__isnull=True) | Q(group__in=device.groups.all())
    return upcoming(named, at, at + timedelta(days=WINDOW_DAYS)).filter(mine, at__gt=at).first()


def of_revision(revision: Revision) -> QuerySet[Airing]:
    """This function will return every airing of a revision, by time."""
    return Airing.objects.filter(revision=revision).order_by("at")


def meetings(
    revision: Revision, duration_ms: int, at: datetime, targets: Sequence[str] | None = None, limit: int = 20
) -> list[Meeting]:
    """This function will return what a draft or waiting revision would meet on its loudspeakers, soonest
    first.

    A bulletin to play now cuts what is playing; planned bulletins that overlap play one after the other.
    """
    wanted = list(targets) if targets is not None else target_strings(revision)
    mine = set(devices.of_targets(wanted).values_list("pk", flat=True))
    windows = _windows(revision, duration_ms, at)
    if not mine or not windows:
        return []
    found: list[Meeting] = []
    shared: dict[tuple[UUID, str], int] = {}
    for airing in _overlapping(revision, windows):
        key = (airing.revision_id, airing.area)
        if key not in shared:
            theirs = devices.of_targets(targets_of(airing)).values_list("pk", flat=True)
            shared[key] = len(mine.intersection(theirs))
        if shared[key]:
            cut = cuts(revision, airing)
            found.append(Meeting(airing, airing.revision.title, shared[key], cut))
        if len(found) == limit:
            break
    return found


def cuts(revision: Revision, airing: Airing) -> bool:
    """This function will say whether a new bulletin cuts an airing short, as the player of LSP-1 does.

    Playing now goes before the plan; at the same level only khẩn cấp goes before what is not.
    """
    now = revision.timing == Timing.NOW
    if now != airing.immediate:
        return now
    return revision.priority == Priority.URGENT and airing.revision.priority != Priority.URGENT


def _windows(revision: Revision, duration_ms: int, at: datetime) -> list[tuple[datetime, datetime]]:
    length = timedelta(milliseconds=duration_ms)
    if revision.timing == Timing.NOW:
        return [(at, at + length)]
    try:
        starts = instants_of(revision, at, at + timedelta(days=WINDOW_DAYS))
    except ProtocolError:
        return []
    return [(start, start + length) for start in starts]


def _overlapping(revision: Revision, windows: list[tuple[datetime, datetime]]) -> QuerySet[Airing]:
    where = Q(pk__in=[])
    for start, end in windows[:200]:
        where |= Q(at__lt=end, ends_at__gt=start) | Q(at=start)
    return (
        Airing.objects.filter(where, state=AiringState.PLANNED)
        .exclude(revision__bulletin=revision.bulletin_id)
        .select_related("revision")
        .order_by("at")
    )
