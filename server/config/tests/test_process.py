"""Children: they die with us, they run as whom we say, their whole group goes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines import process
from config.engines.process import CAP_DAC_READ_SEARCH, RunAs, run, spawn, stop, wait_until

PARENT = """
import os, sys, time
from config.engines.process import spawn
child = spawn(["sleep", "60"], env={"PATH": "/usr/bin:/bin"}, log=2)
print(child.pid, flush=True)
time.sleep(60)
"""


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_child_dies_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.kill()
    assert wait_until(lambda: not _alive(child), seconds=5)


def test_stop_ends_the_whole_group(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"trap '' TERM; sleep 60 & echo $! > {pid_file}; wait"
    child = spawn(["sh", "-c", script], env={"PATH": "/usr/bin:/bin"}, log=2)
    assert wait_until(lambda: pid_file.exists() and pid_file.read_text().strip().isdigit(), seconds=5)
    stop(child, signal.SIGTERM, seconds=0.2)
    assert child.returncode == -signal.SIGKILL
    grandchild = int(pid_file.read_text())
    assert wait_until(lambda: not _alive(grandchild), seconds=5)


@pytest.mark.only_where(os.geteuid() == 0, reason="only root can become another user")
def test_another_user_with_one_capability_reads_what_lies_in_a_closed_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    inside = tmp_path / "file"
    inside.write_text("seen")
    inside.chmod(0o644)
    plain = RunAs("nobody", 65534, 65534)
    with pytest.raises(subprocess.CalledProcessError):
        run(["cat", inside], env={"PATH": "/usr/bin:/bin"}, user=plain)
    passing = RunAs("nobody", 65534, 65534, CAP_DAC_READ_SEARCH)
    assert run(["cat", inside], env={"PATH": "/usr/bin:/bin"}, user=passing) == "seen"
    assert run(["id", "-u"], env={"PATH": "/usr/bin:/bin"}, user=passing).strip() == "65534"


def test_a_free_port_is_the_preferred_one_while_it_is_free() -> None:
    first = process.free_port()
    assert process.free_port(first) == first
    with process.listening_socket("127.0.0.1", first):
        assert process.free_port(first) != first
