"""A Chromium for the browser journeys, found or installed.

    python -m tests.chromium        print where it is, installing it first where that is needed

In this order: the program that NGUON_CHROMIUM names; an installed Chromium; Debian's package, as root or by
sudo without a password; Debian's packages unpacked into the user's own cache folder, which needs no rights at
all. Where none of these is possible it says so and fails; nothing is skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests import debian
from tests.debian import StepFailed

# DejaVu has every Vietnamese letter, in 3 MB; libatomic is what the program of Playwright's wheel asks for.
PACKAGES = ("chromium", "chromium-common", "fonts-dejavu-core", "libatomic1")
NAMES = ("chromium", "chromium-browser", "google-chrome")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/fontconfig</cachedir>
</fontconfig>
"""


class NoChromium(Exception):
    """There is no Chromium and none could be installed; the message says what to do."""


@dataclass(frozen=True)
class Chromium:
    """A program that runs, and what its environment, and Playwright's, must have."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """This function will raise StepFailed with the reason if Chromium or Playwright does not run."""
        debian.run(self.program, "--version", "--no-sandbox", environment=self.environment)
        for driver in _drivers():
            debian.run(driver, "--version", environment=self.environment)

    def show_a_page(self) -> None:
        """This function will raise StepFailed with the reason if not even an empty page can be shown."""
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom")
        debian.run(self.program, *options, "about:blank", environment=self.environment)

    def runs(self) -> bool:
        """This function will tell whether Chromium and Playwright's own program run."""
        try:
            self.check()
        except StepFailed:
            return False
        return True


def _drivers() -> list[Path]:
    """This function will return the program that Playwright's wheel ships, if the wheel is there."""
    found = find_spec("playwright")
    folders = [Path(folder) for folder in (found and found.submodule_search_locations) or ()]
    return [driver for folder in folders if (driver := folder / "driver" / "node").exists()]


def chromium() -> Chromium:
    """This function will return a Chromium that runs, installing it if it must; raises NoChromium."""
    if named := os.environ.get("NGUON_CHROMIUM"):
        return _named(Path(named))
    if found := _installed():
        return found
    with debian.alone(cache_folder()):
        ways = (_installed, _unpacked, _install_as_root, _unpack)
        reasons: list[str] = []
        for way in ways:
            if found := _try(way, reasons):
                return found
    raise NoChromium(
        "The browser journeys need Chromium, and it could not be installed here. Install it (on Debian: "
        f"apt-get install {' '.join(PACKAGES)}) or name one in NGUON_CHROMIUM. " + " | ".join(reasons)
    )


def sandbox_works() -> bool:
    """This function will tell whether Chromium's own sandbox can work: not as root, and with namespaces."""
    if os.geteuid() == 0:
        return False
    try:
        tried = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def cache_folder() -> Path:
    """This function will return this user's own folder for what is unpacked; it is made if need be."""
    try:
        return debian.cache_folder("chromium")
    except StepFailed as reason:
        raise NoChromium(str(reason)) from reason


def _try(way: Callable[[], Chromium | None], reasons: list[str]) -> Chromium | None:
    try:
        return way()
    except StepFailed as reason:
        reasons.append(str(reason))
        return None


def _named(program: Path) -> Chromium:
    found = Chromium(program)
    try:
        found.check()
    except StepFailed as reason:
        raise NoChromium(f"NGUON_CHROMIUM names {program}, but: {reason}") from reason
    return found


def _installed() -> Chromium | None:
    for name in NAMES:
        if (path := shutil.which(name)) and (found := Chromium(Path(path))).runs():
            return found
    return None


def _install_as_root() -> Chromium | None:
    """This function will install Debian's package for everybody, where that is allowed without a question."""
    return _installed() if debian.install_as_root(PACKAGES) else None


def _unpacked() -> Chromium | None:
    """This function will return the copy that an earlier run unpacked, if it still runs."""
    root = cache_folder() / "root"
    found = _at(root)
    return found if found.program.exists() and found.runs() else None


def _unpack() -> Chromium:
    """This function will download Debian's packages as this user and unpack them into the cache folder."""
    root = debian.unpack(PACKAGES, cache_folder())
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    found = _at(root)
    found.check()
    return found


def _at(root: Path) -> Chromium:
    """This function will describe the Chromium that is unpacked under `root`."""
    program = root / "usr" / "lib" / "chromium" / "chromium"
    libraries = [program.parent, *debian.library_folders(root)]
    return Chromium(
        program,
        {
            "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
            "FONTCONFIG_FILE": str(root / "fonts.conf"),
            "XDG_DATA_DIRS": f"{root}/usr/share:/usr/local/share:/usr/share",
        },
    )


def main() -> int:
    """This function will print the program and its version, and return the exit status."""
    try:
        found = chromium()
    except NoChromium as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{found.program}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
