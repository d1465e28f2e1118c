"""How loudspeakers join, are grouped and leave."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from nguon.accounts.models import User
from nguon.areas.reach import everything
from nguon.devices import errors
from nguon.devices.models import Claim, Device, Registered
from nguon.devices.rules import can_keep_devices
from nguon.devices.states import CLAIM_MINUTES, SIMULATED
from nguon.journal.actions import record
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon_protocol import claims
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey


def code_hash(code: str) -> str:
    """This function will return what is stored of a claim code: the SHA-256 of its plain form.

    Raises ClaimUnknown when it is no claim code at all.
    """
    try:
        plain = claims.normalise(code)
    except ProtocolError:
        raise errors.ClaimUnknown(code=code[:20]) from None
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def claim(
    *, code: str, alg: str, public_key: str, model: str, serial: str, at: datetime, proof: str = ""
) -> Claim:
    """This function will store that a box with this key asks to join under a code that it shows (LSP-1 rule
    12).

    The same box asking again with the same code gets the same claim.
    A key that has joined before may ask again when its `proof` shows that whoever asks holds it: a box that
    has lost all of its memory. Raises BadKey, ClaimTaken when another box holds the code or the key, or
    KeyRevoked.
    """
    try:
        key = PublicKey.from_hex(alg, public_key)
    except ProtocolError:
        raise errors.BadKey from None
    same = Claim.objects.select_for_update().filter(code_hash=code_hash(code), expires_at__gt=at).first()
    if same and same.public_key == public_key:
        return same
    before = Device.objects.filter(public_key=public_key).first()
    if before and before.revoked_at:
        raise errors.KeyRevoked(name=before.name)
    if same or (before and not claims.is_proven(code, key, proof)):
        raise errors.ClaimTaken
    made = Claim.objects.create(
        code_hash=code_hash(code),
        public_key=public_key,
        alg=alg,
        fingerprint=key.fingerprint,
        model=model[:80],
        serial=serial[:80],
        made_at=at,
        expires_at=at + timedelta(minutes=CLAIM_MINUTES),
    )
    record(
        fact="device.asked",
        subject=f"claim:{made.pk}",
        by=None,
        at=at,
        data={"fingerprint": made.fingerprint},
    )
    return made


@transaction.atomic
def enrol(*, code: str, name: str, place: Place, by: User, at: datetime) -> Device:
    """This function will let the box that shows `code` join at a place: the officer vouches for its
    fingerprint.

    A box that has joined before and lost its memory comes back as the loudspeaker that it was.
    Raises ClaimUnknown, ClaimUsed, KeyRevoked, NotYourArea, NotAVillage or NameMissing; then nothing has
    changed.
    """
    if not name.strip():
        raise errors.NameMissing
    if place.kind not in (Kind.VILLAGE, Kind.COMMUNE):
        raise errors.NotAVillage
    if not can_keep_devices(by, place.area, at):
        raise errors.NotYourArea(place=str(place))
    asked = Claim.objects.select_for_update().filter(code_hash=code_hash(code), expires_at__gt=at).first()
    if asked is None:
        raise errors.ClaimUnknown(code=code)
    if asked.used_at:
        raise errors.ClaimUsed(code=code)
    with everything():  # a box of another area is told apart from a new one
        before = Device.objects.select_for_update().filter(public_key=asked.public_key).first()
    if before is None:
        device = Device.objects.create(
            name=name.strip()[:120],
            place=place,
            area=place.area,
            public_key=asked.public_key,
            alg=asked.alg,
            model=asked.model,
            serial=asked.serial,
            enrolled_at=at,
        )
    else:
        device = _rejoin(before, name=name, place=place, by=by, at=at)
    tied = None if before else _tie(device, by, at)
    asked.used_at, asked.device = at, device
    asked.save(update_fields=["used_at", "device"])
    record(
        fact="device.rejoined" if before else "device.enrolled",
        subject=f"device:{device.pk}",
        by=by,
        at=at,
        data={"name": device.name, "area": device.area, "fingerprint": asked.fingerprint}
        | ({"registered": str(tied.pk)} if tied else {}),
    )
    return device


def _tie(device: Device, by: User, at: datetime) -> Registered | None:
    """The line of the register with this serial, where the officer keeps it, is this box from now on."""
    rows = Registered.objects.select_for_update().filter(serial__iexact=device.serial, device__isnull=True)
    row = rows.first() if device.serial else None
    if row is None or not can_keep_devices(by, row.area, at):
        return None
    row.device = device
    row.save(update_fields=["device"])
    return row


def _rejoin(device: Device, *, name: str, place: Place, by: User, at: datetime) -> Device:
    """The same box with the same key and an empty memory: it stays the same loudspeaker, with its past."""
    if device.revoked_at:
        raise errors.KeyRevoked(name=device.name)
    if not can_keep_devices(by, device.area, at):
        raise errors.NotYourArea(place=str(device.place))
    device.name, device.place, device.area = name.strip()[:120], place, place.area
    device.rejoined_at = at
    device.save(update_fields=["name", "place", "area", "rejoined_at"])
    return device


@transaction.atomic
def enrol_simulated(
    *, boxes: Sequence[Mapping[str, str]], places: Sequence[Place], by: User, at: datetime
) -> list[Device]:
    """This function will let simulated boxes (serial, alg, pub) join, dealt out over places, and return all
    of them in their order; who has joined before stays as it is. For demos: no claim code is asked for.
    """
    known = {device.public_key: device for device in Device.objects.filter(model=SIMULATED)}
    fresh = [
        Device(
            name=f"Loa mô phỏng {number + 1}",
            place=places[number % len(places)],
            area=places[number % len(places)].area,
            public_key=PublicKey.from_hex(box["alg"], box["pub"]).pub.hex(),
            alg=box["alg"],
            model=SIMULATED,
            serial=box["serial"],
            enrolled_at=at,
        )
        for number, box in enumerate(boxes)
        if box["pub"] not in known
    ]
    made = Device.objects.bulk_create(fresh, batch_size=1000)
    known |= {device.public_key: device for device in made}
    record(fact="device.simulated", subject="demo", by=by, at=at, data={"count": len(made)})
    return [known[box["pub"]] for box in boxes]


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
