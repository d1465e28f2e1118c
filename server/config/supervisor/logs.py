"""The log files of the children: run/logs/NAME.log, the older half in NAME.log.1."""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

LARGEST = 5_000_000  # bytes
TAIL = 8_000  # bytes
TELLING = ("PANIC", "FATAL", "Error", "CRITICAL", "[FTL]")
FULL = os.strerror(errno.ENOSPC)


def open_log(path: Path) -> int:
    """This function will open a log for appending and return its descriptor (the caller closes it)."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def rotate(path: Path, largest: int = LARGEST) -> bool:
    """This function will copy a log that has grown too large to NAME.log.1 and empty it in place (the child
    keeps its descriptor), and say whether it did."""
    try:
        if path.stat().st_size <= largest:
            return False
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)
    except OSError:  # a full disk: the log is the first thing to give up
        return False
    return True


def last_words(path: Path, start: int = 0) -> str:
    """This function will return the line that tells most of what was logged since the byte `start`: the
    last one that speaks of an error (in a traceback the exception itself), else the last one."""
    lines = [line for line in _tail(path, start).splitlines() if line.strip()]
    outer = [line.rstrip() for line in lines if not line.startswith((" ", "\t"))] or lines
    telling = [line for line in outer if any(word in line for word in TELLING)] or outer
    return telling[-1][:300] if telling else ""


def sizes(logs: Path) -> dict[Path, int]:
    """This function will return how long each log is now (bytes), so that what comes later can be told."""
    return {log: log.stat().st_size for log in logs.glob("*.log")}


def ran_out_of_space(logs: Path, before: Mapping[Path, int]) -> bool:
    """This function will say whether a log speaks of a full disk behind what was `sizes` before."""
    return any(FULL in _tail(log, _grown_from(log, before.get(log, 0))) for log in logs.glob("*.log"))


def _grown_from(log: Path, start: int) -> int:
    return start if log.stat().st_size >= start else 0  # emptied meanwhile: all of it is new


def _tail(path: Path, start: int = 0) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(start, path.stat().st_size - TAIL))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
