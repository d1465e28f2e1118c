"""The running installation: how `nguon say` and the like find it, and use it from their own process."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.errors import StartError
from config.words import tr


@dataclass(frozen=True)
class Instance:
    """One `nguon up` that is running: its process, its address, and the environment of its children."""

    data: str
    pid: int
    url: str
    environment: dict[str, str] = field(repr=False)


def data_folder(given: Path | None = None) -> Path:
    """This function will return the data folder: the given one, else $NGUON_DATA, else ./data."""
    return Path(given or os.environ.get("NGUON_DATA") or "data").absolute()


def write(instance: Instance) -> None:
    """This function will write run/instance.json (mode 0600: the addresses hold passwords)."""
    path = Path(instance.data) / "run" / "instance.json"
    half = path.with_suffix(".half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(instance), file)
    half.rename(path)


def remove(data: Path) -> None:
    """This function will remove run/instance.json at the end of a run."""
    (data / "run" / "instance.json").unlink(missing_ok=True)


def running(data: Path | None = None) -> Instance | None:
    """This function will return the installation that is running on a data folder, or None."""
    run = data_folder(data) / "run"
    try:
        with (run / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None  # nobody holds the folder
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        return Instance(**json.loads((run / "instance.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def adopt(instance: Instance) -> None:
    """This function will make this process one of the installation's own: call it before Django is set up."""
    os.environ.update(instance.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def use_running(data: Path | None = None) -> Instance:
    """This function will find the running installation and adopt it; without one, StartError says how to
    start it."""
    found = running(data)
    if found is None:
        raise StartError(tr("not_running", folder=data_folder(data)))
    adopt(found)
    return found
