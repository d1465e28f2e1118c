"""Whose turn comes when, and when a release goes on: laws."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from nguon.organisations.tests.cast import AT
from nguon.releases.states import ENOUGH, PATIENCE, WAVES
from nguon.releases.waves import Counts, Move, in_turn, invited, judge, share_of

names = st.sets(st.uuids(), max_size=60)
counts = st.builds(Counts, *(st.integers(0, 400) for _ in range(3)))
SOAK = timedelta(minutes=10)


@given(st.uuids(), names, st.data())
def test_waves_grow_to_everybody_and_nobody_has_two_turns(
    release: UUID, everybody: set[UUID], data: st.DataObject
) -> None:
    had: list[UUID] = []
    for wave in range(1, len(WAVES) + 1):
        there = data.draw(st.sets(st.sampled_from(sorted(everybody)))) if everybody else set()
        fresh = invited(release, wave, everybody=everybody, there=there, had=had)
        assert not set(fresh) & set(had)
        last = wave == len(WAVES)
        assert last or (
            set(fresh) <= there and len(fresh) + len(had) <= max(share_of(wave, len(everybody)), len(had))
        )
        had += fresh
    assert set(had) == everybody


@given(st.uuids(), st.sets(st.uuids(), min_size=1, max_size=60), st.sets(st.uuids(), max_size=9))
def test_who_is_in_use_no_more_fills_no_wave(release: UUID, everybody: set[UUID], gone: set[UUID]) -> None:
    gone -= everybody
    fresh = invited(release, 1, everybody=everybody, there=everybody, had=gone)
    assert len(fresh) == share_of(1, len(everybody))


@given(st.uuids(), names)
def test_turns_are_reckoned_from_the_ids_alone(release: UUID, everybody: set[UUID]) -> None:
    assert in_turn(release, everybody) == in_turn(release, sorted(everybody, reverse=True))
    assert share_of(1, len(everybody)) == -(-len(everybody) // 100)


@given(counts, st.integers(1, 50), st.integers(0, 2000), st.none() | st.integers(0, 2000), st.booleans())
def test_it_halts_before_all_else_and_goes_on_only_after_the_whole_soak(
    found: Counts, limit: int, opened: int, well: int | None, filled: bool
) -> None:
    move = judge(
        found,
        opened_at=AT - timedelta(minutes=opened),
        well_since=None if well is None else AT - timedelta(minutes=well),
        soak=SOAK,
        limit=limit,
        filled=filled,
        at=AT,
    )
    assert (move is Move.HALT) == (found.bad * 100 > found.all * limit)
    if move is Move.ADVANCE:
        assert well is not None
        assert timedelta(minutes=well) >= SOAK
        assert found.good * 100 >= found.all * ENOUGH
        assert filled or (timedelta(minutes=opened) >= PATIENCE and found.good)
    if move is Move.STALE:
        assert timedelta(minutes=opened) >= PATIENCE
