"""One bulletin into the programmes of many communes at once, wherever nothing is in the way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.broadcasts import queries, rules
from nguon.broadcasts.actions.compiling import lay_down
from nguon.broadcasts.actions.placing import airing_of, check_hours, check_moments, to_be_placed, told_of
from nguon.broadcasts.actions.taking import all_changed, programmes_of
from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Revision
from nguon.bulletins.rules import is_wide
from nguon.devices import queries as devices
from nguon.journal.actions import Fact, record_many
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place

Check = Callable[[Place, datetime], bool]


@transaction.atomic
def place_many(
    *, revision_id: UUID, instants: Mapping[str, datetime], by: User, at: datetime
) -> dict[str, Airing]:
    """This function will put an approved bulletin into the programmes of communes, once each at the instant
    that stands beside its area, and return the airings by area.

    A commune where anything is in the way (it is not this person's, its hours, what plays there already) is
    left as it is and is not among what is returned: `offer` asks it, or says why not. The database is asked
    the same few questions however many communes they are. Raises what `to_be_placed` raises.
    """
    programmes, _refused = programmes_of(instants, by, at)
    revision = to_be_placed(revision_id)
    aims = rules.Aims(queries.aims_of(revision))
    places = {area: one.place for area, one in programmes.items()}
    may = _check(revision, places, instants, at)
    free = _free(
        airing_of(revision, area, instants[area].replace(microsecond=0), by, at)
        for area in sorted(places)
        if aims.within(area) and may(places[area], instants[area].replace(microsecond=0))
    )
    if not free:
        return {}
    lay_down(free)
    all_changed([programmes[one.area] for one in free], by, at)
    subject = f"bulletin:{revision.bulletin_id}"
    told = [Fact(subject, told_of(revision, one.area, aims.within(one.area), [one])) for one in free]
    record_many(fact="airing.placed", told=told, by=by, at=at)
    return {one.area: one for one in free}


def _check(
    revision: Revision, places: Mapping[str, Place], instants: Mapping[str, datetime], at: datetime
) -> Check:
    """What says whether the bulletin may sound in a commune at an instant, from four questions for all."""
    wide, quiet = is_wide(revision.targets.all()), devices.quiet_hours()
    held = queries.hours_of_many(places.values())
    days = {local(instant).date() for instant in instants.values()}
    limited = [area for area, rule in held.items() if rule is not None and rule.sessions is not None]
    sounded = {day: queries.sounded_in(limited, day) for day in days if limited}
    there = Airing.objects.filter(revision=revision, area__in=list(places), state=AiringState.PLANNED)
    has = set(there.values_list("area", flat=True))

    def may(home: Place, instant: datetime) -> bool:
        rule = held[home.area]

        def so_far(day: date) -> timedelta:
            return sounded[day].get(home.area, timedelta())

        try:
            check_moments(revision, [instant], at, wide=wide, quiet=[*quiet, *queries.quiet_by(rule)])
            check_hours(revision, home, [instant], rule, so_far)
        except DomainError:
            return False
        return home.area not in has

    return may


def _free(wanted: Iterable[Airing]) -> list[Airing]:
    """Those that would sound while nothing else does in their commune."""
    airings = list(wanted)
    if not airings:
        return []
    first, last = min(one.at for one in airings), max(one.ends_at for one in airings)
    there = queries.of_communes([one.area for one in airings], first, last)
    return [one for one in airings if not _meets(one, there[one.area])]


def _meets(one: Airing, others: Sequence[Airing]) -> bool:
    return any(other.at < one.ends_at and one.at < other.ends_at for other in others)
