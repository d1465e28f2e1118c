"""Keeps a set of children running.  All of it happens in `step`, so that it can be tested without a loop."""

import signal
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from config.errors import StartError
from config.supervisor.child import Child, Spec, State
from config.supervisor.logs import rotate
from config.words import tr

PAUSE = 0.03  # seconds between steps
IDLE_EVERY = 0.1  # seconds
ROTATE_EVERY = 10.0  # seconds


class Stopped(Exception):
    """A person or the system asked us to end (SIGINT, SIGTERM)."""


class Supervisor:
    """The children in the order they were added.  A child that fails for good, and is essential, ends all."""

    def __init__(
        self, logs: Path, tell: Callable[[str], None], idle: Callable[[], None] = lambda: None
    ) -> None:
        """This function will keep logs in the folder, tell a person about restarts by `tell`, and call
        `idle` ten times a second while it waits."""
        self.logs = logs
        self.children: dict[str, Child] = {}
        self.all_essential = False  # while it is set, no child may be given up
        self._tell = tell
        self._idle = idle
        self._idled = 0.0
        self._asked = False
        self._rotated = 0.0

    def add(self, spec: Spec) -> Child:
        """This function will take a child on; it starts at the next step."""
        child = Child(spec, self.logs)
        self.children[spec.name] = child
        return child

    def ask_to_stop(self, *_signal: object) -> None:
        """This function will make the next wait raise Stopped (it is the handler of SIGINT and SIGTERM)."""
        self._asked = True

    def catch_signals(self) -> None:
        """This function will turn SIGINT, SIGTERM and SIGHUP into a clean stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)

    def step(self, now: float) -> bool:
        """This function will bring every child one step further; True when something happened.  An essential
        child that has failed for good raises StartError with the reason."""
        happened = False
        for child in self.children.values():
            restarts, state = child.restarts, child.state
            happened = child.step(now) or happened
            if child.restarts > restarts:
                self._report(child)
            elif state is State.STARTING and child.state is State.UP and restarts:
                self._tell(tr("child_back", name=child.spec.name))
        if now - self._rotated > ROTATE_EVERY:
            self._rotated = now
            for log in self.logs.glob("*.log"):
                rotate(log)
        return happened

    def _report(self, child: Child) -> None:
        fields = {"name": child.spec.name, "reason": child.reason, "log": child.log}
        if child.state is not State.FAILED:
            if child.failures_in_a_row == 1:  # the next ones are in the log, and the last is told again
                self._tell(tr("child_ended", **fields))
        elif child.spec.essential or self.all_essential:
            raise StartError(tr("child_failed", **fields))
        else:
            self._tell(tr("child_given_up", **fields))

    def until(self, true: Callable[[], bool], seconds: float = float("inf")) -> bool:
        """This function will keep the children running until the condition holds or the seconds are over,
        and say whether it held; Stopped when we were asked to end."""
        end = time.monotonic() + seconds
        while True:
            if self._asked:
                raise Stopped
            happened = self.step(time.monotonic())
            if true():
                return True
            if time.monotonic() > end:
                return False
            if time.monotonic() - self._idled > IDLE_EVERY:
                self._idle()
                self._idled = time.monotonic()
            if not happened:
                time.sleep(PAUSE)

    def until_up(self, *names: str, seconds: float = 120) -> None:
        """This function will wait until the named children are ready, else raise StartError."""
        children = [self.children[name] for name in names]
        if not self.until(lambda: all(child.state is State.UP for child in children), seconds):
            late = next(child for child in children if child.state is not State.UP)
            raise StartError(tr("child_late", name=late.spec.name, seconds=int(seconds), log=late.log))

    def stop(self) -> None:
        """This function will end every child, the highest tier first, those of one tier at the same time."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the stop itself is not interrupted
        tiers = sorted(self.children.values(), key=lambda child: -child.spec.tier)
        for _, group in groupby(tiers, key=lambda child: child.spec.tier):
            together = list(group)
            for child in together:
                if child.process is not None and child.process.poll() is None:
                    child.process.send_signal(child.spec.stop_signals[0])
            for child in together:
                child.finish()
