"""Writes: taking, declining, answering a clash, placing what has priority, reminding."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.actions.taking import programme_of, programmes_of
from nguon.broadcasts.errors import Meets
from nguon.broadcasts.models import Airing, Clash
from nguon.broadcasts.rules import is_of_commune
from nguon.broadcasts.states import Decided
from nguon.bulletins.models import Revision
from nguon.devices import queries as devices
from nguon.journal import queries as journal
from nguon.journal.actions import Fact, lock_cursor, move_cursor, record, record_many
from nguon.journal.models import Entry
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.supply import errors, queries
from nguon.supply.models import Answer
from nguon.supply.rules import is_placed_by_default, is_sender
from nguon.supply.states import REMIND_AFTER, Reply

FOLLOWER = "supply"
TASK = "nguon.supply.tasks.spread"
TOGETHER = 200  # communes in one transaction


@transaction.atomic
def take(
    *, revision_id: UUID, area: str, instants: Collection[datetime], by: User, at: datetime
) -> list[Airing]:
    """This function will put a bulletin from above into the programme of one commune, and return its airings.

    Done again with the same instants it changes nothing; with others it plays then too. None: something plays
    there already, and the commune's own officer, who asked, now has the question what goes first.
    Raises NotOffered, or what `broadcasts.actions.place` raises.
    """
    home = programme_of(area, by, at).place
    revision = _offered(revision_id, home, at)
    try:
        airings = broadcasts.place(revision_id=revision.pk, area=area, instants=instants, by=by, at=at)
    except Meets:
        if len(instants) != 1 or not is_of_commune(by, area, at):
            raise
        (instant,) = instants
        broadcasts.offer(revision_id=revision.pk, area=area, instant=instant, by=by, at=at)
        if not Answer.objects.filter(revision=revision, area=area, reply=Reply.TAKEN).exists():
            _answer(revision, home, Reply.ASKED, "", by, at)
        return []
    _answer(revision, home, Reply.TAKEN, "", by, at)
    return airings


@transaction.atomic
def decline(*, revision_id: UUID, area: str, reason: str, by: User, at: datetime) -> Answer:
    """This function will note that a commune does not use a bulletin from above, and why.

    Raises NotOffered, PriorityStays, AlreadyTaken, WhyMissing, or MayNotPlace.
    """
    home = programme_of(area, by, at).place
    revision = _offered(revision_id, home, at)
    if is_placed_by_default(revision):
        raise errors.PriorityStays(title=revision.title)
    if not reason.strip():
        raise errors.WhyMissing
    known = Answer.objects.filter(revision=revision, area=area).first()
    if known and known.reply == Reply.TAKEN:
        raise errors.AlreadyTaken(title=revision.title, place=str(home))
    return _answer(revision, home, Reply.DECLINED, reason.strip()[:300], by, at)


@transaction.atomic
def order(*, clash_id: UUID, decision: str, by: User, at: datetime) -> Clash:
    """This function will do what a commune decided where an item from above met its own, and note that it
    has answered. Raises what `broadcasts.actions.decide` raises."""
    clash = broadcasts.decide(clash_id=clash_id, decision=decision, by=by, at=at)
    _decided(clash, at)
    return clash


def _decided(clash: Clash, at: datetime) -> None:
    revision = queries.supplied().filter(pk=clash.revision_id).first()
    home = Place.objects.filter(area=clash.area).first()
    if revision is None or home is None or clash.decided_by is None:
        return
    left_out = clash.decision == Decided.LEAVE
    if left_out and Answer.objects.filter(revision=revision, area=clash.area, reply=Reply.TAKEN).exists():
        return  # it plays at another time
    reply, reason = (Reply.DECLINED, str(Decided.LEAVE.label)) if left_out else (Reply.TAKEN, "")
    _answer(revision, home, reply, reason, clash.decided_by, at)


@transaction.atomic
def remind(*, revision_id: UUID, by: User | None, at: datetime) -> int:
    """This function will remind the communes that have not answered, and return how many they are; `by` None
    is the system itself. Raises NotTheSender."""
    revision = queries.supplied(at).filter(pk=revision_id).first()
    if revision is None:
        raise errors.NotTheSender
    if by is not None and not is_sender(_own(by, at), revision):
        raise errors.NotTheSender
    waiting = queries.silent(revision, at).order_by().count()
    if waiting:
        area = revision.bulletin.area
        data = {"revision": revision.pk, "title": revision.title, "count": waiting, "area": area}
        record(fact="supply.reminded", subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)
    return waiting


@transaction.atomic
def follow(*, at: datetime) -> bool:
    """This function will have each newly approved priority item from above placed; False when there was
    nothing new."""
    cursor = lock_cursor(name=FOLLOWER, at=at)
    if cursor is None:
        return False
    facts = journal.facts_after(cursor.sequence, ("bulletin.approved", "clash.decided"))
    for fact in facts:
        if fact.fact == "clash.decided":
            _decided(Clash.objects.select_related("decided_by").get(pk=fact.data["clash"]), at)
            continue
        revision = queries.supplied(at).filter(pk=fact.data.get("revision")).first()
        if revision is not None and is_placed_by_default(revision):
            task = app.configure_task(TASK, queue="supply", allow_unknown=True)
            task.defer(revision_id=str(revision.pk))
    if facts:
        move_cursor(cursor=cursor, sequence=facts[-1].sequence, at=at)
    return bool(facts)


def remind_in_time(*, at: datetime) -> int:
    """This function will have the communes reminded, once, of each bulletin that was supplied REMIND_AFTER
    ago and is not over; returns of how many."""
    old = queries.supplied(at).filter(
        approval__at__lte=at - REMIND_AFTER, approval__at__gt=at - REMIND_AFTER - timedelta(days=7)
    )
    known = set(
        Entry.objects.filter(
            fact="supply.reminded", subject__in=[f"bulletin:{row.bulletin_id}" for row in old]
        ).values_list("subject", flat=True)
    )
    due = [row for row in old if f"bulletin:{row.bulletin_id}" not in known]
    return sum(1 for row in due if remind(revision_id=row.pk, by=None, at=at))


def spread(*, revision_id: UUID, at: datetime) -> tuple[int, int]:
    """This function will place a priority item in every commune that it is meant for, that has loudspeakers
    and has not answered: many in one transaction, and each where something is in the way in its own; returns
    how many were placed, and left to the commune (quiet hours, a time too soon).
    """
    revision = queries.supplied(at).filter(pk=revision_id).first()
    if revision is None:
        return 0, 0
    answered = set(Answer.objects.filter(revision=revision).values_list("area", flat=True))
    targets = list(revision.targets.values_list("target", flat=True))
    lived_in = devices.of_targets(targets).order_by().values_list("area", flat=True).distinct()
    loud = {".".join(area.split(".")[:3]) for area in lived_in}
    placed = left = 0
    communes = queries.communes_of(revision, at)
    homes = [home for home in communes if home.area in loud and home.area not in answered]
    for first in range(0, len(homes), TOGETHER):
        together = homes[first : first + TOGETHER]
        done = _place_where_free(revision, together, at)
        placed += len(done)
        for home in together:
            if home.area in done:
                continue
            try:
                _place_by_default(revision, home, at)
                placed += 1
            except DomainError:
                left += 1  # the commune finds it among the offers, and chooses the time itself
    return placed, left


@transaction.atomic
def _place_where_free(revision: Revision, homes: Collection[Place], at: datetime) -> set[str]:
    """Where nothing is in the way, many communes are one step; returns those that have an answer now."""
    by, areas = revision.approval.by, {home.area: home for home in homes}
    programmes_of(areas, by, at)  # in hand: whoever answers meanwhile comes before this or after it
    answered = set(Answer.objects.filter(revision=revision, area__in=areas).values_list("area", flat=True))
    instants = queries.starts([area for area in areas if area not in answered], at)
    made = broadcasts.place_many(revision_id=revision.pk, instants=instants, by=by, at=at)
    Answer.objects.bulk_create(
        Answer(
            revision=revision, area=area, place=areas[area], reply=Reply.TAKEN, by=by, by_default=True, at=at
        )
        for area in made
    )
    subject = f"bulletin:{revision.bulletin_id}"
    told = [Fact(subject, _told(revision, area, "", by_default=True)) for area in made]
    record_many(fact="supply.taken", told=told, by=by, at=at)
    return answered | made.keys()


@transaction.atomic
def _place_by_default(revision: Revision, home: Place, at: datetime) -> None:
    """A priority item that meets the commune's own is a question: the law leaves the order to the commune."""
    by = revision.approval.by
    instant = queries.proposal(home.area, revision, at)
    made = broadcasts.offer(revision_id=revision.pk, area=home.area, instant=instant, by=by, at=at)
    reply = Reply.ASKED if isinstance(made, Clash) else Reply.TAKEN
    _answer(revision, home, reply, "", by, at, by_default=True)


def _offered(revision_id: UUID, home: Place, at: datetime) -> Revision:
    found = queries.from_above(home.area, at).filter(pk=revision_id).first()
    if found is None:
        raise errors.NotOffered(place=str(home))
    return found


def _answer(
    revision: Revision,
    home: Place,
    reply: Reply,
    reason: str,
    by: User,
    at: datetime,
    *,
    by_default: bool = False,
) -> Answer:
    known = Answer.objects.filter(revision=revision, area=home.area).first()
    if known and known.reply == reply:
        return known
    made, _new = Answer.objects.update_or_create(
        revision=revision,
        area=home.area,
        defaults={
            "place": home, "reply": reply, "reason": reason, "by": by, "by_default": by_default, "at": at,
        },
    )  # fmt: skip
    if reply == Reply.ASKED:
        return made  # `clash.asked` tells it
    fact = "supply.taken" if reply == Reply.TAKEN else "supply.declined"
    data = _told(revision, home.area, reason, by_default=by_default)
    record(fact=fact, subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)
    return made


def _told(revision: Revision, area: str, reason: str, *, by_default: bool) -> dict[str, object]:
    title = revision.title
    return {
        "revision": revision.pk, "title": title, "area": area, "reason": reason, "by_default": by_default,
    }  # fmt: skip


def _own(user: User, at: datetime) -> list[str]:
    return [*areas_of(user, Role.WRITER, at), *areas_of(user, Role.APPROVER, at)]
