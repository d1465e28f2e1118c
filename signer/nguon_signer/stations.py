"""The op `station`: a booking of a station is looked at as soon as it is approved.

It is sent on days later; but a touch of a security key is checked while it is fresh, and whoever waits for
the first morning is told at once when nothing would be signed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nguon_signer import reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.judging import Judge, check
from nguon_signer.rows import Role, Station


class Stations:
    """Judges bookings; nothing is signed here."""

    def __init__(self, database: Database, judge: Judge, clock: Callable[[], float]) -> None:
        self._database = database
        self._judge = judge
        self._clock = clock

    def station(self, request: dict[str, Any]) -> dict[str, Any]:
        """This function will use up the approver's touch of a booking, or refuse it with the reason."""
        requests.only(request, "booking")
        name = requests.uuid(request, "booking")
        found, roles = self._database.read(lambda db: _look(db, name))
        if found is None:
            raise Refused("unknown", f"There is no booking {name}.")
        check(self._judge.refuse_station(found, roles, int(self._clock())))
        return {"known": True}


def _look(db: Connection, name: str) -> tuple[Station | None, list[Role]]:
    found = reads.station(db, name)
    people = [found.author, *([found.approval.by] if found.approval else [])] if found else []
    return found, reads.roles(db, people)
