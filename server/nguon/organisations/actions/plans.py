"""What a change of the map is asked to do, and everything that forbids it; nothing here writes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from nguon.kernel.text import tidy
from nguon.organisations.actions.descents import last_change_of_land
from nguon.organisations.actions.places import checked_name
from nguon.organisations.errors import (
    AlreadySo,
    BadCode,
    BadDesignation,
    BadShares,
    CodeTaken,
    CountryStays,
    MergeWithItself,
    NameTaken,
    NothingChanges,
    OverlappingDates,
    PlaceCycle,
    PlaceEnded,
    TooFewPlaces,
    UnlikeKinds,
    WrongParent,
)
from nguon.organisations.models import Place, PlaceCode, PlaceVersion
from nguon.organisations.rules import covers
from nguon.organisations.states import PARENTS, SYSTEM_OFFICIAL, ChangeKind, Kind

MAX_DESIGNATION, MAX_CODE = 30, 30  # letters, as the tables hold
_SHARES_TOGETHER = Decimal(1)
_ROUNDING = Decimal("0.000001")  # 1/3 three times


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that a change makes. `code` is of the official system; "" for none (a village)."""

    designation: str
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a split gives to one place: an existing one (`place`, also the one that is split) or a new one.

    `share` of the people or land, as the act tells it; None when it does not.  `children`: which places
    directly within it go there; `followers`: the keys of what hangs on the divided place itself and goes
    there.  What no part names stays with the bigger part (`bigger_part`).
    """

    place: int | None = None
    new: NewPlace | None = None
    share: Decimal | None = None
    children: tuple[int, ...] = ()
    followers: tuple[str, ...] = ()


def bigger_part(parts: Sequence[Part], origin: int) -> int:
    """This function will return the index of the part with which goes what nobody chose a part for.

    The largest share that is told; else the place that goes on; else the most children; else the first.
    """

    def size(part: Part) -> tuple[Decimal, bool, int]:
        return part.share or Decimal(0), part.place == origin, len(part.children)

    return max(range(len(parts)), key=lambda index: (size(parts[index]), -index))


@dataclass(frozen=True, slots=True)
class Plan:
    """A change as asked for; each kind uses its own fields (see `checked`).

    merge: `places` (two or more), `into` (one of them that goes on) or `new`; split: `places` (one), `parts`;
    rename: `places`, `name`; retype: `places` (one or more), `designation`; recode: `places`, `code`;
    move: `places`, `parent`; new: `parent`, `tier`, `new`; end: `places` (nothing takes their land).
    """

    kind: ChangeKind
    day: date
    places: tuple[int, ...] = ()
    into: int | None = None
    parent: int | None = None
    tier: str = ""
    new: NewPlace | None = None
    parts: tuple[Part, ...] = ()
    name: str = ""
    designation: str = ""
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        """This function will return the plan as plain data, for the draft."""
        return asdict(self)


def plan_of(data: dict[str, Any]) -> Plan:
    """This function will read a plan back from the plain data of a draft."""
    new = NewPlace(**data["new"]) if data.get("new") else None
    parts = tuple(
        Part(
            part["place"],
            NewPlace(**part["new"]) if part["new"] else None,
            _decimal(part["share"]),
            tuple(part["children"]),
            tuple(part.get("followers", ())),
        )
        for part in data["parts"]
    )
    plain = {key: data[key] for key in ("into", "parent", "tier", "name", "designation", "code")}
    return Plan(
        kind=ChangeKind(data["kind"]),
        day=date.fromisoformat(str(data["day"])),
        places=tuple(data["places"]),
        new=new,
        parts=parts,
        **plain,
    )


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation as error:
        raise BadShares from error


@dataclass(slots=True)
class Checked:
    """A plan that nothing forbids, with its places read."""

    plan: Plan
    places: list[Place] = field(default_factory=list)
    into: Place | None = None
    parent: Place | None = None
    parts: list[tuple[Part, Place | None]] = field(default_factory=list)


def checked(plan: Plan) -> Checked:
    """This function will read the places of a plan, or raise what forbids it, in one sentence each."""
    found = Checked(plan)
    if len(set(plan.places)) != len(plan.places):
        raise MergeWithItself
    found.places = _there(plan.places, plan.day)
    found.parent = _there([plan.parent], plan.day)[0] if plan.parent else None
    _CHECKS[plan.kind](found)
    _check_names(found)
    _check_dates(found)
    _check_codes(found)
    return found


def _there(ids: Sequence[int], day: date) -> list[Place]:
    rows = {row.pk: row for row in Place.objects.filter(pk__in=ids).select_related("parent")}
    for pk in ids:
        if pk not in rows or rows[pk].valid_to is not None or rows[pk].valid_from > day:
            raise PlaceEnded(place=rows.get(pk, pk), day=f"{day:%d/%m/%Y}")
    return [rows[pk] for pk in ids]


def _merge(found: Checked) -> None:
    plan = found.plan
    if len(found.places) < 2:
        raise TooFewPlaces
    if (plan.into is None) == (plan.new is None):
        raise NothingChanges
    if len({place.kind for place in found.places}) > 1:
        raise UnlikeKinds
    if plan.into is not None:
        found.into = next((place for place in found.places if place.pk == plan.into), None)
        if found.into is None:
            raise NothingChanges
    found.parent = found.parent or found.places[0].parent
    _check_parent(Kind(found.places[0].kind), found.places, found.parent)


def _split(found: Checked) -> None:
    plan = found.plan
    if len(found.places) != 1 or len(plan.parts) < 2:
        raise TooFewPlaces
    (origin,) = found.places
    existing = [part.place for part in plan.parts if part.place is not None]
    if len(set(existing)) != len(existing) or any(
        (part.place is None) == (part.new is None) for part in plan.parts
    ):
        raise MergeWithItself
    known = {place.pk: place for place in _there(existing, plan.day)}
    if any(place.kind != origin.kind for place in known.values()):
        raise UnlikeKinds
    found.parts = [(part, known[part.place] if part.place else None) for part in plan.parts]
    shares = [part.share for part in plan.parts]
    told = [share for share in shares if share is not None]
    if not all(share.is_finite() for share in told):
        raise BadShares
    if told and (len(told) < len(shares) or min(told) <= 0):
        raise BadShares
    if told and abs(sum(told) - _SHARES_TOGETHER) > _ROUNDING:
        raise BadShares
    found.parent = found.parent or origin.parent


def _one(found: Checked) -> None:
    if len(found.places) != 1:
        raise TooFewPlaces
    plan, (place,) = found.plan, found.places
    told = {
        ChangeKind.RENAME: (tidy(plan.name), place.name),
        ChangeKind.RECODE: (tidy(plan.code), _code_of(place)),
    }[plan.kind]
    if not told[0] or told[0] == told[1]:
        raise NothingChanges


def _retype(found: Checked) -> None:
    """Any number of places of one tier become of one type by one act (22 communes became wards in 2026)."""
    if not found.places:
        raise TooFewPlaces
    if len({place.kind for place in found.places}) > 1:
        raise UnlikeKinds
    wanted = tidy(found.plan.designation)
    if not wanted:
        raise NothingChanges
    if (same := next((place for place in found.places if place.designation == wanted), None)) is not None:
        raise AlreadySo(place=same)


def _code_of(place: Place) -> str:
    row = PlaceCode.objects.filter(place=place, system=SYSTEM_OFFICIAL, valid_to__isnull=True).first()
    return row.code if row else ""


def _move(found: Checked) -> None:
    if not found.places:
        raise TooFewPlaces
    for place in found.places:
        if found.parent is None or place.parent_id == found.parent.pk:
            raise NothingChanges
        _check_parent(Kind(place.kind), [place], found.parent)


def _new(found: Checked) -> None:
    if found.plan.new is None or found.plan.tier not in Kind.values:
        raise NothingChanges
    _check_parent(Kind(found.plan.tier), [], found.parent)


def _end(found: Checked) -> None:
    if not found.places:
        raise TooFewPlaces
    if any(place.kind == Kind.COUNTRY for place in found.places):
        raise CountryStays


def _check_parent(kind: Kind, places: Sequence[Place], parent: Place | None) -> None:
    if parent is not None and any(covers(place.area, parent.area) for place in places):
        raise PlaceCycle(place=places[0], parent=parent)
    if parent is None or Kind(parent.kind) not in PARENTS[kind]:
        raise WrongParent(kind=kind.label, parent=parent or "—")


def _check_names(found: Checked) -> None:
    plan = found.plan
    news = [new for new in (plan.new, *(part.new for part in plan.parts)) if new is not None]
    for new in news:
        checked_name(new.name)
    if plan.kind == ChangeKind.RENAME:
        checked_name(plan.name)
    for word in (plan.designation, *(new.designation for new in news)):
        if len(tidy(word)) > MAX_DESIGNATION or not word.isprintable():
            raise BadDesignation
    for code in (plan.code, *(new.code for new in news)):
        if len(tidy(code)) > MAX_CODE or not code.isprintable():
            raise BadCode
    _check_siblings(found, [f"{tidy(new.designation)} {checked_name(new.name)}" for new in news])


def _check_siblings(found: Checked, names: list[str]) -> None:
    """No two places of one parent with the very same type and name, as nobody could tell them apart."""
    plan = found.plan
    wanted = [(found.parent, name) for name in names]
    if plan.kind in {ChangeKind.RENAME, ChangeKind.RETYPE}:
        wanted = [
            (place.parent, f"{tidy(plan.designation) or place.designation} {tidy(plan.name) or place.name}")
            for place in found.places
        ]
    parents = {parent for parent, _name in wanted if parent is not None}
    rows = (
        Place.objects.filter(parent__in=parents, valid_to__isnull=True) if parents else Place.objects.none()
    )
    own = {place.pk for place in found.places}
    there = {(row.parent_id, str(row).casefold()) for row in rows if row.pk not in own}
    for parent, name in wanted:
        key = (parent.pk if parent else None, name.strip().casefold())
        if key in there:
            raise NameTaken(name=name, parent=parent)
        there.add(key)


def _check_dates(found: Checked) -> None:
    """Nothing may be changed on a day that a later version, code or change of land already tells of."""
    touched = {place.pk for place in (*found.places, *(place for _part, place in found.parts if place))}
    touched |= {found.parent.pk} if found.parent else set()
    day = found.plan.day
    inside = Q(place__in=touched) | Q(parent__in=touched)
    later = PlaceVersion.objects.filter(inside, valid_from__gt=day)
    moved = last_change_of_land(touched - ({found.parent.pk} if found.parent else set()))
    land = found.plan.kind in {ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.END}
    if later.exists() or (moved is not None and (moved > day or (land and moved == day))):
        raise OverlappingDates(day=f"{day:%d/%m/%Y}")
    started = [place for place in found.places if place.valid_from >= day]
    if started and land:
        raise OverlappingDates(day=f"{day:%d/%m/%Y}")


def _check_codes(found: Checked) -> None:
    plan = found.plan
    wanted = [new.code for new in (plan.new, *(part.new for part in plan.parts)) if new and new.code]
    wanted += [tidy(plan.code)] if plan.kind == ChangeKind.RECODE else []
    if len(set(wanted)) != len(wanted):
        raise CodeTaken(code=next(code for code in wanted if wanted.count(code) > 1))
    # The codes of places that end the day before are free.
    ending = (
        {place.pk for place in found.places} if plan.kind in {ChangeKind.MERGE, ChangeKind.SPLIT} else set()
    )
    ending -= {found.into.pk} if found.into else set()
    ending -= {place.pk for _part, place in found.parts if place}
    rows = PlaceCode.objects.filter(system=SYSTEM_OFFICIAL, code__in=wanted).exclude(valid_to__lt=plan.day)
    if (taken := rows.exclude(place__in=ending).first()) is not None:
        raise CodeTaken(code=taken.code)


_CHECKS = {
    ChangeKind.MERGE: _merge,
    ChangeKind.SPLIT: _split,
    ChangeKind.RENAME: _one,
    ChangeKind.RETYPE: _retype,
    ChangeKind.RECODE: _one,
    ChangeKind.MOVE: _move,
    ChangeKind.NEW: _new,
    ChangeKind.END: _end,
}
