"""The agent's side of its two program slots: unpack a verified bundle, ask for its trial, prove it works."""

import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from nguon_device.launcher import read, write
from nguon_device.ports import Number

MAX_FILES = 2000
MAX_BYTES = 64 * 1024 * 1024
_MUST_HAVE = "nguon_device/__main__.py"


class BadBundle(Exception):
    """A bundle that cannot be a program of this device."""


class FolderSlots:
    """DIR/slots/{a,b} and the small files between agent and launcher (see `launcher`)."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder / "slots"
        self.launched = environment.get("NGUON_LAUNCHED", "")
        """"" without a launcher; "trial" until this program has proven itself, and "proven" afterwards."""
        self.running = environment.get("NGUON_BUNDLE", "")
        """The SHA-256 of the bundle that this program came from; "" for the installed one."""
        self._slot = environment.get("NGUON_SLOT", "")
        kept = read(self._folder / "floor.json")
        epoch, v = kept.get("epoch"), kept.get("v")
        self.floor: Number = (epoch, v) if isinstance(epoch, int) and isinstance(v, int) else (0, 0)
        """The number of the highest release that has proven itself here."""

    def raise_floor(self, number: Number) -> None:
        """Keep a higher floor. It lies beside the programs, so that it outlives the journal; a full disk
        keeps the old one."""
        if number > self.floor:
            with suppress(OSError):
                write(self._folder / "floor.json", {"epoch": number[0], "v": number[1]})
            self.floor = number

    def outcome(self) -> dict[str, str]:
        """Give how the last trial ended, while nobody has reported it: outcome, sha256, and doc if known."""
        found = read(self._folder / "outcome.json")
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def forget_outcome(self) -> None:
        """Drop it, once it is in the journal."""
        (self._folder / "outcome.json").unlink(missing_ok=True)

    def prove(self) -> None:
        """Tell the launcher that this program works here."""
        write(self._folder / "healthy.json", {"sha256": self.running})
        self.launched = "proven"

    def prepare(self, bundle: Path, sha256: str, doc: str) -> None:
        """Unpack a bundle beside the running program and ask for its trial at the next start.

        Raises BadBundle for what is no program, OSError for a disk that is full or broken.
        """
        slot = "b" if self._slot == "a" else "a"
        target = self._folder / slot
        shutil.rmtree(target, ignore_errors=True)
        try:
            _unpack(bundle, target)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise BadBundle(str(error)) from error
        write(self._folder / "wanted.json", {"slot": slot, "sha256": sha256, "doc": doc})


def _unpack(bundle: Path, target: Path) -> None:
    """Write every file of the zip below `target` and bring it to the disk."""
    with zipfile.ZipFile(bundle) as archive:
        found = [one for one in archive.infolist() if not one.is_dir()]
        if len(found) > MAX_FILES or sum(one.file_size for one in found) > MAX_BYTES:
            raise BadBundle("too large")
        if _MUST_HAVE not in archive.namelist():
            raise BadBundle(f"there is no {_MUST_HAVE}")
        for one in found:
            path = target / _inside(one.filename)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(one) as source, path.open("wb") as file:
                shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())


def _inside(name: str) -> PurePosixPath:
    """Give a name that stays below its folder; what a zip calls a link becomes a plain file."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise BadBundle(f"the name {name!r} leads outside")
    return path
