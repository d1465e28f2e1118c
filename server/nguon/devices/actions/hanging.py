"""Boxes on poles: hung, swapped, and where the pole stands. The pole stays, its boxes come and go."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.areas.reach import everything
from nguon.devices import errors
from nguon.devices.actions.leaving import revoke
from nguon.devices.actions.register_files import commune_of, named
from nguon.devices.models import Claim, Device, Fitting, Registered
from nguon.devices.rules import can_keep_devices
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.organisations.actions import LineProblem, Row, centres, in_the_country
from nguon.organisations.models import Place
from nguon.organisations.queries import codes_of_all
from nguon.organisations.states import Kind


def pole_for(asked: Claim, place: Place, name: str, by: User, at: datetime) -> Registered:
    """This function will return the pole on which a new box hangs: the line of the register with its serial,
    or a new one.

    Raises SerialElsewhere when the register has that serial in another commune, or SerialHangs when a box
    of that serial hangs somewhere already.
    """
    serial = serial_of(asked)
    with everything():  # a serial is once in the country; where, is told to who may know
        line = Registered.objects.select_for_update(of=("self",)).filter(serial__iexact=serial).first()
        there = line.place if line else None
    if line is None:
        made = Registered.objects.create(
            name=name, serial=serial, place=place, area=place.area, model=asked.model, made_at=at
        )
        Fitting.objects.create(line=made, serial=serial, since=at)
        return made
    if not can_keep_devices(by, line.area, at):
        raise errors.SerialElsewhere(serial=serial)
    if commune_of(line.area) != commune_of(place.area):
        raise errors.SerialThere(serial=serial, name=line.name, place=str(there))
    if line.device_id is not None:
        raise errors.SerialHangs(serial=serial, name=line.name)
    return line


def serial_of(asked: Claim) -> str:
    """This function will return the serial under which a box is kept; one that tells none, or one that no
    table could bring back, is known by its key.
    """
    own = f"K-{asked.fingerprint.replace(' ', '')[:16]}"
    try:
        return named(Row(1, {"so may": asked.serial, "ten cum loa": own}))
    except LineProblem:
        return own


def hang(line: Registered, device: Device, at: datetime) -> None:
    """This function will have a box that has just joined be the one of this pole."""
    line.device = device
    line.save(update_fields=["device"])
    now = line.fittings.filter(until__isnull=True)
    if not now.update(device=device, serial=line.serial):
        Fitting.objects.create(line=line, serial=line.serial, device=device, since=at)


def take_down(
    line: Registered, *, serial: str, model: str, last_receipt: int, reason: str, by: User, at: datetime
) -> None:
    """This function will take the box of a pole down for another one with this serial and model: it is
    revoked, its time on the pole ends, and the line says of the new box what the register knows of it.
    Raises SwapReasonMissing when a box hangs there and nobody says why it goes.
    """
    old = line.device
    if old is not None and not reason.strip():
        raise errors.SwapReasonMissing
    if old is not None and old.revoked_at is None:
        revoke(device=old, last_receipt=last_receipt, reason=reason, by=by, at=at)
    spare = Registered.objects.filter(serial__iexact=serial).exclude(pk=line.pk).first() if serial else None
    if spare is not None:
        _use_spare(spare, by, at)
        line.maker, line.model, line.imei = spare.maker, spare.model, spare.imei
        line.sim = spare.sim or line.sim  # a card is often put over
    elif serial and serial.upper() != line.serial.upper():
        line.model, line.imei = model or line.model, ""
    if old is not None or (serial and serial.upper() != line.serial.upper()):
        line.fittings.filter(until__isnull=True).update(until=at, reason=reason.strip()[:300])
        line.serial = serial or line.serial
        Fitting.objects.create(line=line, serial=line.serial, since=at)
    line.save(update_fields=["serial", "maker", "model", "imei", "sim"])


def _use_spare(spare: Registered, by: User, at: datetime) -> None:
    """A box that lay in store had a line of its own: from now on it is the box of a pole."""
    if spare.device_id is not None or not can_keep_devices(by, spare.area, at):
        raise errors.SerialHangs(serial=spare.serial, name=spare.name)
    data = {"area": spare.area, "name": spare.name, "serial": spare.serial}
    subject = f"register:{spare.pk}"
    spare.delete()
    record(fact="register.removed", subject=subject, by=by, at=at, data=data)


@transaction.atomic
def place_pole(
    *, line: Registered, latitude: float, longitude: float, sure: bool, by: User, at: datetime
) -> Registered:
    """This function will write down where a pole stands, degrees in WGS 84, as a phone beside it tells.

    Raises NotYourArea, PositionAbroad, or PositionFar unless the person is `sure`.
    """
    row = Registered.objects.select_for_update(of=("self",)).select_related("place").get(pk=line.pk)
    if not can_keep_devices(by, row.area, at):
        raise errors.NotYourArea(place=str(row.place))
    check_position(row.place, latitude, longitude, sure=sure, at=at)
    row.latitude, row.longitude, row.position_confirmed = latitude, longitude, sure
    row.save(update_fields=["latitude", "longitude", "position_confirmed"])
    data = {"area": row.area, "name": row.name}
    record(fact="pole.placed", subject=f"register:{row.pk}", by=by, at=at, data=data)
    return row


def check_position(place: Place, latitude: float, longitude: float, *, sure: bool, at: datetime) -> None:
    """This function will refuse a position abroad, and one far from the commune's middle unless a person is
    `sure` of it (PositionAbroad, PositionFar). There are no borders in the source of the map.
    """
    if not in_the_country(latitude, longitude):
        raise errors.PositionAbroad
    commune = place.parent if place.kind == Kind.VILLAGE and place.parent else place
    code = codes_of_all([commune.pk], day=local(at).date()).get(commune.pk, "")
    centre = centres([code]).get(code) if code else None
    if not sure and centre is not None and (km := centre.km_to(latitude, longitude)) > centre.reach_km:
        raise errors.PositionFar(place=str(commune), km=round(km))
