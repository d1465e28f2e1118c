"""Enrolment: the device shows a claim code, a person types it into the console, the root comes back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nguon_device import identity as identities
from nguon_device import trust
from nguon_device.backoff import Backoff
from nguon_device.identity import DeviceKey
from nguon_device.passport import LOST
from nguon_device.ports import Ports, Reply, Request, Settings
from nguon_device.store import Store
from nguon_protocol import claims
from nguon_protocol.certificates import fingerprint
from nguon_protocol.errors import ProtocolError

LOOK_S = 2.0
CLAIM_FILE = "claim.json"


class Enrolment:
    """Asks to be enrolled until somebody does it. `tell` shows a sentence to whoever stands there."""

    def __init__(
        self,
        ports: Ports,
        store: Store,
        key: DeviceKey,
        settings: Settings,
        folder: Path,
        tell: Callable[[str], None],
        backoff: Backoff,
    ) -> None:
        self._ports = ports
        self._store = store
        self._key = key
        self._settings = settings
        self._file = folder / CLAIM_FILE
        self._tell = tell
        self._backoff = backoff
        self._code = ""
        self._claim: str | None = None
        self._ca: object = None
        self._ends_at = 0.0
        self._next_at = 0.0
        self._waiting = False
        self.done = False

    def step(self) -> float:
        """Ask the next question that is due; give the seconds until the next look."""
        now = self._ports.timer.monotonic()
        if self._waiting:
            return 60.0
        if now < self._next_at:
            return self._next_at - now
        self._waiting = True
        if self._claim is None or now >= self._ends_at:
            self._ask_anew(now)
        else:
            path = f"/lsp/v1/claims/{quote(self._claim, safe='')}?code={self._code}"
            self._ports.network.ask(Request("claim.look", "GET", path, auth=False))
        return 60.0

    def answered(self, reply: Reply) -> bool:
        """Take an answer; True when the device is enrolled now."""
        self._waiting = False
        now = self._ports.timer.monotonic()
        try:
            answer = json.loads(reply.body) if reply.ok else {}
            taken = isinstance(answer, dict) and self._take(reply, answer)
        except (ValueError, ProtocolError) as error:
            self._tell(f"the server's answer was refused: {error}")
            taken = False
        if self.done:
            return True
        if taken:
            self._backoff.worked()
            self._next_at = now + min(LOOK_S, self._settings.poll_s / 10)
        else:
            self._next_at = now + self._backoff.failed()
            if 400 <= reply.status < 500:
                self._claim, self._code = None, ""  # out of time, taken or used: another code
        return False

    def _ask_anew(self, now: float) -> None:
        if not self._code or now >= self._ends_at:
            self._code = claims.new_code()
            self._ends_at = now + claims.LIFETIME_S
            self._show()
        self._claim = None
        body = {
            "code": self._code,
            "pub": self._key.public.to_json(),
            "proof": claims.proof(self._code, self._key),
            "model": self._settings.model,
            "serial": self._settings.serial,
            "name": self._settings.name,
        }
        if self._settings.device_class:
            body["class"] = self._settings.device_class
        self._ports.network.ask(
            Request("claim", "POST", "/lsp/v1/claims", json.dumps(body).encode(), auth=False)
        )

    def _take(self, reply: Reply, answer: dict[str, Any]) -> bool:
        if reply.request.kind == "claim":
            if "claim" not in answer:
                return False
            self._claim = str(answer["claim"])
            if answer.get("ca") != self._ca:
                self._ca = answer.get("ca")
                self._show()
            return True
        if answer.get("state") == "enrolled":
            if answer.get("ca") != self._ca:
                raise ProtocolError("another certificate authority than the one that was shown")
            if self._ca is not None:
                trust.pin(self._file.parent, str(self._ca))
            with self._store.transaction():
                identities.enrol(self._store, answer)
                if answer.get("rejoined") is True:
                    self._store.remember(LOST, 1)  # this key was here before, and remembers nothing of it
            self._file.unlink(missing_ok=True)
            self.done = True
        return answer.get("state") in {"waiting", "enrolled"}

    def _show(self) -> None:
        value = {
            "code": self._code,
            "expires_at": int(self._ports.timer.wall()) + claims.LIFETIME_S,
            "fingerprint": self._key.public.fingerprint,
            "server": None if self._ca is None else fingerprint(str(self._ca)),
        }
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(value))
        fresh.replace(self._file)
        server = "" if self._ca is None else f", server {fingerprint(str(self._ca))}"
        self._tell(f"claim code {claims.show(self._code)} (key {value['fingerprint']}{server})")
