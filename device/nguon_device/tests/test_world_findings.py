"""What the deterministic world found in the agent, each in its smallest form."""

import sqlite3
from pathlib import Path

import pytest

from nguon_device.store import Store
from nguon_device.tests.world import World
from nguon_protocol.clocks import ClockState


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.run(1)
    return made


def fail_next_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Store._commit

    def commit(store: Store) -> None:
        monkeypatch.setattr(Store, "_commit", usual)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "_commit", commit)


def go_on(world: World) -> None:
    with pytest.raises(sqlite3.OperationalError):
        world.run(60)
    world.agent.recover()
    world.run(30)


def test_what_sounded_is_counted_once_though_its_end_could_not_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tell(world.authority.order(item=world.authority.item(dur_ms=10_000)))
    world.until(lambda: world.sink.playing is not None)
    world.run(5)
    fail_next_commit(monkeypatch)
    go_on(world)
    assert world.authority.events("played") == ["played 10s"]


def test_what_was_silenced_has_an_end_though_the_stop_could_not_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tell(world.authority.order(item=world.authority.item(dur_ms=30_000)))
    world.until(lambda: world.sink.playing is not None)
    world.run(5)
    stop = world.authority.order("stop")
    fail_next_commit(monkeypatch)
    with pytest.raises(sqlite3.OperationalError):
        world.tell(stop)
    world.agent.recover()
    world.run(60)
    assert len(world.authority.events("partly")) == 1
    assert world.sink.playing is None


def test_a_wall_clock_that_stood_still_is_not_believed_after_a_power_cut(world: World) -> None:
    world.until(lambda: world.agent.clock.state is ClockState.SYNCED)
    world.cut = True
    world.timer.name_of_era = "another boot"
    world.boot()
    world.run(60)
    assert world.agent.clock.state is ClockState.UNKNOWN


def test_a_battery_clock_is_believed_after_a_power_cut(world: World) -> None:
    world.until(lambda: world.agent.clock.state is ClockState.SYNCED)
    world.cut = True
    world.boot()
    world.run(60)
    assert world.agent.clock.state is ClockState.HOLDOVER


def test_an_item_that_ended_while_the_time_was_unknown_is_not_forgotten_early(tmp_path: Path) -> None:
    store = Store(tmp_path / "agent.db")
    with store.transaction():
        store.mark_ready([("i", "d")], 1_000)
        store.end("i", "d", "played", 0, 1_800_000_000)
        store.forget_items(1_799_999_999)
    assert store.ended() == {"i"}


def test_receipts_whose_answer_is_under_way_do_not_keep_the_machine_awake(world: World) -> None:
    world.agent.reports._posting, world.agent.reports._post_at = True, 1.0
    world.agent.reports.add("info", reason="boot")
    assert world.agent.reports.step() >= 1


def test_a_battery_clock_days_ahead_costs_no_document(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item(dur_ms=60_000)))
    world.until(lambda: world.sink.playing is not None)
    world.cut = True
    world.timer.wrong_by += 2 * 86_400
    world.boot()
    world.run(30)
    assert world.store is not None
    assert len(world.store.documents("order")) == 1
    world.timer.wrong_by -= 2 * 86_400
