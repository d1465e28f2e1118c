"""The agent as a process: real ports around the core, one loop, a clean end on SIGTERM."""

import fcntl
import logging
import os
import queue
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom
from types import FrameType

from nguon_device.agent import Agent
from nguon_device.handed import Handed
from nguon_device.identity import load_or_make_key
from nguon_device.lines import WebLines
from nguon_device.local import FolderPhrases, InputsFile, MuteFile
from nguon_device.mqtt import PahoBroker
from nguon_device.passport import Passport, is_damage, open_journal
from nguon_device.ports import Event, Message, Network, Ports, Settings, Sink, SoundEnded, Switch
from nguon_device.sensing import MachineSensors
from nguon_device.shelf import FolderShelf
from nguon_device.sinks import make_sink
from nguon_device.slots import FolderSlots
from nguon_device.trust import Trust
from nguon_device.web import Web

log = logging.getLogger("nguon_device")
_LONGEST_WAIT_S = 5.0
BATTERY_CLOCK = Path("/dev/rtc0")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_AFTER_A_FAULT_S = 1.0
MakeSink = Callable[[Callable[[], None], Callable[[], bool]], Sink]
"""Makes a sink of what to call when a sound is over, and of what says whether it is muted."""


class MachineTimer:
    """The clocks of this machine."""

    def monotonic(self) -> float:
        """Give seconds that only ever grow."""
        return time.monotonic()

    def wall(self) -> float:
        """Give the machine's epoch seconds."""
        return time.time()

    def era(self) -> str:
        """Give one name for ever on a machine with a battery clock, else the name of this boot."""
        return "battery" if BATTERY_CLOCK.exists() else BOOT_ID.read_text(encoding="ascii").strip()


class Wake:
    """Put on the queue to look at `stopping` at once."""


class Runtime:
    """One agent and its loop."""

    def __init__(
        self,
        folder: Path,
        url: str,
        sink: str | MakeSink,
        settings: Settings,
        hears: Callable[[Event], bool] = lambda _event: False,
        inputs: Switch | None = None,
    ) -> None:
        """`hears` takes an event before the agent does, and says whether that was all; on any thread.

        `inputs` is the relay of the own inputs, a file without one.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._events: queue.SimpleQueue[Event | Wake] = queue.SimpleQueue()
        self._stopping = False
        self._lock = _lock(folder)
        rng: Random = SystemRandom()

        def post(event: Event) -> None:
            if not hears(event):
                self._events.put(event)

        key = load_or_make_key(folder)
        shelf = FolderShelf(folder / "media")
        mute = MuteFile(folder)
        make = (lambda ended, muted: make_sink(sink, ended, muted)) if isinstance(sink, str) else sink
        speaker = make(lambda: post(SoundEnded()), mute.muted)
        store = open_journal(folder)
        self._handed = Handed(folder)
        self._passport = Passport(folder, store)
        trust = Trust(folder, lambda: self.agent.clock.now() if self.agent.clock.known else None)
        web = Web(
            url, key, shelf, post, lambda: self.agent.reports.device, lambda: self.agent.clock.now(), trust
        )
        broker = PahoBroker(post, rng, min(settings.cap_s, 30.0), trust)
        slots = FolderSlots(folder, dict(os.environ))
        ports = Ports(MachineTimer(), web, broker, speaker, shelf, slots, mute)
        ports = replace(
            ports,
            inputs=inputs or InputsFile(folder),
            phrases=FolderPhrases(folder),
            lines=WebLines(url, post, trust),
        )
        ports = replace(ports, sensors=MachineSensors(folder))
        self.agent = Agent(ports, store, key, settings, folder, rng, tell)
        self._store = store
        logging.getLogger("nguon_device").addHandler(_IntoDiary(self.agent))
        self.network: Network = web

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, or until the launcher is to start a newer program."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.loop()

    def loop(self) -> None:
        """Run on any thread until `end` is called, or until the launcher is to start a newer program."""
        self.agent.boot()
        wait = 0.0
        while not self._stopping and not self.agent.updater.leaving:
            wait = self._turn(wait)
        self.agent.close()
        self._store.close()

    def release(self) -> None:
        """Let another agent of this process have the folder."""
        os.close(self._lock)

    def _turn(self, wait: float) -> float:
        """Wait for an event, take in all that came, step; a fault is logged and the agent goes on."""
        try:
            event: Event | Wake | None = self._events.get(timeout=wait) if wait > 0 else None
        except queue.Empty:
            event = None
        try:
            while event is not None:
                if not isinstance(event, Wake):
                    self.agent.handle(event)
                event = None if self._events.empty() else self._events.get()
            for message in self._handed.take():
                self.agent.handle(Message(message))
            wait = min(_LONGEST_WAIT_S, self.agent.step())
            self._passport.keep()
            return wait
        except Exception as error:
            if is_damage(error):
                raise  # a broken journal cannot tell how to go on: the next start moves it aside
            log.exception("a step failed; going on from the journal")
            self.agent.recover()
            return _AFTER_A_FAULT_S

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.end()

    def end(self) -> None:
        """Have the loop end cleanly."""
        self._stopping = True
        self._events.put(Wake())


class _IntoDiary(logging.Handler):
    """Has the agent's diary keep what the program logs."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(logging.INFO)
        self._agent = agent

    def emit(self, record: logging.LogRecord) -> None:
        """Note the message, and of a fault its kind."""
        fault = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self._agent.diary.note(f"{record.levelname.lower()}: {record.getMessage()} {fault}".rstrip())


class AlreadyRunning(Exception):
    """Another agent uses this folder; two with one key would break the chain of receipts."""


def _lock(folder: Path) -> int:
    """Hold the folder until this process ends; give the handle."""
    handle = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise AlreadyRunning(f"another agent already runs on {folder}") from error
    return handle


def tell(sentence: str) -> None:
    """Show a sentence to whoever reads this process's output."""
    print(f"nguon-device: {sentence}", flush=True)  # noqa: T201  the claim code is meant to be seen
