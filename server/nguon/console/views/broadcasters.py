"""Đài truyền thanh cấp xã: one a commune, what it is made of, and which ones it came from."""

import io
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.console import broadcasters, picking, sheets
from nguon.console.views.base import areas_of, number, page, person
from nguon.console.views.files import workbook
from nguon.devices import queries as fleet
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon.stations import actions, queries
from nguon.stations.models import Station
from nguon.stations.rules import KEEPERS, can_keep_station
from nguon.stations.states import StationState, Technology

PAGE = 60
MOST = 20_000
SOON_DAYS = 90


def _asked(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.GET.get(name, "")[:100].strip() for name in ("q", "loai", "tinh-trang", "het", "gp")
    }


@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    """This function will list the stations of the person's areas."""
    asked, areas = _asked(request), areas_of(request)
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    rows = queries.stations_in(
        areas,
        text=asked["q"],
        technology=asked["loai"],
        state=asked["tinh-trang"],
        ended=asked["het"] == "1",
    )
    soon = clock.local(clock.now()).date() + timedelta(days=SOON_DAYS)
    ending = queries.licences_ending(areas, before=soon)
    if asked["gp"] == "1":
        rows = rows.filter(pk__in=ending.values("pk"))
    shown = list(rows[(first - 1) * PAGE : first * PAGE + 1])
    tallies = queries.tallies(areas)
    own = rights(person(request), clock.now())
    context = {
        "rows": shown[:PAGE],
        "asked": asked,
        "asked_state": asked["tinh-trang"],
        "ended": asked["het"] == "1",
        "technologies": [(one.value, one.label, tallies.get(one.value, 0)) for one in Technology],
        "states": [(one.value, one.label, tallies.get(one.value, 0)) for one in StationState],
        "ending": ending.count(),
        "total": sum(tallies.get(one.value, 0) for one in Technology),
        "page": first,
        "next_page": first + 1 if len(shown) > PAGE else 0,
        "carry": urlencode(asked),
        "may_keep": any(own.areas_of(role) for role in KEEPERS),
    }
    return page(request, "console/broadcasters.html", "devices", context)


@require_GET
def written(request: HttpRequest) -> HttpResponse:
    """This function will give the stations in use of the person's areas as a workbook."""
    out = io.BytesIO()
    rows = queries.stations_in(areas_of(request)).prefetch_related("covered__place", "licences")[:MOST]
    day = clock.local(clock.now()).date()
    sheets.write(out, _("Đài truyền thanh"), broadcasters.columns(), broadcasters.written(rows, day))
    return workbook(out.getvalue(), "dai-truyen-thanh.xlsx")


@require_GET
def station(request: HttpRequest, station_id: UUID) -> HttpResponse:
    """This function will show one station: what it is made of, what it came from, what it became."""
    row, at = _one(request, station_id), clock.now()
    soon = clock.local(at).date()
    licences = [
        (one, one.expires_on < soon, (one.expires_on - soon).days < SOON_DAYS) for one in row.licences.all()
    ]
    villages = [str(one.place) for one in row.covered.select_related("place").order_by("place__sort_key")]
    context = {
        "row": row,
        "licences": licences,
        "villages": villages,
        "some": len(villages),
        "village_count": len(broadcasters.villages_of(row.place, soon)),
        "devices": fleet.in_area([row.area]).count(),
        "backward": row.backward.select_related("origin").order_by("origin__area"),
        "onward": row.onward.select_related("successor"),
        "may_keep": row.valid_to is None and can_keep_station(person(request), row.area, at),
    }
    return page(request, "console/broadcaster.html", "devices", context)


def add(request: HttpRequest) -> HttpResponse:
    """This function will add the station of a commune: the commune first, then the rest."""
    user, at = person(request), clock.now()
    picked = request.POST.get("noi", "") or request.GET.get("noi", "")
    own = picking.picker(user, "dai", at, picked=picked)
    if not own.picked:
        if not picking.areas_for(user, picking.PURPOSES["dai"], at):
            raise PermissionDenied
        return page(request, "console/broadcaster_form.html", "devices", {"picker": own})
    place = _commune(own.picked)
    return _form(request, place, None)


def change(request: HttpRequest, station_id: UUID) -> HttpResponse:
    """This function will set a station right."""
    row = _kept(request, station_id)
    return _form(request, row.place, row)


@require_POST
def end(request: HttpRequest, station_id: UUID) -> HttpResponse:
    """This function will end a station, with the reason."""
    row = _kept(request, station_id)
    try:
        actions.end_station(
            station=row, reason=request.POST.get("reason", ""), by=person(request), at=clock.now()
        )
        messages.success(request, _("Đã ghi: {name} thôi hoạt động.").format(name=row.name))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:broadcaster", row.pk)


def _form(request: HttpRequest, place: Place, row: Station | None) -> HttpResponse:
    user, at = person(request), clock.now()
    day = clock.local(at).date()
    if not can_keep_station(user, place.area, at):
        raise PermissionDenied
    told = request.POST if request.method == "POST" and "cong_nghe" in request.POST else None
    initial = broadcasters.typed(row) if row else {}
    form = broadcasters.StationForm(broadcasters.villages_of(place, day), told, initial=initial)
    fault = ""
    if told is not None and form.is_valid():
        cells = form.cells(places.codes_of_all({place.pk}, day=day).get(place.pk, ""))
        try:
            made = (
                actions.change_station(station=row, cells=cells, by=user, at=at)
                if row
                else actions.add_station(cells=cells, by=user, at=at)
            )
        except DomainError as error:
            fault = str(error)
        else:
            messages.success(request, _("Đã lưu {name}.").format(name=made.name))
            return redirect("console:broadcaster", made.pk)
    status = 409 if fault else 422 if form.errors else 200
    context = {"form": form, "place": place, "row": row, "fault": fault}
    return page(request, "console/broadcaster_form.html", "devices", context, status=status)


def _commune(area: str) -> Place:
    try:
        place = places.place(area, at=clock.now())
    except PlaceNotFound as error:
        raise Http404 from error
    if place.kind != Kind.COMMUNE:
        raise Http404
    return place


def _one(request: HttpRequest, station_id: UUID) -> Station:
    row = queries.station_of(areas_of(request), station_id)
    if row is None:
        raise Http404
    return row


def _kept(request: HttpRequest, station_id: UUID) -> Station:
    row = _one(request, station_id)
    if not can_keep_station(person(request), row.area, clock.now()):
        raise PermissionDenied
    return row
