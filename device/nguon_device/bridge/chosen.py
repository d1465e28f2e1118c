"""The sink of a bridge whose box is chosen later, or changed: it follows the settings in its folder."""

import threading
from collections.abc import Callable
from typing import Any

from nguon_device.bridge import settings
from nguon_device.bridge.building import Box, Tools
from nguon_device.bridge.faults import FarFault
from nguon_device.ports import Playing, SinkState

Build = Callable[[settings.BoxSettings, Tools], Box]


class ChosenSink:
    """The Sink port. Without settings, or with useless ones, every sound ends at once as `partly sink`."""

    def __init__(self, tools: Tools, tell: Callable[[str], None], build: Build = Box) -> None:
        """Begin with what the folder says."""
        self._tools, self._tell, self._build = tools, tell, build
        self._lock = threading.Lock()
        self._settings: settings.BoxSettings | None = None
        self._box: Box | None = None
        self._fault: FarFault | None = None
        self._told = ""
        self._office: FarFault | None = None
        self._failed = False
        self.refresh()

    def refresh(self, office: FarFault | None = None) -> None:
        """Follow the settings; on any thread. `office` is why what the office said cannot be used."""
        self._office = office
        with self._lock:
            try:
                found = settings.load(self._tools.folder)
                if found != self._settings:
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
        box, self._box = self._box, None
        if box is not None:
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
            self._failed = self._box is None
            if self._box is not None:
                self._box.sink.start(playing)

    def state(self) -> SinkState:
        """Say how far it has come."""
        if self._failed:
            return SinkState(error="sink")
        return SinkState() if self._box is None else self._box.sink.state()

    def stop(self) -> SinkState:
        """Have it fall silent."""
        failed, self._failed = self._failed, False
        if failed or self._box is None:
            return SinkState(error="sink" if failed else "")
        return self._box.sink.stop()

    def close(self) -> None:
        """Fall silent for good."""
        with self._lock:
            self._let_go()
