"""What a loudspeaker says of itself (LSP-1, health), taken for what it is: words of somebody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_LINES = frozenset({"ok", "open", "short"})
_MOST_SKEW_S = 2_000_000_000


@dataclass(slots=True)
class Reading:
    """One word of one loudspeaker, each value within its bounds, or None."""

    mains: bool | None
    battery: int | None
    temp: float | None
    disk: int | None
    signal: int | None
    amp_ma: int | None
    line: str
    sound: bool | None
    volume: int | None
    playing: UUID | None
    muted: bool
    net: str
    inputs: str
    skew_s: int | None
    quiet: bool
    clock: str


def read(said: Mapping[str, Any], now_s: float) -> Reading:
    """This function will take from a health message what it knows, and leave out what lies beyond a sensor's
    bounds; it never raises.

    `now_s` is our own time in epoch seconds, from which the loudspeaker's clock is judged.
    """
    at, line = _number(said.get("at"), 0, 1e15), said.get("line")
    return Reading(
        mains=_truth(said.get("mains")),
        battery=_whole(said.get("battery"), 0, 100),
        temp=_number(said.get("temp"), -60, 200),
        disk=_whole(said.get("disk"), 0, 100),
        signal=_whole(said.get("signal"), -200, 0),
        amp_ma=_whole(said.get("amp_ma"), 0, 1_000_000),
        line=line if isinstance(line, str) and line in _LINES else "",
        sound=_truth(said.get("sound")),
        volume=_whole(said.get("volume"), 0, 100),
        playing=_uuid(said.get("item")) if said.get("playing") is True else None,
        muted=said.get("muted") is True,
        net=_word(said.get("net"), 12),
        inputs=_word(said.get("inputs"), 20),
        skew_s=None if at is None else int(max(-_MOST_SKEW_S, min(_MOST_SKEW_S, at - now_s))),
        quiet=said.get("quiet") is True,
        clock=_word(said.get("clock"), 10),
    )


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if least <= value <= most else None  # not a number is neither


def _whole(value: object, least: int, most: int) -> int | None:
    found = _number(value, least, most)
    return None if found is None else round(found)


def _word(value: object, most: int) -> str:
    if not value or not isinstance(value, str):
        return ""
    return value[:most] if value.isprintable() else ""


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
