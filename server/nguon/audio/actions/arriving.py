"""A file that arrives piece by piece and goes on where it stopped: the server has what its file holds.

A recording is sent while it is being made, so its length is told at the end.
"""

from __future__ import annotations

import errno
import os
import uuid
from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import errors
from nguon.audio.actions.uploads import announce, plain_name, source_of
from nguon.audio.models import Upload
from nguon.audio.queries import upload_of
from nguon.audio.rules import LARGEST_UPLOAD, MOST_ARRIVING, SHORTEST_CUT, SOURCE_KEPT
from nguon.audio.sound.cutting import Wish
from nguon.audio.states import State

MEGABYTE = 1024 * 1024
LONGEST_MS = 2**31 - 1  # "to the end"
_FULL = {errno.ENOSPC, errno.EDQUOT}


@transaction.atomic
def begin_upload(*, filename: str, by: User, at: datetime) -> Upload:
    """This function will make room for a file of this name.  Raises TooManyArriving."""
    count = Upload.objects.filter(by=by, state=State.ARRIVING).count()
    if count >= MOST_ARRIVING:
        raise errors.TooManyArriving(count=count)
    row = Upload.objects.create(
        by=by, filename=plain_name(filename), size=0, state=State.ARRIVING, uploaded_at=at, changed_at=at
    )
    source_of(row).parent.mkdir(parents=True, exist_ok=True)
    source_of(row).touch(exist_ok=False)
    return row


@transaction.atomic
def add_piece(*, upload_id: uuid.UUID | str, offset: int, data: bytes, by: User, at: datetime) -> int:
    """This function will append the bytes that begin at `offset`, and return how many the server then has.

    Bytes that it has already are left out; a piece from further on is not taken: the answer says where to go
    on.  Raises UploadUnknown, UploadTooLarge, DiskFull.
    """
    row = _locked(upload_id, by)
    if row.state != State.ARRIVING:
        return row.size
    path = source_of(row)
    had = path.stat().st_size if path.exists() else 0
    fresh = data[had - offset :] if offset <= had else b""
    if had + len(fresh) > LARGEST_UPLOAD:
        raise errors.UploadTooLarge(limit=LARGEST_UPLOAD // MEGABYTE)
    if not fresh:
        return had
    try:
        with path.open("ab") as out:
            out.write(fresh)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        if error.errno in _FULL:
            raise errors.DiskFull from error
        raise
    Upload.objects.filter(pk=row.pk).update(size=had + len(fresh), changed_at=at)
    return had + len(fresh)


@transaction.atomic
def close_upload(*, upload_id: uuid.UUID | str, size: int, wish: Wish, by: User, at: datetime) -> Upload:
    """This function will take a file that has arrived whole (`size` bytes) and queue it for the worker; twice
    is harmless.

    Raises UploadUnknown, UploadIncomplete, SoundEmpty, CutWrong.
    """
    row = _locked(upload_id, by)
    if row.state != State.ARRIVING:
        return row
    path = source_of(row)
    had = path.stat().st_size if path.exists() else 0
    if had != size:
        raise errors.UploadIncomplete(received=had, size=size)
    if not had:
        raise errors.SoundEmpty
    _wish(row, wish)
    row.size, row.state, row.changed_at = had, State.QUEUED, at
    row.save()
    announce(row, by=by, at=at)
    return row


@transaction.atomic
def drop_upload(*, upload_id: uuid.UUID | str, by: User, at: datetime) -> None:
    """This function will forget a file that is still arriving.  Raises UploadUnknown."""
    row = _locked(upload_id, by)
    if row.state == State.ARRIVING:
        row.delete()
        source_of(row).unlink(missing_ok=True)


@transaction.atomic
def cut_again(*, upload_id: uuid.UUID | str, wish: Wish, by: User, at: datetime) -> Upload:
    """This function will have another part made of a file that was sent before; the part that was made before
    stays as it is, for whatever plays it.

    Raises UploadUnknown, SourceGone, CutWrong.
    """
    old = upload_of(user=by, upload_id=upload_id)
    row = Upload(by=by, filename=old.filename, size=old.size, uploaded_at=at, changed_at=at)
    _wish(row, wish)
    row.save()
    try:
        os.link(source_of(old), source_of(row))
    except OSError as error:
        raise errors.SourceGone(days=SOURCE_KEPT.days) from error
    announce(row, by=by, at=at)
    return row


def _locked(upload_id: uuid.UUID | str, by: User) -> Upload:
    return Upload.objects.select_for_update().get(pk=upload_of(user=by, upload_id=upload_id).pk)


def _wish(row: Upload, wish: Wish) -> None:
    begin = max(0, wish.from_ms or 0)
    if wish.to_ms is not None and wish.to_ms - begin < SHORTEST_CUT:
        raise errors.CutWrong(least="0,5")
    row.trims_silence = wish.trims_silence
    row.wanted_from_ms = begin if wish.marked else None
    row.wanted_to_ms = (wish.to_ms if wish.to_ms is not None else LONGEST_MS) if wish.marked else None
