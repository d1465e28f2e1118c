"""The launcher and the slots of one simulated loudspeaker: which program it runs, in memory."""

import re
import zipfile
from functools import lru_cache
from pathlib import Path

from nguon_device import __version__
from nguon_device.launcher import MOST_TRIALS
from nguon_device.ports import Number
from nguon_device.slots import BadBundle

_INIT, _MAIN = "nguon_device/__init__.py", "nguon_device/__main__.py"
_VERSION = re.compile(rb'^__version__ = "([^"]{1,40})"', re.M)


@lru_cache(maxsize=8)
def looked_through(path: Path, _sha256: str) -> tuple[str, bool]:
    """Give a bundle's version and whether it would start: every file of it compiles. One look for all boxes.

    Raises BadBundle for what is no program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadBundle(str(error)) from error
    found = _VERSION.search(files.get(_INIT, b""))
    if found is None or _MAIN not in files:
        raise BadBundle("no program of a loudspeaker")
    return found[1].decode(), all(_compiles(name, text) for name, text in files.items())


def _compiles(name: str, text: bytes) -> bool:
    try:
        compile(text, name, "exec")
    except (SyntaxError, ValueError):
        return False
    return True


class Programs:
    """Stands for slots a and b, and for the launcher when the program has ended (see `launcher`)."""

    def __init__(self) -> None:
        self.launched = "proven"
        self.running = ""
        self.version = __version__
        self.floor: Number = (0, 0)
        self._before = ("", __version__)
        self._wanted: tuple[str, str, str, bool] | None = None
        self._tried: dict[str, int] = {}
        self._outcome: dict[str, str] = {}

    def raise_floor(self, number: Number) -> None:
        """Keep a higher floor: what has proven itself here."""
        self.floor = max(self.floor, number)

    def outcome(self) -> dict[str, str]:
        """Give how the last trial ended, while nobody has reported it."""
        return self._outcome

    def forget_outcome(self) -> None:
        """Drop it, once it is in the journal."""
        self._outcome = {}

    def prove(self) -> None:
        """The program on trial works: it is the one from now on."""
        self.launched = "proven"
        self._tried = {}

    def prepare(self, bundle: Path, sha256: str, doc: str) -> None:
        """Look through a verified bundle and ask for its trial at the next start."""
        version, starts = looked_through(bundle, sha256)
        self._wanted = (sha256, version, doc, starts)

    def start(self) -> None:
        """Do what the launcher does at each start: try what is wanted, fall back from what proved nothing."""
        if self.launched == "trial":
            self._fall_back()
        if self._wanted is None:
            return
        (sha256, version, doc, starts), self._wanted = self._wanted, None
        self._tried[sha256] = self._tried.get(sha256, 0) + 1
        if starts:
            self._before = (self.running, self.version)
            self.running, self.version, self.launched = sha256, version, "trial"
        else:
            self._conclude(sha256, doc)

    def _fall_back(self) -> None:
        failed = self.running
        (self.running, self.version), self.launched = self._before, "proven"
        self._conclude(failed, "")

    def _conclude(self, sha256: str, doc: str) -> None:
        last = self._tried.get(sha256, 0) >= MOST_TRIALS
        self._outcome = {"outcome": "update-failed" if last else "update-later", "sha256": sha256}
        if doc:
            self._outcome["doc"] = doc
