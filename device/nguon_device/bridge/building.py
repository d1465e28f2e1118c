"""From settings to a sink: which adapter drives which box."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import uuid4

from nguon_device.bridge import rendering
from nguon_device.bridge.driver import IDLE_S, Driver
from nguon_device.bridge.far import Far, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.hearing import Hearing
from nguon_device.bridge.mounts import Mount
from nguon_device.bridge.paging.callee import Callee
from nguon_device.bridge.paging.rtp import CODECS, Packets, RtpOutput, Sender
from nguon_device.bridge.paging.sip import SipPager
from nguon_device.bridge.reaching import Address, Reach
from nguon_device.bridge.serving import SoundServer
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.sink import FarSink
from nguon_device.bridge.station.relay import RelayBox
from nguon_device.bridge.stream.streaming import Silence, StreamSink
from nguon_device.bridge.v1.over_http import V1Http
from nguon_device.bridge.v2.over_http import V2Http
from nguon_device.bridge.v2.over_mqtt import V2Mqtt
from nguon_device.ports import Playing, Sink
from nguon_device.sinks.paced import PacedSink

LOOK_S = 2.0
LATE_S = 2.0
"""A sound that reaches its box later than this begins where it would be by then."""
_QUIET: dict[str, Any] = {"code": "", "about": "", "open": False, "playing": None, "volume": None}


class Driven(Protocol):
    """One box and the adapter that drives it."""

    sink: Sink

    def report(self) -> dict[str, Any]:
        """Give what is known of the box: all of it is what the box says, or what went wrong."""

    def open_input(self, name: str, seconds: float) -> None:
        """Let an input of the box sound for so long at most."""

    def input_sounds(self, name: str) -> bool:
        """Say whether an input that was opened can be heard now."""

    def close_inputs(self) -> None:
        """Mute every input."""


class NoInputs:
    """A box whose inputs, if it has any, are not ours to open."""

    def open_input(self, name: str, seconds: float) -> None:
        """Nothing is opened."""

    def input_sounds(self, name: str) -> bool:
        """What was not opened is not heard."""
        return False

    def close_inputs(self) -> None:
        """Nothing is open."""


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
        self.mount = Mount(rendering.KINDS["mp3"])
        """Where what cannot be a file yet is listened to while it sounds."""

    def __call__(self, hearing: Hearing) -> Wanted:
        """Give where the box finds the sound, from the place where it would be by now."""
        one = hearing.playing
        self._take_back()
        if hearing.live:
            self._url = self._server.mount(self.mount)
            return Wanted(
                one.item, one.title, self._url, one.dur_ms, one.started_at_ms, one.priority, live=True
            )
        late_ms = int((time.monotonic() - hearing.began) * 1000)
        if late_ms > LATE_S * 1000:
            one = replace(one, offset_ms=one.offset_ms + late_ms, started_at_ms=one.started_at_ms + late_ms)
            if one.offset_ms >= one.dur_ms:
                raise FarFault("slow")
        path = self._folder / f"{uuid4().hex}.{self._kind}"
        rendering.render(one, path, self._kind)
        hearing.playing = one
        self._url = self._server.offer(path, rendering.KINDS[self._kind])
        return Wanted(
            one.item, one.title, self._url, one.dur_ms - one.offset_ms, one.started_at_ms, one.priority
        )

    def _take_back(self) -> None:
        self._server.take_back(self._url)
        self._url = ""


COMMANDED: dict[str, Callable[[BoxSettings, Reach], Far]] = {
    "v2-http": V2Http,
    "v2-mqtt": V2Mqtt,
    "v1-http": V1Http,
}
"""Adapters that tell a box what to fetch and play."""


class CommandedBox(NoInputs):
    """A box that is told what to fetch and play."""

    def __init__(self, settings: BoxSettings, tools: Tools) -> None:
        """Begin to drive the box. Raises FarFault when the settings cannot be used."""
        pushes = settings.adapter == "v2-http" and settings.options.get("pushes") is True
        slow = settings.adapter == "v2-mqtt" or pushes  # a status comes once a minute, and is not asked for
        look_s = settings.option("look", 20.0 if slow else LOOK_S, 0.05, 60)
        idle_s = settings.option("idle", IDLE_S, 0.05, 3600)
        far: Far
        if pushes:
            far = V2Http(settings, tools.reach, tools.server.pushes)
        else:
            far = COMMANDED[settings.adapter](settings, tools.reach)
        offering = Offering(tools, str(settings.options.get("format", "mp3")))
        note = tools.folder / "sent.json"
        self._driver = Driver(far, offering, tools.rng, look_s=look_s, idle_s=idle_s, note=note)
        stream = StreamSink(offering.mount, tools.muted, keeps=False)
        self.sink: Sink = FarSink(self._driver, stream, look_s=look_s, proves=far.proves, muted=tools.muted)

    def report(self) -> dict[str, Any]:
        """Give what is known of the box."""
        driver = self._driver
        told, fault = driver.told, driver.breaker.fault
        return {
            "code": fault.code if fault is not None else "",
            "about": fault.about if fault is not None else "",
            "open": driver.breaker.open,
            "age_s": time.monotonic() - driver.told_at + told.age_s if told is not None else None,
            "playing": told.playing if told is not None else None,
            "volume": told.volume if told is not None else None,
            "connection": told.connection if told is not None else "",
            "program": told.program if told is not None else "",
            "temp": told.temp if told is not None else None,
            "disk": told.disk if told is not None else None,
        }


class StreamBox(NoInputs):
    """A box that listens to a stream of ours, and has no other ears."""

    def __init__(self, settings: BoxSettings, tools: Tools) -> None:
        """Open the stream. Raises FarFault `settings` without a user name and a password of its own."""
        if not settings.username or len(settings.password) < 8:
            raise FarFault("settings", "username, password")
        keeps = settings.options.get("always", False) is True
        self._mount = Mount(rendering.KINDS["mp3"], settings.username, settings.password)
        self._server = tools.server
        self.url = tools.server.mount(self._mount, f"/nghe/{tools.folder.name}.mp3")
        waits_s = settings.option("wait", 20, 0, 60)
        self._stream = StreamSink(self._mount, tools.muted, keeps=keeps, waits_s=waits_s)
        self._silence = Silence(self._mount, lambda: not self._stream.state().finished) if keeps else None
        self.sink: Sink = _Closing(self._stream, self._close)

    def _close(self) -> None:
        if self._silence is not None:
            self._silence.close()
        self._server.unmount(self.url)

    def report(self) -> dict[str, Any]:
        """Give whether the box listens, where that can be known."""
        sounding = not self._stream.state().finished
        lonely = (sounding or self._silence is not None) and not self._mount.heard
        code = "no-listener" if lonely else ""
        if self._mount.refused and not self._mount.heard:
            code = "password"
        playing = self._mount.heard if sounding else False
        return _QUIET | {"code": code, "open": lonely and sounding, "playing": playing}


class RtpBox(NoInputs):
    """Loudspeakers over IP that listen to RTP: nothing comes back from them."""

    def __init__(self, settings: BoxSettings, tools: Tools) -> None:
        """Open the socket. Raises FarFault: settings, address, private, unreachable."""
        codec = CODECS.get(str(settings.options.get("codec", "pcmu")))
        if codec is None:
            raise FarFault("settings", "codec")
        ttl = int(settings.option("ttl", 1, 1, 32))
        by = str(settings.options.get("interface", ""))
        sender = Sender(Address.parse(settings.address, ("rtp",)), tools.reach, ttl, by)
        packets = Packets(codec, tools.rng)
        inner = PacedSink(lambda _playing: RtpOutput(sender, packets, codec), lambda: None, tools.muted)
        self.sink: Sink = _Closing(inner, sender.close)

    def report(self) -> dict[str, Any]:
        """Give nothing: nobody answers."""
        return dict(_QUIET)


class SipBox(NoInputs):
    """A loudspeaker over IP that is called for each sound, and answers by itself."""

    def __init__(self, settings: BoxSettings, tools: Tools) -> None:
        """Read whom to call. Raises FarFault: settings, address, private, unreachable."""
        callee = Callee.of(settings, tools.reach)
        self._pager = SipPager(callee, Packets(callee.codec, tools.rng))
        self.sink: Sink = _HangingUp(PacedSink(self._pager, lambda: None, tools.muted), self._pager.abandon)

    def report(self) -> dict[str, Any]:
        """Give how the last call went: between calls nobody asks the box."""
        fault = self._pager.fault
        told = {"code": fault.code, "about": fault.about, "open": True} if fault is not None else {}
        return _QUIET | {"playing": self._pager.calling} | told


class _Closing:
    """A sink that lets go of something else when it closes."""

    def __init__(self, inner: Sink, close: Callable[[], None]) -> None:
        self._inner, self._close = inner, close

    def start(self, playing: Playing) -> None:
        self._inner.start(playing)

    def state(self) -> Any:
        return self._inner.state()

    def stop(self) -> Any:
        return self._inner.stop()

    def close(self) -> None:
        self._inner.close()
        self._close()


class _HangingUp(_Closing):
    """A sink that first gives up what it waits for."""

    def stop(self) -> Any:
        self._close()
        return super().stop()


def build(settings: BoxSettings, tools: Tools) -> Driven:
    """Make the adapter that the settings name. Raises FarFault when they cannot be used."""
    if settings.adapter in COMMANDED:
        return CommandedBox(settings, tools)
    if settings.adapter == "stream":
        return StreamBox(settings, tools)
    if settings.adapter == "rtp":
        return RtpBox(settings, tools)
    if settings.adapter == "sip":
        return SipBox(settings, tools)
    return RelayBox(settings, tools.reach, tools.folder, tools.rng, tools.muted)
