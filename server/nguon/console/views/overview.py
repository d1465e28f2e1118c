"""Màn hình lớn, Độ phủ and Bản đồ: the whole of an area at a glance."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.console import health as shapes
from nguon.console import mapped
from nguon.console.views.base import areas_of, number, page
from nguon.console.views.health import branches_of, chosen_area, path_to
from nguon.health import queries
from nguon.health.states import HOURS_DAYS, SILENT_DAYS, VILLAGE_DAYS
from nguon.kernel import clock
from nguon.organisations import queries as places

ON_WALL = 12
SPANS = (24, 72)
COMMUNE_DOTS = 2
NEVER = 200
DAYS = timedelta(days=SILENT_DAYS - 1)


def _wall(request: HttpRequest) -> dict[str, Any]:
    areas, chosen = chosen_area(request)
    at = clock.now()
    found = shapes.branches(areas, chosen, at)
    worst = sorted(found, key=lambda one: (-one.tiles.lost - one.tiles.wrong, -one.tiles.playing))
    alarms = queries.first_alarms(areas, ON_WALL)
    return {
        "tiles": queries.together(one.tiles for one in found),
        "branches": worst[:ON_WALL],
        "alarms": shapes.alarm_lines(alarms),
        "at": at,
        "area": chosen,
    }


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """This function will show the figures of an area large enough for a wall, awake by server-sent events."""
    areas, chosen = chosen_area(request)
    labels = places.labels([chosen] if chosen else areas)
    return page(
        request, "console/wall.html", "devices", {**_wall(request), "label": ", ".join(labels.values())}
    )


@require_GET
def wall_now(request: HttpRequest) -> HttpResponse:
    """This function will send the moving part of the wall."""
    return render(request, "console/parts/wall.html", _wall(request))


@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """This function will tell how many villages and households hear something now, which never do, and what
    was heard in the last thirty days."""
    areas, chosen = chosen_area(request)
    at = clock.now()
    today = clock.local(at).date()
    never = list(queries.never(areas, at)[: NEVER + 1])
    one = chosen or (areas[0] if len(areas) == 1 else "")
    context = {
        "reach": queries.reach(areas, at),
        "never": [(row.area, row.label) for row in never[:NEVER]],
        "more": len(never) > NEVER,
        "days": shapes.day_lines(queries.days(areas, today - DAYS, today)),
        "silent_days": SILENT_DAYS,
        "path": path_to(request, one),
        "area": chosen,
    }
    return page(request, "console/reach.html", "devices", context)


@require_GET
def past(request: HttpRequest) -> HttpResponse:
    """This function will show how many loudspeakers of an area were connected hour by hour, and what was
    heard day by day; the hours of a village are reckoned from the words of its loudspeakers."""
    areas, chosen = chosen_area(request)
    at = clock.now()
    today, one = clock.local(at).date(), chosen or (areas[0] if len(areas) == 1 else "")
    asked = number(request.GET.get("gio"))
    span = asked if asked in SPANS else SPANS[0]
    village = chosen if chosen.count(".") > COMMUNE_DOTS else ""
    since = at - timedelta(hours=span)
    hours = list(queries.village_hours(village, since, at)) if village else queries.hours(areas, since)
    context = {
        "hours": shapes.hour_lines(hours),
        "village": village,
        "by_village": chosen.count(".") >= COMMUNE_DOTS,
        "village_days": VILLAGE_DAYS,
        "days": shapes.day_lines(queries.days(areas, today - DAYS, today)),
        "spans": [(hours, _("{count} giờ qua").format(count=hours), hours == span) for hours in SPANS],
        "kept_days": HOURS_DAYS,
        "path": path_to(request, one),
        "area": chosen,
    }
    return page(request, "console/fleet_history.html", "devices", context)


@require_GET
def overview_map(request: HttpRequest) -> HttpResponse:
    """This function will show where the loudspeakers are: communes as areas, loudspeakers as points."""
    areas, chosen = chosen_area(request)
    at = clock.now()
    one = chosen or (areas[0] if len(areas) == 1 else "")
    context = {
        **branches_of(request, areas, chosen, at),
        "path": path_to(request, one),
        "area": chosen,
        "tile_address": settings.NGUON_MAP_TILES,
    }
    return page(request, "console/map.html", "devices", context)


@require_GET
def map_data(request: HttpRequest) -> JsonResponse:
    """This function will send what the map draws, as GeoJSON (RFC 7946)."""
    areas, chosen = chosen_area(request)
    own = areas if chosen else areas_of(request)
    box = mapped.box_of(request.GET.get("khung", ""))
    return JsonResponse(mapped.features(own, clock.now(), box))
