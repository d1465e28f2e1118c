"""The ops `station` and `stations`: bookings of stations are looked at as soon as they are approved.

They are sent on days later; but a touch of a security key is checked while it is fresh, and whoever waits for
the first morning is told at once when nothing would be signed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nguon_signer import reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.judging import Judge
from nguon_signer.policy import Refusal
from nguon_signer.rows import Role, Station


class Stations:
    """Judges bookings; nothing is signed here."""

    def __init__(self, database: Database, judge: Judge, clock: Callable[[], float]) -> None:
        self._database = database
        self._judge = judge
        self._clock = clock

    @property
    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """This function will give the operations by name."""
        return {"station": self.station, "stations": self.stations}

    def station(self, request: dict[str, Any]) -> dict[str, Any]:
        """This function will use up the approver's touch of a booking, or refuse it with the reason."""
        requests.only(request, "booking")
        name = requests.uuid(request, "booking")
        why = self._judged([name])[name]
        if why is not None:
            raise Refused(why.reason, why.message)
        return {"known": True}

    def stations(self, request: dict[str, Any]) -> dict[str, Any]:
        """This function will do the same for many bookings in one look at the database; each is judged by
        itself and has its own answer."""
        requests.only(request, "bookings")
        found = self._judged(requests.uuids(request, "bookings"))
        return {
            "answers": {
                name: {"ok": False, **why._asdict()} if why else {"ok": True, "known": True}
                for name, why in found.items()
            }
        }

    def _judged(self, names: list[str]) -> dict[str, Refusal | None]:
        found, roles = self._database.read(lambda db: _look(db, names))
        now = int(self._clock())
        missing = {name: Refusal("unknown", f"There is no booking {name}.") for name in names}
        return missing | {name: self._judge.refuse_station(one, roles, now) for name, one in found.items()}


def _look(db: Connection, names: list[str]) -> tuple[dict[str, Station], list[Role]]:
    found = reads.stations(db, names)
    people = {one.author for one in found.values()}
    people |= {one.approval.by for one in found.values() if one.approval}
    return found, reads.roles(db, people)
