"""A box joins beside its pole: its code, its fingerprint to compare, where it stands; or it replaces one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.console import picking
from nguon.console.forms_fleet import EnrolForm
from nguon.console.views.base import areas_of, page, person
from nguon.control import actions as control
from nguon.deliveries import queries as deliveries
from nguon.devices import actions
from nguon.devices import queries as fleet
from nguon.devices.errors import PositionFar
from nguon.devices.models import Claim, Device, Registered
from nguon.devices.rules import can_keep_devices
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.models import Place
from nguon_protocol.certificates import fingerprint


def enrol(request: HttpRequest) -> HttpResponse:
    """This function will let a box join: first its code, then its fingerprint to compare, then it is in; on
    the pole that the address names, or at a place that is picked.
    """
    user, line = person(request), _pole(request)
    form = EnrolForm(line, request.POST or None, initial={"place": request.GET.get("noi", "")})
    context: dict[str, Any] = {"form": form, "line": line, "swap": line is not None and line.device_id}
    if line is None:
        picked = str(form["place"].value() or "")
        context["picker"] = picking.picker(user, "dat-loa", clock.now(), picked=picked)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "back":
        try:
            place = line.place if line else places.place(form.cleaned_data["place"], at=clock.now())
            claim = _looked_at(form, place, user)
            # The fingerprint that was on the screen must be the one of the box that joins.
            if request.POST.get("do") == "enrol" and form.cleaned_data["fingerprint"] == claim.fingerprint:
                joined = _join(form, line, place, user)
                messages.success(request, _("Đã cho “{name}” vào hệ thống.").format(name=joined.name))
                pole = Registered.objects.filter(device=joined).first()
                return redirect("console:pole", pole.pk) if pole else redirect("console:device", joined.pk)
            context |= {"claim": claim, "place_label": place.label, "server": _server_fingerprint()}
        except PositionFar as error:
            context |= {"fault": str(error), "far": True}
        except (DomainError, PlaceNotFound) as error:
            context["fault"] = str(error)
    return page(request, "console/enrol.html", "devices", context, status=409 if "fault" in context else 200)


def _looked_at(form: EnrolForm, place: Place, user: User) -> Claim:
    """What a person would have to correct is told before the fingerprints are compared."""
    at, told = clock.now(), form.cleaned_data
    if form.position:
        actions.check_position(place, *form.position, sure=told["sure"], at=at)
    return actions.look_for_claim(code=told["code"], place=place, by=user, at=at)


def _join(form: EnrolForm, line: Registered | None, place: Place, user: User) -> Device:
    told, at = form.cleaned_data, clock.now()
    old = line.device if line else None
    joined = actions.enrol(
        code=told["code"],
        name=told["name"],
        place=place,
        line=line,
        reason=told["reason"],
        last_receipt=deliveries.last_receipt_number(old) if old else 0,
        by=user,
        at=at,
    )
    if old is not None:
        control.carry_over(old=old, new=joined, by=user, at=at)
    pole = Registered.objects.filter(device=joined).first()
    if form.position and pole is not None:
        latitude, longitude = form.position
        actions.place_pole(
            line=pole, latitude=latitude, longitude=longitude, sure=told["sure"], by=user, at=at
        )
    control.keep_calm(devices=[joined], by=user, at=at)
    control.keep_turns(area=joined.area, by=user, at=at)
    return joined


def _pole(request: HttpRequest) -> Registered | None:
    """The pole that the address or the form names; a QR code at its foot leads here."""
    text = request.POST.get("cot", "") or request.GET.get("cot", "")
    if not text:
        return None
    try:
        row = fleet.pole(areas_of(request), UUID(text))
    except ValueError:
        row = None
    if row is None:
        raise Http404
    if not can_keep_devices(person(request), row.area, clock.now()):
        raise PermissionDenied
    return row


def _server_fingerprint() -> str:
    pem = fleet.authority()
    return fingerprint(pem) if pem else ""
