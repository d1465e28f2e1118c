"""Inside the child: limits that it cannot take back."""

from __future__ import annotations

import resource


def close(*, memory: int, seconds: int, largest_file: int) -> None:
    """This function will let this process open nothing any more: no file, no network, no child; and take at
    most so many bytes of memory, seconds of the processor, bytes of a file that it has open already.

    Whatever is to be imported must be imported before.
    """
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))
