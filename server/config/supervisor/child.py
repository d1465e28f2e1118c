"""One child process under supervision."""

import enum
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.engines.process import RunAs, spawn, stop
from config.supervisor.logs import FULL, last_words, open_log

FAILURES = 5  # in a row within
WINDOW = 60.0  # seconds
PATIENCE = 90.0  # seconds until a child must be ready
BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before each restart
NO_ROOM = (FULL, "disk is full")  # the kernel's words and SQLite's


def _at_once(_pid: int) -> bool:
    return True


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Spec:
    """What to start, and how to know that it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    essential: bool = True  # without it there is no line: when it fails for good, `up` ends
    tier: int = 1  # lower tiers start earlier and stop later
    user: RunAs | None = None
    death_signal: signal.Signals = signal.SIGKILL  # what the kernel sends when we die
    stop_signals: Sequence[signal.Signals] = (signal.SIGTERM,)
    stop_seconds: float = 6
    pass_fds: Sequence[int] = ()
    ready: Callable[[int], bool] = _at_once  # asked with the pid, must not wait
    settle: float = 0  # seconds that it must have lived to count as ready
    before: Callable[[], None] = _nothing  # run before each start


class State(enum.Enum):
    """Where a child is."""

    WAITING = "waiting"  # for its (next) start
    STARTING = "starting"
    UP = "up"
    FAILED = "failed"  # given up


class Child:
    """A child, its state, and the failures of the last minute.  Every instant is monotonic seconds."""

    def __init__(self, spec: Spec, logs: Path) -> None:
        """This function will take the spec; nothing is started before `step`."""
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        self.state = State.WAITING
        self.process: subprocess.Popen[bytes] | None = None
        self.reason = ""
        self.restarts = 0
        self._failures: list[float] = []
        self._next = 0.0
        self._started = 0.0
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """This function will return the process number while there is one."""
        return self.process.pid if self.process else None

    @property
    def failures_in_a_row(self) -> int:
        """This function will count the failures of the last minute before the last of them."""
        return len(self._failures)

    def step(self, now: float) -> bool:
        """This function will do what is due: start, notice readiness or an end.  True when something
        happened."""
        if self.process is None:
            return self._start_if_due(now)
        if (status := self.process.poll()) is not None:
            self._ended(now, status)
            return True
        if self.state is State.STARTING:
            return self._look(now, self.process.pid)
        return False

    def finish(self) -> None:
        """This function will end the child by its own signals, and for good."""
        if self.process is not None:
            stop(self.process, *self.spec.stop_signals, seconds=self.spec.stop_seconds)
            self.process = None
        self.state = State.WAITING
        self._next = float("inf")

    def _start_if_due(self, now: float) -> bool:
        if self.state is State.FAILED or now < self._next:
            return False
        self.spec.before()
        descriptor = open_log(self.log)
        self._log_start = os.fstat(descriptor).st_size
        try:
            self.process = spawn(
                self.spec.command,
                env=self.spec.environment,
                log=descriptor,
                user=self.spec.user,
                death_signal=self.spec.death_signal,
                pass_fds=self.spec.pass_fds,
            )
        finally:
            os.close(descriptor)
        self.state = State.STARTING
        self._started = now
        return True

    def _look(self, now: float, pid: int) -> bool:
        if now - self._started >= self.spec.settle and self.spec.ready(pid):
            self.state = State.UP
            return True
        if now - self._started > PATIENCE and self.process is not None:
            self.process.kill()
        return False

    def _ended(self, now: float, status: int) -> None:
        if self.process is not None:
            stop(self.process)  # what it started itself goes with it
        self.process = None
        self.restarts += 1
        words = last_words(self.log, self._log_start)
        how = signal.Signals(-status).name if status < 0 else f"exit {status}"
        self.reason = f"{how}: {words}" if words and status > 0 else how
        self._failures = [at for at in self._failures if now - at < WINDOW] + [now]
        if len(self._failures) >= FAILURES and not self._waits_for_room():
            self.state = State.FAILED
            return
        self.state = State.WAITING
        self._next = now + BACKOFF[min(len(self._failures), len(BACKOFF)) - 1]

    def _waits_for_room(self) -> bool:
        """A full disk passes, and quick deaths on it are no reason to be silent for good. What is essential
        is given up all the same: then `up` ends and says why."""
        return not self.spec.essential and any(words in self.reason for words in NO_ROOM)
