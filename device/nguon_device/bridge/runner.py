"""Many boxes of one maker in one process: a thread and a folder for each, and none waits for another."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random, SystemRandom
from types import FrameType

from nguon_device.bridge import sensing
from nguon_device.bridge.building import Tools
from nguon_device.bridge.chosen import ChosenSink, ChosenSwitch
from nguon_device.bridge.office import ASK_S, Office
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.serving import SoundServer
from nguon_device.local import MuteFile
from nguon_device.ports import Settings
from nguon_device.runtime import Runtime, tell

log = logging.getLogger("nguon_device")
REFRESH_S = 5.0
AGAIN_S = 10.0
MODEL = "nguon-bridge"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bridge stands: its folder, its server, the networks it may reach, its door."""

    folder: Path
    server: str
    reach: Reach
    sounds: SoundServer


class BoxThread(threading.Thread):
    """One foreign box with a device identity of its own; whatever fails in it begins again after a while."""

    def __init__(self, place: Place, name: str, settings: Settings, refresh_s: float = REFRESH_S) -> None:
        """Name it; `start` begins."""
        super().__init__(name=f"box {name}", daemon=True)
        self._place = place
        self._name = name
        self._settings = replace(settings, name=settings.name or name, model=MODEL, device_class="L")
        self._refresh_s = refresh_s
        self.office: Office | None = None
        self._ending = threading.Event()
        self.runtime: Runtime | None = None
        self.sink: ChosenSink | None = None

    def run(self) -> None:
        """Run the loudspeaker until told to end."""
        while not self._ending.is_set():
            try:
                self._run_once()
            except Exception:  # one box's broken journal is no reason for the others to fall silent
                log.exception("box %s failed; it begins again", self._name)
            self._ending.wait(AGAIN_S)

    def _run_once(self) -> None:
        folder = self._place.folder / "boxes" / self._name
        folder.mkdir(parents=True, exist_ok=True)
        rng: Random = SystemRandom()
        tools = Tools(folder, self._place.reach, self._place.sounds, rng, MuteFile(folder).muted)
        sink = ChosenSink(tools, lambda text: tell(f"{self._name}: {text}"))
        self.sink = sink
        self.office = office = Office(folder, sink.report, min(ASK_S, self._settings.poll_s))

        def make(_ended: Callable[[], None], _muted: Callable[[], bool]) -> ChosenSink:
            return sink

        switch = ChosenSwitch(sink, lambda: runtime.agent.clock.now_ms())
        runtime = Runtime(folder, self._place.server, make, self._settings, office.hears, switch)
        runtime.agent.desk.narrow = lambda: not office.waived
        self.runtime = runtime
        done = threading.Event()
        follow = threading.Thread(target=self._follow, args=(sink, office, runtime, done), daemon=True)
        follow.start()
        try:
            if not self._ending.is_set():
                runtime.loop()
        finally:
            done.set()
            sink.close()
            runtime.release()

    def _follow(self, sink: ChosenSink, office: Office, runtime: Runtime, done: threading.Event) -> None:
        while not done.wait(self._refresh_s):
            try:
                sink.refresh(office.fault)
                sensing.write(sink.folder, sensing.senses(sink.report()))
                enrolled = runtime.agent.reports.device and runtime.agent.clock.known
                if enrolled and (request := office.due()) is not None:
                    runtime.network.ask(request)
            except Exception:  # the next look may find better settings
                log.exception("box %s: the settings cannot be followed", self._name)

    def end(self) -> None:
        """Have it end; `join` waits for it."""
        self._ending.set()
        if self.runtime is not None:
            self.runtime.end()


def run(place: Place, names: Sequence[str], settings: Settings) -> None:
    """Run a bridge until SIGTERM or SIGINT."""
    told = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    boxes = [BoxThread(place, name, settings) for name in names]
    for box in boxes:
        box.start()
    told.wait()
    for box in boxes:
        box.end()
    for box in boxes:
        box.join(5.0)
    place.sounds.close()
