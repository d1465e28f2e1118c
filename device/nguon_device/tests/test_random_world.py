"""Many small worlds at random: losses, power cuts, stops, cancels; what must hold in every one of them.

A failing seed is in the test's name: run it again with `-k`.
"""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from nguon_device.ports import Message
from nguon_device.tests.world import World
from nguon_protocol.documents import PlanItem

SEEDS = 12


class Story:
    """Ten minutes of one loudspeaker's life."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.rng = Random(seed)
        self.world = World(folder, tick_s=0.1)
        self.world.run(2)
        self.heard: list[tuple[str, float, float, int]] = []
        self.cancelled: dict[str, float] = {}
        self.stops: list[float] = []
        self.items: list[str] = []
        self.plan: list[PlanItem] = []

    def act(self) -> None:
        acts = [
            self.add_to_plan,
            self.order,
            self.cut,
            self.mend,
            self.mend,
            self.power_cut,
            self.cancel,
            self.stop,
        ]
        acts += [self.repeat, self.bell, self.broker]
        self.rng.choice(acts)()
        self.world.run(self.rng.uniform(0.1, 15))

    def add_to_plan(self) -> None:
        at = int(self.world.authority.now) + self.rng.randrange(1, 60)
        item = self.world.authority.item(f"p{at}", at, dur_ms=self.rng.randrange(1000, 20_000))
        if item.id not in self.items:
            self.items.append(item.id)
            self.plan.append(PlanItem(at, item))
            self.world.authority.plan(*self.plan)

    def order(self) -> None:
        item = self.world.authority.item(f"o{len(self.items)}", dur_ms=self.rng.randrange(1000, 20_000))
        self.items.append(item.id)
        envelope = self.world.authority.order(item=item)
        if self.rng.random() < 0.7:
            self.world.tell(envelope)

    def repeat(self) -> None:
        for envelope in self.rng.choices([*self.world.authority.documents.values(), "{}"], k=3):
            self.world.tell(envelope)

    def stop(self) -> None:
        self.stops.append(self.world.timer.mono)
        self.world.tell(self.world.authority.order("stop"))

    def cancel(self) -> None:
        names = tuple(self.rng.sample(self.items, min(2, len(self.items))))
        self.world.tell(self.world.authority.order("cancel", items=names))
        for name in names:
            self.cancelled.setdefault(name, self.world.timer.mono)

    def power_cut(self) -> None:
        self.world.sink.stop()
        self.heard += self.world.sink.heard
        self.world.timer.mono += self.rng.uniform(1, 30)
        self.world.boot()

    def cut(self) -> None:
        self.world.cut = True

    def mend(self) -> None:
        self.world.cut = False

    def bell(self) -> None:
        self.world.agent.handle(Message(b'{"bell":1}'))

    def broker(self) -> None:
        self.world.broker_up(up=not self.world.broker.up)

    def end(self) -> None:
        self.mend()
        self.world.run(200)
        self.power_cut()
        self.world.run(60)
        self.heard += self.world.sink.heard


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_must_hold_in_every_world(seed: int, tmp_path: Path) -> None:
    story = Story(seed, tmp_path)
    for _ in range(40):
        story.act()
    story.end()
    receipts = story.world.authority.receipts
    assert [one.n for one in receipts] == list(range(1, len(receipts) + 1))
    started = [one.item for one in receipts if one.event == "started"]
    assert len(started) == len(set(started))
    assert {name for name, _, _, _ in story.heard} <= set(started)
    ends = [one.item for one in receipts if one.event in {"played", "partly", "missed", "cancelled"}]
    assert len(ends) == len(set(ends))
    assert set(started) <= set(ends)
    in_order = sorted(story.heard, key=lambda one: one[1])
    for (_, _, until, _), (_, since, _, _) in pairwise(in_order):
        assert until <= since + 1e-6
    for name, since, until, _ in in_order:
        assert not any(since < stop < until - 0.11 for stop in story.stops), "sounded through a stop"
        assert until <= story.cancelled.get(name, until) + 0.11, "sounded after it was cancelled"
