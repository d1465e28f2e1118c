"""The loop around a step: until told to stop, through a database that comes and goes."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """This function will give an event that SIGTERM and SIGINT set."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    yield told


def run(step: Callable[[], bool], wait: Callable[[], object], told: threading.Event) -> None:
    """This function will repeat a step while it has work, wait when it has none, and outlive a lost
    database.
    """
    while not told.is_set():
        try:
            if not step():
                wait()
        except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
            log.warning("database: %s", str(error).strip().splitlines()[0] if str(error) else error)
            connection.close()
            told.wait(0.5)
        except DatabaseError:
            log.exception("a step failed; it is tried again")
            connection.close()
            told.wait(1)


class Waker:
    """Waits for a NOTIFY on some channels; the wake-up is a hint, so a lost one only costs the time-out."""

    def __init__(self, *channels: str) -> None:
        """This function will remember the channels; it listens from the first wait on."""
        self._channels = channels
        self._listening: psycopg.Connection[tuple[object, ...]] | None = None

    def wait(self, seconds: float) -> list[str]:
        """This function will return the payloads that came, at the latest after `seconds`.

        The very first wait returns at once, as what came before it was not heard.
        """
        if self._listening is None or self._listening.closed:
            self._listening = psycopg.connect(**_parameters(), autocommit=True)
            for channel in self._channels:
                self._listening.execute(f"LISTEN {channel}")
            return []
        try:
            return [n.payload for n in self._listening.notifies(timeout=seconds, stop_after=1)]
        except psycopg.OperationalError:
            self._listening.close()
            self._listening = None
            raise


def _parameters() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {k: v for k, v in known.items() if k in ("dbname", "user", "password", "host", "port")}
