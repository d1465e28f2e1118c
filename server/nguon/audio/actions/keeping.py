"""Keeping a sound that is finished already: nothing is changed of it, it is only measured."""

from __future__ import annotations

import errno
import math
from datetime import datetime

from nguon.audio import errors, store
from nguon.audio.models import Media
from nguon.audio.sound.chain import look_at_encoded, measure_encoded

QUIETEST = -99.0
"""LUFS and dBTP of silence, which has none: the tables hold numbers."""


def keep_sound(*, data: bytes, duration_ms: int, at: datetime) -> Media:
    """This function will store an Ogg Opus file as it is, with its measured loudness."""
    level = measure_encoded(data)
    peaks, silent = look_at_encoded(data)
    sha256 = store.keep(data)
    media, _created = Media.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": len(data),
            "duration_ms": duration_ms,
            "loudness_lufs": _number(level.loudness),
            "true_peak_dbtp": _number(level.true_peak),
            "peaks": peaks,
            "silent": silent,
            "created_at": at,
        },
    )
    return media


def keep_file(*, data: bytes) -> str:
    """This function will store any file by its hash, and return that. Raises DiskFull."""
    try:
        return store.keep(data)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise errors.DiskFull from error
        raise


def _number(decibels: float) -> float:
    return round(max(decibels, QUIETEST), 2) if math.isfinite(decibels) else QUIETEST
