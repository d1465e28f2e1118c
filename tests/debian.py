"""Debian's packages for the tests that need a program: installed where that is allowed, else unpacked.

As root, or by sudo without a password, a package is installed for everybody. Where neither is possible its
files are downloaded with folders of apt's own and unpacked into the user's cache, which needs no rights.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

MINUTES = 15
APT = (
    "apt-get",
    "--yes",
    "--no-install-recommends",
    "-o=Acquire::Retries=3",
    "-o=DPkg::Lock::Timeout=300",
)


class StepFailed(Exception):
    """A command of an installation failed; the message is the end of what it said."""


def run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """This function will return what a command printed; raises StepFailed when it does not succeed."""
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
    return done.stdout


def cache_folder(name: str) -> Path:
    """This function will return this user's own folder for what is unpacked; it is made if need be."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "nguon" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"nguon-{name}-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise StepFailed(f"{folder} belongs to another user: set XDG_CACHE_HOME to a folder of your own.")
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """This function will keep other test processes of this user waiting until the installation is over."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_as_root(packages: Iterable[str]) -> bool:
    """This function will install packages for everybody, where that is allowed without a question."""
    sudo: tuple[str, ...] = ()
    if os.geteuid() != 0:
        sudo = ("sudo", "--non-interactive", "env", "DEBIAN_FRONTEND=noninteractive")
        try:
            run("sudo", "--non-interactive", "true")
        except StepFailed:
            return False
    run(*sudo, *APT, "update")
    run(*sudo, *APT, "install", *packages)
    return True


def unpack(packages: Iterable[str], folder: Path, *, whole: bool = False) -> Path:
    """This function will download packages, and what the system lacks for them, and return the folder
    `root` in `folder` where their files lie. `whole` brings what the system has, too: a linker that looks
    below `root` finds it nowhere else."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="part-") as name:
        part = Path(name)
        own = _own_folders(part, whole=whole)
        run(*APT, *own, "update")
        run(*APT, *own, "install", "--download-only", "--reinstall", *packages)
        for package in sorted((part / "cache" / "archives").glob("*.deb")):
            run("dpkg-deb", "--extract", package, part / "root")
        shutil.rmtree(folder / "root", ignore_errors=True)
        (part / "root").rename(folder / "root")
    return folder / "root"


def library_folders(root: Path) -> list[Path]:
    """This function will return every folder below `root` in which a loader may find libraries."""
    triplets = [path for base in ("usr/lib", "lib") for path in sorted((root / base).glob("*-linux-gnu*"))]
    inner = [path for triplet in triplets for path in sorted(triplet.iterdir()) if any(path.glob("lib*.so*"))]
    return [*triplets, *inner]


def _own_folders(part: Path, *, whole: bool) -> tuple[str, ...]:
    for needed in ("state/lists/partial", "cache/archives/partial", "root"):
        (part / needed).mkdir(parents=True)
    (part / "nothing").touch()
    installed = part / "nothing" if whole else "/var/lib/dpkg/status"
    return (
        f"-o=Dir::State={part}/state",
        f"-o=Dir::State::Status={installed}",
        f"-o=Dir::Cache={part}/cache",
        "-o=Debug::NoLocking=true",
        "-o=APT::Sandbox::User=",
        "-o=Binary::apt-get::APT::Keep-Downloaded-Packages=true",
        "-o=APT::Update::Post-Invoke-Success=",
    )
