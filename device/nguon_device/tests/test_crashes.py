"""A power cut at every commit of the journal, just before it and just after it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nguon_device.store import Store
from nguon_device.tests.world import World
from nguon_protocol.documents import PlanItem

COMMITS = 26


class PowerCut(BaseException):
    """Nothing in the agent may catch this."""


def cutting(at: int, after: bool) -> Callable[[Store], None]:
    usual, count = Store._commit, iter(range(1, 10_000))

    def commit(store: Store) -> None:
        here = next(count) == at
        if here and not after:
            raise PowerCut
        usual(store)
        if here:
            raise PowerCut

    return commit


def follow(world: World, seconds: float, heard: list[Any]) -> None:
    """Run on, through the power cut and the boot after it."""
    end = world.timer.mono + seconds
    while world.timer.mono < end:
        try:
            world.run(0.5)
        except PowerCut:
            world.sink.stop()
            heard += world.sink.heard
            world.boot()
    heard += world.sink.heard
    world.sink.heard = []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, COMMITS))
def test_each_item_sounds_once_and_ends_once(
    at: int, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, tick_s=0.1)
    world.run(1)
    monkeypatch.setattr(Store, "_commit", cutting(at, after))
    heard: list[Any] = []
    instant = int(world.authority.now) + 25
    world.authority.plan(PlanItem(instant, world.authority.item("p", instant, dur_ms=4000)))
    ordered = world.authority.item("o", dur_ms=4000)
    world.authority.order(item=ordered)
    follow(world, 20, heard)
    silenced = world.authority.item("s", dur_ms=8000)
    world.authority.order(item=silenced)
    follow(world, 10, heard)
    world.authority.order("cancel", items=(silenced.id,))
    follow(world, 60, heard)
    names = [name for name, _, _, _ in heard]
    assert len(names) == len(set(names))
    receipts = world.authority.receipts
    assert [one.n for one in receipts] == list(range(1, len(receipts) + 1))
    ends = [one.item for one in receipts if one.event in {"played", "partly", "missed", "cancelled"}]
    assert len(ends) == len(set(ends)) == 3
    assert set(names) <= {one.item for one in receipts if one.event == "started"}
