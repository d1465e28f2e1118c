"""What is on now: each station is listened to once, and sent on for every booking of it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings

from nguon.deliveries.actions import Signer
from nguon.live.actions import end as end_session
from nguon.live.states import Ending
from nguon.relays import queries
from nguon.relays.actions import pieces
from nguon.relays.actions.showing import Show
from nguon.relays.actions.speaking import Mouth
from nguon.relays.models import Booking
from nguon.relays.rules import is_on
from nguon.relays.sound import BLOCK_MS, Tap
from nguon.relays.states import RunState
from nguon_signer.client import SignerUnavailable

log = logging.getLogger(__name__)
LEAD = timedelta(seconds=10)
"""So long before its time a station is listened to, so that it is there on the minute."""
LOOK_S = 1.0
MOST_BEHIND = 6
"""Blocks; who was held up for longer leaves them out: a relay is as late as it was at the beginning."""


class Listening(Protocol):
    """A station: `sound.Tap`."""

    fault: str

    def take(self) -> bytes: ...

    def close(self) -> None: ...


def listening(url: str) -> Listening:
    """This function will begin to listen to a station."""
    return Tap(url, settings.NGUON_RELAY_PRIVATE_HOSTS)


class Runner:
    """A step is half a second of sound; once a second the tables are looked at. Nothing but the sound lies
    in memory: a process that was started again goes on with the sessions that are open."""

    def __init__(self, signer: Signer, listen: Callable[[str], Listening] = listening) -> None:
        """This function will begin with nothing on."""
        self._signer, self._listen = signer, listen
        self._mouth = Mouth(signer)
        self._taps: dict[str, Listening] = {}
        self._shows: dict[UUID, Show] = {}
        self._looked = float("-inf")
        self._said = 0
        self._began: float | None = None

    def step(self, *, at: datetime, monotonic: float) -> bool:
        """This function will do what is due at `at`; `monotonic` (s) is a clock that nobody sets. Gives
        whether a station is listened to."""
        if monotonic - self._looked >= LOOK_S:
            self._looked = monotonic
            self._look(at)
        self._send(at, monotonic)
        return bool(self._taps)

    def close(self) -> None:
        """This function will let go of the stations; what is open stays open for whoever comes next."""
        for tap in self._taps.values():
            tap.close()
        self._taps, self._shows = {}, {}

    def _look(self, at: datetime) -> None:
        self._introduce(at)
        due = {row.pk: row for row in queries.due(at, LEAD)}
        wanted = {row.source.url for row in due.values()}
        for url in self._taps.keys() - wanted:
            self._taps.pop(url).close()
        for url in wanted - self._taps.keys():
            self._taps[url] = self._listen(url)
        self._end_what_is_over({key for key, row in due.items() if is_on(row, at)}, at)
        busy = queries.busy_areas(at) if due else set()
        for row in due.values():
            if is_on(row, at):
                self._look_at(row, busy, at)

    def _introduce(self, at: datetime) -> None:
        """Show the signer what was approved just now, while the touch is fresh: all of it in one question."""
        waiting = {str(one.pk): one for one in queries.unknown_to_the_signer()}
        if not waiting:
            return
        try:
            answers = self._signer.call("stations", bookings=list(waiting))["answers"]
        except SignerUnavailable:
            return
        for key, booking in waiting.items():
            answer = answers[key]
            booking.known_at, booking.refused = at, "" if answer["ok"] else str(answer["reason"])[:40]
        Booking.objects.bulk_update(waiting.values(), ["known_at", "refused"])

    def _end_what_is_over(self, on: set[UUID], at: datetime) -> None:
        for key in self._shows.keys() - on:
            self._shows.pop(key).finish(self._signer, at)
        for piece in queries.open_pieces():
            if piece.booking_id not in on:  # of a process that is no more
                end_session(
                    session_id=piece.session_id, ending=Ending.TIME, signer=self._signer, by=None, at=at
                )
                if piece.run.ended_at is None:
                    pieces.finish(run=piece.run, booking=piece.booking, state=RunState.OVER, at=at)

    def _look_at(self, booking: Booking, busy: set[str], at: datetime) -> None:
        show = self._shows.get(booking.pk)
        hours = queries.hours_today(booking, at)
        if hours is None or booking.refused:
            return
        if show is None or show.run.day != hours[0].date():
            run = pieces.run_of(booking, at)
            mine = [one.session for one in queries.open_pieces() if one.booking_id == booking.pk]
            show = self._shows[booking.pk] = Show(booking, run, mine)
        areas = queries.areas_of(booking)
        tap = self._taps[booking.source.url]
        show.look(
            ends_at=hours[1],
            room=not queries.are_busy(areas, busy),
            fault=tap.fault,
            signer=self._signer,
            at=at,
        )

    def _send(self, at: datetime, monotonic: float) -> None:
        if self._began is None or not self._taps:
            self._began, self._said = monotonic, 0
            return
        due = int((monotonic - self._began) * 1000) // BLOCK_MS
        self._said = max(self._said, due - MOST_BEHIND)
        while self._said < due:
            self._said += 1
            blocks = {url: tap.take() for url, tap in self._taps.items()}
            self._mouth.speak(self._shows.values(), blocks, at)
