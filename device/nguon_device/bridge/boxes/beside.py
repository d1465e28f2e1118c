"""A made-up box beside a bridge, so that whoever tries Nguồn out sees one of another maker at work."""

import json
import secrets
from pathlib import Path
from typing import Any

from nguon_device.bridge.boxes.v2 import V2Box

FILE = "made-up.json"
"""What a technician would read on the box: its address, its name at the maker's, user name and password."""
NAME = "867732050000001"
USERNAME = "cau"


def beside(folder: Path) -> V2Box:
    """Switch a box of the profile v2.0 on, at the address and with the password that it had the last time,
    and write down what a technician must know of it. Raises OSError.
    """
    file = folder / FILE
    known = _known(file)
    password = known["password"] if "password" in known else secrets.token_urlsafe(12)
    port = known.get("port", 0)
    try:
        box = V2Box(NAME, USERNAME, password, port)
    except OSError:  # somebody else has the port by now
        box = V2Box(NAME, USERNAME, password)
    told = {"url": box.url, "port": box.port, "box": NAME, "username": USERNAME, "password": password}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.touch(0o600)
    fresh.write_text(json.dumps(told))
    fresh.replace(file)
    return box


def _known(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    good = isinstance(found, dict) and isinstance(found.get("password"), str)
    return found if good and isinstance(found.get("port"), int) else {}
