"""A command that ends by itself (set-up, a demo bulletin), run while the supervisor keeps the rest alive."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.engines.process import PYTHON, spawn, stop
from config.supervisor.logs import last_words, open_log
from config.supervisor.supervisor import Supervisor


@dataclass(frozen=True)
class Result:
    """How a command ended: its exit status (None: it was too late) and the last thing that it said."""

    status: int | None
    words: str
    log: Path


class _Lines:
    """The lines of a pipe that have come so far."""

    def __init__(self, descriptor: int, on_line: Callable[[str], None]) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._on_line = on_line
        self._rest = b""

    def read(self) -> None:
        while True:
            try:
                block = os.read(self._descriptor, 65_536)
            except BlockingIOError:
                return
            if not block:
                return
            *whole, self._rest = (self._rest + block).split(b"\n")
            for line in whole:
                self._on_line(line.decode("utf-8", "replace"))

    def close(self) -> None:
        self.read()
        if self._rest:
            self._on_line(self._rest.decode("utf-8", "replace"))
        os.close(self._descriptor)


def run_job(
    supervisor: Supervisor,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    on_line: Callable[[str], None],
    seconds: float,
) -> Result:
    """This function will run `python -m config ARGUMENTS` to its end, hand over each line of its output as
    it comes, and return how it ended; what it writes to standard error goes to run/logs/NAME.log."""
    log = supervisor.logs / f"{arguments[0]}.log"
    errors = open_log(log)
    start = os.fstat(errors).st_size
    reading, writing = os.pipe()
    lines = _Lines(reading, on_line)
    process = spawn([*PYTHON, "-m", "config", *arguments], env=environment, log=errors, out=writing)
    os.close(errors)
    os.close(writing)

    def ended() -> bool:
        lines.read()
        return process.poll() is not None

    try:
        in_time = supervisor.until(ended, seconds)
    finally:
        _end(process)
        lines.close()
    return Result(process.returncode if in_time else None, last_words(log, start), log)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        stop(process, seconds=2)
