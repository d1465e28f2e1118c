"""A disk without a free byte: it is said in a sentence, nothing is lost, and all goes on afterwards."""

import os
import time

import pytest

from tests.faults.disks import MAY_MOUNT, full
from tests.faults.looking import (
    ask,
    deliveries,
    log_of,
    loudspeakers,
    played_twice,
    told,
    wait_for,
    wait_until_settled,
)
from tests.faults.telling import Person, Refused
from tests.journeys.installation import Installation

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.only_where(MAY_MOUNT, reason="a small disk needs the right to mount"),
]

NO_SPACE = os.strerror(28)


def test_a_loudspeaker_says_so_and_plays_when_there_is_room(line: Installation, person: Person) -> None:
    device, (folder, _) = next(iter(loudspeakers(line).items()))
    with full(folder):
        bulletin = person.say("Tin khi thẻ nhớ đầy.", "07444")
        wait_for(lambda: list(deliveries(line, bulletin).values()).count("played") == 2, 30)
        assert deliveries(line, bulletin)[device] != "played"
        # Its journal may have room left in the file that it has: then the server is told, else its log is.
        wait_for(lambda: told(line, device, "disk-full") or "full" in log_of(line, "speaker-1"))
    assert set(wait_until_settled(line, bulletin, 60).values()) == {"played"}
    assert played_twice(line) == []


def test_a_full_media_folder_is_told_to_who_writes(line: Installation, person: Person) -> None:
    with full(line.data / "media"), pytest.raises(Refused) as refused:
        person.say("Tin khi ổ đĩa âm thanh đầy.", "09169")
    assert "hết chỗ trống" in str(refused.value)
    bulletin = person.say("Tin khi ổ đĩa âm thanh đầy.", "09169")
    assert set(wait_until_settled(line, bulletin, 60).values()) == {"played"}


def test_a_full_database_accepts_nothing_that_it_then_loses(line: Installation, person: Person) -> None:
    accepted: list[str] = []
    refused: list[str] = []
    with full(line.data / "postgres"):
        until = time.monotonic() + 20
        while not refused and time.monotonic() < until:
            try:
                accepted.append(person.say("Thử loa.", "09169", "07444"))
            except Refused as failure:
                refused.append(str(failure))
    assert all(NO_SPACE in sentence for sentence in refused)
    assert refused
    wait_for(lambda: ask(line, "SELECT 1"), 60)
    accepted.append(person.say("Thử loa.", "09169", "07444"))
    for bulletin in accepted:
        assert set(wait_until_settled(line, bulletin, 120).values()) == {"played"}
    assert played_twice(line) == []
