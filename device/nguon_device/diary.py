"""The last lines of what happened here, in memory: identifiers and reasons, never what anything says."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

MOST_BYTES = 64 * 1024
_LONGEST = 300


class Diary:
    """Keeps so many lines, each with the device's own time; `now` gives epoch seconds."""

    def __init__(self, now: Callable[[], float], lines: int) -> None:
        self._now = now
        self._lines: deque[tuple[float, str]] = deque(maxlen=lines)

    def note(self, line: str) -> None:
        """Write one line. It is made readable when somebody asks for it: an alert does not wait for that."""
        self._lines.append((self._now(), line[:_LONGEST]))

    def tail(self) -> bytes:
        """Give the newest lines that fit into 64 KiB, the oldest of them first."""
        found: list[bytes] = []
        size = 0
        for at, line in reversed(self._lines):
            data = _plain(at, line).encode() + b"\n"
            size += len(data)
            if size > MOST_BYTES:
                break
            found.append(data)
        return b"".join(reversed(found))


def _plain(at: float, line: str) -> str:
    """Give a line with its time; what is no plain text in it is left out."""
    text = "".join(letter if letter.isprintable() else " " for letter in line)
    return f"{datetime.fromtimestamp(max(0.0, at), UTC):%Y-%m-%dT%H:%M:%SZ} {text}"
