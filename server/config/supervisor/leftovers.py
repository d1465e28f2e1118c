"""Processes that an earlier run left behind.  The parent-death signal ends our children, but not what they
started themselves; all of them carry the mark of their data folder in their environment."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from config.supervisor.environment import SUPERVISED


def leftovers(data: Path) -> list[int]:
    """This function will return the processes that an earlier `up` on this folder started and that still
    run; call it only while holding the folder's lock."""
    marks = {f"NGUON_DATA={data}".encode()}
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with suppress(OSError):
                variables = (process / "environ").read_bytes().split(b"\0")
                supervised = any(variable.startswith(SUPERVISED.encode() + b"=") for variable in variables)
                if supervised and marks <= set(variables):
                    found.append(int(process.name))
    return found


def end_leftovers(data: Path, seconds: float = 5) -> int:
    """This function will end what an earlier run left behind, wait until it is gone, and count it."""
    found = leftovers(data)
    for pid in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + seconds
    while leftovers(data) and time.monotonic() < end:
        time.sleep(0.02)
    return len(found)
