"""A programme becomes explicit instants: what its sessions say for the next 35 days, and nothing else.

Only what a change touches is laid down or taken out; what stands already stays as it is. So a recompile after
any change leaves the same airings as compiling anew.

The sessions of a whole province are compiled together: however many communes they are of, the database is
asked the same few questions, and a rule that many of them share is worked out once. One commune is a set of
one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction

from nguon.broadcasts import queries, rules
from nguon.broadcasts.actions.taking import programmes_in_hand
from nguon.broadcasts.models import Airing, Programme, Session, Slot
from nguon.broadcasts.queries.programmes import Playlist
from nguon.broadcasts.rules import layout
from nguon.broadcasts.states import WINDOW_DAYS, AiringState
from nguon.devices import queries as devices
from nguon.journal.actions import Actor, Fact, record, record_many
from nguon.kernel.clock import local, to_epoch
from nguon.organisations.models import Place
from nguon_protocol.ids import placed_id

_DAY = timedelta(days=1)
_ANY = date(2026, 1, 1)
"""Quiet hours are the same on every day: Vietnamese clocks are never put forward or back."""
TOGETHER = 50
"""So many communes are topped up in one transaction: whoever changes one of them waits no longer than for
these."""


@dataclass(frozen=True)
class Touched:
    """What a compilation laid down, took out and left as it was, and the LSP-1 targets whose plans
    changed.
    """

    added: int = 0
    removed: int = 0
    kept: int = 0
    targets: frozenset[str] = frozenset()

    def __add__(self, other: "Touched") -> "Touched":
        """This function will add up two compilations."""
        return Touched(
            self.added + other.added,
            self.removed + other.removed,
            self.kept + other.kept,
            self.targets | other.targets,
        )


@dataclass(frozen=True)
class Seated:
    """One session laid out on its days from yesterday to the end of the window, and the slots that its lines
    come from; `turns` are the groups of loudspeakers that hear it one after the other (none: all together),
    for those of its revisions that were approved for the `whole` commune."""

    session: Session
    sittings: Sequence[layout.Sitting]
    slots: Mapping[UUID, Slot]
    turns: Mapping[int, UUID] = field(default_factory=dict)
    whole: frozenset[UUID] = frozenset()


def compile_sessions(sessions: Iterable[Session], area: str, at: datetime) -> Touched:
    """This function will bring the airings of some sessions of one commune, from `at` on for 35 days, to what
    the sessions say now, and count what it touched. The programme must be in hand."""
    return sum(bring(seat(sessions, at), at).values(), Touched())


def seat(sessions: Iterable[Session], at: datetime) -> list[Seated]:
    """This function will lay out sessions of any communes as they stand now, in four questions; in eight
    where some of them are staggered."""
    first, last = local(at).date() - _DAY, local(at).date() + WINDOW_DAYS * _DAY
    found = list(queries.playlists(sessions))
    silent = queries.silent_days_of({session.area for session, _lines, _slots in found}, first, last)
    turns, whole = _staggered(found)
    return [
        Seated(
            session,
            layout.sittings(queries.times_of(session), lines, first, last, *silent[session.area]),
            slots,
            turns.get(session.area, {}) if session.staggered else {},
            whole.get(session.pk, frozenset()),
        )
        for session, lines, slots in found
    ]


def _staggered(
    found: Iterable[Playlist],
) -> tuple[dict[str, dict[int, UUID]], dict[UUID, frozenset[UUID]]]:
    """The turns of the communes with staggered sessions, and which revisions of these take turns: what was
    approved for a part of the commune plays there with the first."""
    some = [(session, slots) for session, _lines, slots in found if session.staggered]
    if not some:
        return {}, {}
    aims = queries.aims_of_many({slot.revision_id for _session, slots in some for slot in slots.values()})
    whole = {
        session.pk: frozenset(
            slot.revision_id
            for slot in slots.values()
            if session.area in aims[slot.revision_id].within(session.area)
        )
        for session, slots in some
    }
    return devices.turns_in({session.area for session, _slots in some}), whole


def bring(seated: Sequence[Seated], at: datetime) -> dict[UUID, Touched]:
    """This function will bring the airings of sessions to what they say, and count what it touched, by
    session. The programmes must be in hand."""
    area_of = {one.session.pk: one.session.area for one in seated}
    wanted, session_of = _wanted(seated, at)
    rows = Airing.objects.filter(slot__session__in=list(area_of), at__gt=at, state=AiringState.PLANNED)
    there = {
        key: (session, revision, group)
        for key, session, revision, group in rows.values_list("pk", "slot__session", "revision", "group")
    }
    gone, fresh = there.keys() - wanted.keys(), wanted.keys() - there.keys()
    # What a person put there by hand stays that person's.
    by_hand = Airing.objects.filter(pk__in=fresh, state=AiringState.PLANNED).values_list("pk", flat=True)
    fresh -= set(by_hand) if fresh else set()
    if gone:
        Airing.objects.filter(pk__in=gone).update(state=AiringState.CANCELLED)
    lay_down([wanted[key] for key in sorted(fresh)])
    added = Counter(session_of[key] for key in fresh)
    standing, removed = (
        Counter(key for key, *_rest in there.values()),
        Counter(there[key][0] for key in gone),
    )
    touched = {(session_of[key], wanted[key].revision_id, wanted[key].group_id) for key in fresh}
    touched |= {there[key] for key in gone}
    targets = _targets(touched, area_of)
    return {
        key: Touched(added[key], removed[key], standing[key] - removed[key], frozenset(targets.get(key, ())))
        for key in area_of
    }


@transaction.atomic
def top_up(*, place_ids: Collection[int], at: datetime) -> Touched:
    """This function will lay down the days of some communes' programmes that have come within the next 35."""
    programmes = programmes_in_hand(place_ids)
    named = {one.place.area: one.place_id for one in programmes}
    seated = seat(queries.sessions_of(*named), at)
    by_area: dict[str, Touched] = {}
    area_of = {one.session.pk: one.session.area for one in seated}
    for key, touched in bring(seated, at).items():
        by_area[area_of[key]] = by_area.get(area_of[key], Touched()) + touched
    Programme.objects.filter(pk__in=[one.pk for one in programmes]).update(compiled_at=at)
    told = [
        Fact(
            f"place:{named[area]}",
            {"area": area, "count": touched.added, "targets": sorted(touched.targets)},
        )
        for area, touched in sorted(by_area.items())
        if touched.targets
    ]
    record_many(fact="programme.filled", told=told, by=None, at=at)
    return sum(by_area.values(), Touched())


@transaction.atomic
def restagger(*, place: Place, by: Actor | None, at: datetime) -> Touched:
    """This function will lay the staggered sessions of a commune down anew after its turns have changed: who
    hears what, and who is expected to."""
    sessions = list(queries.sessions_of(place.area).filter(staggered=True))
    if not sessions:
        return Touched()
    programmes_in_hand([place.pk])
    touched = compile_sessions(sessions, place.area, at)
    turns = devices.turns_in([place.area]).get(place.area, {})
    targets = sorted(touched.targets | {f"g/{group}" for group in turns.values()})
    data = {"area": place.area, "count": touched.added, "targets": targets}
    record(fact="programme.filled", subject=f"place:{place.pk}", by=by, at=at, data=data)
    return touched


def top_up_all(*, at: datetime, most: int = 200) -> int:
    """This function will top up the programmes that were not compiled today; returns how many."""
    today = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Programme.objects.filter(compiled_at__lt=today).order_by("compiled_at")
    keys = list(due.values_list("place", flat=True)[:most])
    for first in range(0, len(keys), TOGETHER):
        top_up(place_ids=keys[first : first + TOGETHER], at=at)
    return len(keys)


def lay_down(airings: Sequence[Airing]) -> None:
    """This function will put airings into programmes, also those that were taken out before."""
    Airing.objects.bulk_create(
        airings,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["state", "by", "placed_at", "slot"],
        batch_size=1000,
    )


def _wanted(seated: Iterable[Seated], at: datetime) -> tuple[dict[UUID, Airing], dict[UUID, UUID]]:
    """What the sessions say from `at` on, by id, and the session of each."""
    end, quiet = at + WINDOW_DAYS * _DAY, devices.quiet_hours()
    is_quiet = cache(lambda clock, length: rules.quiet_touched(quiet, clock, length) is not None)
    found: dict[UUID, Airing] = {}
    session_of: dict[UUID, UUID] = {}
    often: Counter[tuple[str, UUID, date]] = Counter()
    for one in seated:
        area = one.session.area
        for laid, group in _spoken(one):
            slot = one.slots[laid.line.key]
            revision = slot.revision
            where = area if group is None else f"g/{group}"
            day = (where, revision.pk, laid.at.date())
            if not at < laid.at < end or often[day] == rules.MOST_A_DAY:
                continue
            if revision.until_at is not None and laid.at > revision.until_at:
                continue
            # The same hours of every day, and of every commune, are asked about once.
            if is_quiet(
                laid.at.replace(year=_ANY.year, month=_ANY.month, day=_ANY.day), laid.ends_at - laid.at
            ):
                continue
            often[day] += 1
            key = UUID(placed_id(revision.pk, where, to_epoch(laid.at)))
            session_of[key] = one.session.pk
            found[key] = Airing(
                id=key, revision=revision, at=laid.at, ends_at=laid.ends_at, area=area, slot=slot,
                duration_ms=laid.line.duration_ms, by_id=slot.by_id, placed_at=slot.made_at, group_id=group,
            )  # fmt: skip
    return found, session_of


def _spoken(one: Seated) -> Iterator[tuple[layout.Laid, UUID | None]]:
    """Each sound of a session; of a staggered one again for each turn, a session's length after the one
    before."""
    length = timedelta(minutes=one.session.minutes)
    for laid in (laid for sitting in one.sittings for laid in sitting.laid):
        if not one.turns or laid.line.revision not in one.whole:
            yield laid, None
            continue
        for turn, group in one.turns.items():
            yield replace(laid, at=laid.at + turn * length, ends_at=laid.ends_at + turn * length), group


def _targets(
    touched: Collection[tuple[UUID, UUID, UUID | None]], area_of: Mapping[UUID, str]
) -> dict[UUID, set[str]]:
    """The LSP-1 targets at which revisions sound in the communes of sessions, from both and the turn."""
    aims = queries.aims_of_many({revision for _session, revision, _group in touched})
    found: dict[UUID, set[str]] = {}
    for session, revision, group in touched:
        targets = aims[revision].within(area_of[session]) if group is None else [f"g/{group}"]
        found.setdefault(session, set()).update(targets)
    return found
