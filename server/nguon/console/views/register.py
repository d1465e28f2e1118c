"""Sổ loa: what the offices know of their boxes, those that have joined and those that have not."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import picking, registering
from nguon.console.views.base import areas_of, number, page, person
from nguon.console.views.devices import kept_areas
from nguon.console.views.health import chosen_area
from nguon.control import actions as control
from nguon.devices import actions
from nguon.devices import queries as fleet
from nguon.devices.models import Registered
from nguon.devices.rules import can_keep_devices
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

PAGE = 60
WAITING = "cho"


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """This function will list the register of the person's areas, all or what is looked for."""
    words, show = request.GET.get("q", "")[:100].strip(), request.GET.get("xem", "")
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    areas, chosen = chosen_area(request)
    rows = fleet.registered_in(areas, words, waiting=show == WAITING)
    shown = list(rows[(first - 1) * PAGE : first * PAGE + 1])
    keeps = bool(kept_areas(request))
    context = {
        "rows": shown[:PAGE],
        "q": words,
        "show": show,
        "waiting": WAITING,
        "carry": urlencode({"q": words, "xem": show, "dia-ban": chosen}),
        "area": chosen,
        "picker": picking.picker(person(request), "xem", clock.now(), picked=chosen, folded=True),
        "page": first,
        "next_page": first + 1 if len(shown) > PAGE else 0,
        "may_keep": keeps,
    }
    return page(request, "console/register.html", "devices", context)


def _kept(request: HttpRequest, line_id: UUID) -> Registered:
    """The line of an address, when one keeps the loudspeakers of its place."""
    row = fleet.registered_in(areas_of(request)).filter(pk=line_id).first()
    if row is None:
        raise Http404
    if not can_keep_devices(person(request), row.area, clock.now()):
        raise PermissionDenied
    return row


def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """This function will show one line of the register, and set it right."""
    row, at = _kept(request, line_id), clock.now()
    form = registering.LineForm(request.POST or None, initial=registering.typed(row, clock.local(at).date()))
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.change_registered(line=row, cells=form.cells, by=person(request), at=at)
            if kept.device is not None:
                control.keep_calm(devices=[kept.device], by=person(request), at=at)
                control.keep_turns(area=kept.area, by=person(request), at=at)
        except DomainError as error:
            fault = str(error)
        else:
            messages.success(request, _("Đã lưu {name}.").format(name=form.cells["ten cum loa"]))
            return redirect("console:register")
    return _page(request, row, form, fault)


@require_POST
def remove(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """This function will take a line out that was entered by mistake."""
    row, at = _kept(request, line_id), clock.now()
    try:
        actions.remove_registered(line=row, by=person(request), at=at)
    except DomainError as error:
        form = registering.LineForm(initial=registering.typed(row, clock.local(at).date()))
        return _page(request, row, form, str(error))
    messages.success(request, _("Đã bỏ {name} khỏi sổ.").format(name=row.name))
    return redirect("console:register")


def _page(request: HttpRequest, row: Registered, form: registering.LineForm, fault: str) -> HttpResponse:
    status = 409 if fault else 422 if form.errors else 200
    context = {"row": row, "form": form, "fault": fault}
    return page(request, "console/register_line.html", "devices", context, status=status)
