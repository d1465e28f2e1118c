"""What a person who leaves has in the plan goes on to a successor."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.journal.actions import record
from nguon.production.actions.telling import facts_of, subject
from nguon.production.models import Item, Task
from nguon.production.queries import open_steps
from nguon.production.rules import can_make


@transaction.atomic
def hand_over_steps(*, person: User, successor: User, by: User, at: datetime, then: datetime) -> int:
    """This function will give the steps that a person has still to do to a successor who may do them at
    `then`, deadlines unchanged, and return how many. The others stay the leaver's, and the plan lists them as
    nobody's (`queries.vacant`).
    """
    mine = open_steps(Task.objects.select_for_update(of=("self",))).filter(person=person)
    given = 0
    for task in mine.select_related("item").order_by("pk"):
        if not can_make(successor, task.item.area, then):
            continue
        Task.objects.filter(pk=task.pk).update(person=successor, near_at=None)
        Item.objects.filter(pk=task.item_id).update(changed_at=at)
        data = facts_of(task.item, task.stage) | {"from_person": person.pk, "to": successor.pk}
        record(fact="production.assigned", subject=subject(task.item), by=by, at=at, data=data)
        given += 1
    return given
