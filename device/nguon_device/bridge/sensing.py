"""What a box says of itself, as the sensors of its bridge: it goes into the health records like any other's.

`sound` is the box's own word that it plays, not a microphone's: a box that takes orders and plays nothing, or
plays what nobody ordered, is noticed by it; one that lies is not.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nguon_device.sensing import SENSORS_FILE

_DBM = re.compile(r"(-\d{1,3})\s*dbm", re.IGNORECASE)
_NET = re.compile(r"[A-Za-z0-9]{1,12}")
FRESH_S = 90.0
"""A word of the box older than this tells nothing of now."""


def senses(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a bridge's report says in the names of the health message; what is not known has no key."""
    found: dict[str, Any] = {}
    age_s = report.get("age_s")
    if age_s is None or age_s > FRESH_S or report.get("code") not in {"", "silent", "stranger", "goes-on"}:
        return found
    connection = str(report.get("connection", ""))
    if (strength := _DBM.search(connection)) is not None and int(strength[1]) >= -200:
        found["signal"] = int(strength[1])
    if (net := _NET.match(connection)) is not None:
        found["net"] = net[0]
    found |= {name: report[name] for name in ("temp", "disk") if report.get(name) is not None}
    if isinstance(report.get("playing"), bool):
        found["sound"] = report["playing"]
    return found


def write(folder: Path, found: Mapping[str, Any]) -> None:
    """Put it where the agent looks for its sensors."""
    fresh = folder / f"{SENSORS_FILE}.new"
    fresh.write_text(json.dumps(dict(found)))
    fresh.replace(folder / SENSORS_FILE)
