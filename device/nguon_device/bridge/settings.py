"""Which box a bridge drives, and how: what a technician registered, kept beside the bridge's own key."""

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nguon_device.bridge.faults import FarFault

FILE = "foreign.json"
ADAPTERS = ("v2-http", "v2-mqtt", "v1-http", "stream", "rtp", "sip", "relay")
_TEXTS = ("adapter", "address", "username", "password", "box")


@dataclass(frozen=True, slots=True)
class BoxSettings:
    """One foreign box. `box` is the maker's name of it (CumLoaID); `options` what differs for this maker."""

    adapter: str
    address: str
    box: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, value: object) -> "BoxSettings":
        """Read it; FarFault `settings` when something is missing or of another kind."""
        if not isinstance(value, dict):
            raise FarFault("settings")
        texts = {name: value.get(name, "") for name in _TEXTS}
        wrong = [name for name, text in texts.items() if not isinstance(text, str) or len(text) > 500]
        options = value.get("options", {})
        if wrong or texts["adapter"] not in ADAPTERS or not isinstance(options, dict):
            raise FarFault("settings", wrong[0] if wrong else texts["adapter"])
        return cls(**texts, options=options)

    def basic(self) -> dict[str, str]:
        """Give HTTP's own log-in (RFC 7617) as headers; none without a user name."""
        if not self.username:
            return {}
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def option(self, name: str, default: float, lowest: float, highest: float) -> float:
        """Give a number among the options; FarFault `settings` when it is none, or out of its bounds."""
        found = self.options.get(name, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not lowest <= found <= highest:
            raise FarFault("settings", name)
        return float(found)


def load(folder: Path) -> BoxSettings:
    """Read the settings of a bridge's folder; FarFault `waiting` when there are none yet, else `settings`."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except OSError:
        raise FarFault("waiting") from None
    try:
        return BoxSettings.read(json.loads(text))
    except (ValueError, RecursionError):
        raise FarFault("settings") from None


def save(folder: Path, settings: BoxSettings) -> None:
    """Keep the settings at mode 0600: there is a password in them."""
    fresh = folder / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    value = {name: getattr(settings, name) for name in _TEXTS} | {"options": settings.options}
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE)
