"""Whose sounds meet: zones, echoes and turns, as laws."""

from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from nguon.control.rules import Pole, meetings, metres_between, quieter, turns, zones

somewhere = st.builds(
    lambda n, north, east, reach: Pole(
        UUID(int=n), f"Cột {n}", 21.3 + north / 1e4, 106.4 + east / 1e4, reach
    ),
    st.integers(0, 10_000),
    st.integers(-200, 200),
    st.integers(-200, 200),
    st.integers(1, 600),
)
communes = st.lists(somewhere, max_size=12, unique_by=lambda one: one.key)


@given(communes)
def test_no_two_that_are_heard_at_one_place_have_the_same_turn(poles: list[Pole]) -> None:
    met = meetings(poles)
    own = turns(poles, met)
    assert set(own) == {one.key for one in poles}
    assert all(own[one.one.key] != own[one.other.key] for one in met)
    assert all(one.metres <= other.metres for one, other in pairwise(met))


@given(communes, st.integers(0, 3))
def test_nobody_takes_a_turn_that_is_held_beyond_the_border(poles: list[Pole], turn: int) -> None:
    met, at_the_border = meetings(poles), [one.key for one in poles[::2]]
    own = turns(poles, met, {key: {turn} for key in at_the_border})
    assert all(own[key] != turn for key in at_the_border)
    assert all(own[one.one.key] != own[one.other.key] for one in met)


@given(communes)
def test_every_pole_is_in_one_zone_and_what_meets_is_in_the_same(poles: list[Pole]) -> None:
    met = meetings(poles)
    zone_of = {one.key: number for number, zone in enumerate(zones(poles, met)) for one in zone}
    assert sorted(zone_of) == sorted(one.key for one in poles)
    assert all(zone_of[one.one.key] == zone_of[one.other.key] for one in met)
    every = {
        frozenset((one.key, other.key))
        for one in poles
        for other in poles
        if one.key < other.key
        and metres_between((one.latitude, one.longitude), (other.latitude, other.longitude))
        < one.range_m + other.range_m
    }
    assert {frozenset((one.one.key, one.other.key)) for one in met} == every


def test_an_echo_comes_after_seventeen_metres() -> None:
    near = Pole(UUID(int=1), "A", 21.3, 106.4, 300)
    far = Pole(UUID(int=2), "B", 21.3018, 106.4, 300)  # 200 m
    (met,) = meetings([near, far])
    assert abs(met.metres - 200) < 2
    assert abs(met.echo_ms - 583) < 6
    assert met.echoes


def test_ceilings_only_make_it_quieter_and_the_quietest_are_kept() -> None:
    day = [("07:00", "17:00", 60)]
    assert quieter(50, [], day, 8) == []
    assert quieter(80, [("05:00", "06:00", 20)], day, 8) == [("05:00", "06:00", 20), *day]
    many = [(f"0{n}:00", f"0{n}:30", n) for n in range(9)]
    assert len(quieter(80, many, day, 8)) == 8
