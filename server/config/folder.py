"""The data folder: all that an installation keeps, in one place that can be copied and backed up."""

import fcntl
import json
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast

from config.engines.postgres import Passwords
from config.errors import StartError
from config.words import tr

FORMAT = 1  # of the folder; a folder with a higher number was made by a newer version
FIRST_START_MB = 300
LATER_START_MB = 50

Mode = Literal["demo", "real"]


@dataclass(frozen=True)
class Config:
    """What config.toml says."""

    mode: Mode
    role: str = "province"
    area: str = ""
    name: str = ""
    complete: bool = True  # False while the set-up is under way, or was cut short
    format: int = FORMAT


@dataclass(frozen=True)
class Secrets:
    """Random values made once for an installation; kept in secrets.json, mode 0600."""

    secret_key: str
    superuser: str
    owner: str
    signer: str
    web: str

    def __repr__(self) -> str:
        return "Secrets(...)"

    @property
    def passwords(self) -> Passwords:
        """This function will return the passwords of PostgreSQL's roles."""
        return Passwords(self.superuser, self.owner, self.signer, self.web)


class DataFolder:
    """Where everything lies in one installation."""

    def __init__(self, path: Path) -> None:
        """This function will take a path; nothing is made before `make`."""
        self.path = path.absolute()
        self.config_file = self.path / "config.toml"
        self.secrets_file = self.path / "secrets.json"
        self.run = self.path / "run"
        self.logs = self.run / "logs"
        self.postgres = self.path / "postgres"
        self.nats = self.path / "nats"
        self.tls = self.path / "tls"
        self.signer = self.path / "signer"
        self.speakers = self.path / "demo" / "speakers"
        self.migrated = self.path / "migrated"

    def found(self) -> Config | None:
        """This function will return what config.toml says, or None for a folder that nothing was made in
        yet; data without it are not touched."""
        if self.config_file.exists():
            return self.config()
        if (self.postgres / "data").exists():
            raise StartError(tr("lost_config", file=self.config_file))
        return None

    def make(self) -> None:
        """This function will make the folder and those inside that need a mode of their own; others may
        pass through (PostgreSQL's user must), but read nothing."""
        missing = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        if missing:
            self.path.chmod(0o711)
        for private in (self.run, self.logs):
            private.mkdir(mode=0o700, exist_ok=True)

    def check_space(self) -> None:
        """This function will refuse to start on a disk that is about to be full."""
        least = LATER_START_MB if self.config_file.exists() else FIRST_START_MB
        least = int(os.environ.get("NGUON_MIN_FREE_MB", least))
        there = next(folder for folder in (self.path, *self.path.parents) if folder.exists())
        free = shutil.disk_usage(there).free // 1_000_000
        if free < least:
            raise StartError(tr("low_space", folder=self.path, free=free, least=least))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """This function will hold the folder for this process alone; the kernel lets go when it dies."""
        descriptor = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StartError(tr("already_running", folder=self.path)) from None
        try:
            yield
        finally:
            os.close(descriptor)

    def config(self) -> Config:
        """This function will read config.toml, and refuse that of a newer version."""
        try:
            found = tomllib.loads(self.config_file.read_text(encoding="utf-8"))
            made = int(found.get("format", 0))
            mode = found["mode"]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError) as failure:
            raise StartError(tr("broken_config", file=self.config_file, reason=failure)) from failure
        if made > FORMAT:
            raise StartError(tr("newer_folder", folder=self.path, made=made, known=FORMAT))
        if mode not in {"demo", "real"}:
            raise StartError(tr("broken_config", file=self.config_file, reason=f"mode = {mode!r}"))
        text = {key: str(found.get(key, "")) for key in ("role", "area", "name")}
        complete = bool(found.get("complete", True))
        return Config(mode=cast("Mode", mode), complete=complete, format=made, **text)

    def write_config(self, config: Config) -> None:
        """This function will write config.toml: first as not complete, when all is made as complete."""
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(config).items()]
        _write(self.config_file, "\n".join(lines) + "\n", mode=0o644)

    def secrets(self) -> Secrets:
        """This function will return the secrets of the installation, made now if there are none."""
        if not self.secrets_file.exists():
            fresh = Secrets(secrets.token_urlsafe(48), *(secrets.token_hex(24) for _ in range(4)))
            _write(self.secrets_file, json.dumps(asdict(fresh)), mode=0o600)
        try:
            kept = json.loads(self.secrets_file.read_text())
            if "web" not in kept:  # an installation from before the web had a role of its own
                kept["web"] = secrets.token_hex(24)
                _write(self.secrets_file, json.dumps(kept), mode=0o600)
            return Secrets(**kept)
        except (ValueError, TypeError) as failure:
            raise StartError(tr("broken_config", file=self.secrets_file, reason=failure)) from failure


def _write(path: Path, text: str, *, mode: int) -> None:
    """This function will write a file whole or not at all, readable by others only as the mode says."""
    half = path.with_name(path.name + ".half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
