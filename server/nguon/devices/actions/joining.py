"""How loudspeakers join: by a code that they show, on a pole."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from nguon.accounts.models import User
from nguon.areas.reach import everything
from nguon.devices import errors
from nguon.devices.actions.hanging import hang, pole_for, serial_of, take_down
from nguon.devices.actions.register_files import commune_of
from nguon.devices.models import Claim, Device, Registered
from nguon.devices.rules import can_keep_devices
from nguon.devices.states import CLAIM_MINUTES, SIMULATED
from nguon.journal.actions import record
from nguon.kernel.text import clean, fold, tidy
from nguon.organisations.actions import refuse_odd
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon_protocol import claims
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey


def code_hash(code: str) -> str:
    """This function will return what is stored of a claim code: the SHA-256 of its plain form.

    Raises ClaimMistyped when it is no claim code at all.
    """
    try:
        plain = claims.normalise(code)
    except ProtocolError:
        raise errors.ClaimMistyped(code=code[:20]) from None
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
def enrol(
    *,
    code: str,
    by: User,
    at: datetime,
    name: str = "",
    place: Place | None = None,
    line: Registered | None = None,
    reason: str = "",
    last_receipt: int = 0,
) -> Device:
    """This function will let the box that shows `code` join: the officer vouches for its fingerprint.

    It hangs on the pole `line`, whose former box is revoked for `reason` (`last_receipt` is the last of that
    one's receipts that is believed), or at a place under a name, on the pole with its serial or a new one.
    A box that has joined before and lost its memory comes back as the loudspeaker that it was.
    Raises what `waiting_claim` does, KeyRevoked, NotYourArea, NotAVillage, NameMissing, LineProblem,
    BoxHangs, SerialElsewhere, SerialThere, SerialHangs or SwapReasonMissing; then nothing has changed.
    """
    pole = _locked(line) if line else None
    place, name = (pole.place, pole.name) if pole else (place, tidy(clean(name))[:120])
    if not fold(name):
        raise errors.NameMissing
    if pole is None:
        refuse_odd(name)
    if place is None or place.kind not in (Kind.VILLAGE, Kind.COMMUNE):
        raise errors.NotAVillage
    if not can_keep_devices(by, place.area, at):
        raise errors.NotYourArea(place=str(place))
    asked = waiting_claim(code=code, at=at)
    with everything():  # a box of another area is told apart from a new one
        before = Device.objects.select_for_update().filter(public_key=asked.public_key).first()
    if before is None:
        device = _join(asked, name, place, pole, reason, last_receipt, by, at)
    elif pole is not None and pole.device_id != before.pk:
        raise errors.KeyRevoked(name=before.name) if before.revoked_at else errors.BoxHangs(name=before.name)
    else:
        device = _rejoin(before, name=name, place=place, by=by, at=at)
    asked.used_at, asked.device = at, device
    asked.save(update_fields=["used_at", "device"])
    hung = Registered.objects.filter(device=device).values_list("pk", flat=True).first()
    data = {
        "name": device.name,
        "area": device.area,
        "fingerprint": asked.fingerprint,
        "registered": str(hung),
    }
    fact, subject = "device.rejoined" if before else "device.enrolled", f"device:{device.pk}"
    record(fact=fact, subject=subject, by=by, at=at, data=data)
    return device


def waiting_claim(*, code: str, at: datetime) -> Claim:
    """This function will return the claim of a code, in hand when in a transaction. Raises ClaimUnknown,
    ClaimExpired, ClaimUsed, or ClaimHalf when the box that used it has not been heard since.
    """
    rows = Claim.objects.filter(code_hash=code_hash(code)).order_by("-made_at")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    asked = rows.select_related("device").first()
    if asked is None:
        raise errors.ClaimUnknown(code=code)
    if asked.device is not None:
        heard = asked.device.last_seen_at is not None
        raise errors.ClaimUsed(code=code) if heard else errors.ClaimHalf(code=code, name=asked.device.name)
    if asked.expires_at <= at:
        raise errors.ClaimExpired(code=code)
    return asked


def _locked(line: Registered) -> Registered:
    rows = Registered.objects.select_for_update(of=("self",)).select_related("place__parent", "device")
    return rows.get(pk=line.pk)


def _join(
    asked: Claim,
    name: str,
    place: Place,
    pole: Registered | None,
    reason: str,
    last_receipt: int,
    by: User,
    at: datetime,
) -> Device:
    """A new loudspeaker on a pole; in the place of another one it is in the groups of that one."""
    old = pole.device if pole else None
    groups = list(old.groups.all()) if old else []
    if pole is None:
        pole = pole_for(asked, place, name, by, at)
    else:
        serial = serial_of(asked)
        told = {"serial": serial, "model": asked.model, "reason": reason}
        take_down(pole, **told, last_receipt=last_receipt, by=by, at=at)
    device = Device.objects.create(
        name=name,
        place=place,
        area=place.area,
        device_class=pole.device_class,
        public_key=asked.public_key,
        alg=asked.alg,
        model=asked.model,
        serial=asked.serial,
        volume=old.volume if old else 80,
        enrolled_at=at,
    )
    hang(pole, device, at)
    device.groups.set(groups)
    if old is not None:
        old.groups.clear()
        told = {"area": pole.area, "name": pole.name, "reason": reason.strip()[:300], "old": str(old.pk)}
        record(fact="pole.swapped", subject=f"register:{pole.pk}", by=by, at=at, data=told)
    return device


def _rejoin(device: Device, *, name: str, place: Place, by: User, at: datetime) -> Device:
    """The same box with the same key and an empty memory: it stays the same loudspeaker, with its past."""
    if device.revoked_at:
        raise errors.KeyRevoked(name=device.name)
    if not can_keep_devices(by, device.area, at):
        raise errors.NotYourArea(place=str(device.place))
    device.name, device.place, device.area = name.strip()[:120], place, place.area
    device.rejoined_at = at
    device.save(update_fields=["name", "place", "area", "rejoined_at"])
    here = commune_of(place.area)
    outside = [group for group in device.groups.all() if commune_of(group.area) != here]
    device.groups.remove(*outside)  # a group is of one commune
    line = Registered.objects.filter(device=device).first()
    if line is not None:
        line.name, line.place, line.area = device.name, place, place.area
        line.save(update_fields=["name", "place", "area"])
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
