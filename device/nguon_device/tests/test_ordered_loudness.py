"""How loud it may be by the hour, mute by order, and beginning anew: what operators order, signed."""

from pathlib import Path

import pytest

from nguon_device.tests.authority import Authority
from nguon_device.tests.world import World
from nguon_protocol.documents import Loudness, Policy


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, Authority(policy=Policy(quiet=())))
    made.run(5)
    return made


def ended(world: World) -> list[str]:
    return world.authority.events("played", "partly", "missed", "refused")


def test_the_hours_of_the_order_count_and_survive_a_power_cut(world: World) -> None:
    day = (Loudness("00:00", "12:00", 20), Loudness("12:00", "00:00", 20))
    world.tell(world.authority.order("volume", volume=60, hours=day))
    world.boot()
    world.run(5)
    world.tell(world.authority.order(item=world.authority.item("a", dur_ms=1000)))
    world.run(3)
    world.tell(world.authority.order("volume", volume=60))
    world.tell(world.authority.order(item=world.authority.item("b", dur_ms=1000)))
    world.run(3)
    assert world.sink.volumes == [20, 60]


def test_mute_by_order_silences_at_once_and_nothing_is_told_as_played(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("a", dur_ms=60_000)))
    world.run(3)
    world.tell(world.authority.order("volume", volume=0))
    assert world.sink.playing is None
    world.tell(world.authority.order(item=world.authority.item("b", dur_ms=1000)))
    world.run(3)
    assert world.sink.playing is None
    world.tell(world.authority.order("volume", volume=50))
    world.run(1000)
    assert [one.partition(" ")[0] for one in ended(world)] == ["partly", "played"]


def test_it_begins_anew_once_and_says_that_it_was_told(world: World) -> None:
    world.tell(world.authority.order("restart"))
    leaving = [world.agent.updater.leaving]
    world.boot()
    world.run(5)
    assert [*leaving, world.agent.updater.leaving] == [True, False]
    assert "accepted" in " ".join(world.authority.events("accepted"))
