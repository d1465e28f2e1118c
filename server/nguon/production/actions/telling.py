"""What the journal is told of the plan, and of its deadlines."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.production.models import Item, Task
from nguon.production.states import NEAR, Stage


def facts_of(item: Item, stage: str | None = None) -> dict[str, object]:
    """This function will return what a fact says of an item: its name and place, a step, and whose turn it is
    there until when (`turn`, `due`; none where nobody has been given it)."""
    stage = stage or item.stage
    task = Task.objects.filter(item=item, stage=stage, done_at__isnull=True).first()
    return {
        "item": item.pk,
        "title": item.title,
        "area": item.area,
        "step": stage,
        "stage": str(Stage(stage).label),
        "now": stage == item.stage,
        "turn": task.person_id if task else None,
        "due": task.due.isoformat() if task else "",
        "day": f"{task.due:%d/%m/%Y}" if task else "",
    }


@transaction.atomic
def tell_due(*, at: datetime) -> int:
    """This function will write, once for each step at which its item stands, that its deadline is near and
    that it is over; returns how many facts it wrote."""
    today, soon = local(at).date(), local(at + NEAR).date()
    open_ = Task.objects.select_for_update(of=("self",), skip_locked=True).filter(
        done_at__isnull=True, stage=F("item__stage")
    )
    near = open_.filter(due__lte=soon, due__gte=today, near_at__isnull=True)
    late = open_.filter(due__lt=today, late_at__isnull=True)
    told = 0
    for task in near.select_related("item"):
        Task.objects.filter(pk=task.pk).update(near_at=at)
        data = facts_of(task.item)
        record(fact="production.due_near", subject=subject(task.item), by=None, at=at, data=data)
        told += 1
    for task in late.select_related("item"):
        Task.objects.filter(pk=task.pk).update(near_at=at, late_at=at)
        data = facts_of(task.item) | {"planner": task.item.made_by_id}
        record(fact="production.due_over", subject=subject(task.item), by=None, at=at, data=data)
        told += 1
    return told


def subject(item: Item) -> str:
    """This function will return what the journal calls an item."""
    return f"production:{item.pk}"
