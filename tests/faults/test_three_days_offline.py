"""A loudspeaker comes back after three days with 5,000 receipts: all arrive, once, and nobody else waits."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.looking import ask, journal, wait_for, wait_until_played
from tests.faults.speakers import enrolled, write_receipts
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

COUNT = 5000


def test_they_arrive_once_in_order_without_a_gap_and_delay_nobody(
    line: Installation, person: Person, tmp_path: Path
) -> None:
    with enrolled(person, {tmp_path: line.url}) as devices:
        ((device, box),) = devices.items()
        box.kill()
        write_receipts(tmp_path, device, COUNT, time.time() - 3 * 86_400)
        last = journal(tmp_path, "SELECT max(n) FROM receipts")[0][0]
        assert last > COUNT
        box.start()
        wait_until_played(line, person.say("Thử loa.", "09169"), 3)
        sql = "SELECT acknowledged_n FROM devices_device WHERE id = %s"
        wait_for(lambda: ask(line, sql, device)[0][0] > last, "the last receipt", every=0.2)
        sql = """SELECT n, previous, sha256, chained, received_at FROM deliveries_receipt
            WHERE device_id = %s ORDER BY n"""
        rows = ask(line, sql, device)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]
    assert all(row[3] for row in rows)
    arrived = [row[4] for row in rows]
    assert next((n for n, (a, b) in enumerate(pairwise(arrived), 1) if a > b), None) is None
