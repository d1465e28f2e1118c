"""Tình trạng: how the loudspeakers are, by area, and what is wrong with which."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import health as shapes
from nguon.console.views.base import areas_of, number, page, person
from nguon.devices import queries as fleet
from nguon.health import actions, queries
from nguon.health.rules import can_answer
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.rules import covers

ALARMS = 40
FIRST_ALARMS = 8
BRANCHES = 60
SHOWN = 60


def chosen_area(request: HttpRequest) -> tuple[list[str], str]:
    """This function will return the person's areas, or the one of them, or inside of them, that the address
    names; and that one alone.
    """
    own, wanted = areas_of(request), request.GET.get("dia-ban", "")
    if wanted and any(covers(area, wanted) for area in own):
        return [wanted], wanted
    return own, ""


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """This function will count the loudspeakers of an area and of each place in it, and list those of a
    commune."""
    at = clock.now()
    areas, chosen = chosen_area(request)
    one = chosen or (areas[0] if len(areas) == 1 else "")
    narrow = one.count(".") >= 2
    rows = list(fleet.listed(areas)[: SHOWN + 1]) if narrow else []
    alarms = queries.first_alarms(areas, FIRST_ALARMS + 1)
    context = {
        **branches_of(request, areas, chosen, at),
        "path": path_to(request, one),
        "area": chosen,
        "lines": shapes.lines(rows[:SHOWN], at),
        "more_lines": len(rows) > SHOWN,
        "alarms": shapes.alarm_lines(alarms[:FIRST_ALARMS]),
        "more_alarms": len(alarms) > FIRST_ALARMS,
    }
    return page(request, "console/health.html", "devices", context)


def branches_of(request: HttpRequest, areas: list[str], chosen: str, at: datetime) -> dict[str, Any]:
    """This function will give the places with loudspeakers of one page, where the next one begins, and all of
    them together."""
    found = shapes.branches(areas, chosen, at)
    first = number(request.GET.get("tu"))
    more = first + BRANCHES if len(found) > first + BRANCHES else 0
    return {
        "tiles": queries.together(one.tiles for one in found),
        "branches": found[first : first + BRANCHES],
        "more_branches": more,
    }


def path_to(request: HttpRequest, area: str) -> list[tuple[str, str]]:
    """This function will give the way from one's own area to the one that is shown: (area, name)."""
    own = areas_of(request)
    if not area:
        return []
    around = [
        row for row in places.ancestors(area, at=clock.now()) if any(covers(one, row.area) for one in own)
    ]
    here = places.places([area], at=clock.now())
    return [(row.area, row.name) for row in [*around, *here]]


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """This function will list what is wrong now, what matters most first."""
    areas, chosen = chosen_area(request)
    first = number(request.GET.get("tu"))
    found = queries.first_alarms(areas, ALARMS + 1, first)
    at = clock.now()
    context = {
        "alarms": shapes.alarm_lines(found[:ALARMS]),
        "next": first + ALARMS if len(found) > ALARMS else 0,
        "area": chosen,
        "may_answer": any(can_answer(person(request), area, at) for area in areas),
    }
    return page(request, "console/alarms.html", "devices", context)


@require_POST
def see(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """This function will note that the person sees to an alarm."""
    alarm = queries.open_alarms(areas_of(request)).filter(pk=alarm_id).first()
    if alarm is None:
        raise Http404
    try:
        seen = actions.see(alarm=alarm, by=person(request), at=clock.now())
        messages.success(
            request, _("{name} nhận xử lý “{device}”.").format(name=seen.seen_by, device=alarm.device)
        )
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:alarms")
