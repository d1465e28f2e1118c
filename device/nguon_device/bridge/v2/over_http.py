"""v2.0 over HTTP: the bridge logs in as the provincial system, sends schedules, and asks for the status."""

import json
import time
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reaching import Answer, Caller, Reach
from nguon_device.bridge.reading import read_json
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.v2 import messages
from nguon_device.bridge.v2.pushed import PushDoor, Pushed

STALE_S = 150.0
"""A report older than this tells nothing: the profile has one a minute."""
RENEW_S = 60.0
"""After a refusal it is not logged in again more often."""
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}


class V2Http:
    """One box, or one of a maker's platform. The token is kept until the box takes it no more."""

    proves = True

    def __init__(self, settings: BoxSettings, reach: Reach, door: PushDoor | None = None) -> None:
        """Read the settings; FarFault `settings` or `address`. Nothing is connected yet.

        With a `door` the box reports there by itself, and is never asked how it is.
        """
        if not settings.box or not settings.username or not settings.password:
            raise FarFault("settings")
        self._settings = settings
        self._profile = Profile.load("v2.0", settings.options.get("profile"))
        self._caller = Caller(settings, reach)
        self._token, self._token_at = "", 0.0
        self._stale_s = settings.option("stale", STALE_S, 0.2, 3600)
        self._door = door
        self._pushed = None if door is None else Pushed(settings, self._profile)
        if door is not None and self._pushed is not None:
            door.add(self._pushed)

    def play(self, wanted: Wanted) -> None:
        """Give the box a schedule of one bulletin that begins now."""
        self._said("schedule", messages.schedule(self._profile, self._settings.box, wanted))

    def stop(self, item: str) -> None:
        """Take the schedule back, and stop by command as well where its code is known."""
        failed: FarFault | None = None
        for kind, body in messages.stops(self._profile, self._settings.box, item):
            try:
                self._said(kind, body)
            except FarFault as fault:  # a box that takes one of them not may take the other
                failed = fault
        if failed is not None:
            raise failed

    def look(self) -> Told:
        """Ask for the status, or give what the box has said by itself."""
        if self._pushed is not None:
            return self._pushed.look(self._stale_s)
        asked = self._profile.message("status", {"box": self._settings.box})
        return messages.status(self._profile, self._settings.box, self._said("status", asked))

    def hang_up(self) -> None:
        """End the exchange under way."""
        self._caller.hang_up()

    def close(self) -> None:
        """Nothing is kept open."""
        self._token = ""
        if self._door is not None and self._pushed is not None:
            self._door.remove(self._pushed)

    def _said(self, path: str, body: dict[str, Any]) -> Any:
        """Ask with the token; one that the box takes no more is fetched anew. Some say so by 401, others
        by a refusal like any other: then it is tried, once a minute, whether that was it."""
        fresh = not self._token
        if fresh:
            self._log_in()
        try:
            return self._once(path, body)
        except FarFault as fault:
            old = time.monotonic() - self._token_at >= RENEW_S
            if fresh or not (fault.code == "password" or (fault.code == "refused" and old)):
                raise
        self._log_in()
        return self._once(path, body)

    def _once(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._post(path, body)
        if answer.status in {401, 403}:
            self._token = ""
            raise FarFault("password")
        return messages.content(self._profile, _read(answer))

    def _log_in(self) -> None:
        account = {"username": self._settings.username, "password": self._settings.password}
        asked = self._profile.message("login", account)
        self._token = ""
        answer = self._post("login", asked)
        if answer.status in {401, 403}:
            raise FarFault("password")
        try:
            found = messages.content(self._profile, _read(answer))
        except FarFault as fault:
            raise FarFault("password" if fault.code == "refused" else fault.code, fault.about) from None
        token = self._profile.read("login", found)["token"]
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise FarFault("rubbish", "Token")
        self._token, self._token_at = token[:4096], time.monotonic()

    def _post(self, path: str, body: dict[str, Any]) -> Answer:
        headers = _HEADERS | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        data = json.dumps(body, ensure_ascii=False).encode()
        return self._caller.ask("POST", self._profile.text("paths", path), data, headers)


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise FarFault("status", answer.status)
    return read_json(answer.body)
