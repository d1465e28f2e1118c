"""The rules of an area for approvals, and telling when their time is near or over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.bulletins import errors, queries
from nguon.bulletins.models import ReviewRule, Revision
from nguon.bulletins.states import State, Timing
from nguon.journal.actions import record
from nguon.journal.models import Entry
from nguon.organisations.models import Place

MOST_HOURS = 240
NEAR = timedelta(hours=2)


@transaction.atomic
def add_rule(
    *,
    place: Place,
    topic: int | None,
    priority: int | None,
    second: bool,
    hours: int | None,
    by: User,
    at: datetime,
) -> ReviewRule:
    """This function will make a rule of an area for what is submitted from now on.

    Raises NotTheAdministrator, or RuleEmpty for a rule that asks nothing, or more than MOST_HOURS.
    """
    if not has_role(by, Role.ADMINISTRATOR, place.area, at):
        raise errors.NotTheAdministrator(place=str(place))
    if (not second and not hours) or (hours or 0) > MOST_HOURS:
        raise errors.RuleEmpty(limit=MOST_HOURS)
    made = ReviewRule.objects.create(
        place=place, area=place.area, topic=topic, priority=priority, second=second, hours=hours or None,
        by=by, made_at=at,
    )  # fmt: skip
    _tell("review_rule.added", made, by, at)
    return made


@transaction.atomic
def end_rule(*, rule_id: UUID, by: User, at: datetime) -> ReviewRule:
    """This function will end a rule; it still counts for what was submitted before. Again it changes nothing.
    Raises RuleUnknown or NotTheAdministrator."""
    found = ReviewRule.objects.select_for_update(of=("self",)).select_related("place").filter(pk=rule_id)
    rule = found.first()
    if rule is None:
        raise errors.RuleUnknown
    if not has_role(by, Role.ADMINISTRATOR, rule.area, at):
        raise errors.NotTheAdministrator(place=str(rule.place))
    if rule.ended_at is None:
        rule.ended_at, rule.ended_by = at, by
        rule.save(update_fields=["ended_at", "ended_by"])
        _tell("review_rule.ended", rule, by, at)
    return rule


def tell_deadlines(*, at: datetime) -> int:
    """This function will write into the journal, once each, which waiting bulletins are near the time by
    which they are needed, and which are past it; returns how many facts it wrote.

    Past its time a bulletin stays where it is: nothing of it plays late, because approving refuses a time
    that is over, and of a repetition only the instants after the approval are planned.
    """
    waiting = Revision.objects.filter(
        bulletin__state=State.SUBMITTED, submitted_at__isnull=False, timing__in=(Timing.AT, Timing.REPEAT)
    )
    written = 0
    for revision in waiting.select_related("bulletin"):
        due = queries.needed_by(revision)
        if due is None or revision.submitted_at is None:
            continue
        near = due - min(NEAR, (due - revision.submitted_at) / 2)
        if at >= near:
            fact = "bulletin.deadline_passed" if at >= due else "bulletin.deadline_near"
            written += _once(fact, revision, due, at)
    return written


@transaction.atomic
def _once(fact: str, revision: Revision, due: datetime, at: datetime) -> bool:
    subject = f"bulletin:{revision.bulletin_id}"
    if Entry.objects.filter(subject=subject, fact=fact, data__revision=str(revision.pk)).exists():
        return False
    data = {
        "revision": revision.pk,
        "title": revision.title,
        "due": due,
        "then": revision.timing,
        "areas": queries.areas_of_revision(revision),
    }
    record(fact=fact, subject=subject, by=None, at=at, data=data)
    return True


def _tell(fact: str, rule: ReviewRule, by: User, at: datetime) -> None:
    data = {
        "area": rule.area,
        "topic": rule.topic,
        "priority": rule.priority,
        "second": rule.second,
        "hours": rule.hours,
    }
    record(fact=fact, subject=f"review-rule:{rule.pk}", by=by, at=at, data=data)
