"""A file from outside: streamed to disk, then decoded in a process without network and files."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import errors
from nguon.audio.actions.work import alone, begin, enqueue, fail, finish
from nguon.audio.models import Upload
from nguon.audio.rules import LARGEST_UPLOAD
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.sandbox import master_of_file
from nguon.journal.actions import record
from nguon.kernel.errors import DomainError
from nguon.kernel.ids import uuid7


class SentFile(Protocol):
    """What a form hands us (django.core.files.uploadedfile.UploadedFile)."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """This function will yield the bytes piece by piece."""
        ...


def folder() -> Path:
    """This function will return where files wait for the worker."""
    return Path(settings.NGUON_DATA) / "uploads" / "sound"


def upload(*, file: SentFile, by: User, at: datetime) -> Upload:
    """This function will take a sound or video file, at most 200 MB, and queue it for the worker.

    Raises SoundEmpty, UploadTooLarge, DiskFull.
    """
    upload_id = uuid7()
    path = folder() / str(upload_id)
    size = _write(file, path)
    try:
        with transaction.atomic():
            row = Upload.objects.create(
                id=upload_id, by=by, filename=_name(file), size=size, uploaded_at=at, changed_at=at
            )
            enqueue(row)
            record(
                fact="sound.uploaded",
                subject=f"upload:{row.id}",
                by=by,
                at=at,
                data={"filename": row.filename, "bytes": size},
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


def process_upload(*, upload_id: uuid.UUID, at: datetime) -> Upload | None:
    """This function will make the master of an upload; None if another worker is at it or it is done."""
    row = Upload.objects.filter(id=upload_id).first()
    if row is None:
        return None
    path = folder() / str(row.id)
    with alone(row.id) as mine:
        if not mine or not begin(row, at=at):
            return None
        try:
            finish(row, master_of_file(path), at=at)
        except (SoundFault, errors.DiskFull) as fault:
            fail(row, fault.code, at=at)
        except FileNotFoundError:
            fail(row, errors.SoundTruncated.code, at=at)
        path.unlink(missing_ok=True)
    row.refresh_from_db()
    return row


def _write(file: SentFile, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with path.open("xb") as out:
            for chunk in file.chunks():
                size += len(chunk)
                if size > LARGEST_UPLOAD:
                    raise errors.UploadTooLarge(limit=LARGEST_UPLOAD // 1024 // 1024)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise errors.SoundEmpty
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise errors.DiskFull from error
        raise
    except DomainError:
        path.unlink(missing_ok=True)
        raise
    return size


def _name(file: SentFile) -> str:
    """Only to show it again: the file itself is named by our id."""
    plain = "".join(c for c in (file.name or "") if c.isprintable())
    return plain.replace("\\", "/").rsplit("/", 1)[-1][:255] or "?"
