"""The pass to the broker: renewed before it ends, and at once by who was away too long."""

from pathlib import Path
from random import Random

from nguon_device.mqtt import PahoBroker
from nguon_device.tests.authority import Authority
from nguon_device.tests.world import World
from nguon_device.trust import Trust

LIVES_S = 5000


def give_pass(authority: Authority) -> None:
    """Let the server mint a pass that names its own end."""
    ends = int(authority.now) + LIVES_S
    authority.broker = {"url": "mqtt://b", "jwt": str(ends), "expires": ends}  # type: ignore[dict-item]


def ends(world: World) -> int:
    assert world.broker.address is not None
    return int(world.broker.address.password)


def begin(folder: Path) -> World:
    authority = Authority()
    give_pass(authority)
    world = World(folder, authority, poll_s=60, tick_s=1)
    world.run(30)
    return world


def test_a_pass_is_renewed_long_before_it_ends(tmp_path: Path) -> None:
    world = begin(tmp_path)
    for _ in range(200):
        give_pass(world.authority)
        world.run(60)
        assert ends(world) > world.authority.now + 2000


def test_who_was_away_longer_than_the_pass_lives_asks_for_a_new_one_at_once(tmp_path: Path) -> None:
    world = begin(tmp_path)
    world.cut = True
    world.tick_s = 10
    world.run(2 * LIVES_S)
    assert ends(world) < world.authority.now
    give_pass(world.authority)
    world.cut, world.tick_s = False, 1
    world.until(lambda: ends(world) > world.authority.now, at_most_s=310)


def test_a_server_that_gives_no_new_pass_is_asked_ever_more_seldom(tmp_path: Path) -> None:
    world = begin(tmp_path)
    world.run(LIVES_S)
    asked = 0
    for _ in range(600):
        asked += sum(one.kind == "state" for one in world.network.asked)
        world.run(1)
    assert 1 <= asked <= 20


def test_nobody_guesses_the_name_of_a_connection() -> None:
    names = {PahoBroker(lambda _event: None, Random(1), 1.0, Trust(Path()))._suffix for _ in range(9)}
    assert len(names) == 9
