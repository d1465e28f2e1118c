"""Reading what is there: media, renderings, uploads, voices."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from nguon.accounts.models import User
from nguon.areas.paths import lineage
from nguon.audio import errors, store
from nguon.audio.models import AreaManner, Joined, Media, Pronunciation, Rendering, Upload
from nguon.audio.rules import joined_key
from nguon.audio.states import UNFINISHED
from nguon.audio.voices import Voice, all_voices
from nguon.kernel.text import fold


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


def uploaded(upload_id: uuid.UUID) -> str | None:
    """This function will return the SHA-256 of the sound that was made of an upload, whoever sent it; None
    while there is none."""
    return Upload.objects.filter(pk=upload_id).values_list("media", flat=True).first()


def media_path(media: Media) -> Path:
    """This function will return the file of a media row (it may be missing after a bad restore)."""
    return store.path_of(media.sha256)


def joined(parts: Sequence[str]) -> Joined | None:
    """This function will return these sounds (SHA-256), in this order, as one, or None: not asked for yet."""
    return Joined.objects.select_related("media").filter(key=joined_key(parts)).first()


def file_path(sha256: str) -> Path:
    """This function will return where the file of a hash is (it may be missing after a bad restore)."""
    return store.path_of(sha256)


def damaged() -> Iterator[tuple[Media, str]]:
    """This function will read every file of the store (minutes for many) and give the media whose bytes are
    "missing" or "rotten", oldest first."""
    for media in Media.objects.order_by("created_at", "sha256").iterator(chunk_size=500):
        if fault := store.fault_of(media.sha256):
            yield media, fault


def overrides_for(area: str) -> dict[str, str]:
    """This function will return how words are read in an area: its own entries over those of the areas
    around it, the newest of a word first."""
    rows = Pronunciation.objects.filter(area__in=lineage(area), ended_at__isnull=True)
    found = rows.order_by(Length("area"), "added_at").values_list("word", "reading")
    return dict(found)


def pronunciations_in(area: str) -> QuerySet[Pronunciation]:
    """This function will return the entries that stand at exactly this area."""
    return Pronunciation.objects.filter(area=area, ended_at__isnull=True)


def dictionary(areas: Collection[str], words: str = "") -> QuerySet[Pronunciation]:
    """This function will return the entries that count in these areas or stand inside them, found by the
    word or its reading with or without tone marks, by word."""
    inside = Pronunciation.objects.filter(area__within=areas).values("pk") if areas else ()
    around = Q(area__in={outer for area in areas for outer in lineage(area)}) | Q(pk__in=inside)
    rows = Pronunciation.objects.filter(around, ended_at__isnull=True).select_related("place__parent")
    for word in fold(words).split()[:8]:
        rows = rows.filter(search__contains=word)
    return rows.order_by("search", "pk")


def manner_of(area: str) -> AreaManner | None:
    """This function will return how an area is spoken to: what was set last at the nearest place around."""
    rows = AreaManner.objects.filter(area__in=lineage(area)).select_related("place")
    return rows.order_by(-Length("area"), "-set_at").first()


def unfinished(*, at: datetime, older_than: timedelta) -> list[Rendering | Upload | Joined]:
    """This function will list the work that nobody has touched for that long and that is not finished."""
    late = at - older_than
    return [
        *Rendering.objects.filter(state__in=UNFINISHED, changed_at__lt=late),
        *Upload.objects.filter(state__in=UNFINISHED, changed_at__lt=late),
        *Joined.objects.filter(state__in=UNFINISHED, changed_at__lt=late),
    ]
