"""From step to step, back with a reason, and out of the plan."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.journal.actions import record
from nguon.kernel.text import clean
from nguon.production import errors
from nguon.production.actions.planning import moved, open_item
from nguon.production.actions.telling import facts_of, subject
from nguon.production.models import Item, Task
from nguon.production.rules import before, can_approve_idea, can_finish, next_of
from nguon.production.states import WORK, Stage

REASON_LIMIT = 300


@transaction.atomic
def advance(*, item_id: UUID, seen: str, by: User, at: datetime) -> Item:
    """This function will pass an item on from the step `seen`, that stood on the person's screen, to the next
    one; after the last one it is done.

    Raises ItemUnknown, AlreadyOver, MovedMeanwhile, IdeaNeedsApprover, NotYourTurn, ScriptMissing,
    BulletinMissing or NobodyNext.
    """
    item = open_item(item_id, by, at, planner=False)
    stage = Stage(item.stage)
    if seen != stage:
        raise errors.MovedMeanwhile(title=item.title, stage=stage.label)
    task = Task.objects.filter(item=item, stage=stage).select_related("person").first()
    if stage == Stage.IDEA and not can_approve_idea(by, item.area, at):
        raise errors.IdeaNeedsApprover(place=item.place)
    if not can_finish(by, item, task, at):
        whose = task.person if task else "…"
        raise errors.NotYourTurn(stage=stage.label, person=whose, place=item.place)
    to = next_of(stage)
    _check_made(item, stage, to)
    Task.objects.filter(item=item, stage=stage).update(done_at=at)
    moved(item, to, at)
    record(
        fact="production.moved",
        subject=subject(item),
        by=by,
        at=at,
        data=facts_of(item) | {"from": stage.value},
    )
    return item


@transaction.atomic
def send_back(*, item_id: UUID, to: str, reason: str, by: User, at: datetime) -> Item:
    """This function will send an item back to an earlier step, with a reason; the steps from there on are to
    be done again. Raises what `open_item` raises, StageSkipped or WhyMissing.
    """
    item = open_item(item_id, by, at)
    stage = Stage(item.stage)
    if to not in before(stage):
        label = Stage(to).label if to in Stage.values else to
        raise errors.StageSkipped(stage=stage.label, to=label)
    again = WORK[WORK.index(Stage(to)) :]
    why = _reason(reason)
    Task.objects.filter(item=item, stage__in=again).update(done_at=None, near_at=None, late_at=None)
    moved(item, Stage(to), at, why)
    data = facts_of(item) | {"from": stage.value, "reason": why}
    record(fact="production.returned", subject=subject(item), by=by, at=at, data=data)
    return item


@transaction.atomic
def give_up(*, item_id: UUID, reason: str, by: User, at: datetime) -> Item:
    """This function will take an item out of the plan, with a reason; a bulletin that was made of it stays.
    Raises what `open_item` raises, or WhyMissing.
    """
    item = open_item(item_id, by, at)
    why = _reason(reason)
    moved(item, Stage.GIVEN_UP, at, why)
    record(
        fact="production.given_up",
        subject=subject(item),
        by=by,
        at=at,
        data=facts_of(item) | {"reason": why},
    )
    return item


def _check_made(item: Item, stage: Stage, to: Stage) -> None:
    if stage == Stage.SCRIPT and not item.scripts.exists():
        raise errors.ScriptMissing
    if to == Stage.DONE and item.bulletin_id is None:
        raise errors.BulletinMissing
    if to in WORK and not Task.objects.filter(item=item, stage=to).exists():
        raise errors.NobodyNext(stage=to.label)


def _reason(text: str) -> str:
    why = clean(text).strip()[:REASON_LIMIT]
    if not why:
        raise errors.WhyMissing
    return why
