"""What the tests look at: rows of the database, journals and wav files of the loudspeakers, logs."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from nguon.adapters.nats import Pipe
from tests.journeys.installation import Installation

PATIENT_S = 240.0
"""How long a test waits until it calls something lost: a busy machine is slow, a good run never waits."""


def ask(line: Installation, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """This function will ask the database of the installation, again while it is away."""
    until = time.monotonic() + PATIENT_S
    while True:
        try:
            with psycopg.connect(line.running.environment["DATABASE_URL"], autocommit=True) as connection:
                return connection.execute(sql, values).fetchall()
        except psycopg.OperationalError:
            assert time.monotonic() < until, f"the database does not come back:\n{line.said}"
            time.sleep(0.2)


def wait_for(true: Callable[[], Any], what: str = "it", every: float = 0.02) -> Any:
    """This function will wait until the answer is true, and return it."""
    until = time.monotonic() + PATIENT_S
    while True:
        if found := true():
            return found
        assert time.monotonic() < until, f"{what} did not happen in {PATIENT_S} s"
        time.sleep(every)


def deliveries(line: Installation, bulletin: str) -> dict[str, str]:
    """This function will return the state of a bulletin at each loudspeaker."""
    rows = ask(
        line,
        """SELECT d.device_id::text, d.state FROM deliveries_delivery d
        JOIN broadcasts_airing a ON a.id = d.airing_id JOIN bulletins_revision r ON r.id = a.revision_id
        WHERE r.bulletin_id = %s""",
        bulletin,
    )
    return dict(rows)


def wait_until_played(line: Installation, bulletin: str, everywhere: int) -> None:
    """This function will wait until a bulletin was played, wholly, at as many loudspeakers as it is for.

    No other state is waited for: "unreachable" or "refused" may be what is known for the moment only.
    """
    wanted = ["played"] * everywhere
    until = time.monotonic() + PATIENT_S
    while (states := list(deliveries(line, bulletin).values())) != wanted:
        assert time.monotonic() < until, f"{bulletin} in {PATIENT_S} s: {states}"
        time.sleep(0.1)


def loudspeakers(line: Installation) -> dict[str, tuple[Path, str]]:
    """This function will return the folder and area of each loudspeaker of the demo, by its id."""
    areas = dict(ask(line, "SELECT id::text, area FROM devices_device"))
    found: dict[str, tuple[Path, str]] = {}
    for number in range(1, 7):
        folder = line.data / "demo" / "speakers" / str(number)
        device = journal(folder, "SELECT substr(value, 10) FROM facts WHERE key = 'identity'")[0][0]
        name = json.loads(device)["device"]
        found[name] = (folder, areas[name])
    return found


def journal(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """This function will ask the journal of a loudspeaker, beside the agent that writes it."""
    path = folder / "agent.db"
    if not path.exists():
        return []
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60) as connection:
        found = connection.execute(sql, values).fetchall()
    connection.close()
    return found


def reaches_by_the_broker(line: Installation, *devices: str) -> None:
    """This function will wait until messages of the broker reach these loudspeakers: a connection alone does
    not show that somebody listens, and what is sent before is lost. Each is sent what it must refuse."""
    folders = loudspeakers(line)
    refused = "SELECT count(*) FROM receipts WHERE event = 'refused'"
    environment = line.running.environment
    with Pipe(environment["NATS_URL"], environment["NGUON_NATS_CREDS"], "knocking") as pipe:
        for device in devices:
            before = journal(folders[device][0], refused)

            def heard(device: str = device, before: object = before) -> bool:
                pipe.publish(f"lsp.d.{device}", f"? {uuid4()}".encode())  # the same again is not told again
                return journal(folders[device][0], refused) != before

            wait_for(heard, f"the broker's way to {device}", every=0.3)


def told(line: Installation, device: str, reason: str) -> bool:
    """This function will say whether a loudspeaker has reported a reason to the server."""
    sql = "SELECT 1 FROM deliveries_receipt WHERE device_id = %s AND event = 'info' AND reason = %s"
    return bool(ask(line, sql, device, reason))


def sounds(folder: Path) -> list[dict[str, Any]]:
    """This function will return what a loudspeaker wrote beside each wav file, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((folder / "wav").glob("*.json"))]


def played_twice(line: Installation) -> list[str]:
    """This function will return what began twice on one loudspeaker, by its files and by its receipts."""
    again: list[str] = []
    for folder in line.data.glob("demo/speakers/*"):
        items = [sound["item"] for sound in sounds(folder)]
        again += [f"{folder.name} {item}" for item in set(items) if items.count(item) > 1]
    rows = ask(
        line,
        """SELECT device_id::text, item::text FROM deliveries_receipt
        WHERE event = 'started' GROUP BY 1, 2 HAVING count(*) > 1""",
    )
    return again + [" ".join(row) for row in rows]


def log_of(line: Installation, name: str) -> str:
    """This function will return what one process of the installation has logged."""
    return (line.data / "run" / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")
