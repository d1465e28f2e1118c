"""A station as plain sound by the second: listened to once, whoever sends it on; and how loud it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nguon.adapters.radio import RadioFault, listen
from nguon.audio.sound.filters import RATE, SAMPLE
from nguon.audio.sound.streams import StreamDecoder
from nguon.kernel.later import later

if TYPE_CHECKING:
    import av
    import numpy as np
else:
    av = later("av")
    np = later("numpy")

BLOCK_MS = 500
BLOCK = RATE * SAMPLE * BLOCK_MS // 1000
"""Bytes of one block of plain sound: mono, 16 bits, 48 kHz."""
FIRST = 2 * BLOCK
"""Bytes in hand before a station is given, at the beginning and after each gap."""
MOST = 80 * BLOCK
"""Bytes in hand beyond which a station has to wait: it is heard no faster than it speaks."""
SILENT_DB = -55.0
PAUSES_S = (1.0, 2.0, 5.0, 10.0)
"""Between two attempts to reach a station."""


def level_db(pcm: bytes) -> float:
    """This function will measure how loud plain sound is: RMS in dB below the loudest (-120: none)."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    power = float(np.mean(samples * samples)) if len(samples) else 0.0
    return max(-120.0, 10 * float(np.log10(power / 32768.0**2))) if power > 0 else -120.0


class Tap:
    """Listens to one station on threads of its own until closed, and comes back to it when it goes."""

    def __init__(self, url: str, private: Collection[str] = ()) -> None:
        """This function will begin to listen."""
        self._url, self._private = url, private
        self._stop = threading.Event()
        self._held = bytearray()
        self._room = threading.Condition()
        self._flowing = False
        self._decoder: StreamDecoder | None = None
        self.fault = ""
        """Why there is nothing now: a slug of `RadioFault` or of the decoder."""
        self.about = ""
        self.heard: dict[str, object] = {}
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def take(self) -> bytes:
        """This function will give the next half second; b"" while there is none."""
        with self._room:
            if not self._flowing and len(self._held) >= FIRST:
                self._flowing = True
            if len(self._held) < BLOCK:
                self._flowing = False
            if not self._flowing:
                return b""
            block = bytes(self._held[:BLOCK])
            del self._held[:BLOCK]
            self._room.notify()
            return block

    def close(self) -> None:
        """This function will let go of the station; its threads end by themselves."""
        self._stop.set()
        with self._room:
            self._room.notify_all()
        if decoder := self._decoder:
            decoder.close()

    def _run(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            began = time.monotonic()
            self._listen_once()
            attempt = 0 if time.monotonic() - began > 30 else attempt + 1
            self._stop.wait(PAUSES_S[min(attempt, len(PAUSES_S)) - 1])

    def _listen_once(self) -> None:
        decoder = self._decoder = StreamDecoder()
        reader = threading.Thread(target=self._take_in, args=(decoder,), daemon=True)
        reader.start()
        fault, about = "ended", ""
        try:
            for data in listen(self._url, self._stop, self._private):
                if not decoder.write(data):
                    break
        except RadioFault as error:
            fault, about = error.code, error.about
        decoder.finish()
        reader.join(2 if self._stop.is_set() else 60)
        decoder.close()
        self.fault, self.about = (decoder.fault, "") if decoder.fault and fault == "ended" else (fault, about)

    def _take_in(self, decoder: StreamDecoder) -> None:
        while pcm := decoder.read():
            with self._room:
                self._held += pcm
                self.fault = self.about = ""
                self.heard = decoder.heard
                while len(self._held) > MOST and not self._stop.is_set():
                    self._room.wait(1)
            if self._stop.is_set():
                return


class Instead:
    """A sound of our own store, half a second after the other; `over` once it is through."""

    def __init__(self, path: Path) -> None:
        """This function will begin with the first half second."""
        self._blocks = _blocks_of(path)
        self.over = False

    def take(self) -> bytes:
        """This function will give the next half second, the last one filled up with silence; b"" when it is
        over, or cannot be read any more."""
        try:
            block = next(self._blocks, b"")
        except (av.FFmpegError, OSError):
            block = b""
        self.over = not block
        return block


def _blocks_of(path: Path) -> Iterator[bytes]:
    held = bytearray()
    with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(container.streams.audio[0]):
            frame.pts = None
            for plain in resampler.resample(frame):
                held += bytes(plain.planes[0])[: plain.samples * SAMPLE]
            while len(held) >= BLOCK:
                yield bytes(held[:BLOCK])
                del held[:BLOCK]
    if held:
        yield bytes(held).ljust(BLOCK, b"\0")


@dataclass(frozen=True)
class Tried:
    """What a few seconds of a station were like; `fault` "" when all is well, `loudness_db` RMS."""

    fault: str
    about: str
    seconds: float
    loudness_db: float
    codec: str
    rate: int
    channels: int

    def as_dict(self) -> dict[str, object]:
        """This function will give it for a column."""
        return asdict(self)


def try_out(
    url: str, private: Collection[str] = (), *, seconds: float = 5.0, patience: float = 15.0
) -> Tried:
    """This function will listen to a station for some seconds, waiting `patience` seconds at most, and tell
    what was heard. Faults beside those of the network: unreadable, no_sound, broken, silent, slow."""
    tap = Tap(url, private)
    blocks: list[bytes] = []
    until = time.monotonic() + patience
    try:
        while len(blocks) * BLOCK_MS < seconds * 1000 and time.monotonic() < until:
            if block := tap.take():
                blocks.append(block)
            elif tap.fault:
                break
            else:
                time.sleep(0.05)
    finally:
        tap.close()
    level = level_db(b"".join(blocks))
    fault = tap.fault if not blocks or tap.fault not in {"", "ended"} else ""
    if not fault and len(blocks) * BLOCK_MS < seconds * 1000:
        fault = "ended" if tap.fault else "slow"
    if not fault and level < SILENT_DB:
        fault = "silent"
    heard = tap.heard
    with suppress(ValueError, TypeError):
        return Tried(
            fault, tap.about, len(blocks) * BLOCK_MS / 1000, round(level, 1), str(heard.get("codec", "")),
            int(str(heard.get("rate", 0))), int(str(heard.get("channels", 0))),
        )  # fmt: skip
    return Tried(fault or "unreadable", "", 0.0, level, "", 0, 0)
