"""Loudspeakers of one place begin together: the time by several beacons, and the sink opened ahead."""

from pathlib import Path
from random import Random

import pytest

from nguon_device.ports import Playing
from nguon_device.store import Store
from nguon_device.tests.authority import Authority
from nguon_device.tests.world import SimSink, Timer, World
from nguon_device.timekeeping import DeviceClock
from nguon_protocol.documents import Beacon, PlanItem

NOW = 1_800_000_000.0


def beacon(now: float) -> Beacon:
    return Beacon(
        issued=int(now), expires=int(now) + 300, now=int(now), now_ms=int(now * 1000), nonce="00", root_v=1,
        device="d",
    )  # fmt: skip


class Speaker:
    """A clock with a drifting crystal, whose questions take different times there and back."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.rng = rng
        self.timer = Timer()
        self.timer.mono = rng.uniform(0, 1e6)
        self.rate = 1 + rng.uniform(-50e-6, 50e-6)
        self.clock = DeviceClock(self.timer, Store(folder / f"{rng.random()}.db"))
        self.true = NOW

    def wait(self, seconds: float) -> None:
        self.true += seconds
        self.timer.mono += seconds * self.rate

    def ask(self) -> None:
        """One beacon over a LAN that is busy now and then."""
        asked = self.timer.mono
        self.wait(0.001 + self.rng.expovariate(1 / 0.004))
        said = beacon(self.true)
        self.wait(0.001 + self.rng.expovariate(1 / 0.004))
        answered = self.timer.mono
        self.wait(self.rng.uniform(0, 0.2))  # the core had something else to do before it took it in
        assert self.clock.set_by(said, asked, answered)

    @property
    def wrong_by(self) -> float:
        return self.clock.now() - self.true


def test_two_clocks_agree_within_20_ms_in_95_of_100_looks(tmp_path: Path) -> None:
    rng = Random(1)
    apart = []
    for _ in range(25):
        pair = [Speaker(tmp_path, rng) for _ in range(2)]
        for _ in range(20):
            for one in pair:
                one.ask()
                one.wait(rng.uniform(48, 72))
            apart.append(abs(pair[0].wrong_by - pair[1].wrong_by))
    apart.sort()
    assert apart[int(len(apart) * 0.95)] < 0.012


def test_one_slow_beacon_moves_a_good_clock_by_nothing(tmp_path: Path) -> None:
    one = Speaker(tmp_path, Random(2))
    one.rate = 1.0
    for _ in range(8):
        one.ask()
        one.wait(5)
    before = one.wrong_by
    asked = one.timer.mono
    said = beacon(one.true)
    one.wait(3)  # three seconds late on the way back
    one.clock.set_by(said, asked, one.timer.mono)
    assert abs(one.wrong_by - before) < 0.002


def test_a_server_whose_clock_was_set_anew_is_followed_at_once(tmp_path: Path) -> None:
    one = Speaker(tmp_path, Random(3))
    for _ in range(8):
        one.ask()
    one.true += 3600
    one.ask()
    assert abs(one.wrong_by) < 0.05


class EarlySink(SimSink):
    """Begins by itself at its instant, as a real one does."""

    def __init__(self, timer: Timer) -> None:
        super().__init__(timer)
        self.early: tuple[Playing, float] | None = None

    def prepare(self, playing: Playing, at: float) -> None:
        self.stop()
        self.early = (playing, at)

    def start(self, playing: Playing) -> None:
        early, self.early = self.early, None
        if early is None or early[0].item != playing.item:
            super().start(playing)
        else:
            assert self.timer.mono >= early[1] - 0.001
            self.playing, self.since = early[0], early[1]

    def stop(self) -> object:  # type: ignore[override]
        self.early = None
        return super().stop()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("nguon_device.tests.world.SimSink", EarlySink)
    world = World(tmp_path, Authority(), tick_s=0.07)
    world.run(10)
    return world


def planned(world: World, after_s: int) -> int:
    at = int(world.authority.now) + after_s
    world.authority.plan(PlanItem(at, world.authority.item(f"p{at}", at)))
    return at


def test_an_item_is_opened_ahead_and_begins_at_its_instant_whatever_the_steps(world: World) -> None:
    at = planned(world, 30)
    world.run(29.8)
    assert isinstance(world.sink, EarlySink)
    assert world.sink.early is not None
    world.run(15)
    ((_, since, _until, offset),) = world.sink.heard
    began = world.authority.now - (world.timer.mono - since)
    assert abs(began - at) < 0.04  # the beacon's own doubt here: half a tick
    assert offset == 0
    assert world.authority.events("started", "played") == ["started", "played 10s"]


def test_a_stop_between_opening_and_instant_lets_nothing_sound(world: World) -> None:
    planned(world, 30)
    world.run(29.8)
    world.tell(world.authority.order("stop"))
    world.run(15)
    assert world.sink.heard == []
    assert world.authority.events("started", "partly") == ["started", "partly stopped 0s"]


def test_an_order_between_opening_and_instant_goes_first(world: World) -> None:
    planned(world, 30)
    world.run(29.8)
    world.tell(world.authority.order(item=world.authority.item("o", dur_ms=3000)))
    world.run(20)
    assert world.authority.events("played") == ["played 3s"]
    (partly,) = [one for one in world.authority.receipts if one.event == "partly"]
    assert 6500 < (partly.seconds_ms or 0) < 7500  # it joined at its place in time


def test_the_power_fails_between_opening_and_instant(world: World) -> None:
    planned(world, 30)
    world.run(29.8)
    world.boot()
    world.run(90)
    assert world.sink.heard == []
    assert world.authority.events("started", "partly") == ["started", "partly power 0s"]
