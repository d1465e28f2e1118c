"""Picking up what a killed worker left behind."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction

from nguon.audio import errors
from nguon.audio.actions.uploads import folder
from nguon.audio.actions.work import enqueue
from nguon.audio.models import Upload
from nguon.audio.queries import unfinished
from nguon.audio.rules import SOURCE_KEPT
from nguon.audio.states import State

PATIENCE = timedelta(seconds=60)


def sweep(*, at: datetime) -> int:
    """This function will queue unfinished work again that nobody touched for a minute; returns how many.

    Work that another worker is still at is harmless to queue: it finds the lock taken and goes away.
    """
    late = unfinished(at=at, older_than=PATIENCE)
    for work in late:
        with transaction.atomic():
            enqueue(work)
    gone = Upload.objects.filter(state=State.ARRIVING, changed_at__lt=at - SOURCE_KEPT)
    gone.update(state=State.FAILED, error=errors.SoundTruncated.code, changed_at=at)
    _remove_old_files()
    return len(late)


def _remove_old_files() -> None:
    """What was sent and is a master by now, what never arrived whole, what was never committed."""
    if not folder().is_dir():
        return
    for path in folder().iterdir():
        if time.time() - path.stat().st_mtime > SOURCE_KEPT.total_seconds():
            path.unlink(missing_ok=True)
