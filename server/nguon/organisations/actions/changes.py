"""The next change of the map as one guided action: draft, preview, then confirm or drop.

A draft may be made long before its day; it changes nothing. A preview carries the change out and takes it
back, so what it shows is what confirming does. Confirmed, it is undone by the next change only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.actions.applying import Editor, Effect
from nguon.organisations.actions.places import lock_places
from nguon.organisations.actions.plans import Plan, checked, plan_of
from nguon.organisations.errors import ChangeSettled, TooEarly
from nguon.organisations.models import PlaceChange
from nguon.organisations.states import ChangeState

# What another app counts, or does, when areas move: called with area -> new area (a place that ended: what
# covers it now), inside the transaction.
Counter = Callable[[Collection[str]], int]
Follower = Callable[[Mapping[str, str]], object]
_LISTED = 200  # moves that a journal row names; of more it gives the number


@dataclass(frozen=True, slots=True)
class Preview:
    """What confirming would do, and how much hangs on the areas that move (by what the callers count)."""

    effect: Effect
    counts: dict[str, int] = field(default_factory=dict)


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


def preview_change(*, change: PlaceChange, counts: Mapping[str, Counter] | None = None) -> Preview:
    """This function will carry the change out, look, and take it back; or raise what forbids it by now."""
    with transaction.atomic():
        lock_places()
        effect = Editor(change, checked(plan_of(change.plan))).apply()
        transaction.set_rollback(True)
    areas = [*effect.moves, *(place.area for place in effect.ends if place.area not in effect.moves)]
    return Preview(effect, {name: count(areas) for name, count in (counts or {}).items()})


@transaction.atomic
def confirm_change(
    *, change_id: UUID, followers: Sequence[Follower] = (), by: Actor | None, at: datetime
) -> Effect:
    """This function will carry a draft out for good, and have what hangs on the areas follow.

    It raises TooEarly before the day of the change (rights and targets mean the map of today), ChangeSettled
    for one that was confirmed or dropped, and whatever forbids the change by now.
    """
    lock_places()
    change = _draft(change_id)
    if change.day > local(at).date():
        raise TooEarly(day=f"{change.day:%d/%m/%Y}")
    found = checked(plan_of(change.plan))
    change.state, change.settled_by, change.settled_at = ChangeState.CONFIRMED.value, _who(by), at
    change.save(update_fields=["state", "settled_by", "settled_at"])
    effect = Editor(change, found).apply()
    for follow in followers:
        follow(effect.moves)
    _record("confirmed", change, by, at, effect)
    return effect


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
    fact: str, change: PlaceChange, by: Actor | None, at: datetime, effect: Effect | None = None
) -> None:
    data: dict[str, object] = {"kind": change.kind, "day": change.day, "act": change.act}
    if effect is not None:
        data |= {
            "begins": [place.area for place in effect.begins],
            "ends": [place.area for place in effect.ends][:_LISTED],
            "moved": len(effect.moves),
            "moves": dict(list(effect.moves.items())[:_LISTED]),
        }
    record(fact=f"place-change.{fact}", subject=f"place-change:{change.pk}", by=by, at=at, data=data)
