"""Courses: written down, taken out again where they were written down by mistake."""

from datetime import datetime

from django.db import IntegrityError, transaction

from nguon.accounts.models import User
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.staff import errors
from nguon.staff.actions.fields import TrainingFields, judge_training
from nguon.staff.models import Staff, Training
from nguon.staff.rules import can_train, counting_areas


@transaction.atomic
def add_training(*, staff: Staff, given: TrainingFields, by: User, at: datetime) -> Training:
    """This function will write down that a person took part in a course.

    Raises StaffOutside, BadCourse, BadCourseDays or TrainingThere.
    """
    if not can_train(by, staff, at):
        raise errors.StaffOutside
    today = local(at).date()
    made = make_training(staff, judge_training(given, today=today))
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise errors.TrainingThere(course=made.course, day=f"{made.first_day:%d/%m/%Y}") from error
    data = {"areas": counting_areas(staff, today), "course": made.course, "last_day": made.last_day}
    record(fact="training.added", subject=f"staff:{staff.pk}", by=by, at=at, data=data)
    return made


def make_training(staff: Staff, given: TrainingFields) -> Training:
    """This function will make the row of a course, not saved yet."""
    return Training(
        staff=staff,
        course=given.course,
        organiser=given.organiser,
        first_day=given.first_day,
        last_day=given.last_day,
        result=given.result,
    )


@transaction.atomic
def remove_training(*, training: Training, by: User, at: datetime) -> None:
    """This function will take out a course that was written down by mistake.  Raises StaffOutside."""
    row = Training.objects.select_for_update(of=("self",)).select_related("staff").get(pk=training.pk)
    if not can_train(by, row.staff, at):
        raise errors.StaffOutside
    areas = counting_areas(row.staff, local(at).date())
    data = {"areas": areas, "course": row.course, "last_day": row.last_day}
    row.delete()
    record(fact="training.removed", subject=f"staff:{training.staff_id}", by=by, at=at, data=data)
