"""A recording that a form brings: sent beforehand piece by piece, or as a file with the form."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from nguon.accounts.models import User
from nguon.audio import actions as audio
from nguon.audio import queries as sounds


def brought(request: HttpRequest, user: User, at: datetime) -> UUID | None:
    """This function will return the upload that a form names or holds (fields `upload`, `file`), or None.

    Raises UploadUnknown, SoundEmpty, UploadTooLarge or DiskFull.
    """
    if sent := request.POST.get("upload", "").strip():
        return sounds.upload_of(user=user, upload_id=sent).pk
    file = request.FILES.get("file")
    return audio.upload(file=file, by=user, at=at).pk if file else None
