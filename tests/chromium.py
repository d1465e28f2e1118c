"""A Chromium for the browser journeys, found or installed.

    python -m tests.chromium        print where it is, installing it first where that is needed

In this order: the program that NGUON_CHROMIUM names; an installed Chromium; Debian's package, as root or by
sudo without a password; Debian's packages unpacked into the user's own cache folder, which needs no rights at
all. Where none of these is possible it says so and fails; nothing is skipped.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

# DejaVu has every Vietnamese letter, in 3 MB; libatomic is what the program of Playwright's wheel asks for.
PACKAGES = ("chromium", "chromium-common", "fonts-dejavu-core", "libatomic1")
NAMES = ("chromium", "chromium-browser", "google-chrome")
MINUTES = 15
APT = (
    "apt-get",
    "--yes",
    "--no-install-recommends",
    "-o=Acquire::Retries=3",
    "-o=DPkg::Lock::Timeout=300",
)
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


class StepFailed(Exception):
    """A command of an installation failed; the message is the end of what it said."""


@dataclass(frozen=True)
class Chromium:
    """A program that runs, and what its environment, and Playwright's, must have."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """This function will raise StepFailed with the reason if Chromium or Playwright does not run."""
        _run(self.program, "--version", "--no-sandbox", environment=self.environment)
        for driver in _drivers():
            _run(driver, "--version", environment=self.environment)

    def show_a_page(self) -> None:
        """This function will raise StepFailed with the reason if not even an empty page can be shown."""
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom")
        _run(self.program, *options, "about:blank", environment=self.environment)

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
    with _alone():
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
        tried = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False)
    except OSError:
        return False
    return tried.returncode == 0


def cache_folder() -> Path:
    """This function will return this user's own folder for what is unpacked; it is made if need be."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "nguon" / "chromium"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"nguon-chromium-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise NoChromium(f"{folder} belongs to another user: set XDG_CACHE_HOME to a folder of your own.")
    return folder


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


@contextmanager
def _alone() -> Iterator[None]:
    """This function will keep other test processes of this user waiting until the installation is over."""
    with (cache_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str | Path, environment: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise StepFailed(f"{command[0]}: {reason}") from reason
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise StepFailed(f"{' '.join(map(str, command[:2]))}: {' / '.join(said[-3:])}")


def _install_as_root() -> Chromium | None:
    """This function will install Debian's package for everybody, where that is allowed without a question."""
    sudo: tuple[str, ...] = ()
    if os.geteuid() != 0:
        sudo = ("sudo", "--non-interactive", "env", "DEBIAN_FRONTEND=noninteractive")
        try:
            _run("sudo", "--non-interactive", "true")
        except StepFailed:
            return None
    _run(*sudo, *APT, "update")
    _run(*sudo, *APT, "install", *PACKAGES)
    return _installed()


def _unpacked() -> Chromium | None:
    """This function will return the copy that an earlier run unpacked, if it still runs."""
    root = cache_folder() / "root"
    found = _at(root)
    return found if found.program.exists() and found.runs() else None


def _unpack() -> Chromium:
    """This function will download Debian's packages as this user and unpack them into the cache folder."""
    folder = cache_folder()
    with tempfile.TemporaryDirectory(dir=folder, prefix="part-") as name:
        part = Path(name)
        root = part / "root"
        for package in _download(part):
            _run("dpkg-deb", "--extract", package, root)
        shutil.rmtree(folder / "root", ignore_errors=True)
        root.rename(folder / "root")
    found = _at(folder / "root")
    (folder / "root" / "fonts.conf").write_text(FONTS.format(root=folder / "root"))
    found.check()
    found.show_a_page()
    return found


def _download(part: Path) -> list[Path]:
    """This function will fetch Chromium and what the system lacks for it; returns the package files."""
    for needed in ("state/lists/partial", "cache/archives/partial", "root"):
        (part / needed).mkdir(parents=True)
    own = (
        f"-o=Dir::State={part}/state",
        "-o=Dir::State::Status=/var/lib/dpkg/status",
        f"-o=Dir::Cache={part}/cache",
        "-o=Debug::NoLocking=true",
        "-o=APT::Sandbox::User=",
        "-o=Binary::apt-get::APT::Keep-Downloaded-Packages=true",
        "-o=APT::Update::Post-Invoke-Success=",
    )
    _run(*APT, *own, "update")
    _run(*APT, *own, "install", "--download-only", "--reinstall", *PACKAGES)
    return sorted((part / "cache" / "archives").glob("*.deb"))


def _at(root: Path) -> Chromium:
    """This function will describe the Chromium that is unpacked under `root`."""
    program = root / "usr" / "lib" / "chromium" / "chromium"
    triplets = [path for base in ("usr/lib", "lib") for path in sorted((root / base).glob("*-linux-gnu*"))]
    inner = [path for triplet in triplets for path in sorted(triplet.iterdir()) if any(path.glob("lib*.so*"))]
    libraries = [program.parent, *triplets, *inner]
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
