"""Queueing work for the worker, and doing a piece of it at most once at a time."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from nguon.audio import errors, store
from nguon.audio.models import Joined, Media, Rendering, Upload
from nguon.audio.sound.chain import Master
from nguon.audio.states import UNFINISHED, State

Work = Rendering | Upload | Joined
TASKS = {
    Rendering: ("speech", "nguon.audio.tasks.render"),
    Upload: ("sound", "nguon.audio.tasks.process_upload"),
    Joined: ("sound", "nguon.audio.tasks.join"),
}


def enqueue(work: Work) -> None:
    """This function will queue the work with the surrounding transaction, unless it is queued already."""
    queue, task = TASKS[type(work)]
    try:
        with transaction.atomic():
            app.configure_task(
                task, queue=queue, queueing_lock=f"{queue}:{work.pk}", allow_unknown=True
            ).defer(work_id=str(work.pk))
    except exceptions.AlreadyEnqueued:
        return


@contextmanager
def alone(work_id: uuid.UUID) -> Iterator[bool]:
    """This context will tell whether this worker has the work to itself.

    The lock lives in PostgreSQL as long as our connection does: when a worker is killed, the next one
    may begin at once, whatever the row's state says.
    """
    number = work_id.int >> 64 ^ work_id.int & (1 << 64) - 1
    number -= 1 << 63  # a signed 64-bit number
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (mine,) = cursor.fetchone()
        try:
            yield bool(mine)
        finally:
            if mine and not connection.needs_rollback:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def begin(work: Work, *, at: datetime) -> bool:
    """This function will mark the work as running, unless it is finished."""
    return bool(
        type(work).objects.filter(pk=work.pk, state__in=UNFINISHED).update(state=State.RUNNING, changed_at=at)
    )


def finish(work: Work, master: Master, *, at: datetime, **told: object) -> Media:
    """This function will store the master, write its row, and mark the work as done, with what else is told
    of it.  Raises DiskFull."""
    try:
        sha256 = store.keep(master.data)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise errors.DiskFull from error
        raise
    with transaction.atomic():
        media, _created = Media.objects.get_or_create(
            sha256=sha256,
            defaults={
                "size": len(master.data),
                "duration_ms": master.duration_ms,
                "loudness_lufs": master.loudness_lufs,
                "true_peak_dbtp": master.true_peak_dbtp,
                "peaks": master.peaks,
                "silent": master.silent,
                "created_at": at,
            },
        )
        type(work).objects.filter(pk=work.pk).update(
            state=State.DONE, media=media, error="", changed_at=at, **told
        )
    return media


def fail(work: Work, code: str, *, at: datetime) -> None:
    """This function will mark the work as failed, with the slug of the reason."""
    type(work).objects.filter(pk=work.pk).update(state=State.FAILED, error=code, changed_at=at)
