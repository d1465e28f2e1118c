"""What was played before deciding: spans joined, never more than the time gone by."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.bulletins import actions, errors
from nguon.bulletins.models import Revision
from nguon.bulletins.rules import believable, heard_enough, merged
from nguon.bulletins.tests.cast import Newsroom, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def approve(room: Newsroom, made: Revision, seconds: int) -> None:
    at = AT + timedelta(seconds=seconds)
    actions.approve(revision_id=made.pk, content_sha256=made.content_sha256, by=room.people.minh, at=at)


@given(spans)
def test_joined_spans_hold_exactly_what_was_played(played: list[tuple[int, int]]) -> None:
    joined = merged(played)
    assert {ms for a, b in joined for ms in range(a, b)} == {ms for a, b in played for ms in range(a, b)}
    assert all(one[1] < other[0] for one, other in pairwise(joined))


@given(st.integers(0, 10**7), st.integers(0, 10**5))
def test_nobody_hears_more_than_twice_the_time_gone_by(heard: int, seconds: int) -> None:
    assert believable(heard, timedelta(seconds=seconds)) <= min(heard, 2000 * (seconds + 5))


def test_nine_tenths_are_enough() -> None:
    assert heard_enough(9000, 10_000)
    assert not heard_enough(8999, 10_000)


def test_a_sound_is_heard_in_parts_and_a_reload_loses_none(room: Newsroom) -> None:
    made = submitted(room)
    hear = partial(actions.hear, revision_id=made.pk, by=room.people.minh)
    hear(spans=[], at=AT)
    hear(spans=[(0, 4000)], at=AT + timedelta(seconds=4))
    kept = hear(spans=[(3500, 10_000), (9999, 99_999)], at=AT + timedelta(seconds=11))
    assert (kept.spans, kept.heard_ms) == ([[0, 10_000]], 10_000)
    approve(room, made, 12)
    assert Entry.objects.get(fact="bulletin.approved").data["heard_ms"] == 10_000


def test_a_claim_of_more_than_the_time_gone_by_is_not_believed(room: Newsroom) -> None:
    made = submitted(room)
    actions.hear(revision_id=made.pk, spans=[], by=room.people.minh, at=AT - timedelta(seconds=1))
    kept = actions.hear(
        revision_id=made.pk, spans=[(0, 10_000)], by=room.people.minh, at=AT - timedelta(seconds=2)
    )
    assert kept.heard_ms < 9000
    with pytest.raises(errors.NotHeard):
        approve(room, made, 0)


def test_the_author_and_strangers_hear_nothing_for_others(room: Newsroom) -> None:
    made = submitted(room)
    with pytest.raises(errors.OwnBulletin):
        actions.hear(revision_id=made.pk, spans=[], by=room.people.lan, at=AT)
    with pytest.raises(errors.NotAnApprover):
        actions.hear(revision_id=made.pk, spans=[], by=room.people.hue, at=AT)
