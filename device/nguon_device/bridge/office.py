"""What a bridge and its office say to one another: reports go up, the settings of the box come down."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from nguon_device.bridge import settings
from nguon_device.bridge.faults import FarFault
from nguon_device.ports import Event, Reply, Request
from nguon_protocol import sealing
from nguon_protocol.errors import ProtocolError

KIND = "foreign"
KEY_FILE = "seal.key"
ASK_S = 60.0
SOON_S = 5.0


class Office:
    """One box's talk with the office. The key to open its password is made here, and stays here."""

    def __init__(self, folder: Path, report: Callable[[], dict[str, Any]], ask_s: float = ASK_S) -> None:
        """Read the key, or make it."""
        self._folder = folder
        self._report = report
        self._ask_s = ask_s
        self._key = _key_of(folder)
        self._asked_at = float("-inf")
        self._told: dict[str, Any] = {}
        self._answer: Any = None
        self.waived = False
        """Whether the province answers for this box sounding alerts of more than a commune; not kept."""
        self.fault: FarFault | None = None

    def due(self) -> Request | None:
        """Give the question that is due: once a minute, and soon when something changed."""
        report, now = self._report(), time.monotonic()
        news = {name: report.get(name) for name in ("code", "open", "playing")}
        if now - self._asked_at < (self._ask_s if news == self._told else min(SOON_S, self._ask_s)):
            return None
        self._asked_at, self._told = now, news
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        body = json.dumps({"seal": raw.hex(), "report": report}).encode()
        return Request(KIND, "POST", "/lsp/v1/foreign", body)

    def hears(self, event: Event) -> bool:
        """Take an answer; True for one that was for this."""
        if not isinstance(event, Reply) or event.request.kind != KIND:
            return False
        if event.ok:
            try:
                self._take(json.loads(event.body))
            except (ValueError, RecursionError, FarFault, OSError) as error:
                self.fault = error if isinstance(error, FarFault) else FarFault("settings")
        return True

    def _take(self, answer: Any) -> None:
        """Keep what is new; what cannot be opened is told, and what was before stays in use."""
        if not isinstance(answer, dict):
            raise FarFault("settings")
        self.waived = answer.get("waived") is True
        told = answer.get("settings")
        if told == self._answer:
            return
        self._answer, self.fault = told, None
        if told is not None:
            settings.save(self._folder, self._opened(told))

    def _opened(self, told: Any) -> settings.BoxSettings:
        if not isinstance(told, dict):
            raise FarFault("settings")
        try:
            sealed = told.get("sealed")
            password = sealing.unseal(sealed, self._key, told) if isinstance(sealed, str) and sealed else ""
        except ProtocolError:
            raise FarFault("sealed") from None
        return settings.BoxSettings.read({**told, "password": password})


def _key_of(folder: Path) -> X25519PrivateKey:
    path = folder / KEY_FILE
    if path.exists():
        return X25519PrivateKey.from_private_bytes(path.read_bytes())
    key = X25519PrivateKey.generate()
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key
