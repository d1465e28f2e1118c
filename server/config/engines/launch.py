"""The first thing that a child of ours runs: become who it is to be, then the program itself.

A script of its own (`python -I -S launch.py DEATH_SIGNAL PARENT USER COMMAND...`), because what happens
between fork and exec must not touch Python in a process that has threads.  It drops root, keeps at most one
capability and asks for a parent-death signal by prctl and capset directly: a fresh machine need not have
setpriv.  See capabilities(7) and prctl(2).
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
FAILED = 71  # EX_OSERR of sysexits.h


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "prctl or capset was refused")


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """This function will keep one capability, and hand it to the program that comes next."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    low, high = (1 << capability) & 0xFFFFFFFF, (1 << capability) >> 32
    data = (ctypes.c_uint32 * 6)(low, low, low, high, high, high)  # effective, permitted, inheritable
    _check(libc.capset(header, data))
    _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def become(libc: ctypes.CDLL, uid: int, gid: int, capability: int | None) -> None:
    """This function will turn root into another user with at most one capability."""
    if capability is not None:
        _check(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        _keep_only(libc, capability)


def _places(name: str) -> list[str]:
    if "/" in name:
        return [name]
    return [f"{folder}/{name}" for folder in os.environ.get("PATH", "/usr/bin:/bin").split(":")]


def main(arguments: list[str]) -> None:
    """This function will prepare this process and replace it by the command.  USER is `-` or
    uid:gid:capability (the capability may be empty); DEATH_SIGNAL 0 asks for none."""
    death_signal, parent, user, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    # Found now: the other user may be unable to read even Python's own library, so that nothing can be
    # imported any more.
    program = next((path for path in _places(command[0]) if os.access(path, os.X_OK)), command[0])
    try:
        if user != "-":
            uid, gid, capability = user.split(":")
            become(libc, int(uid), int(gid), int(capability) if capability else None)
        if int(death_signal):  # after setuid, which clears it
            _check(libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0))
            if os.getppid() != int(parent):  # it died before the line above
                sys.exit(FAILED)
        os.execv(program, command)  # noqa: S606 - this is the point of it
    except OSError as failure:
        sys.stderr.write(f"FATAL: {command[0]}: {failure}\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
