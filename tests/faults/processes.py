"""Finding and killing the processes of one installation: by pid, never by name over the whole machine."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.supervisor.child import FAILURES, WINDOW
from tests.faults.looking import wait_for
from tests.journeys.installation import Installation

MARKS = {
    "postgres": "/bin/postgres",
    "nats": "nats-server",
    "signer": "nguon_signer\0serve",
    "second": "nguon_signer\0second",
    "web": "uvicorn",
    "worker": "config\0worker",
    "dispatcher": "config\0dispatcher",
    "gateway": "config\0gateway",
}
SPEAKER = "/demo/speakers/{}\0"
_KILLED: dict[str, list[float]] = {}
"""When each process was put in place again (monotonic): who dies too often within a minute is given up."""


def mark_of(name: str) -> str:
    """This function will return the words in a command line by which a process is known; `speaker-1` is the
    first loudspeaker of the demo."""
    return MARKS[name] if name in MARKS else SPEAKER.format(name.removeprefix("speaker-"))


def children(parent: int) -> list[int]:
    """This function will return the pids of the direct children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        with suppress(OSError):  # a thread that has ended meanwhile
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


def kill(installation: Installation, name: str) -> None:
    """This function will kill -9 one process, and wait until the supervisor has put another in its place.

    When this would make the supervisor give the process up, it waits first until it would not."""
    deaths = _KILLED.get(name, [])
    if len(deaths) >= FAILURES - 1:
        time.sleep(max(0.0, deaths[1 - FAILURES] + WINDOW - time.monotonic()))
    old = _there(installation, name)
    os.kill(old, signal.SIGKILL)
    _wait_for_another(installation, name, old)


@contextmanager
def held(installation: Installation, *names: str) -> Iterator[None]:
    """This function will hold processes still (SIGSTOP): they live, keep their connections, and do nothing.

    One that was killed meanwhile is left alone."""
    pids = [_there(installation, name) for name in names]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for name, pid in zip(names, pids, strict=True):
            if pid_of(installation, name) == pid:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def down(installation: Installation, name: str) -> Iterator[None]:
    """This function will keep one process dead while the block runs: the supervisor is held still so long."""
    supervisor, old = installation.running.pid, _there(installation, name)
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(old, signal.SIGKILL)
        until = time.monotonic() + 60
        while not _wholly_dead(old):
            assert time.monotonic() < until, f"{name} does not die"
            time.sleep(0.01)
        yield
    finally:
        os.kill(supervisor, signal.SIGCONT)
    _wait_for_another(installation, name, old)


def _wholly_dead(pid: int) -> bool:
    """The first thread may be a zombie while another still ends, and keeps the files and their locks open."""
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state == "Z" and len(list(Path(f"/proc/{pid}/task").iterdir())) == 1


def _wait_for_another(installation: Installation, name: str, old: int) -> None:
    """The supervisor has counted the death when it starts another: only then its minute begins here."""
    wait_for(lambda: pid_of(installation, name) not in (old, None), f"the return of {name}", every=0.05)
    _KILLED.setdefault(name, []).append(time.monotonic())


def _there(installation: Installation, name: str) -> int:
    found: int = wait_for(lambda: pid_of(installation, name), f"a process {name}", every=0.05)
    return found
