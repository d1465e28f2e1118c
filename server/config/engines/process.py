"""Child processes that never outlive us, and that may run as another operating-system user."""

import errno
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.engines import launch

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

PYTHON = (sys.executable, "-P")  # -P: the folder that we were called from holds no modules of ours


@dataclass(frozen=True)
class RunAs:
    """The operating-system user of a child, and the one capability that it keeps (or None)."""

    name: str
    uid: int
    gid: int
    capability: int | None = None


def available_capabilities() -> int:
    """This function will return the bit set of capabilities that we may hand to a child."""
    found = {"CapPrm": 0, "CapBnd": 0}
    for line in Path("/proc/self/status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key in found:
            found[key] = int(value, 16)
    return found["CapPrm"] & found["CapBnd"]


def launched(
    command: Sequence[str | Path], user: RunAs | None, death_signal: signal.Signals | None
) -> list[str]:
    """This function will return the command line that starts a command through `launch.py`."""
    who = (
        "-" if user is None else f"{user.uid}:{user.gid}:{'' if user.capability is None else user.capability}"
    )
    told = [str(int(death_signal or 0)), str(os.getpid()), who]
    return [sys.executable, "-I", "-S", launch.__file__, *told, *(str(part) for part in command)]


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: int,
    out: int | None = None,
    user: RunAs | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """This function will start a child in a session of its own (a Ctrl-C reaches us, not it), its output
    appended to the file descriptor `log` (its standard output to `out` if given); the kernel sends it
    `death_signal` when we die.

    Call it from the main thread: the kernel counts the death of the thread that started it.
    """
    return subprocess.Popen(
        launched(command, user, death_signal),
        env={**env, "PYTHONUTF8": "1"},  # what they write is read as UTF-8, whatever the terminal has
        stdin=subprocess.DEVNULL,
        stdout=log if out is None else out,
        stderr=log,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def run(command: Sequence[str | Path], *, env: Mapping[str, str], user: RunAs | None, text: str = "") -> str:
    """This function will run a short child to its end with `text` as its input, and return its output;
    a failure raises CalledProcessError with the output."""
    done = subprocess.run(
        launched(command, user, None),
        env=dict(env),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd="/",
        check=False,
    )
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, str(command[0]), done.stdout)
    return done.stdout


def can_become(user: RunAs) -> bool:
    """This function will say whether a child of ours may really run as the user, its capability included (a
    container may forbid either)."""
    try:
        run(["true"], env={"PATH": "/usr/bin:/bin"}, user=user)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def free_port(preferred: int | None = None) -> int:
    """This function will return a free TCP port on 127.0.0.1, the preferred one if it is free.

    The others lie below the range that the kernel gives to outgoing connections (from 32768), one of which
    could hold our port for a moment just when a server is to start again.
    """
    others = random.sample(range(20_000, 32_000), 100)
    for port in others if preferred is None else [preferred, *others]:
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, "no free TCP port on 127.0.0.1")


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """This function will say whether something accepts connections on the port."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def wait_until(true: Callable[[], bool], *, seconds: float, pause: float = 0.01) -> bool:
    """This function will wait until the condition holds, and say whether it did within the seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def stop(child: subprocess.Popen[bytes], *signals: signal.Signals, seconds: float = 8) -> None:
    """This function will end a child and whatever it started: each signal in turn gets the seconds, then
    SIGKILL to its whole group."""
    for number in signals:
        if child.poll() is not None:
            break
        child.send_signal(number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if child.poll() is None:
        child.kill()
        child.wait(10)
    try:
        os.killpg(child.pid, signal.SIGKILL)  # the group of a session leader is its own pid
    except (ProcessLookupError, PermissionError):
        return


def listening_socket(host: str, port: int) -> socket.socket:
    """This function will return a socket that listens on the address; OSError when it is taken.

    We hold it and hand it down: while the web process restarts, visitors wait instead of being refused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
