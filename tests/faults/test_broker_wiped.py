"""The broker is a pipe: it hangs, is wiped and killed, and every loudspeaker is right again."""

import shutil
import socket

import pytest

from tests.faults.looking import (
    ask,
    loudspeakers,
    played_twice,
    reaches_by_the_broker,
    wait_for,
    wait_until_played,
)
from tests.faults.processes import held, kill
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def mqtt_port(line: Installation) -> int:
    return int(line.running.environment["NGUON_MQTT_URL"].rsplit(":", 1)[1])


def test_a_bulletin_arrives_without_the_broker_and_all_come_back_after_it_was_wiped(
    line: Installation, person: Person
) -> None:
    with held(line, "nats"):
        bulletin = person.say("Thử loa.", "07444", "09169")
        wait_until_played(line, bulletin, 6)
        shutil.rmtree(line.data / "nats")
        kill(line, "nats")
    reaches_by_the_broker(line, *loudspeakers(line))
    with held(line, "web"):  # now by the broker alone; they have the sound already
        bulletin = person.say("Thử loa.", "07444", "09169")
        wait_until_played(line, bulletin, 6)
    online = "SELECT count(*) FROM devices_device WHERE online AND revoked_at IS NULL"
    wait_for(lambda: ask(line, online) == [(6,)], "the mark of all as online")
    assert played_twice(line) == []


def test_the_port_of_the_broker_stays_when_its_folder_is_wiped(line: Installation) -> None:
    with socket.create_connection(("127.0.0.1", mqtt_port(line)), 5):
        assert (line.data / "nats" / "ports.json").exists()
