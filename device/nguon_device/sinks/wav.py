"""What was really played, as a WAV file and a sidecar that says when; readable after kill -9 at any time."""

import json
import os
import struct
from datetime import UTC, datetime
from pathlib import Path

from nguon_device.decoding import BYTES_PER_MS, RATE
from nguon_device.ports import Playing

_HEADER = 44


def wav_header(size: int) -> bytes:
    """Give the 44 bytes before `size` bytes of 16-bit mono samples at 48 kHz."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        RATE,
        RATE * 2,
        2,
        16,
        b"data",
        size,
    )


class WavOutput:
    """Writes <start>_<item>.wav, and beside it .json {start, end, item, title, seconds, offset, complete}."""

    paced = False

    def __init__(self, folder: Path, playing: Playing) -> None:
        self._playing = playing
        start = datetime.fromtimestamp(playing.started_at_ms / 1000, UTC)
        name = f"{start:%Y%m%dT%H%M%S}.{start.microsecond // 1000:03d}Z_{playing.item}"
        self._start = start
        self._sidecar = folder / f"{name}.json"
        self._handle = os.open(folder / f"{name}.wav", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(self._handle, wav_header(0))
        self._size = 0
        self._told = 0
        self._began: float | None = None
        self._tell(complete=False)

    def begin(self, at: float) -> None:
        """Note when the sound really began, on the clock that all programs of a machine share."""
        self._began = at
        self._tell(complete=False)

    def write(self, samples: bytes) -> None:
        """Add samples first and the header's length after them, so that the file never claims too much."""
        os.pwrite(self._handle, samples, _HEADER + self._size)
        self._size += len(samples)
        os.pwrite(self._handle, wav_header(self._size), 0)
        if self._size - self._told >= 1000 * BYTES_PER_MS:
            self._tell(complete=False)

    def close(self, complete: bool) -> None:
        """Close the file and say in the sidecar how it ended."""
        os.close(self._handle)
        self._tell(complete=complete, ended=True)

    def _tell(self, *, complete: bool, ended: bool = False) -> None:
        seconds = self._size / BYTES_PER_MS / 1000
        end = datetime.fromtimestamp(self._start.timestamp() + seconds, UTC)
        value = {
            "start": self._start.isoformat(timespec="milliseconds"),
            "end": end.isoformat(timespec="milliseconds") if ended else None,
            "item": self._playing.item,
            "title": self._playing.title,
            "seconds": round(seconds, 3),
            "offset": self._playing.offset_ms / 1000,
            "volume": self._playing.volume,
            "monotonic": self._began,
            "complete": complete and self._playing.offset_ms == 0,
        }
        fresh = self._sidecar.with_suffix(".new")
        fresh.write_text(json.dumps(value, ensure_ascii=False))
        fresh.replace(self._sidecar)
        self._told = self._size
