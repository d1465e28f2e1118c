"""How loudspeakers leave: revoked at once and for good."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.devices import errors
from nguon.devices.models import Device
from nguon.devices.rules import can_keep_devices
from nguon.journal.actions import record


@transaction.atomic
def revoke(*, device: Device, last_receipt: int, reason: str, by: User, at: datetime) -> Device:
    """This function will take a loudspeaker out of use for good (thu hồi): lost, stolen, replaced.

    `last_receipt` is the number of the last receipt that is still believed; later ones are kept and flagged.
    The dispatcher has the broker cut it off. Raises ReasonMissing, NotYourArea or AlreadyRevoked.
    """
    if not reason.strip():
        raise errors.ReasonMissing
    device = Device.objects.select_for_update(of=("self",)).select_related("place").get(pk=device.pk)
    if not can_keep_devices(by, device.area, at):
        raise errors.NotYourArea(place=str(device.place))
    if device.revoked_at:
        raise errors.AlreadyRevoked(name=device.name)
    device.revoked_at, device.revoked_n, device.revoked_reason = at, last_receipt, reason.strip()[:300]
    device.online, device.playing_item, device.playing_since = False, None, None
    device.save(
        update_fields=[
            "revoked_at", "revoked_n", "revoked_reason", "online", "playing_item", "playing_since",
        ]
    )  # fmt: skip
    record(
        fact="device.revoked",
        subject=f"device:{device.pk}",
        by=by,
        at=at,
        data={
            "name": device.name,
            "area": device.area,
            "reason": device.revoked_reason,
            "last_receipt": last_receipt,
        },
    )
    return device


@transaction.atomic
def note_cut_off(*, device: Device, at: datetime) -> None:
    """This function will store that the broker took a revocation: the loudspeaker's connection is gone."""
    if Device.objects.filter(pk=device.pk, cut_off_at__isnull=True).update(cut_off_at=at):
        data = {"name": device.name, "area": device.area}
        record(fact="device.cut_off", subject=f"device:{device.pk}", by=None, at=at, data=data)
