"""Airings: every instant once, and what a new bulletin meets."""

from datetime import timedelta

import pytest

from nguon.broadcasts import actions, queries
from nguon.broadcasts.models import Airing
from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import LATER, Newsroom, approve, approved, draft, newsroom
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def repeated(room: Newsroom, rrule: str, days: int) -> Revision:
    made = draft(room, starts_at=AT, rrule=rrule, until_at=AT + timedelta(days=days))
    return approve(room, bulletins.submit(revision_id=made.pk, by=room.people.lan, at=AT))


def test_three_times_a_day_for_seven_days(room: Newsroom) -> None:
    made = repeated(room, "FREQ=DAILY;BYHOUR=9,11,17;BYMINUTE=0", days=7)
    actions.schedule(revision=made, at=AT)
    assert Airing.objects.count() == 21


def test_hours_with_different_minutes(room: Newsroom) -> None:
    two = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0\nFREQ=DAILY;BYHOUR=17;BYMINUTE=30"
    made = repeated(room, two, days=2)
    actions.schedule(revision=made, at=AT)
    times = [
        f"{at + timedelta(hours=7):%H:%M}"
        for at in Airing.objects.order_by("at").values_list("at", flat=True)
    ]
    assert times == ["09:00", "17:30"] * 2


def test_a_long_repetition_is_topped_up_and_nothing_is_planned_twice(room: Newsroom) -> None:
    made = repeated(room, "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", days=90)
    actions.schedule(revision=made, at=AT)
    assert Airing.objects.count() == 35
    assert actions.extend(at=AT) == 0
    assert actions.extend(at=AT + timedelta(days=10)) == 10


def test_a_bulletin_now_meets_what_plays_now_on_shared_loudspeakers(room: Newsroom) -> None:
    planned = approved(room, starts_at=LATER)
    actions.schedule(revision=planned, at=AT)
    new = draft(room)
    (met,) = queries.meetings(new, 10_000, LATER + timedelta(seconds=3))
    assert (met.title, met.loudspeakers, met.cut) == ("Họp thôn", 2, True)
    assert queries.meetings(new, 10_000, LATER + timedelta(minutes=3)) == []
    assert queries.meetings(draft(room, room.ward), 10_000, LATER + timedelta(seconds=3)) == []


def test_the_next_airing_of_a_loudspeaker(room: Newsroom) -> None:
    planned = approved(room, starts_at=LATER)
    actions.schedule(revision=planned, at=AT)
    found = queries.next_of_device(room.fleet.first.device, AT)
    assert found is not None
    assert found.at == LATER
    assert queries.next_of_device(room.fleet.ward.device, AT) is None


@pytest.mark.parametrize(
    ("timing", "priority", "immediate", "other", "cut"),
    [
        ("now", 3, False, 1, True),
        ("now", 3, True, 3, False),
        ("now", 1, True, 3, True),
        ("now", 1, True, 1, False),
        ("at", 3, True, 3, False),
        ("at", 1, True, 3, False),
        ("at", 1, False, 3, True),
        ("at", 2, False, 3, False),
    ],
)
def test_exactly_one_of_two_gives_way(
    timing: str, priority: int, immediate: bool, other: int, cut: bool
) -> None:
    new = Revision(timing=timing, priority=priority)
    there = Airing(immediate=immediate, revision=Revision(priority=other))
    assert queries.cuts(new, there) is cut
