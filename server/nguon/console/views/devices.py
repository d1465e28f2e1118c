"""Thiết bị: loudspeakers, joining by claim code, groups."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.console import live, recordings, wording
from nguon.console.forms import EnrolForm, GroupForm
from nguon.console.presenters import Chosen, SpeakerCard
from nguon.console.views.base import areas_of, number, page, person
from nguon.deliveries import queries as deliveries
from nguon.deliveries.models import Receipt
from nguon.devices import actions
from nguon.devices import errors as fleet_errors
from nguon.devices import queries as fleet
from nguon.devices.models import Claim, Device
from nguon.devices.rules import KEEPERS, can_keep_devices
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations import queries as places
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.states import Kind
from nguon_protocol.certificates import fingerprint
from nguon_protocol.keys import PublicKey

PAGE = 60
RECEIPTS = 30
PLACES_LISTED = 1500
LOST = "mat-ket-noi"
REVOKED = "da-thu-hoi"


def kept_areas(request: HttpRequest) -> list[str]:
    """This function will return where the person keeps the loudspeakers."""
    own = rights(person(request), clock.now())
    return sorted({area for role in KEEPERS for area in own.areas_of(role)})


def _fleet(request: HttpRequest) -> QuerySet[Device]:
    return fleet.in_area(areas_of(request)).select_related("place__parent").order_by("area", "name")


def _line(device: Device) -> SpeakerCard:
    return SpeakerCard(
        id=device.pk,
        name=device.name,
        place=device.place.label,
        online=fleet.is_online(device, clock.now()),
        clock=wording.of_clock(device.clock_state),
        volume=device.volume,
        last_seen_at=device.last_seen_at,
    )


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """This function will list the loudspeakers of the person's areas, all or those looked for."""
    words, show = request.GET.get("q", "")[:100].strip(), request.GET.get("xem", "")
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    rows = _fleet(request) if show != REVOKED else fleet.revoked_in(areas_of(request))
    total = rows.count()
    folded = fold(words).split()
    if folded or show == LOST:
        lines = [_line(row) for row in rows if _named(row, folded)]
        lines = [line for line in lines if not line.online] if show == LOST else lines
        lines = lines[(first - 1) * PAGE : first * PAGE + 1]
    else:
        lines = [_line(row) for row in rows[(first - 1) * PAGE : first * PAGE + 1]]
    context = {
        "devices": lines[:PAGE],
        "total": total,
        "q": words,
        "show": show,
        "filters": [("", _("Tất cả")), (LOST, _("Mất kết nối")), (REVOKED, _("Đã thu hồi"))],
        "next_page": first + 1 if len(lines) > PAGE else 0,
        "may_keep": bool(kept_areas(request)),
    }
    return page(request, "console/devices.html", "devices", context)


def _named(row: Device, words: list[str]) -> bool:
    names = fold(f"{row.name} {row.place.label}")
    return all(word in names for word in words)


def _one(request: HttpRequest, device_id: UUID) -> Device:
    """The loudspeaker, in use or taken out of use, when the person may see it."""
    row = _fleet(request).filter(pk=device_id).first()
    row = row or fleet.revoked_in(areas_of(request)).filter(pk=device_id).first()
    if row is None:
        raise Http404
    return row


@require_GET
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will show one loudspeaker, its newest receipts and, in the demo, what it played."""
    row = _one(request, device_id)
    receipts = Receipt.objects.filter(device=row).order_by("-n")[:RECEIPTS]
    facts = [
        (_("Âm lượng"), f"{row.volume}"),
        (_("Đồng hồ"), wording.of_clock(row.clock_state).label),
        (_("Lần cuối thấy"), wording.clock(row.last_seen_at) if row.last_seen_at else ""),
        (_("Vào hệ thống"), wording.clock(row.enrolled_at)),
        (_("Nhóm"), ", ".join(group.name for group in row.groups.all())),
        (_("Kiểu máy"), f"{row.model} {row.serial}".strip()),
        (_("Phần mềm"), row.agent),
        (_("Dấu khóa"), PublicKey.from_hex(row.alg, row.public_key).fingerprint),
    ]
    context = {
        "card": _line(row),
        "receipts": live.receipt_lines(receipts),
        "recordings": recordings.listed(row),
        "facts": facts,
        "device": row,
        "may_keep": can_keep_devices(person(request), row.area, clock.now()),
    }
    return page(request, "console/device.html", "devices", context)


@require_POST
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will take a loudspeaker out of use and say so on its page."""
    row = _one(request, device_id)
    try:
        actions.revoke(
            device=row,
            last_receipt=deliveries.last_receipt_number(row),
            reason=request.POST.get("reason", ""),
            by=person(request),
            at=clock.now(),
        )
        messages.success(request, _("Đã thu hồi “{name}”. Loa bị ngắt ngay.").format(name=row.name))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:device", row.pk)


def _places_to_enrol(request: HttpRequest) -> list[tuple[str, str]]:
    """The communes and villages where the person may put a loudspeaker."""
    at = clock.now()
    listed: list[tuple[str, str]] = []
    waiting = places.roots(kept_areas(request), at=at)
    while waiting and len(listed) < PLACES_LISTED:
        row = waiting.pop(0)
        if row.kind in (Kind.COMMUNE, Kind.VILLAGE):
            listed.append((row.area, row.label))
        if row.kind != Kind.VILLAGE:
            waiting = [*places.children(row.area, at=at), *waiting]
    return listed


def enrol(request: HttpRequest) -> HttpResponse:
    """This function will let a box join: first its code, then its fingerprint to compare, then it is in."""
    form = EnrolForm(request.POST or None, initial={"place": request.GET.get("noi", "")})
    form.fields["place"].choices = _places_to_enrol(request)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "back":
        try:
            claim = _claim(form.cleaned_data["code"])
            place = places.place(form.cleaned_data["place"], at=clock.now())
            # The fingerprint that was on the screen must be the one of the box that joins.
            if request.POST.get("do") == "enrol" and form.cleaned_data["fingerprint"] == claim.fingerprint:
                joined = actions.enrol(
                    code=form.cleaned_data["code"],
                    name=form.cleaned_data["name"],
                    place=place,
                    by=person(request),
                    at=clock.now(),
                )
                messages.success(request, _("Đã cho “{name}” vào hệ thống.").format(name=joined.name))
                return redirect("console:device", joined.pk)
            context |= {"claim": claim, "place_label": place.label, "server": _server_fingerprint()}
        except (DomainError, PlaceNotFound) as error:
            context["fault"] = str(error)
    return page(request, "console/enrol.html", "devices", context, status=409 if "fault" in context else 200)


def _server_fingerprint() -> str:
    pem = fleet.authority()
    return fingerprint(pem) if pem else ""


def _claim(code: str) -> Claim:
    found = fleet.waiting_claims(clock.now()).filter(code_hash=actions.code_hash(code)).first()
    if found is None:
        raise fleet_errors.ClaimUnknown(code=code)
    return found


def groups(request: HttpRequest) -> HttpResponse:
    """This function will list the groups, and make a new one."""
    communes = [row for row in _places_to_enrol(request) if _is_commune(row[0])]
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("place", "") or (communes[0][0] if communes else "")
    form = GroupForm(request.POST or None, initial={"place": chosen, "devices": []})
    form.fields["place"].choices = communes  # type: ignore[attr-defined]
    inside = fleet.in_area([chosen]).order_by("area", "name") if chosen else Device.objects.none()
    form.fields["devices"].choices = [(str(row.pk), f"{row.name}, {row.place}") for row in inside]  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            picked = set(form.cleaned_data["devices"])
            made = actions.make_group(
                name=form.cleaned_data["name"],
                place=places.place(form.cleaned_data["place"], at=clock.now()),
                devices=[row for row in inside if str(row.pk) in picked],
                by=person(request),
                at=clock.now(),
            )
            messages.success(request, _("Đã lập nhóm “{name}”.").format(name=made.name))
            return redirect("console:groups")
        except DomainError as error:
            context["fault"] = str(error)
    context["groups"] = [
        Chosen(f"g/{row.pk}", row.name, row.place.label, fleet.of_targets([f"g/{row.pk}"]).count(), "layers")
        for row in fleet.groups_in(areas_of(request))
    ]
    return page(request, "console/groups.html", "devices", context, status=409 if "fault" in context else 200)


def _is_commune(area: str) -> bool:
    return places.place(area, at=clock.now()).kind == Kind.COMMUNE
