"""Small disks of their own under one installation, and filling them to the last byte."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.engines.process import available_capabilities

MAY_MOUNT = bool(available_capabilities() >> 21 & 1) and shutil.which("mount") is not None  # CAP_SYS_ADMIN
SMALL = {"postgres": "320m", "media": "48m", "demo/speakers/1": "64m"}
"""Folders under the data folder, and how large their disks are."""
_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS of unshare(2)


@contextmanager
def small_disks(data: Path) -> Iterator[None]:
    """This function will put the folders of SMALL on disks of their own where this user may mount.

    This process and its children alone see them, so that nothing stays mounted when it is killed.
    """
    mounted: list[Path] = []
    try:
        if MAY_MOUNT:
            _leave_the_mounts_of_others()
        for name, size in SMALL.items() if MAY_MOUNT else ():
            where = data / name
            where.mkdir(parents=True)
            options = f"size={size},mode=0755"
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(where)], check=True, timeout=60
            )
            mounted.append(where)
        if mounted:
            data.chmod(0o711)
        yield
    finally:
        for where in reversed(mounted):
            subprocess.run(["umount", "--lazy", str(where)], check=True, timeout=60)


def _leave_the_mounts_of_others() -> None:
    """Of this thread and all that it starts from now on; call it from the main thread."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, timeout=60)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """This function will leave no byte free on the disk of a folder, and give the space back at the end."""
    filler = folder / "filler"
    try:
        with filler.open("wb") as file:
            for size in (1 << 20, 4096):
                _pour(file.fileno(), size)
        yield
    finally:
        filler.unlink()


def _pour(handle: int, size: int) -> None:
    block = b"\0" * size
    while True:
        try:
            os.write(handle, block)
        except OSError:
            return
