"""The processes of the line, as the supervisor starts them.

Tiers: 0 engines, 1 web and signer, 2 the rest of the line, 3 demo loudspeakers; a higher tier stops earlier.
"""

import signal
from collections.abc import Mapping
from pathlib import Path
from socket import socket

from config.engines.nats import Nats
from config.engines.postgres import STOP_SIGNALS, Postgres
from config.engines.process import PYTHON
from config.supervisor.child import Spec
from config.supervisor.environment import SUPERVISED
from config.supervisor.probe import FirstPage, Listens
from config.tls_files import Tls

COMMANDS = ("worker", "dispatcher", "gateway")
SECOND = "second"
SPEAKERS = 6
BOX = "hop-thu"
"""The demo's one box of another maker, by its name at the bridge."""
SETTLE = 3.0  # seconds: long enough to have imported Django and failed, if it is to fail


def postgres(engine: Postgres) -> Spec:
    """This function will describe PostgreSQL; when we are killed it shuts down by itself."""
    return Spec(
        name="postgres",
        command=engine.command(),
        environment=engine.environment(),
        tier=0,
        user=engine.installation.user,
        death_signal=STOP_SIGNALS[0],
        stop_signals=STOP_SIGNALS,
        stop_seconds=20,
        ready=engine.ready,
        before=engine.clear_stale_lock,
    )


def nats(engine: Nats, mark: str) -> Spec:
    """This function will describe nats-server."""
    environment = {**engine.environment(), "NGUON_DATA": mark, SUPERVISED: "1"}
    return Spec("nats", engine.command(), environment, tier=0, ready=engine.ready, before=engine.write)


def web(listener: socket, environment: Mapping[str, str], tls: Tls | None = None) -> Spec:
    """This function will describe the web process on a socket that is ours."""
    host, port = listener.getsockname()[:2]
    options = ["--fd", str(listener.fileno()), "--timeout-graceful-shutdown", "2", "--no-access-log"]
    options += ["--log-level", "warning", "--lifespan", "off", "--no-server-header"]
    if tls is not None:
        options += ["--ssl-certfile", str(tls.certificate), "--ssl-keyfile", str(tls.key)]
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return Spec(
        name="web",
        command=[*PYTHON, "-m", "uvicorn", "config.asgi:application", *options],
        environment=environment,
        pass_fds=[listener.fileno()],
        ready=FirstPage(asked, port, tls=tls is not None),
    )


def signer(store: Path, path: str, origin: str, environment: Mapping[str, str]) -> Spec:
    """This function will describe the signer, which listens on a unix socket; people touch their security
    keys at `origin`."""
    command = [*PYTHON, "-m", "nguon_signer", "serve", "--store", str(store), "--socket", path]
    command += ["--origin", origin] if origin else []
    command += ["--second", second_socket(path)] if has_second(store) else []
    return Spec("signer", command, environment, ready=Listens(path))


def second(store: Path, path: str, origin: str, environment: Mapping[str, str]) -> Spec:
    """This function will describe the second signer, without which no alert sounds; `store` and `path` are
    the signer's."""
    own = second_socket(path)
    command = [*PYTHON, "-m", "nguon_signer", "second", "--store", str(store / SECOND), "--socket", own]
    command += ["--origin", origin] if origin else []
    return Spec("second", command, environment, ready=Listens(own))


def second_socket(path: str) -> str:
    """This function will return the path of the second signer's socket, beside the signer's."""
    return str(Path(path).with_name("second.sock"))


def has_second(store: Path) -> bool:
    """This function will say whether the signer's store holds that of a second signer: one that was made
    before there were any, or that was moved to another machine, does not."""
    return (store / SECOND).is_dir()


def command(name: str, environment: Mapping[str, str]) -> Spec:
    """This function will describe a Django process that runs for ever: worker, dispatcher, gateway."""
    return Spec(name, [*PYTHON, "-m", "config", name], environment, tier=2, settle=SETTLE)


def speaker(number: int, folder: Path, server: str, environment: Mapping[str, str]) -> Spec:
    """This function will describe a demo loudspeaker, which writes what it plays to wav files."""
    options = ["--data", str(folder), "--server", server, "--sink", f"wav:{folder / 'wav'}", "--poll", "5"]
    return Spec(
        name=f"speaker-{number}",
        command=[*PYTHON, "-m", "nguon_device", "run", *options],
        environment=environment,
        essential=False,
        tier=3,
        settle=1,
        stop_signals=(signal.SIGTERM,),
        stop_seconds=3,
    )


def bridge(folder: Path, server: str, environment: Mapping[str, str]) -> Spec:
    """This function will describe the demo's bridge, with a made-up box of another maker beside it."""
    options = ["--data", str(folder), "--server", server, "--box", BOX, "--poll", "5", "--made-up"]
    return Spec(
        name="bridge",
        command=[*PYTHON, "-m", "nguon_device", "bridge", *options],
        environment=environment,
        essential=False,
        tier=3,
        settle=1,
        stop_signals=(signal.SIGTERM,),
        stop_seconds=6,
    )
