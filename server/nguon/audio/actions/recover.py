"""Picking up what a killed worker left behind."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction

from nguon.audio.actions.uploads import folder
from nguon.audio.actions.work import enqueue
from nguon.audio.queries import unfinished

PATIENCE = timedelta(seconds=60)
ORPHAN_AGE = timedelta(days=2)


def sweep(*, at: datetime) -> int:
    """This function will queue unfinished work again that nobody touched for a minute; returns how many.

    Work that another worker is still at is harmless to queue: it finds the lock taken and goes away.
    """
    late = unfinished(at=at, older_than=PATIENCE)
    for work in late:
        with transaction.atomic():
            enqueue(work)
    _remove_orphans()
    return len(late)


def _remove_orphans() -> None:
    """Files whose upload was never committed (killed between the file and the row)."""
    if not folder().is_dir():
        return
    for path in folder().iterdir():
        if time.time() - path.stat().st_mtime > ORPHAN_AGE.total_seconds():
            path.unlink(missing_ok=True)
