"""Bundles by their hash in the data folder; written whole or not at all."""

import hashlib
import os
import re
from pathlib import Path

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


def path_of(sha256: str) -> Path:
    """This function will return where the bundle of that hash lies, if it does. ValueError: not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return Path(settings.NGUON_DATA) / "releases" / f"{sha256}.zip"


def keep(data: bytes) -> str:
    """This function will store a bundle durably and return its SHA-256 (hex); twice is harmless."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return sha256
