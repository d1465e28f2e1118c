"""What the box measures of itself: the machine's own disk and temperature, and what its driver writes."""

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SENSORS_FILE = "sensors.json"
MOST_BYTES = 4096
STALE_S = 300.0
"""A driver that has written nothing for so long may be dead: what it said last is not said again."""
THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
_LOOK_AGAIN_S = 2.0
_KNOWN: Mapping[str, tuple[type, ...]] = {
    "mains": (bool,),
    "battery": (int, float),
    "temp": (int, float),
    "disk": (int, float),
    "signal": (int,),
    "net": (str,),
    "amp_ma": (int,),
    "line": (str,),
    "sound": (bool,),
    "mic_db": (int, float),
}


class MachineSensors:
    """DIR/sensors.json, an object that the maker's driver replaces every few seconds, over what any machine
    knows of itself. Looked at every two seconds.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, Any] = {}
        self._looked_at = float("-inf")

    def read(self) -> Mapping[str, Any]:
        """Give what is known now; the driver's word counts more than the machine's."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_AGAIN_S:
            self._looked_at = now
            self._found = {**self._machine(), **self._driver()}
        return self._found

    def _machine(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        try:
            disk = shutil.disk_usage(self._folder)
            found["disk"] = round(100 * disk.used / disk.total)
            found["temp"] = round(int(THERMAL.read_text(encoding="ascii")) / 1000, 1)
        except (OSError, ValueError, ZeroDivisionError):
            pass  # a machine without that sensor
        return found

    def _driver(self) -> dict[str, Any]:
        path = self._folder / SENSORS_FILE
        try:
            about = path.stat()
            if about.st_size > MOST_BYTES or time.time() - about.st_mtime > STALE_S:
                return {}
            told = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(told, dict):
            return {}
        return {name: value for name, value in told.items() if _fits(name, value)}


def _fits(name: str, value: object) -> bool:
    kinds = _KNOWN.get(name, ())
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
