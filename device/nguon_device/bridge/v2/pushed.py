"""v2.0, the other way: a box logs in at its bridge and says how it is, once a minute, without being asked.

Boxes in the field log in again before every report; the token that they had stays good, and one more is
cheap: nothing is looked up for it. A report is a word of the box like any other, and proves nothing.
"""

import json
import secrets
import threading
import time
from collections import deque
from dataclasses import replace
from typing import Any

from nguon_device.bridge.far import Told
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reading import read_json
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.v2 import messages

MOST_BYTES = 64 * 1024
MOST_A_MINUTE = 60
"""Requests of one box; it is to make two."""
MOST_TOKENS = 4
WRONG_A_MINUTE = 10
"""Wrong passwords at this door, of whomever: after that nobody logs in for the rest of the minute."""
Said = tuple[int, dict[str, Any]]


class Pushed:
    """What one box has said by itself."""

    def __init__(self, settings: BoxSettings, profile: Profile) -> None:
        """Begin with nothing heard."""
        self.settings, self.profile = settings, profile
        self.tokens: deque[str] = deque(maxlen=MOST_TOKENS)
        self._count = Counted(MOST_A_MINUTE)
        self._last: tuple[float, Told | FarFault] | None = None

    def look(self, stale_s: float) -> Told:
        """Give the newest word. Raises FarFault: slow (none, or none lately), or what was wrong with it."""
        last = self._last
        if last is None or time.monotonic() - last[0] > stale_s:
            raise FarFault("slow")
        if isinstance(last[1], FarFault):
            raise last[1]
        return replace(last[1], age_s=time.monotonic() - last[0])

    def names(self, said: dict[str, Any]) -> bool:
        """Say whether a report names this box."""
        return str(self.profile.read("status", said)["box"]) == self.settings.box

    def take(self, said: dict[str, Any]) -> Said:
        """Keep a report; one that cannot be used is kept as what is wrong with it."""
        codes = self.profile.values["codes"]["TrangThaiGui"]
        if not self._count.allows():
            self._last = (time.monotonic(), FarFault("large"))
            return 429, {"TrangThaiGui": codes["failure"], "MoTa": "Gửi quá nhiều"}
        try:
            told: Told | FarFault = messages.status(self.profile, self.settings.box, said)
        except FarFault as fault:
            told = fault
        self._last = (time.monotonic(), told)
        if isinstance(told, FarFault):
            return 200, {"TrangThaiGui": codes["failure"], "MoTa": told.code}
        return 200, {"TrangThaiGui": codes["success"], "NoiDung": {}}

    def admits(self, username: object, password: object) -> bool:
        """Say whether a name and a password are those of this box."""
        mine = f"{self.settings.username}\n{self.settings.password}".encode()
        given = f"{username}\n{password}".encode("utf-8", "replace")
        return secrets.compare_digest(mine, given)


class Counted:
    """At most so many in each minute of the machine's clock."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        self._most, self._minute, self._count = most, -1, 0

    def allows(self) -> bool:
        """Count one, and say whether it is still within the number."""
        minute = int(time.monotonic() // 60)
        self._count = self._count + 1 if minute == self._minute else 1
        self._minute = minute
        return self._count <= self._most


class PushDoor:
    """Where boxes of one bridge report: which of them it is, its user name and password say."""

    def __init__(self) -> None:
        """Begin with no box; then there is nothing to be asked for."""
        self._boxes: list[Pushed] = []
        self._wrong = Counted(WRONG_A_MINUTE)
        self._closed = False
        self._lock = threading.Lock()

    def add(self, box: Pushed) -> None:
        """Let a box report."""
        with self._lock:
            self._boxes = [*self._boxes, box]

    def remove(self, box: Pushed) -> None:
        """Let it report no more."""
        with self._lock:
            self._boxes = [one for one in self._boxes if one is not box]

    def answers(self, path: str) -> bool:
        """Say whether some box may post there."""
        return any(path in one.profile.values["pushes"].values() for one in self._boxes)

    def take(self, path: str, body: bytes, authorization: str) -> Said:
        """Give the status and the answer to what was posted."""
        try:
            said = read_json(body)
        except FarFault:
            return 400, {"TrangThaiGui": 1, "MoTa": "Không đọc được"}
        with self._lock:
            login = [one for one in self._boxes if path == one.profile.text("pushes", "login")]
            token = authorization.removeprefix("Bearer ")
            known = [one for one in self._boxes if token and token in one.tokens]
            known = [one for one in known if path == one.profile.text("pushes", "status")]
            if known:  # several may have the same password: then each says which it is
                return next((one for one in known if one.names(said)), known[0]).take(said)
            return (
                self._log_in(login, said) if login else (401, {"TrangThaiGui": 1, "MoTa": "Chưa đăng nhập"})
            )

    def _log_in(self, boxes: list[Pushed], said: dict[str, Any]) -> Said:
        username, password = said.get("Username"), said.get("Password")
        if admitted := [one for one in boxes if one.admits(username, password)]:
            token = secrets.token_urlsafe(24)
            for one in admitted:
                one.tokens.append(token)
            codes = admitted[0].profile.values["codes"]["TrangThaiGui"]
            return 200, {"TrangThaiGui": codes["success"], "NoiDung": {"Token": token}}
        if not self._wrong.allows():
            return 429, {"TrangThaiGui": 1, "MoTa": "Sai quá nhiều lần"}
        return 200, {"TrangThaiGui": 1, "MoTa": "Sai tên hoặc mật khẩu"}


def written(said: dict[str, Any]) -> bytes:
    """Give an answer as it goes out."""
    return json.dumps(said, ensure_ascii=False).encode()
