"""The broker is a pipe: it hangs, is wiped and killed, and every loudspeaker is right again."""

import shutil
import socket
import time
from pathlib import Path

import pytest

from tests.faults.looking import ask, played_twice, wait_for, wait_until_settled
from tests.faults.processes import held, kill
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

RIGHT_AGAIN_S = 120
ESTABLISHED = "01"


def connected(port: int) -> int:
    """How many connections of this machine lead to a port, by the kernel's own table."""
    lines = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in lines)


def mqtt_port(line: Installation) -> int:
    return int(line.running.environment["NGUON_MQTT_URL"].rsplit(":", 1)[1])


def test_a_bulletin_arrives_without_the_broker_and_all_come_back_after_it_was_wiped(
    line: Installation, person: Person
) -> None:
    with held(line, "nats"):
        bulletin = person.say("Thử loa.", "07444", "09169")
        assert list(wait_until_settled(line, bulletin, 60).values()) == ["played"] * 6
        shutil.rmtree(line.data / "nats")
        kill(line, "nats")
    began = time.monotonic()
    wait_for(lambda: connected(mqtt_port(line)) >= 6, RIGHT_AGAIN_S, "the return of all loudspeakers")
    with held(line, "web"):  # now by the broker alone; they have the sound already
        bulletin = person.say("Thử loa.", "07444", "09169")
        assert list(wait_until_settled(line, bulletin, 60).values()) == ["played"] * 6
    assert time.monotonic() - began < RIGHT_AGAIN_S
    assert ask(line, "SELECT count(*) FROM devices_device WHERE online AND revoked_at IS NULL") == [(6,)]
    assert played_twice(line) == []


def test_the_port_of_the_broker_stays_when_its_folder_is_wiped(line: Installation) -> None:
    with socket.create_connection(("127.0.0.1", mqtt_port(line)), 5):
        assert (line.data / "nats" / "ports.json").exists()
