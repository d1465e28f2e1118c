"""Trực ban: what plays where now, and the red button."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.console import alerts, live, picking, recordings
from nguon.console.presenters import Chosen
from nguon.console.serving import sound_file
from nguon.console.views.base import areas_of, page, person, reads_of
from nguon.console.watching import Watch
from nguon.deliveries.actions import order_stop
from nguon.devices import queries as devices
from nguon.health import queries as health
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.rules import covers

SHOWN = 40  # places to watch or to stop; when there are more, one is searched for


def _chosen_areas(request: HttpRequest) -> tuple[list[str], str]:
    """The person's areas, or the one of them, or inside of them, that the address names."""
    own, wanted = areas_of(request), request.GET.get("dia-ban", "")
    if wanted and any(covers(area, wanted) for area in own):
        return [wanted], wanted
    return own, ""


@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """This function will show every loudspeaker of the person's areas."""
    areas, chosen = _chosen_areas(request)
    own = areas_of(request)
    many = len(health.communes_with(own, clock.now(), SHOWN + 1)) > SHOWN
    context = {
        "live": live.live(areas, clock.now(), reads=reads_of(request)),
        "alarms": alerts.to_look_at(areas, clock.now()),
        "areas": [] if many else _filter(communes_of(own)),
        "picker": _picker(request, chosen) if many else None,
        "area": chosen,
        "may_stop": bool(_stop_areas(request)),
        "on_duty": bool(rights(person(request), clock.now()).areas_of(Role.DUTY)),
    }
    return page(request, "console/duty.html", "duty", context)


def _picker(request: HttpRequest, chosen: str) -> picking.Picker:
    return picking.picker(person(request), "xem", clock.now(), picked=chosen, folded=True)


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """This function will send the moving part of the duty page."""
    areas, _chosen = _chosen_areas(request)
    at = clock.now()
    context = {"live": live.live(areas, at, reads=reads_of(request)), "alarms": alerts.to_look_at(areas, at)}
    return render(request, "console/duty_live.html", context)


async def events(request: HttpRequest) -> HttpResponseBase:
    """This function will send a server-sent event whenever the page should look again."""
    if request.method != "GET":
        return HttpResponse(status=405)
    response = StreamingHttpResponse(_events(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events() -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    async for _heard in Watch.here().changes():
        yield b"event: change\ndata: 1\n\n"


def _filter(named: list[Chosen]) -> list[tuple[str, str]]:
    """The choices of the area filter: everything, then the communes that have loudspeakers."""
    if len(named) < 2:
        return []
    return [("", _("Toàn địa bàn của bạn")), *((row.target, f"{row.label} ({row.count})") for row in named)]


def communes_of(areas: list[str], most: int | None = None) -> list[Chosen]:
    """This function will return the communes with loudspeakers within some areas, by name, only so many."""
    found = health.communes_with(areas, clock.now(), most)
    own = [one for row in found for one in _shared(row.area, areas)]
    counts = devices.counts_by_area(own, 3)
    return [_choice(row, counts.get(row.area, 0)) for row in found]


def _shared(commune: str, areas: list[str]) -> list[str]:
    """Of a commune what lies in some areas."""
    whole = any(covers(area, commune) for area in areas)
    return [commune] if whole else [area for area in areas if covers(commune, area)]


def _choice(row: Place, count: int) -> Chosen:
    own, _comma, around = row.label.partition(", ")
    return Chosen(row.area, own, around, count)


def _stop_areas(request: HttpRequest) -> list[str]:
    own = rights(person(request), clock.now())
    return sorted({area for role in picking.STOPPERS for area in own.areas_of(role)})


def _stop_choices(allowed: list[str]) -> list[Chosen]:
    """The communes that a person may silence, after the wider areas that hold more than one of them."""
    communes = communes_of(allowed, SHOWN + 1)
    known = {choice.target for choice in communes}
    wider = [row for row in places.places(allowed, at=clock.now()) if row.area not in known]
    if len(communes) < 2:
        return communes
    return [*(_choice(row, devices.in_area([row.area]).count()) for row in wider), *communes]


def stop(request: HttpRequest) -> HttpResponse:
    """This function will ask where to stop, name the place and the number, and only then give the order."""
    allowed = _stop_areas(request)
    listed = _stop_choices(allowed)
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("dia-ban", "") or (listed[0].target if len(listed) == 1 else "")
    place = next((row for row in places.places([wanted], at=clock.now())), None) if wanted else None
    chosen = _choice(place, devices.in_area([place.area]).count()) if place else None
    context: dict[str, Any] = {
        "choices": [row for row in listed[:SHOWN] if not chosen or row.target != chosen.target],
        "picker": picking.picker(person(request), "dung", clock.now()) if len(listed) > SHOWN else None,
        "chosen": chosen,
        "reason": given.get("reason", ""),
        "alarms": alerts.sounding_in(place.area, person(request), clock.now()) if place and allowed else [],
    }
    if request.method == "POST" and place and chosen:
        try:
            order_stop(place=place, reason=request.POST.get("reason", ""), by=person(request), at=clock.now())
        except DomainError as error:
            return page(request, "console/stop.html", "duty", {**context, "fault": str(error)}, status=409)
        messages.success(
            request,
            _("Đã ra lệnh dừng {count} cụm loa ở {area}.").format(count=chosen.count, area=chosen.label),
        )
        return redirect("console:duty")
    return page(request, "console/stop.html", "duty", context)


@require_GET
def recording(request: HttpRequest, device_id: UUID, name: str) -> HttpResponseBase:
    """This function will send what a demo loudspeaker wrote; outside of the demo there is no such page."""
    device = devices.in_area(areas_of(request)).filter(pk=device_id).first()
    told = device is not None and live.may_read(reads_of(request), device.area)
    path: Path | None = recordings.file_of(device, name) if device and told else None
    if path is None:
        raise Http404
    return sound_file(request, path, "audio/wav")
