"""A wired or FM station behind a relay board: sound goes into its input, the relay lets it be heard."""

import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from random import Random
from typing import Any

from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.paging.rtp import CODECS, Packets, RtpOutput, Sender
from nguon_device.bridge.reaching import Address, Reach
from nguon_device.bridge.settings import BoxSettings
from nguon_device.bridge.station.contact import Contact, contacts
from nguon_device.ports import Playing, Sink, SinkState
from nguon_device.sinks import NoSink, make_output
from nguon_device.sinks.paced import Output, PacedSink

CLOSES_WITHIN_S = 5.0
"""A relay that has not closed by then keeps the sound away: nobody would hear it."""
BEYOND_S = 2.0
AMPLIFIER = "amp"


class Amplifier:
    """The contact that lets anything be heard at all, shared by the sounds and the inputs."""

    def __init__(self, contact: Contact | None) -> None:
        """Begin open."""
        self._contact = contact
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def hold(self, who: str, seconds: float) -> None:
        """Keep it closed for somebody, so long at most."""
        with self._lock:
            self._until[who] = time.monotonic() + seconds
            self._follow()

    def release(self, who: str) -> None:
        """Somebody needs it no more."""
        with self._lock:
            if self._until.pop(who, None) is not None or not self._until:
                self._follow()

    def _follow(self) -> None:
        left = max((until - time.monotonic() for until in self._until.values()), default=0.0)
        if self._contact is not None:
            self._contact.close_for(left) if left > 0 else self._contact.open()

    def wait(self, seconds: float) -> bool:
        """Wait until the relay says that it is closed."""
        return self._contact is None or self._contact.confirmed.wait(seconds)

    @property
    def closed(self) -> bool:
        """Say whether anything can be heard now, by the word of the relay."""
        return self._contact is None or self._contact.closed


class _Gated:
    """An output that is heard only through the amplifier's relay."""

    paced = False

    def __init__(self, amplifier: Amplifier, make: Callable[[], Output]) -> None:
        if not amplifier.wait(CLOSES_WITHIN_S):
            raise OSError("the relay did not close")
        self._amplifier = amplifier
        self._inner = make()
        self.paced = self._inner.paced

    def begin(self, at: float) -> None:
        self._inner.begin(at)

    def write(self, samples: bytes) -> None:
        if not self._amplifier.closed:
            raise OSError("the relay has fallen back: nobody hears this")
        self._inner.write(samples)

    def close(self, complete: bool) -> None:
        self._inner.close(complete)


class RelaySink:
    """The Sink port: the relay closes before the sound and opens with its end, or by itself."""

    def __init__(
        self, amplifier: Amplifier, make: Callable[[Playing], Output], muted: Callable[[], bool]
    ) -> None:
        """Begin silent."""
        self._amplifier = amplifier
        self._inner = PacedSink(lambda one: _Gated(amplifier, lambda: make(one)), lambda: None, muted)

    def start(self, playing: Playing) -> None:
        """Close the relay and sound; what nobody is to hear closes nothing."""
        if playing.volume > 0:
            seconds = (playing.dur_ms - playing.offset_ms) / 1000
            self._amplifier.hold("sound", seconds + CLOSES_WITHIN_S + BEYOND_S)
        self._inner.start(playing)

    def state(self) -> SinkState:
        """Say how far it has come."""
        return self._inner.state()

    def stop(self) -> SinkState:
        """Fall silent: the relay opens first."""
        self._amplifier.release("sound")
        return self._inner.stop()

    def close(self) -> None:
        """Fall silent for good."""
        self.stop()


class RelayBox:
    """A station behind a relay board. `sound` among its options: audio (a card), wav, null, or rtp://..."""

    def __init__(
        self, settings: BoxSettings, reach: Reach, folder: Path, rng: Random, muted: Callable[[], bool]
    ) -> None:
        """Begin with every contact open. Raises FarFault when the settings cannot be used."""
        make, self._let_go = _output(settings, reach, folder, rng)
        self._contacts = contacts(settings, reach, rng)
        for one in self._contacts.values():
            one.open()
        self._amplifier = Amplifier(self._contacts.get(AMPLIFIER))
        self._sink = RelaySink(self._amplifier, make, muted)
        self.sink: Sink = self

    def start(self, playing: Playing) -> None:
        """Sound."""
        self._sink.start(playing)

    def state(self) -> SinkState:
        """Say how far it has come."""
        return self._sink.state()

    def stop(self) -> SinkState:
        """Fall silent."""
        return self._sink.stop()

    def close(self) -> None:
        """Open every contact and let go."""
        self._sink.close()
        for one in self._contacts.values():
            one.end()
        self._let_go()

    def open_input(self, name: str, seconds: float) -> None:
        """Let an input be heard, while a signed order lasts; one without a contact stays shut."""
        if name in self._contacts and name != AMPLIFIER:
            self._amplifier.hold(name, seconds)
            self._contacts[name].close_for(seconds)

    def input_sounds(self, name: str) -> bool:
        """Say whether an input that was opened can be heard, by the word of its relay."""
        one = self._contacts.get(name)
        return one is not None and one.closed and self._amplifier.closed

    def close_inputs(self) -> None:
        """Mute every input."""
        for name, one in self._contacts.items():
            if name != AMPLIFIER:
                one.open()
                self._amplifier.release(name)

    def report(self) -> dict[str, Any]:
        """Give what is wrong with the relay, if anything."""
        faults: Collection[FarFault | None] = [one.breaker.fault for one in self._contacts.values()]
        fault = next((one for one in faults if one is not None), None)
        broken = any(one.breaker.open for one in self._contacts.values())
        return {"code": fault.code if fault else "", "about": fault.about if fault else "", "open": broken}


def _output(
    settings: BoxSettings, reach: Reach, folder: Path, rng: Random
) -> tuple[Callable[[Playing], Output], Callable[[], None]]:
    """Give what takes the samples, and what lets go of it."""
    sound = settings.options.get("sound", "audio")
    if not isinstance(sound, str):
        raise FarFault("settings", "sound")
    if sound.startswith("rtp://"):
        sender = Sender(Address.parse(sound, ("rtp",)), reach, int(settings.option("ttl", 1, 1, 32)))
        packets = Packets(CODECS["l16"], rng)
        return (lambda _one: RtpOutput(sender, packets, CODECS["l16"])), sender.close
    if sound not in {"audio", "wav", "null"}:
        raise FarFault("settings", "sound")
    try:
        make = make_output(f"wav:{folder / 'wav'}" if sound == "wav" else sound)
    except NoSink as error:
        raise FarFault("settings", error) from None
    return make, lambda: None
