"""Bảo trì: announced work on loudspeakers; until its end their silence is nobody's alarm."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nguon.accounts.models import User
from nguon.console import picking, works
from nguon.console.forms_maintenance import MaintenanceForm
from nguon.console.views.base import areas_of, page, person
from nguon.devices import queries as fleet
from nguon.devices.models import Registered
from nguon.health import actions, queries
from nguon.health.errors import NotYourDevice
from nguon.health.rules import can_answer
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.rules import covers
from nguon.stations.models import Station
from nguon.stations.queries import station_of

PURPOSE = "bao-tri"
PAST = 30


@dataclass(frozen=True)
class Aim:
    """What is to be worked on: a place, or a pole or a station in it."""

    area: str = ""
    line: Registered | None = None
    station: Station | None = None


@require_http_methods(["GET", "POST"])
def maintenance(request: HttpRequest) -> HttpResponse:
    """This function will list announced work in one's areas, and announce some."""
    own, at, user, fault = areas_of(request), clock.now(), person(request), ""
    aim = _aim(request)
    may = bool(aim.area) and can_answer(user, aim.area, at)
    people = queries.menders(aim.area, at) if may else []
    form = MaintenanceForm([(str(one.pk), str(one)) for one in people], request.POST or None) if may else None
    if request.method == "POST":
        try:
            if _announced(aim, form, people, user):
                messages.success(request, _("Đã ghi. Trong thời gian đó loa ở đây không gây cảnh báo."))
                return redirect("console:maintenance")
        except DomainError as error:
            fault = str(error)
    found = works.lines(own, at)
    context: dict[str, Any] = {
        "now": [line for line in found if line.now],
        "coming": [line for line in found if not line.now],
        "past": works.in_words(queries.past(own, at)[:PAST], at),
        "answering": bool(picking.areas_for(user, picking.PURPOSES[PURPOSE], at)),
        "picker": picking.picker(user, PURPOSE, at, picked=aim.area, folded=bool(aim.area)),
        "aim": aim,
        "aimed": str(aim.line or aim.station or places.labels([aim.area]).get(aim.area, "")),
        "form": form,
        "fault": fault,
    }
    wrong = request.method == "POST"
    return page(request, "console/maintenance.html", "devices", context, status=422 if wrong else 200)


def _announced(aim: Aim, form: MaintenanceForm | None, people: list[User], user: User) -> bool:
    if form is None:
        raise NotYourDevice(place=places.labels([aim.area]).get(aim.area, aim.area))
    if not form.is_valid():
        return False
    given = form.cleaned_data
    actions.announce(
        area=aim.area,
        line=aim.line,
        station=aim.station,
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        reason=given["reason"],
        responsible=next(one for one in people if str(one.pk) == given["responsible"]),
        by=user,
        at=clock.now(),
    )
    return True


@require_POST
def end(request: HttpRequest, maintenance_id: UUID) -> HttpResponse:
    """This function will end announced work before its time."""
    row = queries.announced(areas_of(request), clock.now()).filter(pk=maintenance_id).first()
    if row is None:
        raise Http404
    try:
        actions.end_maintenance(maintenance=row, by=person(request), at=clock.now())
        messages.success(request, _("Đã kết thúc bảo trì; cảnh báo có hiệu lực trở lại."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:maintenance")


def _aim(request: HttpRequest) -> Aim:
    """What the address or the form names, when the person may see it."""
    given, own = request.POST if request.method == "POST" else request.GET, areas_of(request)
    try:
        if key := given.get("cot", ""):
            line = fleet.pole(own, UUID(key))
            return Aim(line.area, line=line) if line else Aim()
        if key := given.get("dai", ""):
            station = station_of(own, UUID(key))
            return Aim(station.area, station=station) if station else Aim()
    except ValueError:
        return Aim()
    area = given.get("noi", "")
    return Aim(area) if area and any(covers(outer, area) for outer in own) else Aim()
