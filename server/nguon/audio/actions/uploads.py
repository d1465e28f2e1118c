"""A file from outside: streamed to disk, then decoded in a process without network and files."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import errors
from nguon.audio.actions.work import alone, begin, enqueue, fail, finish
from nguon.audio.models import Media, Upload
from nguon.audio.rules import LARGEST_UPLOAD
from nguon.audio.sound.cutting import Wish
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.sandbox import decoded_file
from nguon.audio.states import State
from nguon.journal.actions import record
from nguon.kernel.errors import DomainError
from nguon.kernel.ids import uuid7

_MAY_BE_TRIED_AGAIN = {errors.CutEmpty.code, errors.DiskFull.code}


class SentFile(Protocol):
    """What a form hands us (django.core.files.uploadedfile.UploadedFile)."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """This function will yield the bytes piece by piece."""
        ...


def folder() -> Path:
    """This function will return where files wait for the worker."""
    return Path(settings.NGUON_DATA) / "uploads" / "sound"


def source_of(row: Upload) -> Path:
    """This function will return where the file of an upload is, as long as it is kept."""
    return folder() / str(row.pk)


def announce(row: Upload, *, by: User, at: datetime) -> None:
    """This function will queue an upload for the worker and write the fact; call it in the transaction that
    writes the row."""
    enqueue(row)
    data = {"filename": row.filename, "bytes": row.size}
    record(fact="sound.uploaded", subject=f"upload:{row.pk}", by=by, at=at, data=data)


def upload(*, file: SentFile, by: User, at: datetime, trims_silence: bool = True) -> Upload:
    """This function will take a sound or video file, at most 200 MB, and queue it for the worker.

    Raises SoundEmpty, UploadTooLarge, DiskFull.
    """
    upload_id = uuid7()
    path = folder() / str(upload_id)
    size = _write(file, path)
    try:
        with transaction.atomic():
            row = Upload.objects.create(
                id=upload_id,
                by=by,
                filename=plain_name(file.name or ""),
                size=size,
                trims_silence=trims_silence,
                uploaded_at=at,
                changed_at=at,
            )
            announce(row, by=by, at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


@transaction.atomic
def reuse(*, sha256: str, filename: str, by: User, at: datetime) -> Upload:
    """This function will make a finished sound of the store a recording of this person's, without a file to
    be cut anew. Raises UploadUnknown.
    """
    media = Media.objects.filter(pk=sha256).first()
    if media is None:
        raise errors.UploadUnknown
    row = Upload.objects.create(
        id=uuid7(), by=by, filename=plain_name(filename), size=media.size, state=State.DONE, media=media,
        trims_silence=False, uploaded_at=at, changed_at=at,
    )  # fmt: skip
    data = {"filename": row.filename, "bytes": row.size}
    record(fact="sound.uploaded", subject=f"upload:{row.pk}", by=by, at=at, data=data)
    return row


def process_upload(*, upload_id: uuid.UUID, at: datetime) -> Upload | None:
    """This function will make the master of an upload; None if another worker is at it or it is done.

    The file stays for two days after it has become a master, to be cut otherwise.
    """
    row = Upload.objects.filter(id=upload_id).first()
    if row is None:
        return None
    path = source_of(row)
    with alone(row.id) as mine:
        if not mine or not begin(row, at=at):
            return None
        try:
            made = decoded_file(path, Wish(row.trims_silence, row.wanted_from_ms, row.wanted_to_ms))
            finish(row, made.master, at=at, clipped=made.clipped, **asdict(made.part))
        except (SoundFault, errors.DiskFull) as fault:
            fail(row, fault.code, at=at)
            if fault.code not in _MAY_BE_TRIED_AGAIN:
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            fail(row, errors.SoundTruncated.code, at=at)
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


def plain_name(name: str) -> str:
    """This function will return a file name that is only shown again: the file itself is named by our id."""
    plain = "".join(c for c in name if c.isprintable())
    return plain.replace("\\", "/").rsplit("/", 1)[-1][:255] or "?"
