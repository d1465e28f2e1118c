"""What boxes say, read as strictly as if somebody had written it to do harm."""

import json
import re
from typing import Any

from nguon_device.bridge.faults import FarFault

MOST_DEPTH = 16
"""The profiles need four."""
_BRACKETS = re.compile(r"[\[\]{}]")


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object in UTF-8; FarFault `rubbish` for anything else, and for a name that comes twice."""
    try:
        text = body.decode("utf-8-sig")
        if _nested(text) > MOST_DEPTH:
            raise ValueError("too deep")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise FarFault("rubbish") from None
    if not isinstance(found, dict):
        raise FarFault("rubbish")
    return found


def _nested(text: str) -> int:
    """Give how deep it is at most; brackets within words count too."""
    deepest = depth = 0
    for one in _BRACKETS.findall(text):
        depth += 1 if one in "{[" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def words(value: object) -> str:
    """Give a text or a whole number as a text without anything that could play tricks; "" for all else."""
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return "".join(one for one in str(value)[:500] if one.isprintable()) if known else ""


def number(value: object, least: float, most: float) -> float | None:
    """Give a number, also one in digits with a unit behind it (45°C, 30%); None beyond the bounds."""
    text = str(value) if isinstance(value, float) else words(value)
    try:
        found = float(text.strip().removesuffix("%").removesuffix("C").removesuffix("°").strip())
    except ValueError:
        return None
    return found if least <= found <= most else None


def percent(value: object) -> int | None:
    """Give a whole number of 0 to 100."""
    found = number(value, 0, 100)
    return None if found is None else round(found)
