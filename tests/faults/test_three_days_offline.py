"""A loudspeaker comes back after three days with 5,000 receipts: all arrive, once, and nobody else waits."""

import time
from pathlib import Path

import pytest

from tests.faults.looking import ask, journal, wait_for, wait_until_settled
from tests.faults.speakers import enrolled, write_receipts
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

COUNT = 5000
ALL_ARRIVED_S = 60
OTHERS_LATER_S = 5.0
"""So much later than on a quiet line others may at most be heard."""


def seconds_until_played(line: Installation, person: Person) -> float:
    began = time.monotonic()
    bulletin = person.say("Thử loa.", "09169")
    assert set(wait_until_settled(line, bulletin, 60).values()) == {"played"}
    return time.monotonic() - began


def test_they_arrive_once_in_order_without_a_gap_and_delay_nobody(
    line: Installation, person: Person, tmp_path: Path
) -> None:
    usual = seconds_until_played(line, person)
    with enrolled(person, {tmp_path: line.url}) as devices:
        ((device, box),) = devices.items()
        box.kill()
        write_receipts(tmp_path, device, COUNT, time.time() - 3 * 86_400)
        last = journal(tmp_path, "SELECT max(n) FROM receipts")[0][0]
        assert last > COUNT
        box.start()
        began = time.monotonic()
        assert seconds_until_played(line, person) <= usual + OTHERS_LATER_S
        sql = "SELECT acknowledged_n FROM devices_device WHERE id = %s"
        wait_for(lambda: ask(line, sql, device)[0][0] > last, ALL_ARRIVED_S, "the last receipt", every=0.2)
        assert time.monotonic() - began < ALL_ARRIVED_S
        sql = """SELECT n, previous, sha256, chained, received_at FROM deliveries_receipt
            WHERE device_id = %s ORDER BY n"""
        rows = ask(line, sql, device)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]
    assert all(row[3] for row in rows)
    arrived = [row[4] for row in rows]
    assert arrived == sorted(arrived)
