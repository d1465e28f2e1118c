"""From settings to a sink: which adapter drives which box."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from nguon_device.bridge import rendering
from nguon_device.bridge.driver import IDLE_S, Driver
from nguon_device.bridge.far import Far, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.hearing import Hearing
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.serving import SoundServer
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.sink import FarSink
from nguon_device.bridge.v2.over_http import V2Http

LOOK_S = 2.0
LATE_S = 2.0
"""A sound that reaches its box later than this begins where it would be by then."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every adapter is made with: the folder of its bridge, the networks it may reach, the one door."""

    folder: Path
    reach: Reach
    server: SoundServer
    rng: Random
    muted: Callable[[], bool]


class Offering:
    """Makes sounds reachable for one box: rendered into the bridge's folder, the one before is taken back."""

    def __init__(self, tools: Tools, kind: str) -> None:
        """Begin with nothing; what an earlier run left behind is removed."""
        if kind not in rendering.KINDS:
            raise FarFault("settings", kind)
        self._server, self._kind = tools.server, kind
        self._folder = tools.folder / "offered"
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.iterdir():
            old.unlink(missing_ok=True)
        self._url = ""

    def __call__(self, hearing: Hearing) -> Wanted:
        """Give where the box finds the sound, from the place where it would be by now."""
        late = time.monotonic() - hearing.began
        one = hearing.playing
        if late > LATE_S:
            offset_ms = one.offset_ms + int(late * 1000)
            one = replace(one, offset_ms=offset_ms, started_at_ms=one.started_at_ms + int(late * 1000))
            if offset_ms >= one.dur_ms:
                raise FarFault("slow")
        path = self._folder / f"{uuid4().hex}.{self._kind}"
        rendering.render(one, path, self._kind)
        hearing.playing = one
        self._server.take_back(self._url)
        self._url = self._server.offer(path, rendering.KINDS[self._kind])
        return Wanted(
            one.item, one.title, self._url, one.dur_ms - one.offset_ms, one.started_at_ms, one.priority
        )


COMMANDED: dict[str, Callable[[BoxSettings, Reach], Far]] = {"v2-http": V2Http}
"""Adapters that tell a box what to fetch and play."""


class Box:
    """A sink for one foreign box, and what the bridge tells the office of it."""

    def __init__(self, settings: BoxSettings, tools: Tools) -> None:
        """Begin to drive the box. Raises FarFault when the settings cannot be used."""
        if settings.adapter not in COMMANDED:
            raise FarFault("settings", settings.adapter)
        look_s = settings.option("look", LOOK_S, 0.05, 30)
        idle_s = settings.option("idle", IDLE_S, 0.05, 3600)
        far = COMMANDED[settings.adapter](settings, tools.reach)
        offering = Offering(tools, str(settings.options.get("format", "mp3")))
        self._driver = Driver(far, offering, tools.rng, look_s=look_s, idle_s=idle_s)
        self.sink = FarSink(self._driver, look_s=look_s, proves=far.proves, muted=tools.muted)

    def report(self) -> dict[str, Any]:
        """Give what is known of the box: all of it is what the box says, or what went wrong."""
        driver = self._driver
        told, fault = driver.told, driver.breaker.fault
        return {
            "code": fault.code if fault is not None else "",
            "about": fault.about if fault is not None else "",
            "open": driver.breaker.open,
            "heard_s": round(time.monotonic() - driver.told_at) if told is not None else None,
            "playing": told.playing if told is not None else None,
            "volume": told.volume if told is not None else None,
            "connection": told.connection if told is not None else "",
            "program": told.program if told is not None else "",
        }
