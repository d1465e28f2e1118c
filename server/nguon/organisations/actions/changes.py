"""The next change of the map as one guided action: draft, preview, then confirm or drop.

A draft may be made long before its day; it changes nothing. A preview carries the change out and takes it
back, so what it shows is what confirming does. Confirmed, it is undone by the next change only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from nguon.areas.reach import everything
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.actions.applying import Editor, Effect
from nguon.organisations.actions.followers import Item, Moves, registered_followers
from nguon.organisations.actions.places import lock_places
from nguon.organisations.actions.plans import Plan, checked, plan_of
from nguon.organisations.errors import ChangeSettled, LeftBehind, TooEarly
from nguon.organisations.models import PlaceChange
from nguon.organisations.states import ChangeState

_LISTED = 200  # moves that a journal row names; of more it gives the number


@dataclass(frozen=True, slots=True)
class Undecided:
    """A follower of a place that is divided, for which nobody chose a part: it stays with the bigger one."""

    kind: str
    key: str
    label: str
    area: str  # where it will belong


@dataclass(frozen=True, slots=True)
class Preview:
    """What confirming would do, and what follows: its kind and label, and how many."""

    effect: Effect
    follows: list[tuple[str, Any, int]] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    choosable: list[tuple[str, Item]] = field(default_factory=list)


@transaction.atomic
def draft_change(
    *, plan: Plan, act: str = "", act_on: date | None = None, by: Actor | None, at: datetime
) -> PlaceChange:
    """This function will keep a change as a draft, or raise what forbids it."""
    lock_places()
    checked(plan)
    change = PlaceChange.objects.create(
        kind=plan.kind.value,
        day=plan.day,
        act=act.strip(),
        act_on=act_on,
        plan=_plain(plan),
        made_by=_who(by),
        made_at=at,
    )
    _record("drafted", change, by, at)
    return change


@everything()  # what hangs on the areas moves, whoever may see it
def preview_change(*, change: PlaceChange, at: datetime) -> Preview:
    """This function will carry the change out, look, and take it back; or raise what forbids it by now."""
    with transaction.atomic():
        lock_places()
        effect = Editor(change, checked(plan_of(change.plan))).apply()
        moves = _moves(change, effect)
        follows = [(one.kind, one.label, one.count(moves.touched, at)) for one in registered_followers()]
        items = [
            (area, one.kind, item)
            for area in moves.parts
            for one in registered_followers()
            for item in one.items(area, at)
        ]
        _follow(effect, moves, None, at)
        transaction.set_rollback(True)
    undecided = [
        Undecided(kind, item.key, item.label, moves.of(area))
        for area, kind, item in items
        if item.key not in moves.chosen
    ]
    return Preview(effect, follows, undecided, [(kind, item) for _area, kind, item in items])


@everything()
@transaction.atomic
def confirm_change(*, change_id: UUID, by: Actor | None, at: datetime) -> Effect:
    """This function will carry a draft out for good, and have what hangs on the areas follow.

    It raises TooEarly before the day of the change (rights and targets mean the map of today), ChangeSettled
    for one that was confirmed or dropped, LeftBehind when something hangs on a place that ends without a
    successor, and whatever forbids the change by now.
    """
    lock_places()
    change = _draft(change_id)
    if change.day > local(at).date():
        raise TooEarly(day=f"{change.day:%d/%m/%Y}")
    found = checked(plan_of(change.plan))
    change.state, change.settled_by, change.settled_at = ChangeState.CONFIRMED.value, _who(by), at
    change.save(update_fields=["state", "settled_by", "settled_at"])
    effect = Editor(change, found).apply()
    followed = _follow(effect, _moves(change, effect), by, at)
    _record("confirmed", change, by, at, effect, followed)
    return effect


def _moves(change: PlaceChange, effect: Effect) -> Moves:
    return Moves(change.day, effect.moves, effect.parts, effect.chosen)


def _follow(effect: Effect, moves: Moves, by: Actor | None, at: datetime) -> dict[str, int]:
    """Have everything follow; what would be left on a place without successor forbids the change."""
    nowhere = [area for area in effect.ended if area not in moves.touched]
    followed = {}
    for one in registered_followers():
        if nowhere and (left := one.count(nowhere, at)):
            raise LeftBehind(count=left, what=one.label)
        followed[one.kind] = one.follow(moves, by=by, at=at) if moves.touched else 0
    return followed


@transaction.atomic
def choose_followers(
    *, change_id: UUID, parts: Mapping[str, int], by: Actor | None, at: datetime
) -> PlaceChange:
    """This function will keep, in the draft of a division, with which part (its index) followers go.

    A key with an index that is no part is left to the bigger part.  Raises ChangeSettled.
    """
    change = _draft(change_id)
    plan = plan_of(change.plan)
    chosen = [
        replace(part, followers=tuple(sorted(key for key, wanted in parts.items() if wanted == index)))
        for index, part in enumerate(plan.parts)
    ]
    change.plan = _plain(replace(plan, parts=tuple(chosen)))
    change.save(update_fields=["plan"])
    _record("revised", change, by, at)
    return change


@transaction.atomic
def drop_change(*, change_id: UUID, by: Actor | None, at: datetime) -> PlaceChange:
    """This function will give a draft up, or raise ChangeSettled; the draft stays to be read."""
    change = _draft(change_id)
    change.state, change.settled_by, change.settled_at = ChangeState.DROPPED.value, _who(by), at
    change.save(update_fields=["state", "settled_by", "settled_at"])
    _record("dropped", change, by, at)
    return change


def _draft(change_id: UUID) -> PlaceChange:
    change = PlaceChange.objects.select_for_update().filter(pk=change_id).first()
    if change is None or change.state != ChangeState.DRAFT:
        raise ChangeSettled
    return change


def _who(by: Actor | None) -> str:
    return f"user:{by.pk}" if by else "system"


def _plain(plan: Plan) -> dict[str, object]:
    data = plan.as_json()
    data["kind"], data["day"] = plan.kind.value, plan.day.isoformat()
    data["parts"] = [
        part | {"share": None if part["share"] is None else str(part["share"])} for part in data["parts"]
    ]
    return data


def _record(
    fact: str,
    change: PlaceChange,
    by: Actor | None,
    at: datetime,
    effect: Effect | None = None,
    followed: dict[str, int] | None = None,
) -> None:
    data: dict[str, object] = {"kind": change.kind, "day": change.day, "act": change.act}
    if effect is not None:
        data |= {
            "begins": [place.area for place in effect.begins],
            "ends": effect.ended[:_LISTED],
            "moved": len(effect.moves),
            "moves": dict(list(effect.moves.items())[:_LISTED]),
            "followed": followed or {},
        }
    record(fact=f"place-change.{fact}", subject=f"place-change:{change.pk}", by=by, at=at, data=data)
