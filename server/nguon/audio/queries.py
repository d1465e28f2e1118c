"""Reading what is there: media, renderings, uploads, voices."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from nguon.accounts.models import User
from nguon.audio import errors, store
from nguon.audio.models import Media, Rendering, Upload
from nguon.audio.states import UNFINISHED
from nguon.audio.voices import Voice, all_voices


def voices() -> list[Voice]:
    """This function will list the voices of this machine, the default one first."""
    return all_voices(Path(settings.NGUON_DATA))


def rendering(rendering_id: uuid.UUID | str) -> Rendering:
    """This function will return a rendering with its media.  Raises RenderingUnknown."""
    try:
        return Rendering.objects.select_related("media").get(id=rendering_id)
    except (Rendering.DoesNotExist, ValidationError) as error:
        raise errors.RenderingUnknown from error


def upload_of(*, user: User, upload_id: uuid.UUID | str) -> Upload:
    """This function will return an upload of this user with its media.  Raises UploadUnknown."""
    try:
        return Upload.objects.select_related("media").get(id=upload_id, by=user)
    except (Upload.DoesNotExist, ValidationError) as error:
        raise errors.UploadUnknown from error


def media_path(media: Media) -> Path:
    """This function will return the file of a media row (it may be missing after a bad restore)."""
    return store.path_of(media.sha256)


def damaged() -> Iterator[tuple[Media, str]]:
    """This function will read every file of the store (minutes for many) and give the media whose bytes are
    "missing" or "rotten", oldest first."""
    for media in Media.objects.order_by("created_at", "sha256").iterator(chunk_size=500):
        if fault := store.fault_of(media.sha256):
            yield media, fault


def unfinished(*, at: datetime, older_than: timedelta) -> list[Rendering | Upload]:
    """This function will list the work that nobody has touched for that long and that is not finished."""
    late = at - older_than
    return [
        *Rendering.objects.filter(state__in=UNFINISHED, changed_at__lt=late),
        *Upload.objects.filter(state__in=UNFINISHED, changed_at__lt=late),
    ]
