"""A programme becomes explicit instants: what its sessions say for the next 35 days, and nothing else.

Only what a change touches is laid down or taken out; what stands already stays as it is. So a recompile after
any change leaves the same airings as compiling anew.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.broadcasts import queries, rules
from nguon.broadcasts.actions.taking import programme_in_hand
from nguon.broadcasts.models import Airing, Programme, Session
from nguon.broadcasts.rules import layout
from nguon.broadcasts.states import WINDOW_DAYS, AiringState
from nguon.bulletins.models import Revision
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import local, to_epoch
from nguon_protocol.ids import placed_id

_DAY = timedelta(days=1)


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


def compile_sessions(sessions: Iterable[Session], area: str, at: datetime) -> Touched:
    """This function will bring the airings of some sessions of one commune, from `at` on for 35 days, to what
    the sessions say now, and count what it touched. The programme must be in hand."""
    chosen = list(sessions)
    wanted = _wanted(chosen, area, at)
    there = {
        row.pk: row
        for row in Airing.objects.filter(slot__session__in=chosen, at__gt=at).select_related("revision")
    }
    standing = {key for key, row in there.items() if row.state == AiringState.PLANNED}
    gone = standing - wanted.keys()
    fresh = wanted.keys() - standing
    # What a person put there by hand stays that person's.
    by_hand = set(Airing.objects.filter(pk__in=fresh, state=AiringState.PLANNED).values_list("pk", flat=True))
    fresh -= by_hand
    Airing.objects.filter(pk__in=gone).update(state=AiringState.CANCELLED)
    lay_down([wanted[key] for key in sorted(fresh)])
    touched = [there[key].revision_id for key in gone] + [wanted[key].revision_id for key in fresh]
    return Touched(len(fresh), len(gone), len(standing) - len(gone), _targets(set(touched), area))


@transaction.atomic
def top_up(*, place_id: int, at: datetime) -> Touched:
    """This function will lay down the days of a commune's programme that have come within the next 35."""
    programme = programme_in_hand(place_id)
    area = programme.place.area
    touched = compile_sessions(queries.sessions_of(area, at), area, at)
    Programme.objects.filter(pk=programme.pk).update(compiled_at=at)
    if touched.targets:
        data = {"area": area, "count": touched.added, "targets": sorted(touched.targets)}
        record(fact="programme.filled", subject=f"place:{place_id}", by=None, at=at, data=data)
    return touched


def top_up_all(*, at: datetime, most: int = 200) -> int:
    """This function will top up the programmes that were not compiled today; returns how many."""
    today = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Programme.objects.filter(compiled_at__lt=today).order_by("compiled_at")
    keys = list(due.values_list("place", flat=True)[:most])
    for key in keys:
        top_up(place_id=key, at=at)
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


def _wanted(sessions: Sequence[Session], area: str, at: datetime) -> dict[UUID, Airing]:
    first, last = local(at).date() - _DAY, local(at).date() + WINDOW_DAYS * _DAY
    end, quiet = at + WINDOW_DAYS * _DAY, devices.quiet_hours()
    off, closed = queries.silent_days(area, first, last)
    found: dict[UUID, Airing] = {}
    often: Counter[tuple[UUID, date]] = Counter()
    for session, lines, slots in queries.playlists(sessions):
        for sitting in layout.sittings(queries.times_of(session), lines, first, last, off, closed):
            for laid in sitting.laid:
                slot = slots[laid.line.key]
                revision = slot.revision
                day = (revision.pk, local(laid.at).date())
                if not at < laid.at < end or often[day] == rules.MOST_A_DAY:
                    continue
                if revision.until_at is not None and laid.at > revision.until_at:
                    continue
                if rules.quiet_touched(quiet, laid.at, laid.ends_at - laid.at):
                    continue
                often[day] += 1
                key = UUID(placed_id(revision.pk, area, to_epoch(laid.at)))
                found[key] = Airing(
                    id=key, revision=revision, at=laid.at, ends_at=laid.ends_at, area=area, slot=slot,
                    duration_ms=laid.line.duration_ms, by_id=slot.by_id, placed_at=slot.made_at,
                )  # fmt: skip
    return found


def _targets(revisions: set[UUID], area: str) -> frozenset[str]:
    rows = Revision.objects.filter(pk__in=revisions).prefetch_related("targets")
    return frozenset(
        target
        for row in rows
        for target in rules.within(((t.area, t.target) for t in row.targets.all()), area)
    )
