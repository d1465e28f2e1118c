"""Child processes that never outlive us, and that may run as another operating-system user.

The work between fork and exec (drop root, keep one capability, ask for a parent-death signal) is done
with prctl and capset directly, because a fresh machine need not have setpriv.  See capabilities(7).
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522

PYTHON = (sys.executable, "-P")  # -P: the folder that we were called from holds no modules of ours

_libc = ctypes.CDLL(None, use_errno=True)  # loaded now: nothing may be loaded between fork and exec


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


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "prctl or capset")


def _keep_only(capability: int) -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low, high = (1 << capability) & 0xFFFFFFFF, (1 << capability) >> 32
    data = (ctypes.c_uint32 * 6)(low, low, low, high, high, high)  # effective, permitted, inheritable
    _check(_libc.capset(header, data))
    _check(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _become(user: RunAs) -> None:
    if user.capability is not None:
        _check(_libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    if user.capability is not None:
        _keep_only(user.capability)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: int,
    out: int | None = None,
    user: RunAs | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """This function will start a child in a session of its own (a Ctrl-C reaches us, not it), its output
    appended to the file descriptor `log` (its standard output to `out` if given); the kernel sends it
    `death_signal` when we die.

    Call it from the main thread: the kernel counts the death of the thread that forked.
    """
    parent = os.getpid()

    def prepare() -> None:
        if user is not None:
            _become(user)
        _check(_libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0))
        if os.getppid() != parent:  # we died before the line above
            os._exit(1)

    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log if out is None else out,
        stderr=log,
        start_new_session=True,
        pass_fds=pass_fds,
        preexec_fn=prepare,
    )


def run(command: Sequence[str | Path], *, env: Mapping[str, str], user: RunAs | None, text: str = "") -> str:
    """This function will run a short child to its end with `text` as its input, and return its output;
    a failure raises CalledProcessError with the output."""

    def prepare() -> None:
        if user is not None:
            _become(user)

    done = subprocess.run(
        [str(part) for part in command],
        env=dict(env),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd="/",
        check=False,
        preexec_fn=prepare,
    )
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, str(command[0]), done.stdout)
    return done.stdout


def free_port(preferred: int | None = None) -> int:
    """This function will return a free TCP port on 127.0.0.1, the preferred one if it is free."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free TCP port on 127.0.0.1")


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
