"""The dispatcher: follows the journal, has documents signed, rings the loudspeakers, notices silence."""

import logging
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from nguon.adapters.nats import Pipe, subject_of
from nguon.alerts import actions as alerts
from nguon.control import actions as control
from nguon.deliveries import actions
from nguon.deliveries.actions.sweeping import look_ahead
from nguon.gateway.heads import HeadKeeper
from nguon.gateway.loops import Waker, run, until_told
from nguon.gateway.revoking import BrokerPush, Push, Revoker
from nguon.health import actions as fleet_health
from nguon.journal.actions import CHANNEL
from nguon.kernel.clock import now
from nguon.live import actions as live
from nguon.relays.actions import Runner
from nguon.releases import actions as releases
from nguon_signer.client import SignerClient

log = logging.getLogger(__name__)
SWEEP_SECONDS = 5
REVOKE_SECONDS = 0.5
LOOK_AHEAD_SECONDS = 300
HEAD_SECONDS = 60
WATCH_SECONDS = 15
LIVE_SECONDS = 1.0
TEND_SECONDS = 1.0
VOICE_SECONDS = 3.0  # so long a voice waits for the signer


def send(pipe: Pipe, rings: Iterable[actions.Ring]) -> None:
    """This function will send documents that are complete in themselves, and bells; losing one costs only
    time."""
    pipe.publish_many((subject_of(ring.target), _message(ring)) for ring in rings)


class Dispatcher:
    """One step at a time: facts first, then signatures, then what is due by the clock."""

    def __init__(self, pipe: Pipe, signer: SignerClient, push: Push) -> None:
        """This function will start with every clock-bound duty due."""
        self._pipe, self._signer = pipe, signer
        self._revoker = Revoker(signer, push)
        self._revoke_at = float("-inf")
        self._heads = HeadKeeper(signer, Path(settings.NGUON_DATA) / "journal" / "heads")
        self._swept = self._looked = self._headed = self._listened = self._watched = float("-inf")

    def step(self) -> bool:
        """This function will do the next piece of work; False when there was none."""
        self._by_the_clock()
        self._revoke()
        followed = actions.follow(at=now())
        rings = actions.sign_many(signer=self._signer, at=now())
        send(self._pipe, rings or ())
        return followed or rings is not None

    def _revoke(self) -> None:
        """A fact of the journal woke us; what could not be done is tried again in a moment."""
        if time.monotonic() >= self._revoke_at and not self._revoker.step():
            self._revoke_at = time.monotonic() + REVOKE_SECONDS

    def _by_the_clock(self) -> None:
        clock = time.monotonic()
        if clock - self._swept >= SWEEP_SECONDS:
            self._swept = clock
            actions.sweep(at=now())
        if clock - self._listened >= LIVE_SECONDS:
            self._listened = clock
            live.sweep(signer=self._signer, at=now())
        if clock - self._looked >= LOOK_AHEAD_SECONDS:
            self._looked = clock
            fleet_health.sum_up(at=now())
            look_ahead(at=now())
            live.prune(at=now())
            fleet_health.tend(at=now())
            control.renew(at=now())
        if clock - self._watched >= WATCH_SECONDS:
            self._watched = clock
            fleet_health.watch(at=now())
            control.settle(at=now())
            releases.step(signer=self._signer, at=now())
        if clock - self._headed >= HEAD_SECONDS:
            self._headed = clock
            self._heads.step(now())


def _message(ring: actions.Ring) -> bytes:
    # An envelope is JSON as the signer wrote it: it is carried word for word.
    return f'{{"doc":{ring.envelope}}}'.encode() if ring.envelope else b'{"bell":1}'


class Command(BaseCommand):
    """Run the dispatcher until told to stop."""

    help = "Theo nhật ký, đưa đi ký, gọi loa."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will run until SIGTERM."""
        waker = Waker(CHANNEL)
        signer = SignerClient(settings.NGUON_SIGNER_SOCKET)
        with until_told() as told, Pipe(settings.NATS_URL, settings.NGUON_NATS_CREDS, "dispatcher") as pipe:
            push = BrokerPush(settings.NATS_URL, settings.NGUON_NATS_PUSH_CREDS)
            dispatcher = Dispatcher(pipe, signer, push)
            relays = threading.Thread(target=relay, args=(told,), name="relays")
            urgent = threading.Thread(target=alarm, args=(told, pipe), name="alarms")
            for thread in (relays, urgent):
                thread.start()
            run(dispatcher.step, lambda: waker.wait(0.5), told)
            for thread in (relays, urgent):
                thread.join()


def alarm(told: threading.Event, pipe: Pipe) -> None:
    """This function will have alerts, their ends and stops signed and sent until told to stop, on a thread of
    its own: no plan and no sweep holds them up."""
    waker, signer = Waker(CHANNEL), SignerClient(settings.NGUON_SIGNER_SOCKET)
    tended = float("-inf")

    def step() -> bool:
        nonlocal tended
        rings = actions.sign_many(signer=signer, at=now(), kinds=actions.AT_ONCE)
        send(pipe, rings or ())
        if rings is None and time.monotonic() - tended >= TEND_SECONDS:
            tended = time.monotonic()
            alerts.tend(at=now())
        return rings is not None

    run(step, lambda: waker.wait(0.5), told)


def relay(told: threading.Event) -> None:
    """This function will send stations on by the clock until told to stop, on a thread of its own: what is
    said now waits for no document."""
    runner = Runner(SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=VOICE_SECONDS))

    def step() -> bool:
        on = False
        try:
            on = runner.step(at=now(), monotonic=time.monotonic())
        except DatabaseError:
            raise
        except Exception:  # whatever one station does, the others are sent on
            log.exception("a relay failed; it is tried again")
        told.wait(0.1 if on else 1)
        return True

    run(step, lambda: None, told)
    runner.close()
