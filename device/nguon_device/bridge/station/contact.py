"""A relay beside a wired or FM station: closed only while something signed is heard.

The relay's own timer is what makes it safe: each order to close says for how many seconds, and is given again
before they are over. Should the bridge, its network or its power go, the relay opens by itself. A relay
without such a timer is not used.
"""

import threading
import time
from collections.abc import Mapping
from random import Random
from typing import Any

from nguon_device.bridge.breaker import Breaker
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.reaching import Address, Caller, Reach
from nguon_device.bridge.settings import BoxSettings

HOLD_S = 10.0
SECONDS = "{seconds}"
_METHODS = ("GET", "POST", "PUT")
OFF_S = 2.0


class Contact:
    """One contact of a relay board over HTTP: `on` with its seconds in it, and `off`."""

    def __init__(self, orders: object, settings: BoxSettings, reach: Reach, rng: Random) -> None:
        """Read the orders. Raises FarFault: settings, address, no-timer."""
        known = isinstance(orders, Mapping) and all(isinstance(orders.get(one), str) for one in ("on", "off"))
        if not isinstance(orders, Mapping) or not known:
            raise FarFault("settings", "on, off")
        if SECONDS not in orders["on"]:
            raise FarFault("no-timer")
        if any(not orders[one].startswith("/") or not orders[one].isascii() for one in ("on", "off")):
            raise FarFault("settings", "on, off")
        self._on, self._off = str(orders["on"]), str(orders["off"])
        self._method = str(settings.options.get("method", "GET"))
        if self._method not in _METHODS:
            raise FarFault("settings", "method")
        self._hold_s = settings.option("hold", HOLD_S, 0.2, 120)
        self._caller = Caller(Address.parse(settings.address), reach)
        self._caller.seconds = min(3.0, max(0.3, self._hold_s / 3))
        self._headers = settings.basic()
        self._wake = threading.Event()
        self._until = 0.0
        self._closing = False
        self._is_on = False
        self.confirmed = threading.Event()
        self.breaker = Breaker(rng)
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def close_for(self, seconds: float) -> None:
        """Close the contact for so long at most, and hold it closed meanwhile."""
        self._until = time.monotonic() + seconds
        self.breaker.hurry()
        self._wake.set()

    def open(self) -> None:
        """Open the contact now; asked for until the relay says that it did."""
        self._until = 0.0
        self.confirmed.clear()
        self._caller.hang_up()
        self.breaker.hurry()
        self._wake.set()

    def end(self) -> None:
        """Open it and let go; should that fail, its own timer opens it."""
        self._closing = True
        self.open()
        self._thread.join(2.0)

    def _run(self) -> None:
        while True:
            wait = self._turn()
            if self._closing and (not self._is_on or self.breaker.fault is not None):
                return
            self._wake.wait(wait)
            self._wake.clear()

    def _turn(self) -> float:
        now = time.monotonic()
        if (wait := self.breaker.wait(now)) > 0:
            return wait
        left = self._until - now
        if left <= 0 and not self._is_on:
            return 3600.0
        try:
            if left > 0:
                self._order(self._on.replace(SECONDS, str(max(1, round(min(self._hold_s, left))))))
                self._is_on = True
                self.confirmed.set()
            else:
                self._order(self._off)
                self._is_on = False
            self.breaker.worked()
        except FarFault as fault:
            self._failed(fault, left > 0)
            return self.breaker.wait(time.monotonic())
        left = self._until - time.monotonic()
        return max(0.0, min(self._hold_s / 3, left)) if self._is_on else 3600.0

    def _failed(self, fault: FarFault, wanted_on: bool) -> None:
        """What was not confirmed may have happened all the same: it is opened again in any case."""
        self._is_on = True
        self.confirmed.clear()
        self.breaker.failed(fault, time.monotonic())
        self.breaker.hurry(time.monotonic() + (min(OFF_S, self._hold_s / 3) if wanted_on else OFF_S))

    def _order(self, path: str) -> None:
        answer = self._caller.ask(self._method, path, headers=self._headers)
        if answer.status in {401, 403}:
            raise FarFault("password")
        if answer.status not in {200, 204}:
            raise FarFault("status", answer.status)


def contacts(settings: BoxSettings, reach: Reach, rng: Random) -> dict[str, Contact]:
    """Read the contacts of a relay board: "amp" while something sounds, "aux" and "fm" for the inputs."""
    given: Any = settings.options.get("contacts")
    if not isinstance(given, Mapping) or not given or not set(given) <= {"amp", "aux", "fm"}:
        raise FarFault("settings", "contacts")
    made: dict[str, Contact] = {}
    try:
        for name, orders in given.items():
            made[name] = Contact(orders, settings, reach, rng)
    except FarFault:
        for one in made.values():
            one.end()
        raise
    return made
