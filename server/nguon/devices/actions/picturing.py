"""Pictures of a pole: kept by their hash, after they were drawn anew."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.devices import errors
from nguon.devices.models import Photo, Registered
from nguon.devices.rules import can_keep_devices
from nguon.devices.states import MOST_PHOTOS
from nguon.journal.actions import record


@transaction.atomic
def add_photo(*, line: Registered, sha256: str, mime: str, by: User, at: datetime) -> Photo:
    """This function will put a picture that is kept already beside a pole; the same one changes nothing.

    Raises NotYourArea or PhotosTooMany.
    """
    row = _kept(line, by, at)
    known = row.photos.filter(sha256=sha256).first()
    if known is not None:
        return known
    if row.photos.count() >= MOST_PHOTOS:
        raise errors.PhotosTooMany(limit=MOST_PHOTOS)
    made = Photo.objects.create(line=row, sha256=sha256, mime=mime, taken_at=at)
    data = {"area": row.area, "name": row.name, "sha256": sha256}
    record(fact="pole.photographed", subject=f"register:{row.pk}", by=by, at=at, data=data)
    return made


@transaction.atomic
def remove_photo(*, photo: Photo, by: User, at: datetime) -> None:
    """This function will take a picture away from its pole. Raises NotYourArea."""
    row = _kept(photo.line, by, at)
    photo.delete()
    data = {"area": row.area, "name": row.name, "sha256": photo.sha256}
    record(fact="pole.photo_removed", subject=f"register:{row.pk}", by=by, at=at, data=data)


def _kept(line: Registered, by: User, at: datetime) -> Registered:
    row = Registered.objects.select_for_update(of=("self",)).select_related("place").get(pk=line.pk)
    if not can_keep_devices(by, row.area, at):
        raise errors.NotYourArea(place=str(row.place))
    return row
