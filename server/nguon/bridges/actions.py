"""Writes about boxes of other makers: what their bridges say, which box each drives, waivers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from nguon.accounts.models import User
from nguon.bridges import errors
from nguon.bridges.models import ForeignBox, Waiver
from nguon.bridges.rules import can_set, can_waive
from nguon.bridges.states import MOST_OPTIONS, NEEDS_PASSWORD, PROFILED, PROVINCE_LABELS, SCHEMES, Adapter
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass
from nguon.journal.actions import record
from nguon.organisations.models import Place
from nguon_protocol.errors import ProtocolError
from nguon_protocol.sealing import seal

_KEY = re.compile(r"[0-9a-f]{64}")
_BOX = re.compile(r"[!-~]{1,80}")
_BOUND = ("adapter", "address", "box", "username", "options")


@dataclass(frozen=True, slots=True)
class BoxFields:
    """What a person says of a box. `password` "" keeps the one before, where nothing else changes."""

    adapter: str
    address: str = ""
    box: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    options: str = ""


@transaction.atomic
def hear(*, device: Device, said: Mapping[str, Any], at: datetime) -> ForeignBox | None:
    """This function will store what a bridge says of its box; the device is class L from then on.

    Returns None when it does not say what to seal for, as a bridge must.
    """
    key = said.get("seal")
    if not isinstance(key, str) or _KEY.fullmatch(key) is None:
        return None
    row, made = ForeignBox.objects.select_for_update(of=("self",)).get_or_create(
        device=device, defaults={"seal_key": key}
    )
    if device.device_class != DeviceClass.L:
        Device.objects.filter(pk=device.pk).update(device_class=DeviceClass.L)
    if made:
        _tell("foreign.known", device, at, None)
    if row.seal_key != key:
        row.seal_key, row.sealed = key, ""  # what was sealed for the key before can be opened by nobody
    was = row.broken
    _take_report(row, said.get("report"), at)
    row.save()
    if row.broken != was:
        _tell("foreign.failed" if row.broken else "foreign.works", device, at, None, code=row.code)
    return row


def _take_report(row: ForeignBox, report: object, at: datetime) -> None:
    """Take what is known among it, each thing by its kind; everything else is left out."""
    if not isinstance(report, Mapping):
        return
    playing, volume = report.get("playing"), report.get("volume")
    row.told_at = at
    row.code, row.about = _text(report, "code", 20), _text(report, "about", 120)
    row.broken = report.get("open") is True and row.code not in {"", "waiting"}
    row.playing = playing if isinstance(playing, bool) else None
    known = isinstance(volume, int) and not isinstance(volume, bool) and 0 <= volume <= 100
    row.volume = volume if known else None
    row.connection, row.program = _text(report, "connection", 40), _text(report, "program", 40)


def _text(report: Mapping[str, Any], name: str, most: int) -> str:
    found = report.get(name)
    return "".join(one for one in found[:most] if one.isprintable()) if isinstance(found, str) else ""


@transaction.atomic
def set_box(*, device: Device, fields: BoxFields, by: User, at: datetime) -> ForeignBox:
    """This function will say which box a bridge drives; the password is sealed for that bridge at once.

    Raises NotYours, NotABridge, BadAddress, BadBox, BadOptions or PasswordMissing.
    """
    if not can_set(by, device.area, at):
        raise errors.NotYours(place=device.place)
    row = ForeignBox.objects.select_for_update(of=("self",)).filter(pk=device.pk).first()
    if row is None or device.revoked_at is not None:
        raise errors.NotABridge(name=device.name)
    wanted = _judged(fields)
    if fields.password:
        row.sealed = _sealed(fields.password, row.seal_key, {**wanted, "device": str(device.pk)})
    elif _needs_password(row, wanted):
        raise errors.PasswordMissing
    for name in _BOUND:
        setattr(row, name, wanted[name])
    row.set_by, row.set_at = by, at
    row.save()
    host = urlsplit(row.address).hostname or ""
    _tell("foreign.set", device, at, by, adapter=row.adapter, host=host, password=bool(fields.password))
    return row


def _needs_password(row: ForeignBox, wanted: dict[str, Any]) -> bool:
    """Whether the one before cannot be kept: it is bound to everything else, or there is none."""
    if not row.sealed:
        return wanted["adapter"] in NEEDS_PASSWORD
    return any(getattr(row, name) != wanted[name] for name in _BOUND)


def _judged(fields: BoxFields) -> dict[str, Any]:
    adapter = Adapter(fields.adapter)
    schemes = SCHEMES[adapter]
    if not _good_address(fields.address, schemes):
        raise errors.BadAddress(schemes=", ".join(f"{one}://" for one in schemes))
    if adapter in PROFILED and _BOX.fullmatch(fields.box) is None:
        raise errors.BadBox
    return {
        "adapter": adapter.value,
        "address": fields.address if schemes else "",
        "box": fields.box,
        "username": fields.username,
        "options": _options(fields.options),
    }


def _good_address(text: str, schemes: tuple[str, ...]) -> bool:
    if not schemes:
        return not text
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 300
    return plain and parts.scheme in schemes and bool(parts.hostname) and parts.username is None


def _options(text: str) -> dict[str, Any]:
    """Read a maker's own codes. How they fit together only the bridge knows: it says so in one sentence."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text, parse_constant=_no_number) if len(text) <= MOST_OPTIONS else None
        kept = json.dumps(found, ensure_ascii=False).encode()  # half a letter is none
    except (ValueError, RecursionError):
        found, kept = None, b""
    if not isinstance(found, dict) or b"\\u0000" in kept:  # a letter that the database cannot keep
        raise errors.BadOptions(most=MOST_OPTIONS)
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _sealed(password: str, key: str, values: dict[str, Any]) -> str:
    try:
        return seal(password, key, values)
    except ProtocolError:
        raise errors.BadOptions(most=MOST_OPTIONS) from None


def _tell(fact: str, device: Device, at: datetime, by: User | None, **more: Any) -> None:
    data = {"area": device.area, "name": device.name, **more}
    record(fact=fact, subject=f"device:{device.pk}", by=by, at=at, data=data)


def waive(*, place: Place, document: str, by: User, at: datetime) -> Waiver:
    """This function will record a province's document; its boxes that cannot verify may then sound alerts of
    more than one commune. Raises NotAProvince, NotAnAdministrator, DocumentMissing or WaiverThere.
    """
    if place.area.count(".") + 1 != PROVINCE_LABELS:
        raise errors.NotAProvince
    if not can_waive(by, place.area, at):
        raise errors.NotAnAdministrator(place=place)
    words = " ".join(document.split())[:200]
    if not words:
        raise errors.DocumentMissing
    try:
        with transaction.atomic():
            made = Waiver.objects.create(place=place, area=place.area, document=words, made_by=by, made_at=at)
            data = {"area": place.area, "document": words}
            record(fact="waiver.made", subject=f"waiver:{made.pk}", by=by, at=at, data=data)
            return made
    except IntegrityError:
        raise errors.WaiverThere(place=place) from None


@transaction.atomic
def end_waiver(*, waiver: Waiver, by: User, at: datetime) -> None:
    """This function will end a waiver; bridges are told within a minute.

    Raises NotAnAdministrator or WaiverOver.
    """
    if not can_waive(by, waiver.area, at):
        raise errors.NotAnAdministrator(place=waiver.place)
    if not Waiver.objects.filter(pk=waiver.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by):
        raise errors.WaiverOver
    data = {"area": waiver.area, "document": waiver.document}
    record(fact="waiver.ended", subject=f"waiver:{waiver.pk}", by=by, at=at, data=data)
