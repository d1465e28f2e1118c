"""A station and bookings of the tests: lan books, minh approves, on the commune of the small map."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from nguon.audio.tests.sounds import tone
from nguon.bulletins.tests.cast import Newsroom
from nguon.deliveries.actions import sign_many
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.kernel.clock import to_epoch
from nguon.live import actions as live
from nguon.organisations.tests.cast import AT
from nguon.relays import actions
from nguon.relays.actions import BookingFields, Runner
from nguon.relays.models import Booking, Source
from nguon.relays.sound import BLOCK
from nguon_protocol.documents import Policy
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerRefused, SignerUnavailable
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.service import Service

URL = "http://radio.example/vov1.mp3"
LOUD = tone(0.5)
QUIET = bytes(BLOCK)
MORNING = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
"""05:30 of the day after AT, a Tuesday, on the Vietnamese wall clock."""


class Direct:
    """The signer without its socket, on a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now, self.away = AT, False
        self.asked: Counter[str] = Counter()
        make_store(folder / "store", policy=Policy(), at=to_epoch(AT), demo=True)
        self.opened: Opened = open_store(folder / "store")
        self.begin()

    def begin(self) -> None:
        """Start the signer (again)."""
        self._service = Service(self.opened, SameTransaction(), lambda: self.now.timestamp())

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        if self.away:
            raise SignerUnavailable("away")
        self.asked[op] += 1
        try:
            return self._service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused


class Tape:
    """A station that gives what the test puts into it."""

    def __init__(self) -> None:
        self.fault, self.block, self.closed, self.opened = "", LOUD, 0, 0

    def __call__(self, url: str) -> "Tape":
        self.opened += 1
        return self

    def take(self) -> bytes:
        return self.block

    def close(self) -> None:
        self.closed += 1


def source(room: Newsroom, url: str = URL) -> Source:
    """This function will enter VOV1 for the commune."""
    return actions.add_source(area=room.commune, name="VOV1", url=url, by=room.people.lan, at=AT)


def fields(room: Newsroom, station: UUID, targets: Collection[str] = (), **other: Any) -> BookingFields:
    """This function will ask for 05:30-06:00 of every day of a month."""
    asked = BookingFields(
        source=station,
        targets=targets or (room.commune,),
        weekdays=range(1, 8),
        begins=time(5, 30),
        ends=time(6, 0),
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 31),
        silence_s=10,
    )
    return replace(asked, **other)


def booked(room: Newsroom, **other: Any) -> Booking:
    """This function will make a booking that waits for minh."""
    station = other.pop("station", None) or source(room).pk
    return actions.book(fields=fields(room, station, **other), by=room.people.lan, at=AT)


def approved(room: Newsroom, **other: Any) -> Booking:
    """This function will make a booking that minh has approved."""
    made = booked(room, **other)
    actions.approve(booking_id=made.pk, content_sha256=made.content_sha256, by=room.people.minh, at=AT)
    made.refresh_from_db()
    return made


class Morning:
    """The runner on a clock of the test: half a second a step, and the dispatcher beside it."""

    def __init__(self, signer: Direct, tape: Tape, at: datetime = MORNING) -> None:
        self.signer, self.tape = signer, tape
        self.signer.now = at
        self._monotonic = 0.0
        self.begin()

    def begin(self) -> None:
        """Start the process (again)."""
        self.runner = Runner(self.signer, self.tape)

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(2 * seconds)):
            self.runner.step(at=self.signer.now, monotonic=self._monotonic)
            sign_many(signer=self.signer, at=self.signer.now)
            live.sweep(signer=self.signer, at=self.signer.now)
            self.signer.now += timedelta(seconds=0.5)
            self._monotonic += 0.5
