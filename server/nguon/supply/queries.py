"""Reads about supply: the inbox of a commune, and what became of a bulletin where it was sent."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from nguon.areas.paths import bounds, lineage, outermost
from nguon.broadcasts import queries as programmes
from nguon.broadcasts.models import Airing, Clash
from nguon.broadcasts.rules import commune_of
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Revision, Target
from nguon.bulletins.states import Decision, State, Timing
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon.supply.models import Answer
from nguon.supply.rules import is_placed_by_default, next_session
from nguon.supply.states import LEAD, Progress, Reply


@dataclass(frozen=True)
class Offer:
    """One supplied bulletin in the inbox of a commune, with what the commune did."""

    revision: Revision
    answer: Answer | None
    airings: tuple[Airing, ...] = ()


@dataclass(frozen=True)
class Used:
    """What one commune did with a supplied bulletin."""

    place: Place
    progress: Progress
    answer: Answer | None
    airings: int = 0
    first_at: datetime | None = None
    loudspeakers: int = 0
    played: int = 0
    last_played_at: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How many communes a supplied bulletin was meant for, and how far it came in them."""

    communes: int
    taken: int
    played: int
    declined: int

    @property
    def open(self) -> int:
        """This property will give how many have not answered."""
        return max(0, self.communes - self.taken - self.declined)


def supplied(at: datetime | None = None) -> QuerySet[Revision]:
    """This function will return the approved revisions that are meant for programmes below their home; with
    `at` those that are not over by then."""
    rows = Revision.objects.filter(
        timing=Timing.PROGRAMME, bulletin__state=State.APPROVED, approval__decision=Decision.APPROVE
    )
    rows = rows.exclude(bulletin__area__regex=r"^[^.]+\.[^.]+\.[^.]+")
    if at is not None:
        rows = rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return rows.select_related("bulletin__place", "author", "media", "approval__by")


def from_above(area: str, at: datetime | None = None) -> QuerySet[Revision]:
    """This function will return what was supplied from above to an area, or to a part of it, newest first."""
    aimed = Target.objects.filter(Q(area__in=lineage(area)) | Q(area__within=[area]), revision=OuterRef("pk"))
    rows = supplied(at).filter(Exists(aimed), bulletin__area__in=lineage(area)[:-1])
    return rows.order_by("priority", "-approval__at", "-pk")


def sent_by(areas: Collection[str]) -> QuerySet[Revision]:
    """This function will return what was supplied from some areas, newest first."""
    return supplied().filter(bulletin__area__within=areas).order_by("-approval__at", "-pk")


def offers(area: str, rows: Collection[Revision]) -> list[Offer]:
    """This function will show supplied revisions as one commune sees them, in two queries."""
    keys = [row.pk for row in rows]
    answers = {row.revision_id: row for row in Answer.objects.filter(area=area, revision__in=keys)}
    planned: dict[UUID, list[Airing]] = {}
    there = Airing.objects.filter(area=area, revision__in=keys, state=AiringState.PLANNED).order_by("at")
    for airing in there:
        planned.setdefault(airing.revision_id, []).append(airing)
    return [Offer(row, answers.get(row.pk), tuple(planned.get(row.pk, ()))) for row in rows]


def unanswered(area: str, at: datetime) -> QuerySet[Revision]:
    """This function will return what waits for one commune's answer."""
    answered = Answer.objects.filter(area=area, revision=OuterRef("pk")).exclude(reply=Reply.ASKED)
    return from_above(area, at).filter(~Exists(answered))


def open_clashes(area: str) -> list[Clash]:
    """This function will return where items from above met the commune's own and nobody has said yet what is
    to be done, soonest first."""
    rows = programmes.open_clashes([area]).filter(revision__in=supplied().order_by().values("pk"))
    return list(
        rows.select_related("revision__bulletin__place", "met__revision", "met__slot").order_by("wanted_at")
    )


def proposal(area: str, revision: Revision, at: datetime) -> datetime:
    """This function will return the instant at which a commune would usually play a supplied bulletin: the
    next session; a normal item after all that stands in it already, a priority item at its beginning."""
    return proposals(area, [revision], at)[revision.pk]


def proposals(area: str, revisions: Collection[Revision], at: datetime) -> dict[UUID, datetime]:
    """This function will return the same for several bulletins, each as if it came alone, in one query."""
    start = starts([area], at)[area]
    busy = Airing.objects.filter(
        Q(area=area) | Q(area="", revision__targets__area__within=[area]),
        state=AiringState.PLANNED,
        at__lt=start + timedelta(hours=2),
        ends_at__gt=start,
    )
    taken = list(busy.distinct().order_by("at").values_list("at", "ends_at"))
    return {row.pk: start if is_placed_by_default(row) else _free(start, row, taken) for row in revisions}


def starts(areas: Collection[str], at: datetime) -> dict[str, datetime]:
    """This function will return when a priority item supplied at `at` is to sound in each commune: at the
    beginning of its next session; a commune that has set none broadcasts at the usual hours. Two queries."""
    found = programmes.next_starts(areas, at + LEAD)
    return {area: found.get(area) or next_session(at + LEAD) for area in areas}


def _free(start: datetime, revision: Revision, taken: Collection[tuple[datetime, datetime]]) -> datetime:
    length = timedelta(milliseconds=revision.media.duration_ms if revision.media else 0)
    for begins, ends in taken:
        if begins >= start + length:
            break
        start = max(start, _whole(ends))
    return start


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0) + timedelta(seconds=1 if at.microsecond else 0)


def communes_of(revision: Revision, at: datetime) -> QuerySet[Place]:
    """This function will return the communes for which a revision is meant, as they are on that day."""
    areas = list(Target.objects.filter(revision=revision).values_list("area", flat=True))
    wide = outermost([commune_of(area) for area in areas])
    rows = Place.objects.on(local(at).date()).filter(kind=Kind.COMMUNE, area__within=wide)
    return rows.select_related("parent").in_order()


def silent(revision: Revision, at: datetime) -> QuerySet[Place]:
    """This function will return the communes that have not answered."""
    answered = Answer.objects.filter(revision=revision).exclude(reply=Reply.ASKED).values("area")
    return communes_of(revision, at).exclude(area__in=answered)


def counts(
    revisions: Collection[Revision], at: datetime, within: Collection[str] = ("vn",)
) -> dict[UUID, Counts]:
    """This function will count, for each revision, the communes in some areas and what they did, in four
    queries however many revisions they are."""
    keys = [row.pk for row in revisions]
    replies: dict[tuple[UUID, str], int] = {
        (row["revision"], row["reply"]): row["n"]
        for row in Answer.objects.filter(revision__in=keys, area__within=within)
        .order_by()
        .values("revision", "reply")
        .annotate(n=Count("pk"))
    }
    heard = (
        Delivery.objects.filter(
            airing__revision__in=keys, airing__area__within=within, state=DeliveryState.PLAYED
        )
        .order_by()
        .values("airing__revision")
        .annotate(n=Count("airing__area", distinct=True))
    )
    played = {row["airing__revision"]: row["n"] for row in heard}
    meant = _how_many(keys, at, within)
    return {
        row.pk: Counts(
            meant[row.pk],
            replies.get((row.pk, Reply.TAKEN), 0),
            played.get(row.pk, 0),
            replies.get((row.pk, Reply.DECLINED), 0),
        )
        for row in revisions
    }


def _how_many(revisions: Collection[UUID], at: datetime, within: Collection[str]) -> dict[UUID, int]:
    """For how many communes of some areas each revision is meant: all communes are read once, in the order
    of their areas, in which those of any place stand side by side."""
    wide: dict[UUID, set[str]] = {key: set() for key in revisions}
    for key, area in Target.objects.filter(revision__in=revisions).values_list("revision", "area"):
        wide[key].add(commune_of(area))
    every = outermost([area for areas in wide.values() for area in areas])
    rows = Place.objects.on(local(at).date()).filter(kind=Kind.COMMUNE, area__within=every)
    known = sorted(rows.filter(area__within=within).order_by().values_list("area", flat=True))
    return {
        key: sum(
            bisect_left(known, end) - bisect_left(known, first)
            for first, end in map(bounds, outermost(areas))
        )
        for key, areas in wide.items()
    }


def usage(
    revision: Revision, at: datetime, within: Collection[str] = ("vn",), show: str = ""
) -> QuerySet[Place]:
    """This function will return the communes of a revision within some areas, in Vietnamese order; `show`, a
    Progress, keeps those that came so far."""
    rows = communes_of(revision, at).filter(area__within=within)
    answers = Answer.objects.filter(revision=revision, area=OuterRef("area"))
    heard = Exists(
        Delivery.objects.filter(
            airing__revision=revision, airing__area=OuterRef("area"), state=DeliveryState.PLAYED
        )
    )
    taken = Exists(answers.filter(reply=Reply.TAKEN))
    kept = {
        Progress.OPEN: ~Exists(answers),
        Progress.ASKED: Exists(answers.filter(reply=Reply.ASKED)),
        Progress.DECLINED: Exists(answers.filter(reply=Reply.DECLINED)),
        Progress.PLAYED: taken & heard,
        Progress.TAKEN: taken & ~heard,
    }
    return rows.filter(kept[Progress(show)]) if show in Progress.values else rows


def used(revision: Revision, places: Collection[Place]) -> list[Used]:
    """This function will say what each of these communes did with a revision, in three queries."""
    areas = [place.area for place in places]
    answers = {
        row.area: row for row in Answer.objects.filter(revision=revision, area__in=areas).select_related("by")
    }
    planned = {
        row["area"]: row
        for row in Airing.objects.filter(revision=revision, area__in=areas, state=AiringState.PLANNED)
        .order_by()
        .values("area")
        .annotate(n=Count("pk"), first=Min("at"))
    }
    heard = {
        row["airing__area"]: row
        for row in Delivery.objects.filter(airing__revision=revision, airing__area__in=areas)
        .order_by()
        .values("airing__area")
        .annotate(
            all=Count("device", distinct=True),
            yes=Count("device", distinct=True, filter=Q(state=DeliveryState.PLAYED)),
            last=Max("ended_at", filter=Q(state=DeliveryState.PLAYED)),
        )
    }
    return [
        _used(place, answers.get(place.area), planned.get(place.area, {}), heard.get(place.area, {}))
        for place in places
    ]


def _used(place: Place, answer: Answer | None, planned: Mapping[str, Any], heard: Mapping[str, Any]) -> Used:
    progress = Progress.OPEN
    if answer is not None and answer.reply != Reply.TAKEN:
        progress = Progress.DECLINED if answer.reply == Reply.DECLINED else Progress.ASKED
    elif answer is not None:
        progress = Progress.PLAYED if heard.get("yes") else Progress.TAKEN
    return Used(
        place,
        progress,
        answer,
        airings=planned.get("n", 0),
        first_at=planned.get("first"),
        loudspeakers=heard.get("all", 0),
        played=heard.get("yes", 0),
        last_played_at=heard.get("last"),
    )
