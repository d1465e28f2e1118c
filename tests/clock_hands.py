"""A machine clock that is wrong, or is moved while a program under test runs, which knows nothing of it.

libfaketime was tried first (Debian's 0.9.10): under it Python's sleeps fail with EINVAL when what counts
seconds is to stay true, and hang when it is not (clock_nanosleep of an absolute instant). This is a real
board's fault in 40 lines instead: the wall clock alone jumps.
"""

import os
import time
from pathlib import Path

from tests import debian
from tests.compiler import compiler

SOURCE = Path(__file__).with_suffix(".c")


class Hands:
    """The hands of one machine's clock; whoever looks next sees where they were moved."""

    def __init__(self, folder: Path) -> None:
        """This function will build what stands between, in the folder, and begin with the true time."""
        self._library, self._file = folder / "clock_hands.so", folder / "clock_hands"
        found = compiler()
        words = (found.cc, *found.flags, "-O1", "-shared", "-fPIC", "-o", str(self._library), str(SOURCE))
        debian.run(*words, environment=found.environment)
        self.move(0)

    def move(self, off: float) -> None:
        """This function will set the clock wrong by so many seconds."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{off:.0f}")
        fresh.replace(self._file)

    def move_to(self, epoch: float) -> None:
        """This function will set the clock to an epoch second; it goes on from there."""
        self.move(epoch - time.time())

    @property
    def environment(self) -> dict[str, str]:
        """This function will return what a program must be started with."""
        before = os.environ.get("LD_PRELOAD", "")
        return {"LD_PRELOAD": f"{self._library} {before}".strip(), "CLOCK_HANDS": str(self._file)}
