"""Who may do what with the editorial plan: pure yes or no."""

from collections.abc import Iterable
from datetime import date, datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.production.models import Item, Task
from nguon.production.states import MOVES, WORK, Stage

PLANNERS = (Role.WRITER, Role.APPROVER)
MAKERS = (Role.WRITER, Role.APPROVER, Role.OPERATOR, Role.DUTY)
"""Whoever has one of these over the whole area may be given a step of it."""


def can_plan(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may add to the plan of an area, give tasks and send back."""
    return any(has_role(user, role, area, at) for role in PLANNERS)


def can_make(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may be given a step of an area's plan."""
    return user.is_active and any(has_role(user, role, area, at) for role in MAKERS)


def can_approve_idea(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may let an idea of an area become work."""
    return has_role(user, Role.APPROVER, area, at)


def can_finish(user: User, item: Item, task: Task | None, at: datetime) -> bool:
    """This function will say whether a person may pass an item on from where it stands: the one whose step it
    is, or an approver there."""
    mine = task is not None and task.person_id == user.pk and can_make(user, item.area, at)
    return mine or has_role(user, Role.APPROVER, item.area, at)


def next_of(stage: Stage) -> Stage:
    """This function will return the step after a step; after the last one the item is done."""
    place = WORK.index(stage) + 1
    return WORK[place] if place < len(WORK) else Stage.DONE


def before(stage: Stage) -> tuple[Stage, ...]:
    """This function will return the steps that an item may be sent back to."""
    return tuple(one for one in WORK if one in MOVES[stage] and WORK.index(one) < WORK.index(stage))


def is_over(stage: str) -> bool:
    """This function will say whether nothing follows any more."""
    return not MOVES[Stage(stage)]


def bounds(stage: Stage, others: Iterable[Task], today: date) -> tuple[date, date | None]:
    """This function will return between which days the deadline of a step lies: not before those of earlier
    steps that are not done, not after those of later ones."""
    first, last = today, None
    for task in others:
        if task.stage == stage or task.done_at:
            continue
        if WORK.index(Stage(task.stage)) < WORK.index(stage):
            first = max(first, task.due)
        else:
            last = task.due if last is None else min(last, task.due)
    return first, last
