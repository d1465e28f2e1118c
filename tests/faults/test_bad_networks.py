"""A loudspeaker behind a bad network delays nobody, and is right again when the network is."""

from pathlib import Path

import pytest

from tests.faults.looking import ask, deliveries, sounds, wait_for, wait_until_played
from tests.faults.proxy import CLEAR, HOLE, LOSSY, SLOW, TRICKLE, ways
from tests.faults.speakers import enrolled
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MODES = (SLOW, LOSSY, TRICKLE, HOLE)


def heard(line: Installation, bulletin: str) -> set[str]:
    """The loudspeakers that have played a bulletin so far."""
    return {device for device, state in deliveries(line, bulletin).items() if state == "played"}


def test_four_bad_networks_at_once_delay_nobody_and_heal(
    line: Installation, person: Person, tmp_path: Path
) -> None:
    others = {row[0] for row in ask(line, "SELECT id::text FROM devices_device WHERE revoked_at IS NULL")}
    broker = line.running.environment["NGUON_MQTT_URL"]
    with ways(len(MODES), line.url, broker) as roads:
        folders = {tmp_path / mode: road.url for mode, road in zip(MODES, roads, strict=True)}
        with enrolled(person, folders) as boxes:
            everybody = others | set(boxes)
            wait_until_played(line, person.say("Thử loa.", "07444", "09169"), len(everybody))
            for mode, road in zip(MODES, roads, strict=True):
                road.set(mode)
            bulletin = person.say("Một tin mới khi mạng hỏng.", "07444", "09169")
            wait_for(lambda: heard(line, bulletin) >= others, "the bulletin at all others", every=0.1)
            # Nobody has waited for those that hear nothing at all, or a byte a second.
            stuck = {device for device, box in boxes.items() if box.folder.name in {HOLE, TRICKLE}}
            assert heard(line, bulletin).isdisjoint(stuck)
            for road in roads:
                road.set(CLEAR)
            wait_until_played(line, bulletin, len(everybody))
            for folder in folders:
                items = [sound["item"] for sound in sounds(folder)]
                assert len(items) == len(set(items))
