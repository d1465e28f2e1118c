"""Whoever stands beside a loudspeaker can silence it; its inputs are muted unless an order opens one."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon_device.cli import main
from nguon_device.local import InputsFile, MuteFile
from nguon_device.sensing import MachineSensors
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import Process, serving, tone, wait_for
from nguon_device.tests.world import World
from nguon_protocol import keys
from nguon_protocol.documents import PlanItem, Policy


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, Authority(broker={"url": "mqtt://b", "jwt": "x"}))
    world.run(5)
    world.broker_up()
    return world


def ends(world: World) -> list[str]:
    return world.authority.events("played", "partly", "missed", "muted")


def relay(world: World) -> tuple[str, int] | None:
    """Give what the relay was told last: an input and its volume, or to mute them all."""
    return world.switches.inputs[-1]


def test_the_mute_silences_at_once_and_is_reported(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("a")))
    world.run(3)
    world.switches.on = True
    world.run(0.3)
    assert world.sink.playing is None
    world.run(10)
    assert ends(world) == ["partly mute 3s", "muted on"]
    world.switches.on = False
    world.run(10)
    assert ends(world)[2:] == ["muted off"]
    assert len(world.sink.heard) == 1  # what was silenced does not begin again


def test_while_muted_nothing_begins_and_what_is_late_is_missed(world: World) -> None:
    world.switches.on = True
    due = int(world.authority.now) + 5
    world.authority.plan(PlanItem(due, world.authority.item("p", due)))
    world.tell(world.authority.order(item=world.authority.item("o")))
    world.run(80)
    assert world.sink.heard == []
    assert ends(world) == ["muted on", "missed mute"]
    world.switches.on = False
    world.run(30)
    assert len(world.sink.heard) == 1  # the order still lives


def test_the_mute_outlives_a_power_cut_and_is_reported_once(world: World) -> None:
    world.switches.on = True
    world.run(3)
    world.boot()
    world.tell(world.authority.order(item=world.authority.item("o")))
    world.run(10)
    assert world.sink.heard == []
    assert world.authority.events("muted") == ["muted on"]


def test_the_command_makes_and_removes_the_file(tmp_path: Path) -> None:
    mute = MuteFile(tmp_path)
    for turn in ("on", "on", "off", "off"):
        assert main(["mute", turn, "--data", str(tmp_path)]) == 0
        assert mute.muted() == (turn == "on")
    assert main(["mute", "on", "--data", str(tmp_path / "nowhere")]) == 2


def test_an_input_is_muted_until_a_signed_order_opens_it_for_its_time(world: World) -> None:
    assert not any(world.switches.inputs)
    world.tell(world.authority.input())
    world.run(2)
    assert relay(world) == ("aux", 60)
    assert world.agent._current_health()["inputs"] == "aux"
    world.run(25)
    assert relay(world) is None
    assert world.authority.events("started", "played", "partly") == ["started", "played 20s"]


def test_a_strangers_order_and_a_replayed_one_open_nothing(world: World) -> None:
    order = world.authority.input()
    world.tell(order)
    world.run(30)
    told = list(world.switches.inputs)
    world.tell(order)
    stranger, world.authority.signer = world.authority.signer, keys.generate()
    world.tell(world.authority.input())
    world.authority.signer = stranger
    world.run(5)
    assert world.switches.inputs == told


@pytest.mark.parametrize("how", ["close", "stop", "mute", "power"])
def test_every_way_to_silence_mutes_an_open_input(world: World, how: str) -> None:
    world.tell(world.authority.input())
    world.run(5)
    if how == "mute":
        world.switches.on = True
    elif how == "power":
        world.boot()
    else:
        world.tell(world.authority.input("close") if how == "close" else world.authority.order("stop"))
    world.run(5)
    assert relay(world) is None
    reason = how if how in {"mute", "power"} else "stopped"
    (partly,) = [one for one in world.authority.receipts if one.event == "partly"]
    assert partly.reason == reason
    world.run(30)
    assert relay(world) is None


def test_what_is_signed_to_sound_goes_before_an_open_input(world: World) -> None:
    world.tell(world.authority.input())
    world.run(5)
    world.tell(world.authority.order(item=world.authority.item("o", dur_ms=4000)))
    world.run(2)
    assert relay(world) is None
    world.run(4)
    assert relay(world) == ("aux", 60)
    world.run(15)
    assert world.authority.events("played", "partly") == ["played 4s", "partly preempted 16s"]


def test_an_input_whose_relay_is_away_was_not_heard(world: World) -> None:
    world.tell(world.authority.input())
    world.run(5)
    world.switches.away = True
    world.run(10)
    world.switches.away = False
    world.run(10)
    (partly,) = world.authority.events("played", "partly")
    assert partly in {"partly sink 9s", "partly sink 10s", "partly sink 11s"}


def test_an_input_keeps_to_quiet_hours_volume_and_minutes(tmp_path: Path) -> None:
    policy = Policy(quiet=(), volume_max=40, minutes_per_day=1)
    world = World(tmp_path, Authority(policy=policy))
    world.run(5)
    for _ in range(2):
        world.tell(world.authority.input(dur_ms=40_000))
        world.run(50)
    assert [one for one in world.switches.inputs if one] == [("aux", 40)]
    assert world.authority.events("refused") == ["refused limit"]


def test_the_file_that_a_driver_follows_is_closed_at_the_start(tmp_path: Path) -> None:
    InputsFile(tmp_path).open("fm", 50, 1_800_000_000_000)
    found = json.loads((tmp_path / "inputs.json").read_text())
    assert found == {"open": "fm", "volume": 50, "until_ms": 1_800_000_000_000}
    InputsFile(tmp_path)
    assert json.loads((tmp_path / "inputs.json").read_text())["open"] is None


@pytest.fixture
def authority() -> Authority:
    return Authority(now=time.time())


@pytest.fixture
def agent(authority: Authority, tmp_path: Path) -> Iterator[Process]:
    with serving(authority) as url:
        process = Process(tmp_path, url)
        try:
            wait_for(lambda: authority.events("info"))
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_a_real_loudspeaker_falls_silent_within_200_ms(
    authority: Authority, agent: Process, tmp_path: Path
) -> None:
    authority.order(item=authority.item("a", sound=tone(20), dur_ms=20_000))
    wait_for(lambda: agent.wavs() and agent.wavs()[0][0] > 0.5)
    before = agent.wavs()[0][0]
    MuteFile(tmp_path).turn(on=True)
    time.sleep(0.2)
    at_200_ms = agent.wavs()[0][0]
    wait_for(lambda: authority.events("muted"))
    assert agent.wavs()[0][0] == at_200_ms < before + 0.45
    assert authority.events("partly")[0].startswith("partly mute")


def test_what_the_driver_measures_goes_up_unless_it_is_old_or_rubbish(tmp_path: Path) -> None:
    file = tmp_path / "sensors.json"

    def told() -> dict[str, Any]:
        return dict(MachineSensors(tmp_path).read())

    assert told()["disk"] >= 0
    file.write_text('{"mains": false, "battery": 61, "temp": "hot", "line": "open", "mic_db": true, "x": 1}')
    assert {"mains": False, "battery": 61, "line": "open"}.items() <= told().items()
    assert not {"mic_db", "x"} & told().keys()
    old = time.time() - 400
    os.utime(file, (old, old))
    assert "battery" not in told()
    for rubbish in ("[]", "{", "[" * 3000, " " * 5000):
        file.write_text(rubbish)
        assert "battery" not in told()
