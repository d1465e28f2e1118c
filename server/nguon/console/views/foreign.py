"""Hộp hãng khác: boxes that cannot verify, their bridges, and the waivers of provinces."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.bridges import actions, queries
from nguon.bridges.models import ForeignBox
from nguon.bridges.rules import can_set
from nguon.bridges.states import AWAY, PROVINCE_LABELS, Adapter, sentence
from nguon.console.forms_foreign import BoxForm, WaiverForm
from nguon.console.views.base import areas_of, page, person
from nguon.devices.queries import is_online
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.errors import PlaceNotFound

SHOWN = 60


def line_of(row: ForeignBox) -> dict[str, Any]:
    """This function will return a box as the pages show it: where, how, whether it does as it is told."""
    online = is_online(row.device, clock.now())
    code = row.code if online else AWAY
    return {
        "id": row.device_id,
        "name": row.device.name,
        "place": row.device.place.label,
        "how": Adapter(row.adapter).label if row.adapter else _("Chưa khai báo"),
        "online": online,
        "fault": sentence(code),
        "about": row.about if online else "",
        "broken": row.broken or not online,
        "playing": row.playing if online else None,
        "volume": row.volume,
        "connection": row.connection,
        "program": row.program,
        "told_at": row.told_at,
    }


@require_GET
def boxes(request: HttpRequest) -> HttpResponse:
    """This function will list the boxes of other makers in one's areas, and the waivers."""
    own = areas_of(request)
    rows = queries.boxes_in(own)
    context = {
        "boxes": [line_of(row) for row in rows[:SHOWN]],
        "total": rows.count(),
        "waivers": queries.waivers_in(own)[:SHOWN],
        "form": _waiver_form(request),
    }
    return page(request, "console/foreign_boxes.html", "devices", context)


def _provinces(request: HttpRequest) -> list[tuple[str, str]]:
    own = rights(person(request), clock.now()).areas_of(Role.ADMINISTRATOR)
    found = [area for area in own if area.count(".") + 1 == PROVINCE_LABELS]
    return list(places.labels(found).items())


def _waiver_form(request: HttpRequest) -> WaiverForm | None:
    found = _provinces(request)
    return WaiverForm(found) if found else None


@require_http_methods(["GET", "POST"])
def box(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will show the box of one bridge, and let its technician say which it is."""
    row = queries.boxes_in(areas_of(request)).filter(pk=device_id).first()
    if row is None:
        raise Http404
    user, at, fault = person(request), clock.now(), ""
    form = BoxForm(request.POST) if request.method == "POST" else BoxForm.of(row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_box(device=row.device, fields=form.given(), by=user, at=at)
            messages.success(request, _("Đã khai báo. Cầu nối nhận trong vòng một phút."))
            return redirect("console:foreign_box", row.pk)
        except DomainError as error:
            fault = str(error)
    may_set = can_set(user, row.device.area, at)
    context = {
        "line": line_of(row),
        "row": row,
        "waived": queries.is_waived(row.device.area),
        "form": form if may_set else None,
        "fault": fault,
    }
    return page(request, "console/foreign_box.html", "devices", context, status=409 if fault else 200)


@require_POST
def waive(request: HttpRequest) -> HttpResponse:
    """This function will record a province's document."""
    try:
        place = places.place(request.POST.get("area", ""), at=clock.now())
        actions.waive(
            place=place, document=request.POST.get("document", ""), by=person(request), at=clock.now()
        )
        messages.success(request, _("Đã ghi văn bản miễn trừ."))
    except (DomainError, PlaceNotFound) as error:
        messages.error(request, str(error))
    return redirect("console:foreign_boxes")


@require_POST
def end_waiver(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """This function will end a waiver."""
    found = get_object_or_404(queries.waivers_in(areas_of(request)), pk=waiver_id)
    try:
        actions.end_waiver(waiver=found, by=person(request), at=clock.now())
        messages.success(request, _("Đã chấm dứt miễn trừ."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:foreign_boxes")
