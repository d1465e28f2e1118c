"""Left alone for weeks, switched off at the wrong moment, with a clock that lies: what still sounds."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from nguon_device.backoff import Backoff
from nguon_device.tests.authority import DEVICE, Authority
from nguon_device.tests.world import World
from nguon_protocol import http_auth
from nguon_protocol.documents import PlanItem

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR, DAY = 3600, 86_400


def at(text: str) -> int:
    """Give the epoch second of a Vietnamese wall time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp())


def begin(folder: Path, start: float = 1_800_000_000, poll_s: float = 60) -> World:
    world = World(folder, Authority(now=start), poll_s=poll_s, tick_s=0.5)
    world.timer.wrong_by = 0.0
    world.run(10)
    return world


def planned(world: World, *instants: int, dur_ms: int = 120_000) -> None:
    items = [PlanItem(one, world.authority.item(f"p{one}", one, dur_ms=dur_ms)) for one in instants]
    world.authority.plan(*items)
    world.agent.desk.bell()
    world.run(5)


def let_go_by(world: World, seconds: float) -> None:
    """Let much time go by in as few steps as the agent asks for."""
    until = world.timer.mono + seconds
    while world.timer.mono < until:
        world.tick_s = max(0.05, min(world.agent.step(), until - world.timer.mono, 600.0))
        world.run(world.tick_s)
    world.tick_s = 0.5


def alone(world: World) -> None:
    """Take server and broker away; who is offline for weeks need not ask all the time, which is slow here."""
    world.cut = True
    world.agent.reports._backoff = Backoff(Random(1), base_s=DAY, cap_s=DAY)
    world.agent.desk._backoff = Backoff(Random(1), base_s=DAY, cap_s=DAY)


@pytest.mark.slow
def test_35_days_without_server_and_broker_the_plan_plays_from_what_is_stored(tmp_path: Path) -> None:
    """Over a 29 February and the ends of two months, each item from 23:59 until after midnight."""
    world = begin(tmp_path, at("2028-02-10 12:00"))
    first = datetime(2028, 2, 10, 23, 59, tzinfo=VIETNAM)
    instants = [int((first + timedelta(days=n)).timestamp()) for n in range(1, 34, 3)]
    assert any(datetime.fromtimestamp(one, VIETNAM).strftime("%d.%m") == "29.02" for one in instants)
    planned(world, *instants, dur_ms=90_000)
    alone(world)
    let_go_by(world, 34 * DAY)
    assert len(world.sink.heard) == len(instants) == 11
    true = world.authority.now - world.timer.mono
    for instant, (_, since, until, offset) in zip(instants, world.sink.heard, strict=True):
        assert abs(true + since - instant) < 1
        assert until - since == pytest.approx(90, abs=0.5)
        assert offset == 0
    world.cut = False
    world.agent.reports._backoff.worked()
    world.agent.reports._post_at = 0
    world.run(60)
    assert world.authority.events("played", "partly", "missed") == ["played 90s"] * 11


def test_after_35_days_without_a_beacon_nobody_knows_the_time_and_nothing_plays(tmp_path: Path) -> None:
    world = begin(tmp_path)
    now = int(world.authority.now)
    planned(world, now + 100, now + 35 * DAY - 100)
    alone(world)
    let_go_by(world, 300)
    world.timer.mono += 36 * DAY
    world.timer.true += 36 * DAY
    let_go_by(world, 600)
    assert len(world.sink.heard) == 1


def test_run_dry_and_then_restored_the_next_item_plays_within_30_s(tmp_path: Path) -> None:
    world = begin(tmp_path)
    planned(world, int(world.authority.now) + 60, dur_ms=10_000)
    world.cut = True
    let_go_by(world, 2 * DAY)
    assert len(world.starts) == 0
    assert len(world.sink.heard) == 1
    due = int(world.authority.now) + 5
    world.authority.plan(PlanItem(due, world.authority.item("fresh", due)))
    world.cut = False
    world.until(lambda: world.agent.stage.sounding is not None, at_most_s=30)


@pytest.mark.parametrize(
    "text", ["2028-02-28 23:59", "2028-02-29 23:59", "2027-12-31 23:59", "2027-04-30 23:58"]
)
def test_an_item_across_midnight_month_end_and_29_february_plays_whole(tmp_path: Path, text: str) -> None:
    instant = at(text)
    world = begin(tmp_path, instant - 300)
    planned(world, instant, dur_ms=180_000)
    world.run(600)
    assert world.authority.events("played", "partly", "missed") == ["played 180s"]


def test_an_order_that_ended_while_it_was_off_is_not_played_and_is_reported(tmp_path: Path) -> None:
    world = begin(tmp_path)
    order = world.authority.order(item=world.authority.item("o"))
    world.authority.media.clear()  # it is accepted, but its sound is not there before the power fails
    world.tell(order)
    world.run(3)
    world.authority.item("o")
    world.timer.mono, world.timer.true = world.timer.mono + HOUR, world.timer.true + HOUR
    world.authority.now += HOUR
    world.authority.latest.clear()
    world.boot()
    world.run(60)
    assert world.sink.heard == []
    assert world.authority.events("missed") == ["missed expired"]


def test_an_order_that_comes_an_hour_late_is_refused_and_reported(tmp_path: Path) -> None:
    world = begin(tmp_path)
    order = world.authority.order(item=world.authority.item("o"))
    world.authority.latest.clear()
    world.timer.mono, world.timer.true = world.timer.mono + HOUR, world.timer.true + HOUR
    world.authority.now += HOUR
    world.boot()
    world.run(30)
    world.tell(order)
    world.run(30)
    assert world.sink.heard == []
    assert world.authority.events("refused") == ["refused expired"]


@pytest.mark.parametrize("wrong_s", [12 * HOUR, -12 * HOUR, 3650 * DAY, -3650 * DAY, 60, 30 * DAY])
def test_a_clock_that_went_wrong_while_it_was_off_plays_nothing_at_a_wrong_hour(
    tmp_path: Path, wrong_s: int
) -> None:
    """An item is due in five minutes, and another would be due now by the wrong clock."""
    world = begin(tmp_path)
    now = int(world.authority.now)
    instants = sorted({now + 300, now + wrong_s + 12})
    planned(world, *instants, dur_ms=10_000)
    world.timer.wrong_by = float(wrong_s)
    world.boot()
    world.run(10)
    assert world.sink.heard == []
    assert abs(world.agent.clock.now() - world.authority.now) < 1
    world.until(lambda: world.agent.stage.sounding is not None, at_most_s=300)
    assert abs(world.authority.now - min(one for one in instants if one > now)) < 2


def test_a_wrong_clock_and_no_network_is_only_trusted_forwards_and_for_a_while(tmp_path: Path) -> None:
    world = begin(tmp_path)
    planned(world, int(world.authority.now) + 300, dur_ms=10_000)
    world.cut = True
    for wrong_s in (-12 * HOUR, -3650 * DAY, 36 * DAY, 3650 * DAY):
        world.timer.wrong_by = float(wrong_s)
        world.boot()
        world.run(30)
        assert not world.agent.clock.known, wrong_s
    world.run(300)
    assert world.sink.heard == []


def test_the_volume_comes_from_what_is_signed_and_from_nowhere_else(tmp_path: Path) -> None:
    world = begin(tmp_path)
    world.authority.broker = {"url": "mqtt://b", "jwt": "x", "volume": "100", "volume_max": "100"}
    world.agent._state_at = 0.0
    world.run(5)
    header = http_auth.header(world.key, DEVICE, "GET", "/lsp/v1/state", int(world.authority.now), b"")
    assert world.authority.answer("GET", "/lsp/v1/state", header, b"")[0] == 200
    world.tell(world.authority.order(item=world.authority.item("o", volume=35)))
    world.run(2)
    assert world.agent.stage.volume == 35
