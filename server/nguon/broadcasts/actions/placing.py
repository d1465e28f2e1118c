"""Putting approved bulletins into the programme of a commune (xếp lịch), and taking them out again.

A bulletin is approved either with its times, or "theo chương trình": then whoever keeps the programme of a
commune chooses them, here. The signer asks again by itself (signer/nguon_signer/programme.py), and the
content stays what two people approved (docs/adr/016).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import errors, queries, rules
from nguon.broadcasts.actions.compiling import lay_down
from nguon.broadcasts.actions.taking import changed, programme_of
from nguon.broadcasts.models import Airing, HourRule, Programme
from nguon.broadcasts.states import AiringState
from nguon.bulletins.actions.submitting import spoken_time
from nguon.bulletins.models import Revision
from nguon.bulletins.rules import COOL_OFF, is_played, is_wide
from nguon.bulletins.states import Decision, State, Timing
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import local, to_epoch
from nguon.organisations.models import Place
from nguon_protocol.ids import placed_id


@transaction.atomic
def place(
    *,
    revision_id: UUID,
    area: str,
    instants: Collection[datetime],
    by: User,
    at: datetime,
    seen: int | None = None,
) -> list[Airing]:
    """This function will put an approved bulletin at some instants into the programme of one commune,
    `area`, and return its airings there, by time.

    It is the one way in: for a commune's own bulletins, and for those supplied from above. For supply: have
    the bulletin approved with `Timing.PROGRAMME` and with targets that are communes (or wider: a target that
    covers the commune sounds in the whole commune); when the commune takes it, call this with its revision,
    the commune's area and the officer of the commune as `by`; a priority item from above goes through
    `offer`, which asks the commune where something plays already. It sounds on that commune's loudspeakers
    alone.
    Placing what is there already changes nothing. Instants are cut down to whole seconds. `seen` is the
    version of the programme that stood on the person's screen (`queries.programme_version`).

    Raises NotACommune, MayNotPlace, ChangedMeanwhile, NothingToPlace, NotApproved, NoSound, HasOwnTimes,
    NotForHere, NoInstants, TooManyInstants, AlreadyPast, TooFarAhead, ApprovalOver, InQuietHours,
    TooSoonForMany or TooOften; then nothing has changed.
    """
    programme = programme_of(area, by, at, seen)
    home = programme.place
    revision, targets = placeable(revision_id, home)
    wanted = sorted({instant.replace(microsecond=0) for instant in instants})
    check_instants(revision, home, wanted, at)
    airings = [airing_of(revision, area, instant, by, at) for instant in wanted]
    there = Airing.objects.filter(pk__in=[one.pk for one in airings], state=AiringState.PLANNED)
    known = {row.pk: row for row in there}
    fresh = [one for one in airings if one.pk not in known]
    if fresh:
        check_clashes(fresh)
        lay_down(fresh)
        changed(programme, by, at)
        tell(fact="airing.placed", revision=revision, area=area, targets=targets, of=fresh, by=by, at=at)
    return [known.get(one.pk, one) for one in airings]


@transaction.atomic
def unplace(*, airing_ids: Collection[UUID], by: User, at: datetime, seen: int | None = None) -> list[Airing]:
    """This function will take airings that were placed by hand out of the programme of the commune that they
    all stand in, and return them; what is out already stays out. What a playlist says is left out by `skip`.
    Raises AiringUnknown, MayNotPlace, ChangedMeanwhile or AiringBegun.
    """
    programme, rows = _in_hand(airing_ids, by, at, seen)
    going = [row for row in rows if row.state == AiringState.PLANNED]
    for row in going:
        if row.at <= at:
            raise errors.AiringBegun(title=row.revision.title)
    Airing.objects.filter(pk__in=[row.pk for row in going]).update(state=AiringState.CANCELLED)
    if going:
        changed(programme, by, at)
    for revision in {row.revision_id: row.revision for row in going}.values():
        mine = [row for row in going if row.revision_id == revision.pk]
        area, targets = mine[0].area, queries.targets_of(mine[0])
        tell(fact="airing.unplaced", revision=revision, area=area, targets=targets, of=mine, by=by, at=at)
    return going


@transaction.atomic
def move(*, airing_id: UUID, to: datetime, by: User, at: datetime, seen: int | None = None) -> Airing:
    """This function will put one airing of a programme at another instant, and return the one that plays
    now. Raises what `place` and `unplace` raise.
    """
    programme, (row,) = _in_hand([airing_id], by, at, seen)
    if row.at <= at:
        raise errors.AiringBegun(title=row.revision.title)
    if row.state != AiringState.PLANNED:
        raise errors.AiringUnknown
    to = to.replace(microsecond=0)
    if to == row.at:
        return row
    revision, targets = placeable(row.revision_id, programme.place)
    Airing.objects.filter(pk=row.pk).update(state=AiringState.CANCELLED)
    check_instants(revision, programme.place, [to], at)
    made = airing_of(revision, row.area, to, by, at)
    check_clashes([made])
    lay_down([made])
    changed(programme, by, at)
    data = {"from": row.at, "from_time": spoken_time(row.at)}
    area = row.area
    tell(fact="airing.moved", revision=revision, area=area, targets=targets, of=[made], by=by, at=at, **data)
    return made


def placeable(revision_id: UUID, home: Place) -> tuple[Revision, list[str]]:
    """This function will return a revision that may be put into a commune's programme, and its LSP-1 targets
    there. Raises NothingToPlace, NotApproved, NoSound, HasOwnTimes or NotForHere.
    """
    revision = to_be_placed(revision_id)
    targets = rules.within(queries.aims_of(revision), home.area)
    if not targets:
        raise errors.NotForHere(title=revision.title, place=str(home))
    return revision, targets


def to_be_placed(revision_id: UUID) -> Revision:
    """This function will return a revision that may be put into programmes. Raises NothingToPlace,
    NotApproved, NoSound or HasOwnTimes."""
    rows = Revision.objects.select_related("bulletin", "media", "approval")
    # A withdrawal comes before this or after it, never in between.
    rows = rows.select_for_update(of=("bulletin",), no_key=True)
    revision = rows.filter(pk=revision_id, submitted_at__isnull=False).first()
    if revision is None:
        raise errors.NothingToPlace
    approval = getattr(revision, "approval", None)
    if revision.bulletin.state != State.APPROVED or not approval or approval.decision != Decision.APPROVE:
        raise errors.NotApproved(title=revision.title)
    if not is_played(revision.content_type) or revision.media is None:
        raise errors.NoSound(title=revision.title)
    if revision.timing != Timing.PROGRAMME:
        raise errors.HasOwnTimes(title=revision.title)
    return revision


def check_instants(revision: Revision, home: Place, wanted: Sequence[datetime], at: datetime) -> None:
    """This function will raise what keeps a revision from sounding at these instants in a commune."""
    if not wanted:
        raise errors.NoInstants
    if len(wanted) > rules.MOST_AT_ONCE:
        raise errors.TooManyInstants(count=len(wanted), limit=rules.MOST_AT_ONCE)
    rule = queries.hours_of(home)
    quiet = [*devices.quiet_hours(), *queries.quiet_by(rule)]
    check_moments(revision, wanted, at, wide=is_wide(revision.targets.all()), quiet=quiet)
    _check_often(revision, home.area, wanted)
    check_hours(revision, home, wanted, rule, partial(queries.sounded_on, home.area))


def check_moments(
    revision: Revision,
    wanted: Sequence[datetime],
    at: datetime,
    *,
    wide: bool,
    quiet: Sequence[tuple[str, str]],
) -> None:
    """This function will raise what keeps a revision from sounding at these instants, by time, anywhere with
    these quiet hours; `wide`: it reaches many communes."""
    first, last, title = wanted[0], wanted[-1], revision.title
    if first <= at:
        raise errors.AlreadyPast(time=spoken_time(first))
    if last > at + timedelta(days=rules.DAYS_AHEAD):
        raise errors.TooFarAhead(time=spoken_time(last), days=rules.DAYS_AHEAD)
    if revision.until_at is not None and last > revision.until_at:
        raise errors.ApprovalOver(title=title, until=spoken_time(revision.until_at))
    if first < at + COOL_OFF and wide:
        raise errors.TooSoonForMany(title=title, minutes=COOL_OFF.seconds // 60)
    length = timedelta(milliseconds=_duration_ms(revision))
    for instant in wanted:
        touched = rules.quiet_touched(quiet, instant, length)
        if touched:
            raise errors.InQuietHours(title=title, time=spoken_time(instant), quiet="-".join(touched))


def check_clashes(wanted: Sequence[Airing]) -> None:
    """This function will raise Meets for the first airing that would sound while another one does in the same
    commune: loudspeakers play one thing at a time, and what must wait too long is missed."""
    first, last = min(one.at for one in wanted), max(one.ends_at for one in wanted)
    keys = {one.pk for one in wanted}
    there = [row for row in queries.of_commune(wanted[0].area, first, last) if row.pk not in keys]
    there += wanted
    for one in wanted:
        for other in there:
            if other.pk != one.pk and other.at < one.ends_at and one.at < other.ends_at:
                raise errors.Meets(
                    other,
                    title=one.revision.title,
                    time=spoken_time(one.at),
                    other=other.revision.title,
                    from_time=f"{local(other.at):%H:%M:%S}",
                    to_time=f"{local(other.ends_at):%H:%M:%S}",
                )


def tell(
    *,
    fact: str,
    revision: Revision,
    area: str,
    targets: Sequence[str],
    of: Sequence[Airing],
    by: User,
    at: datetime,
    **more: object,
) -> None:
    """This function will write into the journal what changed in a programme; the line follows it: what is
    laid down is expected of the loudspeakers, and the plans of `targets` are signed anew.
    """
    data = told_of(revision, area, targets, of) | more
    record(fact=fact, subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)


def told_of(revision: Revision, area: str, targets: Sequence[str], of: Sequence[Airing]) -> dict[str, object]:
    """This function will return what the journal is told of airings of a revision in one commune."""
    return {
        "revision": revision.pk,
        "title": revision.title,
        "area": area,
        "targets": list(targets),
        "airings": [{"id": row.pk, "at": row.at} for row in of],
        "count": len(of),
        "time": spoken_time(of[0].at) if of else "",
    }


def _check_often(revision: Revision, area: str, wanted: Iterable[datetime]) -> None:
    there = Airing.objects.filter(revision=revision, area=area, state=AiringState.PLANNED)
    instants = {*there.values_list("at", flat=True), *wanted}
    days = Counter(local(instant).date() for instant in instants)
    for instant in wanted:
        day = local(instant).date()
        if days[day] > rules.MOST_A_DAY:
            raise errors.TooOften(
                title=revision.title,
                count=days[day] - 1,
                date=f"{day:%d/%m/%Y}",
                limit=rules.MOST_A_DAY,
            )


def check_hours(
    revision: Revision,
    home: Place,
    wanted: Sequence[datetime],
    rule: HourRule | None,
    sounded_on: Callable[[date], timedelta],
) -> None:
    """This function will raise what the broadcast hours of the area say: they hold for what is placed by hand
    too; `sounded_on` tells how long the commune sounds on a day already."""
    if rule is None:
        return
    length = timedelta(milliseconds=_duration_ms(revision))
    for day in sorted({local(instant).date() for instant in wanted}):
        if str(day.weekday()) not in rule.weekdays:
            raise errors.HoursWrongDay(place=str(home), days=len(rule.weekdays), source=rule.source)
        if rule.sessions is None:
            continue
        mine = sum(local(instant).date() == day for instant in wanted)
        sounded = sounded_on(day)
        if sounded + mine * length > timedelta(minutes=rule.sessions * rule.minutes):
            raise errors.DayFull(
                title=revision.title,
                date=f"{day:%d/%m/%Y}",
                place=str(home),
                total=round(sounded.total_seconds() / 60),
                limit=rule.sessions * rule.minutes,
                source=rule.source,
            )


def _in_hand(
    airing_ids: Collection[UUID], by: User, at: datetime, seen: int | None
) -> tuple[Programme, list[Airing]]:
    rows = Airing.objects.exclude(area="").filter(slot__isnull=True, pk__in=list(airing_ids))
    rows = rows.select_related("revision__media")
    areas = set(rows.values_list("area", flat=True))
    if len(areas) != 1 or len(rows) != len(set(airing_ids)):
        raise errors.AiringUnknown
    programme = programme_of(areas.pop(), by, at, seen)
    return programme, list(rows.all().order_by("at", "pk"))


def airing_of(revision: Revision, area: str, instant: datetime, by: User, at: datetime) -> Airing:
    """This function will return the airing of a revision in one commune at an instant, kept nowhere yet."""
    duration_ms = _duration_ms(revision)
    return Airing(
        id=UUID(placed_id(revision.pk, area, to_epoch(instant))),
        revision=revision,
        at=instant,
        ends_at=instant + timedelta(milliseconds=duration_ms),
        duration_ms=duration_ms,
        area=area,
        by=by,
        placed_at=at,
    )


def _duration_ms(revision: Revision) -> int:
    return revision.media.duration_ms if revision.media else 0
