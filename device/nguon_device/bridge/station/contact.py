"""A relay beside a wired or FM station: closed only while something signed is heard.

The relay's own timer is what makes it safe: each order to close says for how many seconds, never beyond the
end of what was signed, and is given again before they are over. Should the bridge, its network or its power
go, the relay opens by itself. A relay without such a timer is not used. Between two sounds the order to open
is given once in a while: what somebody closed by hand does not stay so, and a relay that is away is told of
before it is needed.
"""

import threading
import time
from collections.abc import Mapping
from random import Random
from typing import Any

from nguon_device.bridge.breaker import Breaker
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.reaching import Caller, Reach
from nguon_device.bridge.settings import BoxSettings

HOLD_S = 10.0
SECONDS = "{seconds}"
_METHODS = ("GET", "POST", "PUT")
_EARLY_S = 0.02
OFF_S = 2.0
IDLE_S = 60.0
"""Between two orders to open while nothing is to be heard."""


def granted(left: float, hold: float) -> int:
    """Give the whole seconds that a relay is told now: none of them beyond what is left."""
    return int(max(0.0, min(left, hold)))


def again(left: float, hold: float) -> float:
    """Give the seconds until the next order. Near the end one falls where whole seconds reach the end, so
    that the last part of a second is heard too."""
    wait, part = min(hold / 3, left), left % 1 - _EARLY_S
    return max(0.0, min(wait, part) if part > 0 and 1 <= left <= hold else wait)


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
        self._hold_s = settings.option("hold", HOLD_S, 1, 120)
        self._idle_s = settings.option("idle", IDLE_S, 0.05, 3600)
        self._caller = Caller(settings, reach, min(3.0, max(0.3, self._hold_s / 3)))
        self._headers = settings.basic()
        self._wake = threading.Event()
        self._until = 0.0
        self._falls_at = 0.0
        self._may_hold_until = time.monotonic() + self._hold_s
        """Until then it may be closed, whatever was answered."""
        self._closing = False
        self._is_on = True  # as far as we know: the bridge before may have been killed a moment ago
        self.confirmed = threading.Event()
        self.breaker = Breaker(rng)
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Say whether it is closed by its own word, and its timer is not over."""
        return self.confirmed.is_set() and time.monotonic() < self._falls_at

    def close_for(self, seconds: float) -> None:
        """Close the contact for so long at most, and hold it closed meanwhile."""
        self._until = time.monotonic() + seconds
        self.breaker.hurry()
        self._wake.set()

    def open(self) -> None:
        """Open the contact now; asked for until the relay says that it did."""
        self._until, self._falls_at = 0.0, 0.0
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
        try:
            if left > 0:
                self._hold(now, granted(left, self._hold_s))
            else:
                self._order(self._off)
                self._is_on = False
            self.breaker.worked()
        except FarFault as fault:
            self._failed(fault, left > 0)
            return self.breaker.wait(time.monotonic())
        left = self._until - time.monotonic()
        return again(left, self._hold_s) if self._is_on else self._idle_s

    def _hold(self, now: float, seconds: int) -> None:
        if seconds < 1:  # what is left is less than a relay can count
            return
        self._may_hold_until = now + seconds + self._caller.seconds
        self._order(self._on.replace(SECONDS, str(seconds)))
        self._is_on = True
        if self._until > 0:  # else it was taken back while it was asked for
            self._falls_at = now + seconds
            self.confirmed.set()

    def _failed(self, fault: FarFault, wanted_on: bool) -> None:
        """What was not confirmed may have happened all the same: it is opened again in any case. What was
        confirmed before lasts as long as it was ordered."""
        self._is_on = True
        now = time.monotonic()
        self.breaker.failed(fault, now)
        if wanted_on or now < self._may_hold_until:  # its own timer has opened it otherwise
            self.breaker.hurry(now + min(OFF_S, self._hold_s / 3))

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
