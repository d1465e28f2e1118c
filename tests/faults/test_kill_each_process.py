"""kill -9 of every process in turn while bulletins are being published: nothing lost, nothing twice."""

import json
import threading
import time
from pathlib import Path

import psycopg
import pytest

from tests.faults.processes import MARKS, kill
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.xdist_group("faults")]

SETTLED = {"played", "partly", "refused", "cancelled", "unreachable"}


class Publisher(threading.Thread):
    """Writes and approves one short bulletin after the other, and remembers which were acknowledged."""

    def __init__(self, line: Installation, text: Path) -> None:
        super().__init__()
        self.line, self.text = line, text
        self.acknowledged: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            area = ("07444", "09169")[number % 2]
            words = ["--file", str(self.text), "--to", area, "--writer", "lan", "--approver", "minh"]
            done = self.line.run("say", *words, "--title", f"Tin {number}", "--json")
            answer = json.loads(done.stdout) if done.stdout.startswith("{") else {}
            if "bulletin" in answer:
                self.acknowledged.append(answer["bulletin"])

    def wait_for_one_more(self, after: str, seconds: float = 90) -> None:
        enough = len(self.acknowledged) + 1
        until = time.monotonic() + seconds
        while len(self.acknowledged) < enough:
            assert self.is_alive()
            assert time.monotonic() < until, f"nothing was accepted after {after} was killed"
            time.sleep(0.1)


def ask(line: Installation, sql: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(line.running.environment["DATABASE_URL"]) as connection:
        return connection.execute(sql, values).fetchall()


def states_of(line: Installation, bulletins: list[str]) -> dict[str, set[str]]:
    rows = ask(
        line,
        """SELECT r.bulletin_id::text, coalesce(d.state, 'nothing') FROM bulletins_revision r
        LEFT JOIN broadcasts_airing a ON a.revision_id = r.id
        LEFT JOIN deliveries_delivery d ON d.airing_id = a.id
        WHERE r.bulletin_id = ANY(%s::uuid[])""",
        bulletins,
    )
    found: dict[str, set[str]] = {}
    for bulletin, state in rows:
        found.setdefault(str(bulletin), set()).add(str(state))
    return found


def wait_until_settled(line: Installation, bulletins: list[str], seconds: float) -> dict[str, set[str]]:
    until = time.monotonic() + seconds
    while True:
        found = states_of(line, bulletins)
        if all(states <= SETTLED for states in found.values()) or time.monotonic() > until:
            return found
        time.sleep(0.5)


def test_nothing_is_lost_and_nothing_plays_twice(line: Installation, tmp_path: Path) -> None:
    text = tmp_path / "tin.txt"
    text.write_text("Thử loa.", encoding="utf-8")
    # The tests before killed the dispatcher four times: a fifth within 60 s ends `up`, as it should.
    time.sleep(60)
    publisher = Publisher(line, text)
    publisher.start()
    try:
        for name in MARKS:
            kill(line, name)
            publisher.wait_for_one_more(after=name)
    finally:
        publisher.enough.set()
        publisher.join()
    found = wait_until_settled(line, publisher.acknowledged, seconds=120)
    assert found == {bulletin: {"played"} for bulletin in publisher.acknowledged}
    twice = ask(
        line,
        """SELECT device_id, item, count(*) FROM deliveries_receipt
        WHERE event = 'started' GROUP BY 1, 2 HAVING count(*) > 1""",
    )
    assert twice == []
    assert played_twice(line.data) == []


def played_twice(data: Path) -> list[str]:
    """What the loudspeakers wrote to their wav files: each item at most once in each folder."""
    seen: set[tuple[Path, str]] = set()
    again: list[str] = []
    for sidecar in data.glob("demo/speakers/*/wav/*.json"):
        key = (sidecar.parent, json.loads(sidecar.read_text())["item"])
        if key in seen:
            again.append(str(sidecar))
        seen.add(key)
    return again
