"""kill -9 of every process in turn while bulletins are being published: nothing lost, nothing twice."""

import threading
import time

import pytest

from tests.faults.looking import PATIENT_S, played_twice, wait_until_played
from tests.faults.processes import MARKS, kill
from tests.faults.telling import Person, Refused
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]


class Publisher(threading.Thread):
    """Writes and approves one short bulletin after the other, and remembers which were acknowledged."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person
        self.acknowledged: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            try:
                self.acknowledged.append(self.person.say("Thử loa.", ("07444", "09169")[number % 2]))
            except Refused:
                time.sleep(0.1)

    def wait_for_one_more(self, after: str, seconds: float = PATIENT_S) -> None:
        enough = len(self.acknowledged) + 1
        until = time.monotonic() + seconds
        while len(self.acknowledged) < enough:
            assert self.is_alive()
            assert time.monotonic() < until, f"nothing was accepted after {after} was killed"
            time.sleep(0.05)


def test_nothing_is_lost_and_nothing_plays_twice(line: Installation, person: Person) -> None:
    publisher = Publisher(person)
    publisher.start()
    try:
        for name in MARKS:
            kill(line, name)
            publisher.wait_for_one_more(after=name)
    finally:
        publisher.enough.set()
        publisher.join(300)
    for bulletin in publisher.acknowledged:
        wait_until_played(line, bulletin, 3)
    assert played_twice(line) == []
