"""What an area asks of approvals: two people, and time; told when it is near and when it is over."""

from datetime import datetime, timedelta

import pytest

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors, queries
from nguon.bulletins.models import Revision, SecondApproval
from nguon.bulletins.states import State
from nguon.bulletins.tests.cast import LATER, Newsroom, draft, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def ruled(
    room: Newsroom, *, second: bool = False, hours: int | None = None, topic: int | None = None
) -> None:
    actions.add_rule(
        place=room.people.places.province,
        topic=None,
        priority=None,
        second=second,
        hours=hours,
        by=room.people.binh,
        at=AT,
    )


def approve(made: Revision, by: User, at: datetime = AT) -> None:
    actions.approve(revision_id=made.pk, content_sha256=made.content_sha256, by=by, at=at, unheard="test")
    made.bulletin.refresh_from_db()


def facts(made: Revision) -> list[str]:
    rows = Entry.objects.filter(subject=f"bulletin:{made.bulletin_id}", fact__contains="deadline")
    return list(rows.order_by("sequence").values_list("fact", flat=True))


def test_where_the_area_asks_for_two_one_is_half(room: Newsroom) -> None:
    ruled(room, second=True)
    made = submitted(room)
    approve(made, room.people.minh)
    assert made.bulletin.state == State.SUBMITTED
    other = person("hai", "Người Thứ Hai", (Role.APPROVER, room.people.places.province))
    approve(made, other, AT + HOUR)
    assert made.bulletin.state == State.APPROVED
    assert SecondApproval.objects.get().by == other


@pytest.mark.parametrize("why", ["other topic", "later", "ended", "elsewhere"])
def test_a_rule_counts_for_its_class_its_place_and_its_time(room: Newsroom, why: str) -> None:
    made = submitted(room) if why == "later" else None
    at = AT + HOUR if why == "later" else AT
    place = room.people.places.ward if why == "elsewhere" else room.people.places.province
    rule = actions.add_rule(
        place=place,
        topic=2 if why == "other topic" else None,
        priority=None,
        second=True,
        hours=None,
        by=room.people.binh,
        at=at,
    )
    if why == "ended":
        actions.end_rule(rule_id=rule.pk, by=room.people.binh, at=AT)
    made = made or submitted(room)
    approve(made, room.people.minh)
    assert made.bulletin.state == State.APPROVED


def test_only_the_administrator_of_the_area_makes_and_ends_rules_that_ask_something(room: Newsroom) -> None:
    with pytest.raises(errors.RuleEmpty):
        ruled(room)
    with pytest.raises(errors.RuleEmpty):
        ruled(room, hours=241)
    with pytest.raises(errors.NotTheAdministrator):
        actions.add_rule(
            place=room.people.places.other_commune,
            topic=None,
            priority=None,
            second=True,
            hours=None,
            by=room.people.binh,
            at=AT,
        )
    ruled(room, second=True)
    (rule,) = queries.rules_in([room.commune])
    with pytest.raises(errors.NotTheAdministrator):
        actions.end_rule(rule_id=rule.pk, by=room.people.lan, at=AT)


def test_it_is_needed_before_its_first_airing_or_as_early_as_the_area_asks(room: Newsroom) -> None:
    assert queries.needed_by(submitted(room)) is None
    assert queries.needed_by(submitted(room, starts_at=LATER)) == LATER
    ruled(room, hours=1)
    assert queries.needed_by(submitted(room, starts_at=LATER)) == LATER - HOUR
    ruled(room, hours=48)
    assert queries.needed_by(submitted(room, starts_at=LATER)) == LATER


def test_it_is_told_once_when_the_time_is_near_and_once_when_it_is_over(room: Newsroom) -> None:
    made = submitted(room, starts_at=LATER)
    assert actions.tell_deadlines(at=AT + HOUR / 2) == 0
    assert actions.tell_deadlines(at=AT + HOUR) == 1
    assert actions.tell_deadlines(at=AT + HOUR) == 0
    assert actions.tell_deadlines(at=LATER) == 1
    assert actions.tell_deadlines(at=LATER) == 0
    assert facts(made) == ["bulletin.deadline_near", "bulletin.deadline_passed"]
    with pytest.raises(errors.TimePast):
        approve(made, room.people.minh, LATER)


def test_a_repetition_goes_on_with_what_is_to_come(room: Newsroom) -> None:
    made = draft(room, starts_at=LATER, rrule="FREQ=DAILY", until_at=LATER + timedelta(days=3))
    made = actions.submit(revision_id=made.pk, by=room.people.lan, at=AT)
    late = LATER + HOUR
    assert actions.tell_deadlines(at=late) == 1
    approve(made, room.people.minh, late)
    assert min(queries.instants_of(made, late, late + timedelta(days=5))) == LATER + timedelta(days=1)
    assert actions.tell_deadlines(at=late) == 0
