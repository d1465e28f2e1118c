"""Adding to the plan, changing it, and giving its steps to people."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins.queries import campaigns_seen, templates
from nguon.bulletins.states import ContentType, Topic
from nguon.bulletins.states.cadences import cadence
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.kernel.text import clean, tidy
from nguon.organisations.models import Place
from nguon.production import errors
from nguon.production.actions.telling import facts_of, subject
from nguon.production.models import Item, Task
from nguon.production.rules import bounds, can_make, can_plan, is_over
from nguon.production.states import MOVES, WORK, Stage

TITLE_LIMIT, BRIEF_LIMIT = 200, 5000


@dataclass(frozen=True, kw_only=True)
class ItemFields:
    """What an item is about."""

    title: str
    brief: str = ""
    topic: int = Topic.GENERAL
    content_type: int = ContentType.AUDIO
    campaign_id: UUID | None = None
    template_id: UUID | None = None
    cadence: str = ""
    air_date: date | None = None


@transaction.atomic
def add(*, place: Place, given: ItemFields, by: User, at: datetime) -> Item:
    """This function will put an idea into the plan of a place. Raises MayNotPlan, TitleMissing, TooLong or
    DayOver.
    """
    if not can_plan(by, place.area, at):
        raise errors.MayNotPlan(place=place)
    _check_day(given.air_date, at)
    item = Item(place=place, area=place.area, made_by=by, made_at=at, changed_at=at)
    _fill(item, given, by, at)
    item.save()
    record(fact="production.added", subject=subject(item), by=by, at=at, data=facts_of(item))
    return item


@transaction.atomic
def change(*, item_id: UUID, given: ItemFields, by: User, at: datetime) -> Item:
    """This function will say anew what an item is about. Raises what `open_item` and `add` raise."""
    item = open_item(item_id, by, at)
    if given.air_date != item.air_date:
        _check_day(given.air_date, at)
    _fill(item, given, by, at)
    item.changed_at = at
    item.save()
    record(fact="production.changed", subject=subject(item), by=by, at=at, data=facts_of(item))
    return item


@transaction.atomic
def assign(*, item_id: UUID, stage: str, person: User, due: date, by: User, at: datetime) -> Task:
    """This function will give a step of an item to a person until the end of a day; the same again changes
    nothing. Raises what `open_item` raises, StageOver, NotThere, DayOver or OutOfOrder.
    """
    item = open_item(item_id, by, at)
    if stage not in WORK or WORK.index(Stage(stage)) < WORK.index(Stage(item.stage)):
        raise errors.StageOver(stage=Stage(stage).label if stage in Stage.values else stage)
    step = Stage(stage)
    if not can_make(person, item.area, at):
        raise errors.NotThere(person=person, place=item.place)
    known = Task.objects.filter(item=item, stage=step).first()
    if known and (known.person_id, known.due, known.done_at) == (person.pk, due, None):
        return known
    _check_day(due, at)
    first, last = bounds(step, item.tasks.all(), local(at).date())
    if due < first or (last and due > last):
        end = f"{last:%d/%m/%Y}" if last else "…"
        raise errors.OutOfOrder(stage=step.label, first=f"{first:%d/%m/%Y}", last=end)
    task, _made = Task.objects.update_or_create(
        item=item,
        stage=step,
        defaults={"person": person, "due": due, "done_at": None, "near_at": None, "late_at": None},
    )
    Item.objects.filter(pk=item.pk).update(changed_at=at)
    data = facts_of(item, step) | {"to": person.pk}
    record(fact="production.assigned", subject=subject(item), by=by, at=at, data=data)
    return task


def open_item(item_id: UUID, by: User, at: datetime, *, planner: bool = True) -> Item:
    """This function will lock and return an item that is not over, for who may plan there; `planner` False:
    for whoever calls to judge. Raises ItemUnknown, MayNotPlan or AlreadyOver.
    """
    rows = Item.objects.select_for_update(of=("self",)).select_related("place")
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise errors.ItemUnknown
    if planner and not can_plan(by, item.area, at):
        raise errors.MayNotPlan(place=item.place)
    if is_over(item.stage):
        raise errors.AlreadyOver
    return item


def moved(item: Item, to: Stage, at: datetime, reason: str = "") -> None:
    """This function will put an item at a step. Raises StageSkipped where the table of moves has no such
    move."""
    if to not in MOVES[Stage(item.stage)]:
        raise errors.StageSkipped(stage=item.get_stage_display(), to=to.label)
    item.stage, item.reason, item.changed_at = to, reason, at
    item.save(update_fields=["stage", "reason", "changed_at"])


def _fill(item: Item, given: ItemFields, by: User, at: datetime) -> None:
    item.title, item.brief = tidy(clean(given.title)), clean(given.brief).strip()
    if not item.title:
        raise errors.TitleMissing
    for name, text, limit in (
        (_("Tên mục"), item.title, TITLE_LIMIT),
        (_("Yêu cầu"), item.brief, BRIEF_LIMIT),
    ):
        if len(text) > limit:
            raise errors.TooLong(field=name, length=len(text), limit=limit)
    item.topic, item.content_type, item.air_date = given.topic, given.content_type, given.air_date
    # What is not there, or not for this person to use, is none.
    campaign, template = given.campaign_id, given.template_id
    item.campaign = campaigns_seen(by, at).filter(pk=campaign).first() if campaign else None
    item.template = templates(by, at).filter(pk=template).first() if template else None
    law = cadence(given.cadence) if given.cadence and item.template is None else None
    item.cadence = law.slug if law else ""


def _check_day(day: date | None, at: datetime) -> None:
    if day is not None and day < local(at).date():
        raise errors.DayOver(day=f"{day:%d/%m/%Y}")
