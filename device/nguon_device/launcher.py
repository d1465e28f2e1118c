"""Starts the agent from the slot that works: a new version is on trial until it has proven itself.

The standard library only, and nothing of the agent: what starts the agent must not break with it. Slot ""
is the program as it was installed; "a" and "b" are bundles that the agent unpacked. The launcher alone
writes state.json. From the agent it takes wanted.json (try this next) and healthy.json (this one works);
to the agent it gives outcome.json, which becomes a receipt.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

TRIAL_S = 120.0
LOOK_S = 0.1
MOST_TRIALS = 3
_QUICK_S = 10.0
_QUICK_DEATHS = 3
_LONGEST_PAUSE_S = 60.0
_LAST_WORDS_S = 10.0

State = dict[str, Any]
_INSTALLED: State = {"slot": "", "sha256": ""}


def read(path: Path) -> State:
    """Read a small JSON object; {} when it is not there or makes no sense."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write(path: Path, value: State) -> None:
    """Put a small JSON object in place, whole and on the disk, or leave the old one."""
    fresh = path.with_suffix(".new")
    with fresh.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Launcher:
    """Keeps one agent running on a data folder; `arguments` go to its `run` as they are."""

    def __init__(self, data: Path, arguments: list[str], trial_s: float) -> None:
        self._data = data
        self._arguments = arguments
        self._trial_s = trial_s
        self._slots = data / "slots"
        self._slots.mkdir(parents=True, exist_ok=True)
        self._child: subprocess.Popen[bytes] | None = None
        self._ending = False
        self._deaths = 0

    def run(self) -> int:
        """Run agents until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._ending:
            self._one()
        return 0

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        if self._child is not None:
            self._child.terminate()

    def _one(self) -> None:
        """Run one agent to its end and draw the conclusion."""
        state = self._state()
        trial = self._next_trial(state)
        begun = time.monotonic()
        self._start(trial or state, on_trial=trial is not None)
        if trial is not None and not self._proves_itself(trial):
            self._stop()
            if not self._ending:
                self._conclude(state, trial, "update-failed")
            return
        if trial is not None:
            self._adopt(state, trial)
        self._wait()
        self._after_its_end(time.monotonic() - begun)

    def _state(self) -> State:
        return {**_INSTALLED, "tried": {}, "before": _INSTALLED} | read(self._slots / "state.json")

    def _next_trial(self, state: State) -> State | None:
        """Give what the agent wants tried, and count the try before it begins: it may take the power down."""
        wanted = read(self._slots / "wanted.json")
        sha256 = wanted.get("sha256")
        if wanted.get("slot") not in {"a", "b"} or wanted["slot"] == state["slot"] or not sha256:
            return None
        tries = state["tried"].get(sha256, 0)
        if tries >= MOST_TRIALS:
            self._conclude(state, wanted, "update-failed")
            return None
        state |= {"tried": {sha256: tries + 1}, "before": _INSTALLED}  # its old content is overwritten
        write(self._slots / "state.json", state)
        (self._slots / "healthy.json").unlink(missing_ok=True)
        return wanted

    def _start(self, which: State, *, on_trial: bool) -> None:
        paths = [str(self._slots / which["slot"])] if which["slot"] else []
        paths += [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NGUON_LAUNCHED": "trial" if on_trial else "proven",
            "NGUON_BUNDLE": which["sha256"],
            "NGUON_SLOT": which["slot"],
        }
        command = [sys.executable, "-P", "-m", "nguon_device", "run", "--data", str(self._data)]
        self._child = subprocess.Popen([*command, *self._arguments], env=environment)
        if self._ending:  # the signal came while it was being started
            self._child.terminate()

    def _proves_itself(self, trial: State) -> bool:
        ends = time.monotonic() + self._trial_s
        while time.monotonic() < ends and not self._ending:
            if read(self._slots / "healthy.json").get("sha256") == trial["sha256"]:
                return True
            if self._child is None or self._child.poll() is not None:
                return False
            time.sleep(LOOK_S)
        return False

    def _adopt(self, state: State, trial: State) -> None:
        """The new slot is the one from now on; the old one stays to fall back on."""
        self._deaths = 0
        old = {"slot": state["slot"], "sha256": state["sha256"]}
        fresh = {"slot": trial["slot"], "sha256": trial["sha256"], "tried": {}, "before": old}
        write(self._slots / "state.json", fresh)
        (self._slots / "wanted.json").unlink(missing_ok=True)

    def _conclude(self, state: State, trial: State, outcome: str) -> None:
        """Go on with the old slot. It is tried three times in all: perhaps only the network was down."""
        if state["tried"].get(trial["sha256"], 0) < MOST_TRIALS:
            outcome = "update-later"
        write(
            self._slots / "outcome.json",
            {"outcome": outcome, "sha256": trial["sha256"], "doc": trial.get("doc")},
        )
        (self._slots / "wanted.json").unlink(missing_ok=True)

    def _after_its_end(self, lived_s: float) -> None:
        """A version that dies again and again at its start gives way to the one before it."""
        if self._ending:
            return
        if lived_s >= _QUICK_S or (self._slots / "wanted.json").exists():
            self._deaths = 0
            return
        self._deaths += 1
        state = self._state()
        if self._deaths >= _QUICK_DEATHS and state["before"]["slot"] != state["slot"]:
            fallen = {"outcome": "update-fell-back", "sha256": state["sha256"]}
            write(self._slots / "outcome.json", fallen)
            tried = {state["sha256"]: MOST_TRIALS}
            write(self._slots / "state.json", {**state["before"], "tried": tried, "before": _INSTALLED})
            self._deaths = 0
            return
        self._pause(min(_LONGEST_PAUSE_S, 0.5 * 2 ** min(self._deaths, 10)))

    def _pause(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and not self._ending:
            time.sleep(LOOK_S)

    def _wait(self) -> None:
        if self._child is not None:
            self._child.wait()

    def _stop(self) -> None:
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(_LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def main(arguments: list[str] | None = None) -> int:
    """Run the command `nguon-device launch` and give its exit status."""
    about = "Start the agent, and its updates on trial; other options go to `run`"
    parser = argparse.ArgumentParser(prog="nguon-device launch", description=about)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="key, journal, media, slots")
    parser.add_argument("--trial", type=float, default=TRIAL_S, metavar="SECONDS", help="to prove itself in")
    given, rest = parser.parse_known_args(arguments)
    return Launcher(given.data.absolute(), rest, given.trial).run()


if __name__ == "__main__":
    sys.exit(main())
