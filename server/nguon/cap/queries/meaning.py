"""What a message would mean here: which hazard, how pressing, where, and who decides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from nguon.accounts.models import RoleAssignment
from nguon.accounts.states import Role
from nguon.adapters.cap.model import Message
from nguon.areas.paths import covers, lineage
from nguon.areas.reach import everything
from nguon.cap.queries.places import Touched, where
from nguon.cap.rules import hazard, is_expired, nature, weight
from nguon.cap.states import Hazard, Nature, Weight
from nguon.kernel.clock import local
from nguon.organisations import queries as organisations
from nguon.organisations.rules import outermost


@dataclass(frozen=True, slots=True)
class Decider:
    """Whose decision it is: how many people on duty, over which place."""

    area: str
    label: str
    people: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message would mean here."""

    hazard: Hazard
    weight: Weight
    nature: Nature
    expired: bool
    ours: tuple[Touched, ...]
    elsewhere: int
    unknown: tuple[str, ...]
    deciders: tuple[Decider, ...]


def meaning_of(message: Message, *, at: datetime) -> Meaning:
    """This function will say what a message would mean in this installation, changing nothing."""
    found = where(message, at=at)
    own = homes(at)
    ours = tuple(one for one in found.touched if meets(one.area, own))
    return Meaning(
        hazard=hazard(message),
        weight=weight(message),
        nature=nature(message),
        expired=is_expired(message, at),
        ours=ours,
        elsewhere=len(found.touched) - len(ours),
        unknown=found.unknown,
        deciders=deciders([one.area for one in ours], at),
    )


def homes(at: datetime) -> list[str]:
    """This function will return the outermost areas in which anybody of this installation has a role."""
    with everything():
        rows = RoleAssignment.objects.on(local(at).date()).values_list("area", flat=True)
        return outermost(list(rows.distinct()))


def deciders(areas: Collection[str], at: datetime) -> tuple[Decider, ...]:
    """This function will return who is on duty nearest to these areas: theirs first, else those above."""
    around = {path for area in areas for path in lineage(area)}
    with everything():
        rows = RoleAssignment.objects.on(local(at).date()).filter(
            role=Role.DUTY, area__in=around, user__is_active=True
        )
        held: dict[str, set[int]] = {}
        for user, area in rows.values_list("user", "area"):
            held.setdefault(area, set()).add(user)
        nearest = {max((one for one in held if covers(one, area)), key=len, default="") for area in areas} - {
            ""
        }
        labels = organisations.labels(nearest)
    return tuple(Decider(area, labels.get(area, area), len(held[area])) for area in sorted(nearest))


def meets(area: str, others: Collection[str]) -> bool:
    """This function will say whether an area has land in common with any of others."""
    return any(covers(area, other) or covers(other, area) for other in others)
