"""The sink of a bridge whose box is chosen later, or changed: it follows the settings in its folder."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nguon_device.bridge import settings
from nguon_device.bridge.building import Driven, Tools, build
from nguon_device.bridge.faults import FarFault
from nguon_device.ports import Playing, SinkState

Build = Callable[[settings.BoxSettings, Tools], Driven]


class ChosenSink:
    """The Sink port. Without settings, or with useless ones, every sound ends at once as `partly sink`."""

    def __init__(self, tools: Tools, tell: Callable[[str], None], make: Build = build) -> None:
        """Begin with what the folder says."""
        self._tools, self._tell, self._build = tools, tell, make
        self._lock = threading.Lock()
        self._settings: settings.BoxSettings | None = None
        self._box: Driven | None = None
        self._fault: FarFault | None = None
        self._told = ""
        self._office: FarFault | None = None
        self._sounding = False
        self._cut: SinkState | None = None
        """How a sound ended that no box plays any more, or none ever did."""
        self.refresh()

    @property
    def folder(self) -> Path:
        """Give the bridge's folder for this box."""
        return self._tools.folder

    def refresh(self, office: FarFault | None = None) -> None:
        """Follow the settings; on any thread. `office` is why what the office said cannot be used."""
        self._office = office
        with self._lock:
            try:
                found = settings.load(self._tools.folder)
                lost = self._box is None and self._fault is not None and self._fault.code == "unreachable"
                if found != self._settings or lost:
                    self._let_go()
                    self._settings = found
                    self._box = self._build(found, self._tools)
                self._fault = None if self._box is not None else self._fault
            except FarFault as fault:
                self._fault = fault
                if fault.code == "waiting":
                    self._settings = None
                    self._let_go()
        self._say()

    def _let_go(self) -> None:
        box = self._box
        if box is None:
            return
        if self._sounding:
            state = box.sink.state()
            self._cut = SinkState(state.played_ms, True, state.error or ("" if state.finished else "sink"))
        self._box = None
        box.sink.close()

    def _say(self) -> None:
        """Tell each new trouble once, and its end."""
        report = self.report()
        said = str(FarFault(report["code"], report["about"])) if report["code"] else ""
        if said != self._told:
            self._told = said
            self._tell(said or "the box answers")

    def report(self) -> dict[str, Any]:
        """Give what is known of the box."""
        box, fault = self._box, self._office or self._fault
        if box is not None and self._office is None:
            return box.report()
        found = fault or FarFault("waiting")
        return {"code": found.code, "about": found.about, "open": True}

    def start(self, playing: Playing) -> None:
        """Have the box sound this."""
        with self._lock:
            self._cut, self._sounding = None, True
            if self._box is None:
                self._cut = SinkState(error="sink")
            else:
                self._box.sink.start(playing)

    def state(self) -> SinkState:
        """Say how far it has come."""
        cut, box = self._cut, self._box
        return cut or (SinkState() if box is None else box.sink.state())

    def stop(self) -> SinkState:
        """Have it fall silent."""
        self._sounding = False
        cut, self._cut = self._cut, None
        box = self._box
        return cut or (SinkState() if box is None else box.sink.stop())

    def close(self) -> None:
        """Fall silent for good."""
        with self._lock:
            self._let_go()

    def open_input(self, name: str, seconds: float) -> None:
        """Let an input of the box sound for so long at most."""
        with self._lock:
            if self._box is not None:
                self._box.open_input(name, seconds)

    def input_sounds(self, name: str) -> bool:
        """Say whether an input that was opened can be heard now; never where no box is driven."""
        box = self._box
        return box is not None and box.input_sounds(name)

    def close_inputs(self) -> None:
        """Mute every input."""
        with self._lock:
            if self._box is not None:
                self._box.close_inputs()


class ChosenSwitch:
    """The Switch port over the box that is chosen; `now_ms` is the device's own clock."""

    def __init__(self, sink: ChosenSink, now_ms: Callable[[], int]) -> None:
        """Open nothing yet."""
        self._sink, self._now_ms = sink, now_ms

    def open(self, name: str, volume: int, until_ms: int) -> None:
        """Let an input sound until the epoch ms at the latest; a relay knows no volume but 0."""
        seconds = (until_ms - self._now_ms()) / 1000
        if volume > 0 and seconds > 0:
            self._sink.open_input(name, seconds)

    def sounds(self, name: str) -> bool:
        """Say whether an input that was opened can be heard now, by the word of its relay."""
        return self._sink.input_sounds(name)

    def close(self) -> None:
        """Mute every input."""
        self._sink.close_inputs()
