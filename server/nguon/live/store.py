"""The file of a session: its signed segments, one behind the other, just as loudspeakers are sent them.

Each is appended by one write, so that two processes never mix theirs, and a reader that counts in segments
never sees half of one for good.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

_HEAD = struct.Struct(">QI")
_SIGNATURE = 64


def path_of(session: UUID) -> Path:
    """This function will return where a session's segments are, if there are any."""
    return Path(settings.NGUON_DATA) / "live" / f"{session}.lsp"


def append(session: UUID, segment: bytes) -> None:
    """This function will add one signed segment."""
    path = path_of(session)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, segment)
    finally:
        os.close(handle)


def audio_of(data: bytes) -> Iterator[bytes]:
    """This function will give the audio of each whole segment; b"" is the speaker's end."""
    at = 0
    while at + _HEAD.size <= len(data):
        _seq, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if at + size + _SIGNATURE > len(data):
            return
        yield data[at : at + size]
        at += size + _SIGNATURE


def end_of(session: UUID) -> bytes:
    """This function will return the signed end of a session, b"" when there is none."""
    size = _HEAD.size + _SIGNATURE
    try:
        with path_of(session).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            tail = file.read()
    except FileNotFoundError:
        return b""
    return tail if len(tail) == size and _HEAD.unpack_from(tail)[1] == 0 else b""


def sessions() -> list[UUID]:
    """This function will return whose segments are there."""
    found = []
    for path in (Path(settings.NGUON_DATA) / "live").glob("*.lsp"):
        with suppress(ValueError):
            found.append(UUID(path.stem))
    return found


def remove(session: UUID) -> None:
    """This function will delete the segments of a session that nobody needs any more."""
    path_of(session).unlink(missing_ok=True)


def is_empty(session: UUID) -> bool:
    """This function will say whether nothing was said: no more than the signed end is there."""
    return path_of(session).stat().st_size <= _HEAD.size + _SIGNATURE
