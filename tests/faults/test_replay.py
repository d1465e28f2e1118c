"""Everything that a broker carried in a day is played back to a loudspeaker after reboots and clock steps."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nguon_device.tests.authority import AREA, DEVICE, Authority
from nguon_device.tests.live import Process, serving, tone, wait_for
from nguon_device.tests.test_broker import Broker, Gateway
from nguon_protocol.documents import PlanItem
from tests.faults.looking import journal

pytestmark = [pytest.mark.fault, pytest.mark.slow]

DAY_S = 86_400
HEARD_LIVE = 3
ORDERS = 240
STEPS_S = (0, -DAY_S, -3600, DAY_S)
SOUND = tone(0.5)


class Shifted(Authority):
    """A server that lives `shift` seconds from now, so that a day passes in an instant."""

    shift: float = -DAY_S

    def answer(self, method: str, target: str, header: str | None, body: bytes) -> tuple[int, bytes]:
        self.now = time.time() + self.shift
        return super().answer(method, target, header, body)


class Stepped(Process):
    """An agent on a machine with a battery clock that is wrong by `off_s`."""

    off_s = 0.0

    def start(self) -> None:
        words = ["run", "--data", str(self.folder), "--server", self.url, "--poll", self.poll]
        words += ["--sink", f"wav:{self.folder / 'wav'}"]
        command = [sys.executable, "-m", "tests.faults.stepped", str(self.off_s), *words]
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def reboot(self, off_s: float) -> None:
        self.kill()
        self.off_s = off_s
        self.start()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path)
    yield found
    found.stop()


def a_day(authority: Shifted, gateway: Gateway, agent: Stepped) -> list[str]:
    """Every envelope of a day; the first orders and a planned item are heard, the others come too late."""
    said: list[str] = []
    for number in range(HEARD_LIVE):
        said.append(authority.order(item=authority.item(f"live {number}", sound=SOUND, dur_ms=500)))
        gateway.client.publish(f"lsp/d/{DEVICE}", json.dumps({"doc": said[-1]}))
        wait_for(lambda number=number: len(agent.wavs()) > number)  # type: ignore[misc]
    at = int(time.time() + authority.shift) + 3
    said.append(authority.plan(PlanItem(at, authority.item("plan", at, sound=SOUND, dur_ms=500))))
    gateway.client.publish(f"lsp/d/{DEVICE}", '{"bell":1}')
    wait_for(lambda: len(agent.wavs()) == HEARD_LIVE + 1)
    authority.down = True  # or a beacon would name the first of them in time
    for number in range(ORDERS):
        authority.now = time.time() + authority.shift + number * (DAY_S - 1800) / ORDERS
        said.append(authority.order(item=authority.item(f"late {number}", sound=SOUND, dur_ms=500)))
    authority.latest.clear()
    authority.down = False
    return said


def alive(gateway: Gateway, clock: str = "") -> bool:
    """Whether the next word of the agent is its own (its last will names no clock), with this clock."""
    found = json.loads(gateway.next(f"lsp/h/{DEVICE}")).get("clock")
    return found is not None and clock in found


def play_back(gateway: Gateway, agent: Stepped, said: list[str], rng: Random) -> None:
    """Publish everything in disorder on two topics, and a mark; wait until the mark was refused."""
    sql = "SELECT count(*) FROM receipts WHERE event = 'refused'"
    before = journal(agent.folder, sql)[0][0]
    for envelope in rng.sample(said, len(said)):
        for topic in (f"lsp/d/{DEVICE}", f"lsp/a/{AREA.replace('.', '/')}"):
            gateway.client.publish(topic, json.dumps({"doc": envelope}))
    gateway.client.publish(f"lsp/d/{DEVICE}", f"mark {rng.random()}")
    reasons = "SELECT envelope FROM receipts WHERE event = 'refused' ORDER BY n DESC LIMIT 1"
    wait_for(lambda: journal(agent.folder, sql)[0][0] > before and "parse" in reason(agent, reasons), 30)
    time.sleep(0.5)  # a sound would have begun by now


def floor_of(agent: Stepped) -> int:
    """The epoch second before which the agent's clock is never set again; its journal adds a check sum."""
    kept = journal(agent.folder, "SELECT value FROM facts WHERE key = 'time.floor'")
    return int(kept[0][0].split()[-1])


def reason(agent: Stepped, sql: str) -> str:
    return str(json.loads(journal(agent.folder, sql)[0][0])["reason"])


def test_a_day_played_back_after_reboots_and_clock_steps_is_silent(broker: Broker, tmp_path: Path) -> None:
    rng = Random(7)
    address = {"url": f"mqtt://127.0.0.1:{broker.port}", "jwt": "x"}
    authority = Shifted(now=time.time() - DAY_S, broker=address)
    gateway = Gateway(broker.port)
    with serving(authority) as url:
        agent = Stepped(tmp_path / "agent", url)
        try:
            wait_for(lambda: alive(gateway))
            said = a_day(authority, gateway, agent)
            heard = len(agent.wavs())
            authority.shift = 0
            wait_for(lambda: floor_of(agent) > time.time() - 3600)  # it has heard that the day is over
            for step in STEPS_S:
                authority.down = True  # nobody tells the time: only the wrong clock is there
                agent.reboot(step)
                while b"offline" not in gateway.next(f"lsp/h/{DEVICE}"):
                    pass
                wait_for(lambda: alive(gateway))
                play_back(gateway, agent, said, rng)
                later = [sound[2] for sound in agent.wavs()[heard:]]
                assert later == [], f"something sounded after a step of {step} s"
                authority.down = False
            wait_for(lambda: alive(gateway, "SYNCED"), 30)
            play_back(gateway, agent, said, rng)
            refusals_are_told(authority)
            authority.order(item=authority.item("new", sound=SOUND, dur_ms=500))
            gateway.client.publish(f"lsp/d/{DEVICE}", '{"bell":1}')
            wait_for(lambda: len(agent.wavs()) == heard + 1, 30)
            time.sleep(0.5)
            assert len(agent.wavs()) == heard + 1
        finally:
            agent.kill()
            gateway.close()


def refusals_are_told(authority: Authority) -> None:
    reasons: set[Any] = set()

    def told() -> bool:
        reasons.update(one.reason for one in authority.receipts if one.event == "refused")
        return bool(reasons & {"expired", "rollback"})

    wait_for(told, 30)
    assert reasons <= {"expired", "rollback", "parse"}
