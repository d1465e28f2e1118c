"""Finding and killing the processes of one installation: by pid, never by name over the whole machine."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.supervisor.child import FAILURES, WINDOW
from tests.journeys.installation import Installation

MARKS = {
    "postgres": "/bin/postgres",
    "nats": "nats-server",
    "signer": "nguon_signer",
    "web": "uvicorn",
    "worker": "config\0worker",
    "dispatcher": "config\0dispatcher",
    "gateway": "config\0gateway",
}
SPEAKER = "/demo/speakers/{}\0"
_KILLED: dict[str, list[float]] = {}
"""When each process was killed (monotonic): one that dies too often within a minute is given up, rightly."""


def mark_of(name: str) -> str:
    """This function will return the words in a command line by which a process is known; `speaker-1` is the
    first loudspeaker of the demo."""
    return MARKS[name] if name in MARKS else SPEAKER.format(name.removeprefix("speaker-"))


def children(parent: int) -> list[int]:
    """This function will return the pids of the direct children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def pid_of(installation: Installation, name: str) -> int | None:
    """This function will return the pid of one process of the installation, or None while it is not there."""
    for pid in children(installation.running.pid):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if mark_of(name) in words:
            return pid
    return None


def kill(installation: Installation, name: str, seconds: float = 30) -> None:
    """This function will kill -9 one process, and wait until the supervisor has put another in its place.

    When this would make the supervisor give the process up, it waits first until it would not."""
    deaths = _KILLED.setdefault(name, [])
    if len(deaths) >= FAILURES - 1:
        time.sleep(max(0.0, deaths[1 - FAILURES] + WINDOW - time.monotonic()))
    old = _there(installation, name, seconds)
    os.kill(old, signal.SIGKILL)
    deaths.append(time.monotonic())
    until = time.monotonic() + seconds
    while pid_of(installation, name) in (old, None):
        assert time.monotonic() < until, f"{name} did not come back:\n{installation.said}"
        time.sleep(0.05)


@contextmanager
def held(installation: Installation, *names: str) -> Iterator[None]:
    """This function will hold processes still (SIGSTOP): they live, keep their connections, and do nothing.

    One that was killed meanwhile is left alone."""
    pids = [_there(installation, name, 10) for name in names]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for name, pid in zip(names, pids, strict=True):
            if pid_of(installation, name) == pid:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def down(installation: Installation, name: str, seconds: float = 30) -> Iterator[None]:
    """This function will keep one process dead while the block runs: the supervisor is held still so long."""
    supervisor, old = installation.running.pid, _there(installation, name, seconds)
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(old, signal.SIGKILL)
        _KILLED.setdefault(name, []).append(time.monotonic())
        while Path(f"/proc/{old}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
            time.sleep(0.01)
        yield
    finally:
        os.kill(supervisor, signal.SIGCONT)
    until = time.monotonic() + seconds
    while pid_of(installation, name) in (old, None):
        assert time.monotonic() < until, f"{name} did not come back:\n{installation.said}"
        time.sleep(0.05)


def _there(installation: Installation, name: str, seconds: float) -> int:
    until = time.monotonic() + seconds
    while (pid := pid_of(installation, name)) is None:
        assert time.monotonic() < until, f"there is no {name}:\n{installation.said}"
        time.sleep(0.05)
    return pid
