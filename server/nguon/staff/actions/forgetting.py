"""Forgetting the contacts of who left, and somebody entered by mistake; the journal keeps the act."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.organisations.rules import outermost
from nguon.staff import errors
from nguon.staff.models import Post, Staff
from nguon.staff.rules import KEEPS_STAFF, can_keep, counting_areas, has_over

CONTACTS = ("phone", "email", "zalo")


@transaction.atomic
def erase_contacts(*, staff: Staff, by: User, at: datetime) -> bool:
    """This function will erase how to reach a person whose work here is all over; False: there was nothing.

    Name, posts and courses stay, for the reports of then.  Raises StaffOutside or StillWorks.
    """
    row, today = Staff.objects.select_for_update().get(pk=staff.pk), local(at).date()
    if not can_keep(by, row, at):
        raise errors.StaffOutside
    if row.posts.not_over(today).exists():
        raise errors.StillWorks(name=row)
    told = [name for name in CONTACTS if getattr(row, name)]
    for name in told:
        setattr(row, name, "")
    if told:
        row.save(update_fields=told)
        data = {"areas": counting_areas(row, today), "fields": told}
        record(fact="staff.erased", subject=f"staff:{row.pk}", by=by, at=at, data=data)
    return bool(told)


@transaction.atomic
def remove_staff(*, staff: Staff, by: User, at: datetime) -> None:
    """This function will take out somebody who was entered by mistake, with posts and courses.

    Raises StaffOutside unless every post, also past ones, lies in one's own areas, or StaffHandedOver when
    somebody took the work over: then it was no mistake.
    """
    row = Staff.objects.select_for_update().get(pk=staff.pk)
    areas = list(row.posts.order_by("pk").values_list("area", flat=True))
    if not areas or not all(has_over(by, KEEPS_STAFF, area, at) for area in areas):
        raise errors.StaffOutside
    if Post.objects.filter(before__staff=row).exclude(staff=row).exists():
        raise errors.StaffHandedOver(name=row)
    data = {"areas": outermost(areas), "posts": len(areas), "courses": row.trainings.count()}
    subject = f"staff:{row.pk}"
    row.delete()
    record(fact="staff.removed", subject=subject, by=by, at=at, data=data)
