"""How loud it may be by the hour, mute by order, and beginning anew: what operators order, signed."""

from pathlib import Path

import pytest

from nguon_device.diary import MOST_BYTES, Diary
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


def test_it_tells_its_last_lines_once_and_no_title_among_them(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("a", dur_ms=1000)))
    world.run(10)
    world.tell(world.authority.order("logs"))
    world.run(10)
    ((_order, text),) = world.authority.logs
    assert "receipt" in text
    assert "version" in text
    assert "title" not in text
    world.boot()
    world.run(10)
    assert len(world.authority.logs) == 1


def test_a_long_diary_is_cut_to_what_one_answer_holds() -> None:
    diary = Diary(lambda: 0.0, 10_000)
    for number in range(10_000):
        diary.note(f"{number} " + "x" * 500)
    tail = diary.tail()
    assert len(tail) <= MOST_BYTES
    assert tail.splitlines()[-1].startswith(b"1970-01-01T00:00:00Z 9999 x")
