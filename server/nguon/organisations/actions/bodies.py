"""Agencies and facilities: added, changed, succeeded, ended; what hangs on one goes to its successor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from nguon.journal.actions import Actor, record
from nguon.kernel.text import fold, sort_key, tidy
from nguon.organisations.actions.followers import Item, Moves, move_rows
from nguon.organisations.actions.heirs import heirs
from nguon.organisations.errors import (
    BadBodyName,
    BadBodyPeriod,
    BodyCodeTaken,
    BodyCycle,
    BodyEnded,
    LeftBehind,
    NothingChanges,
)
from nguon.organisations.models import Agency, AgencyStep, Facility, FacilityStep, Place

Kept = Agency | Facility
MAX_BODY_NAME = 200
_FACTS: dict[type, str] = {Agency: "agency", Facility: "facility"}


@dataclass(frozen=True, slots=True)
class BodyFields:
    """An agency or a facility as a person describes it; each kind uses its own fields."""

    kind: str
    name: str
    place: Place
    valid_from: date
    code: str = ""
    above: Agency | None = None
    owner: Agency | None = None
    operator: Agency | None = None
    address: str = ""


@transaction.atomic
def add_body(*, model: type[Kept], given: BodyFields, by: Actor | None, at: datetime) -> Kept:
    """This function will add an agency or a facility.

    Raises BadBodyName, BodyCodeTaken, BodyEnded (an agency named that does not exist on the first day).
    """
    made: Kept = model()
    _fill(made, given)
    made.save()
    _tell("added", made, by, at)
    return made


@transaction.atomic
def change_body(*, body: Kept, given: BodyFields, by: Actor | None, at: datetime) -> Kept:
    """This function will set an agency or a facility right: for another name or owner by an act, use succeed.

    Raises as add_body does, or BodyCycle, BadBodyPeriod.
    """
    row = type(body).objects.select_for_update().get(pk=body.pk)
    if row.valid_to is not None and given.valid_from > row.valid_to:
        raise BadBodyPeriod(day=f"{given.valid_from:%d/%m/%Y}")
    _fill(row, given)
    row.save()
    _tell("changed", row, by, at)
    return row


@transaction.atomic
def succeed(
    *, origins: Sequence[Kept], given: BodyFields | Kept, act: str, day: date, by: Actor | None, at: datetime
) -> Kept:
    """This function will end agencies (or facilities) on the eve of `day`, and have one take over: a new one,
    or one that is there.

    What they had above, owned or ran hangs on the successor from then on.
    Raises NothingChanges, BodyEnded or what add_body raises.
    """
    if not origins or (not isinstance(given, BodyFields) and given in origins):
        raise NothingChanges
    model = type(origins[0])
    for origin in origins:
        _end(origin, day)
    successor = add_body(model=model, given=given, by=by, at=at) if isinstance(given, BodyFields) else given
    _there(successor, day)
    for origin in origins:
        if isinstance(origin, Agency) and isinstance(successor, Agency):
            AgencyStep.objects.create(origin=origin, successor=successor, day=day, act=act.strip())
            _hand_over(origin, successor)
        elif isinstance(origin, Facility) and isinstance(successor, Facility):
            FacilityStep.objects.create(origin=origin, successor=successor, day=day, act=act.strip())
        for heir in heirs():
            heir.hand_over(origin, successor)
        _tell("succeeded", origin, by, at, successor=successor.pk, act=act.strip())
    return successor


@transaction.atomic
def end_body(*, body: Kept, last_day: date, by: Actor | None, at: datetime) -> None:
    """This function will end an agency or a facility that nobody takes over.

    Raises LeftBehind while something hangs on it, BodyEnded or BadBodyPeriod.
    """
    if count := _hanging(body):
        raise LeftBehind(count=count, what=body)
    _end(body, last_day + timedelta(days=1))
    _tell("ended", body, by, at)


def _fill(body: Kept, given: BodyFields) -> None:
    name = tidy(given.name)
    if not fold(name) or len(name) > MAX_BODY_NAME or not name.isprintable():
        raise BadBodyName
    body.kind, body.name, body.code = given.kind, name, tidy(given.code)
    body.search, body.sort_key = f" {fold(name)} | {fold(body.code)} ", sort_key(name)
    body.place, body.area, body.valid_from = given.place, given.place.area, given.valid_from
    if body.code and body.valid_to is None:
        taken = type(body).objects.filter(code=body.code, valid_to__isnull=True).exclude(pk=body.pk).first()
        if taken is not None:
            raise BodyCodeTaken(code=body.code, name=taken)
    for agency in (given.above, given.owner, given.operator):
        if agency is not None:
            _there(agency, max(given.valid_from, agency.valid_from))
    if isinstance(body, Agency):
        _check_cycle(body, given.above)
        body.above = given.above
    else:
        body.owner, body.operator, body.address = given.owner, given.operator, tidy(given.address)


def _check_cycle(body: Agency, above: Agency | None) -> None:
    seen: Agency | None = above
    while seen is not None:
        if seen == body:
            raise BodyCycle(name=body)
        seen = seen.above


def _there(body: Agency | Facility, day: date) -> None:
    if body.valid_from > day or (body.valid_to is not None and body.valid_to < day):
        raise BodyEnded(name=body, day=f"{day:%d/%m/%Y}")


def _end(body: Agency | Facility, day: date) -> None:
    """The last day of a body is the eve of `day`."""
    row = type(body).objects.select_for_update().get(pk=body.pk)
    if row.valid_to is not None:
        raise BodyEnded(name=row, day=f"{day:%d/%m/%Y}")
    if day <= row.valid_from:
        raise BadBodyPeriod(day=f"{row.valid_from:%d/%m/%Y}")
    body.valid_to = row.valid_to = day - timedelta(days=1)
    row.save(update_fields=["valid_to"])


def _hanging(body: Agency | Facility) -> int:
    count = sum(heir.count(body) for heir in heirs())
    if isinstance(body, Facility):
        return count
    current = Facility.objects.filter(valid_to__isnull=True)
    ties = Q(owner=body) | Q(operator=body)
    return count + body.below.filter(valid_to__isnull=True).count() + current.filter(ties).count()


def _hand_over(origin: Agency, successor: Agency) -> None:
    origin.below.filter(valid_to__isnull=True).exclude(pk=successor.pk).update(above=successor)
    if successor.above_id == origin.pk:
        Agency.objects.filter(pk=successor.pk).update(above=origin.above_id)
    origin.owned.filter(valid_to__isnull=True).update(owner=successor)
    origin.run.filter(valid_to__isnull=True).update(operator=successor)


def _tell(fact: str, body: Agency | Facility, by: Actor | None, at: datetime, **more: Any) -> None:
    what = _FACTS[type(body)]
    data: dict[str, Any] = {"name": body.name, "kind": body.kind, "code": body.code, "area": body.area}
    data |= {"valid_from": body.valid_from, "valid_to": body.valid_to, **more}
    record(fact=f"{what}.{fact}", subject=f"{what}:{body.pk}", by=by, at=at, data=data)


class BodyFollower:
    """Agencies or facilities, when areas move: those in being stand where their place is."""

    def __init__(self, model: type[Agency] | type[Facility], label: Any) -> None:
        """This function will keep which of the two."""
        self.kind, self.label, self._model = _FACTS[model], label, model

    def _rows(self) -> Any:
        return self._model.objects.filter(valid_to__isnull=True)

    def count(self, areas: Any, at: datetime) -> int:
        """This function will count those in being at exactly these areas."""
        count: int = self._rows().filter(area__in=list(areas)).count()
        return count

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name those at one area."""
        rows = self._rows().filter(area=area).order_by("sort_key", "pk")
        return [Item(f"{self.kind}:{row.pk}", row.name) for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give them their new places."""
        return move_rows(self._rows(), moves, self.kind)
