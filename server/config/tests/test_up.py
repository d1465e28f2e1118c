"""`nguon up` as a person meets it: real processes, real signals, one clear sentence for each refusal."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config import instance
from config.engines.process import available_capabilities, free_port, listening_socket, wait_until
from config.supervisor.leftovers import leftovers

pytestmark = pytest.mark.slow
NGUON = (sys.executable, "-P", "-m", "config.cli")
ELSEWHERE = {"DATABASE_URL", "NATS_URL", "DJANGO_SETTINGS_MODULE"}


def environment(**more: str) -> dict[str, str]:
    """This function will return our environment without the engines of the tests, in English."""
    kept = {k: v for k, v in os.environ.items() if k not in ELSEWHERE and not k.startswith("NGUON_")}
    return kept | {"NGUON_LANG": "en"} | more


def nguon(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*NGUON, *arguments]
    return subprocess.run(
        command, env=environment(**more), capture_output=True, encoding="utf-8", check=False, timeout=150
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """This function will return the one sentence of a refusal."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    sentences = done.stderr.strip().splitlines()
    assert len(sentences) == 1, done.stderr
    return sentences[0]


@pytest.fixture(scope="module")
def demo() -> Iterator[Path]:
    """This function will make one demo without loudspeakers, in a folder that nobody else may enter."""
    base = Path(tempfile.mkdtemp(prefix="dữ liệu 'thử' "))
    try:
        done = nguon("up", "--data", str(base / "data"), "--once", "--no-demo-speakers")
        assert done.returncode == 0, done.stdout + done.stderr
        (base / "first").write_text(done.stdout)
        yield base / "data"
    finally:
        shutil.rmtree(base)


@contextmanager
def running(data: Path) -> Iterator[subprocess.Popen[str]]:
    log = (data.parent / "up.out").open("w")
    command = [*NGUON, "up", "--data", str(data), "--no-demo-speakers"]
    with subprocess.Popen(command, env=environment(), stdout=log, stderr=log, text=True) as process:
        try:
            told = data.parent / "up.out"
            up = wait_until(lambda: "Ctrl-C" in told.read_text() or process.poll() is not None, seconds=60)
            assert up, told.read_text()
            assert process.poll() is None, told.read_text()
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            log.close()


def children(process: subprocess.Popen[str]) -> dict[str, int]:
    """This function will return the children of `up`: a word of the command line -> process number."""
    words = ("uvicorn", "nguon_signer", "worker", "dispatcher", "gateway", "nats-server", "postgres")
    found: dict[str, int] = {}
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        found |= {next(word for word in words if word in line): int(pid)}
    return found


def test_the_first_run_shows_the_passwords_and_leaves_nothing_running(demo: Path) -> None:
    told = (demo.parent / "first").read_text()
    assert all(name in told for name in ("lan", "minh", "tuan", "http://127.0.0.1:"))
    assert leftovers(demo) == []
    assert 'mode = "demo"' in (demo / "config.toml").read_text()


def test_nothing_outlives_a_killed_one_and_the_next_restarts_what_is_killed_and_stops_cleanly(
    demo: Path,
) -> None:
    with running(demo) as process:
        left = children(process)
        process.kill()
        process.wait(5)
    with running(demo) as process:
        assert not any(Path(f"/proc/{pid}").exists() for pid in left.values())
        found = instance.running(demo)
        assert found is not None
        assert found.pid == process.pid
        assert "already running" in refused(nguon("up", "--data", str(demo)))
        before = children(process)
        assert len(before) == 7
        for name in ("worker", "postgres", "uvicorn"):
            os.kill(before[name], signal.SIGKILL)
        told = demo.parent / "up.out"
        assert wait_until(lambda: told.read_text().count("running again") >= 3, seconds=60), told.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
    assert "lan" not in told.read_text().split()  # the passwords were shown once
    assert not any(Path(f"/proc/{pid}").exists() for pid in before.values())
    assert leftovers(demo) == []
    assert instance.running(demo) is None


def test_a_busy_port_that_was_asked_for_is_refused(tmp_path: Path) -> None:
    port = free_port()
    with listening_socket("127.0.0.1", port):
        told = refused(nguon("up", "--data", str(tmp_path / "d"), "--port", str(port)))
    assert f"Port {port} is busy" in told
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"DATABASE_URL": "postgresql://a:secret@127.0.0.1:1/x", "NATS_URL": "nats://127.0.0.1:1"},
            "DATABASE_URL",
        ),
        ({"NGUON_MIN_FREE_MB": "900000000"}, "MB are free"),
        ({"NGUON_LANG": "vi", "NGUON_MIN_FREE_MB": "900000000"}, "Đĩa chứa"),
    ],
)
def test_what_the_machine_lacks_is_one_sentence(tmp_path: Path, more: dict[str, str], words: str) -> None:
    told = refused(nguon("up", "--data", str(tmp_path / "d"), **more))
    assert words in told
    assert "secret" not in told


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "not a folder" in refused(nguon("up", "--data", str(tmp_path / "file")))


def test_a_real_installation_is_finished_once_and_is_no_demo(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "d")]
    order = ["--role", "province", "--admin", "quantri", *data]
    assert "99x" in refused(nguon("init", "--area", "99x", *order))
    assert "was not finished" in refused(nguon("up", *data))
    done = nguon("init", "--area", "01", *order, NGUON_ADMIN_PASSWORD="ngoi-sao-xanh-72")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ngoi-sao-xanh-72" not in done.stdout
    assert "already holds" in refused(nguon("init", "--area", "01", *order))
    assert 'mode = "real"' in (tmp_path / "d" / "config.toml").read_text()
    assert not (tmp_path / "d" / "demo").exists()


@contextmanager
def small_disk(where: Path, size: str) -> Iterator[Path]:
    where.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(where)], check=True, timeout=60
    )
    try:
        yield where
    finally:
        subprocess.run(["umount", str(where)], check=True, timeout=60)


def _may_mount() -> bool:
    bit = 21  # CAP_SYS_ADMIN
    return bool(available_capabilities() >> bit & 1) and shutil.which("mount") is not None


@pytest.mark.only_where(_may_mount(), reason="a small disk needs the right to mount")
def test_a_disk_that_fills_up_is_one_sentence(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "64m") as disk:
        done = nguon("up", "--data", str(disk / "d"), "--no-demo-speakers", NGUON_MIN_FREE_MB="0")
        assert "The disk is full" in refused(done)
