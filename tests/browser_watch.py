"""No call of a browser lasts for ever.

Playwright limits the time of most of its calls, but not of `evaluate`, `new_context`, `new_page`, `close`, or
of the start and the end of its own driver. Here all of them are watched from a thread: what stands loses its
Chromium, by its own process id, and if that was not enough Playwright's driver too. Then Playwright's call
returns, and BrowserStands is raised at the line that made it.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from greenlet import greenlet
from playwright._impl import _sync_base
from playwright._impl._errors import TargetClosedError
from playwright._impl._greenlets import wait_for_future

from tests.standing import BrowserStands

CALL_S = 180.0
"""Longer than the longest time limit that a journey gives to Playwright itself."""
GRACE_S = 15.0
"""How long the driver may take to notice that its browser is gone."""
Wait = Callable[[asyncio.AbstractEventLoop, greenlet, "asyncio.Future[object]"], None]
DRIVER = b"run-driver"  # in the command line of Playwright's own program


def children(parent: int) -> list[int]:
    """This function will return the processes whose parent is `parent`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def drivers() -> list[int]:
    """This function will return Playwright's drivers among the children of this process."""
    found = []
    for child in children(os.getpid()):
        with suppress(OSError):
            if DRIVER in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


class Watch:
    """Watches the calls of one browser; use it as a context, around Playwright's start and end too."""

    def __init__(self, seconds: float = CALL_S) -> None:
        """This function will watch nothing yet; a call may take so many seconds."""
        self.seconds = seconds
        self.ended = ""  # how the browser was ended, if it was
        self._until: dict[object, float] = {}  # one for each call under way
        self._again = 0.0  # when the next step may be taken
        self._left = threading.Event()
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> "Watch":
        """This function will watch from now on."""
        self._patch.setattr(_sync_base, "wait_for_future", self._bounded(wait_for_future))
        threading.Thread(target=self._look, name="browser watch", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """This function will watch no longer."""
        self._left.set()
        self._patch.undo()

    @contextmanager
    def call(self) -> Iterator[None]:
        """This function will bound what is done inside; raises BrowserStands if it had to be ended."""
        token = object()
        self._until[token] = time.monotonic() + self.seconds
        try:
            yield
        except Exception as reason:
            if self.ended:
                raise BrowserStands(self.ended) from reason
            raise
        finally:
            del self._until[token]
        if self.ended:
            raise BrowserStands(self.ended)

    def _bounded(self, wait: Wait) -> Wait:
        def bounded(
            loop: asyncio.AbstractEventLoop, fiber: greenlet, future: "asyncio.Future[object]"
        ) -> None:
            __tracebackhide__ = True
            with self.call():
                wait(loop, fiber, future)
                failed = future.exception() if future.done() and not future.cancelled() else None
                if isinstance(failed, TargetClosedError) and not self._alive():
                    self.ended = self.ended or "Chromium has ended by itself"

        return bounded

    def _alive(self) -> bool:
        return any(children(driver) for driver in drivers())

    def _look(self) -> None:
        while not self._left.wait(1):
            now = time.monotonic()
            if now > max(self._again, min(list(self._until.values()), default=float("inf"))):
                self._end()
                self._again = now + GRACE_S

    def _end(self) -> None:
        first, found = not self.ended, drivers()
        chromium = [child for driver in found for child in children(driver)]
        self.ended = f"no answer in {self.seconds:.0f} s, {'Chromium' if first else 'the driver too'} ended"
        for process in chromium if first and chromium else found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
