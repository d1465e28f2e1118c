"""A loudspeaker behind a bad network delays nobody, and is right again when the network is."""

import time
from pathlib import Path

import pytest

from tests.faults.looking import ask, deliveries, sounds, wait_for, wait_until_settled
from tests.faults.proxy import CLEAR, HOLE, LOSSY, SLOW, TRICKLE, ways
from tests.faults.speakers import enrolled
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MODES = (SLOW, LOSSY, TRICKLE, HOLE)
OTHERS_LATER_S = 5.0
RIGHT_AGAIN_S = 120


def seconds_until_played(
    line: Installation, person: Person, others: set[str], text: str
) -> tuple[str, float]:
    """Say something to both communes, and wait until all with a good network have played it."""
    began = time.monotonic()
    bulletin = person.say(text, "07444", "09169")

    def heard() -> bool:
        return {device for device, state in deliveries(line, bulletin).items() if state == "played"} >= others

    wait_for(heard, 60, "the bulletin at all others", every=0.1)
    return bulletin, time.monotonic() - began


def test_four_bad_networks_at_once_delay_nobody_and_heal(
    line: Installation, person: Person, tmp_path: Path
) -> None:
    others = {row[0] for row in ask(line, "SELECT id::text FROM devices_device WHERE revoked_at IS NULL")}
    broker = line.running.environment["NGUON_MQTT_URL"]
    with ways(len(MODES), line.url, broker) as roads:
        folders = {tmp_path / mode: road.url for mode, road in zip(MODES, roads, strict=True)}
        with enrolled(person, folders) as boxes:
            everybody = others | set(boxes)
            _, usual = seconds_until_played(line, person, everybody, "Thử loa.")
            for mode, road in zip(MODES, roads, strict=True):
                road.set(mode)
            bulletin, now = seconds_until_played(line, person, others, "Một tin mới khi mạng hỏng.")
            assert now <= usual + OTHERS_LATER_S
            for road in roads:
                road.set(CLEAR)
            states = wait_until_settled(line, bulletin, RIGHT_AGAIN_S)
            assert states == dict.fromkeys(everybody, "played")
            for folder in folders:
                items = [sound["item"] for sound in sounds(folder)]
                assert len(items) == len(set(items))
