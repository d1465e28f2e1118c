"""A private real PostgreSQL (and, when a test asks, a real nats-server) for the tests.

Load it with `-p tests.engines_plugin`.  It is up before pytest-django reads the settings, once in the
controlling process; workers of pytest-xdist inherit its address from the environment, and each of them
has its own database there and its own data folder.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest

from config.engines.nats import Nats
from config.engines.postgres import STOP_SIGNALS, Passwords, Postgres
from config.engines.process import spawn, stop, wait_until

FOLDER = "NGUON_TEST_FOLDER"  # set in the environment when the engines are up
BYTECODE = Path(__file__).resolve().parent.parent / ".cache" / "bytecode"


def keep_bytecode() -> None:
    """This function will have Python keep what it compiled where PYTHONDONTWRITEBYTECODE says that it shall
    not: the tests start hundreds of processes, and each of them compiled a thousand modules anew. Nothing is
    written beside the sources."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(BYTECODE)
        os.environ["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _start_postgres(folder: Path) -> tuple[Postgres, subprocess.Popen[bytes]]:
    engine = Postgres(folder / "postgres", Passwords("superuser", "owner", "signer", "web"), durable=False)
    engine.prepare()
    log = os.open(folder / "postgres.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    child = spawn(
        engine.command(),
        env=engine.environment(),
        log=log,
        user=engine.installation.user,
        death_signal=signal.SIGQUIT,
    )
    os.close(log)
    if not wait_until(lambda: engine.ready(child.pid) or child.poll() is not None, seconds=30):
        raise RuntimeError("PostgreSQL did not start: " + (folder / "postgres.log").read_text()[-500:])
    if child.poll() is not None:
        raise RuntimeError("PostgreSQL ended: " + (folder / "postgres.log").read_text()[-500:])
    return engine, child


def _export(engine: Postgres) -> None:
    os.environ["DATABASE_URL"] = engine.url()
    os.environ["NGUON_SIGNER_DATABASE_URL"] = engine.url("nguon_signer")
    os.environ["NGUON_TEST_SUPERUSER_URL"] = engine.url("postgres", "postgres")
    # The tests make their rows as the owner, and what asks as a person asks with the rights of the web.
    with psycopg.connect(engine.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("GRANT nguon_web TO nguon")
        # Rows that triggers made once are put back as they were (tests/kept_rows.py).
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO nguon")
    os.environ["NGUON_TEST_WEB_URL"] = engine.url("nguon_web")
    os.environ["NGUON_BECOME"] = "nguon_web"
    os.environ["NGUON_SECRET_KEY"] = "only-for-tests-" + "x" * 40
    os.environ["NGUON_MODE"] = "demo"


def start() -> None:
    """This function will start PostgreSQL in a new temporary folder and export its address, unless a
    parent process did; it ends with this process, and the folder with it."""
    if FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="nguon-tests-"))
    folder.chmod(0o755)
    engine, child = _start_postgres(folder)
    owner = os.getpid()

    def end() -> None:
        if os.getpid() == owner:
            stop(child, *reversed(STOP_SIGNALS), seconds=5)
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    os.environ[FOLDER] = str(folder)
    _export(engine)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """This function will start the engines before any plugin (pytest-django) reads the settings."""
    keep_bytecode()
    start()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    data = Path(os.environ[FOLDER]) / "data" / worker
    (data / "run" / "static").mkdir(parents=True, exist_ok=True)
    os.environ["NGUON_DATA"] = str(data)
    return (yield)


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    """This function will give a real nats-server in operator mode, its keys fresh from the signer's own
    set-up: `.url`, `.mqtt_url`, `.creds`, `.store` (the signer's folder)."""
    engine = Nats.fresh(tmp_path_factory.mktemp("nats"))
    engine.prepare()
    with engine.log.open("ab") as log:
        child = spawn(engine.command(), env=engine.environment(), log=log.fileno())
    try:
        if not wait_until(lambda: engine.ready(child.pid) or child.poll() is not None, seconds=15):
            pytest.fail("nats-server did not start: " + engine.log.read_text()[-500:])
        if child.poll() is not None:
            pytest.fail("nats-server ended: " + engine.log.read_text()[-500:])
        yield engine
    finally:
        stop(child, signal.SIGTERM, seconds=3)
