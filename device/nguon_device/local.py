"""What whoever stands beside the loudspeaker may do, and its own inputs: small files in its folder."""

import json
import os
import time
from collections.abc import Collection
from pathlib import Path

from nguon_device.decoding import SUFFIXES

MUTE_FILE = "muted"
SOUNDS_FOLDER = "sounds"
_LOOK_AGAIN_S = 60.0
INPUTS_FILE = "inputs.json"


class MuteFile:
    """Muted while DIR/muted exists: `nguon-device mute on`, or the driver of a push button."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MUTE_FILE

    def muted(self) -> bool:
        """Say whether the file is there; what cannot be looked at is taken for muted by nobody."""
        return self._path.exists()

    def turn(self, on: bool) -> None:
        """Turn it on or off, and bring that to the disk."""
        if on:
            with self._path.open("w") as file:
                os.fsync(file.fileno())
        else:
            self._path.unlink(missing_ok=True)
        handle = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class FolderPhrases:
    """DIR/sounds/NAME.ogg, .wav, .mp3 or .flac: what the maker put there. Looked at once a minute."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / SOUNDS_FOLDER
        self._found: dict[str, Path] = {}
        self._looked_at = float("-inf")

    def names(self) -> Collection[str]:
        """Give the names of what is there."""
        if time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
            self._looked_at = time.monotonic()
            self._found = {
                one.stem: one
                for one in sorted(self._folder.glob("*"))
                if one.suffix in SUFFIXES and one.is_file()
            }
        return self._found

    def path(self, name: str) -> Path:
        """Give where a sound that is there lies."""
        return self._found[name]


class InputsFile:
    """DIR/inputs.json {open, volume, until_ms}: the maker's driver of the relay follows it.

    The agent itself moves no relay. `until_ms` lets the driver close by itself, should the agent be gone.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / INPUTS_FILE
        self.close()

    def open(self, name: str, volume: int, until_ms: int) -> None:
        """Let one input sound, until the epoch ms at the latest."""
        self._write({"open": name, "volume": volume, "until_ms": until_ms})

    def sounds(self, name: str) -> bool:
        """The driver says nothing back."""
        return True

    def close(self) -> None:
        """Mute every input."""
        self._write({"open": None, "volume": 0, "until_ms": 0})

    def _write(self, value: dict[str, object]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(value))
        fresh.replace(self._path)
