"""The media store: files named by the SHA-256 of their bytes, written whole or not at all.

Disks rot: what is there is hashed again before it is believed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


def root() -> Path:
    """This function will return the store's folder."""
    return Path(settings.NGUON_DATA) / "media"


def path_of(sha256: str) -> Path:
    """This function will return where the bytes of that hash are, if they are.  ValueError: not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return root() / sha256[:2] / sha256


def kept() -> Iterator[str]:
    """This function will give the hash that each file of the store is named by, whoever keeps it."""
    for path in sorted(root().glob("??/*")):
        if _SHA256.fullmatch(path.name):
            yield path.name


def fault_of(sha256: str) -> str:
    """This function will read the file of that hash and return "" when it is whole, else "missing" or
    "rotten" (its bytes have changed, or the disk cannot give them)."""
    try:
        with path_of(sha256).open("rb") as file:
            return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "rotten"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "rotten"


def keep(data: bytes) -> str:
    """This function will store the bytes durably and return their SHA-256 (hex); twice is harmless, and
    puts a file right that is not whole any more."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if not fault_of(sha256):
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
