"""Địa bàn: the map of any day, and what nobody took over."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.accounts.rules import rights
from nguon.console import mapping
from nguon.console.views.base import number, page, person
from nguon.devices import queries as devices
from nguon.kernel import clock
from nguon.organisations import queries
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.models import Place
from nguon.organisations.states import COUNTRY_AREA, Kind

PAGE = 100
ODDITIES = 50


def day_of(request: HttpRequest) -> tuple[date, str]:
    """This function will return the day that the address names, or today; and how addresses carry it on."""
    try:
        wanted = parse_date(request.GET.get("ngay", ""))
    except ValueError:
        wanted = None
    today = clock.local(clock.now()).date()
    return (wanted, wanted.isoformat()) if wanted and wanted != today else (today, "")


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """This function will show the country: what lies in it on a day, and what is looked for."""
    country = Place.objects.filter(area=COUNTRY_AREA).values_list("pk", flat=True).first()
    if country is None:
        return page(request, "console/place.html", "territory", {"none": True, "day": day_of(request)[0]})
    return place(request, country)


@require_GET
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """This function will show one place as at a day, what lies in it, and what became of it."""
    user, at = person(request), clock.now()
    day, carried = day_of(request)
    versions = queries.versions_of(place_id)
    if not versions:
        raise Http404
    now = next(
        (row for row in versions if row.valid_from <= day and not (row.valid_to and row.valid_to < day)), None
    )
    own = rights(user, at)
    words = request.GET.get("q", "")[:100].strip()
    context: dict[str, Any] = {
        "place_id": place_id,
        "day": day,
        "carried": carried,
        "version": now,
        "shown": now or versions[-1],
        "versions": versions,
        "codes": queries.codes_ever(place_id),
        "crumbs": queries.ancestors_at(place_id, day=day),
        "arrows": mapping.arrows(place_id, queries.changes_of(place_id)),
        "keeps": mapping.keeps_any(user, at),
        "may_change": own.may(mapping.KEEPER, versions[-1].area),
        "q": words,
    }
    context["may_count"] = context["may_change"]
    context["headcounts"] = queries.headcounts_of(place_id, most=6)
    if now is not None:
        context |= _inside(request, now.area, place_id, day, carried, words)
        if not carried and any(own.may(role, now.area) for role in own.roles):
            context["speakers"], context["many_speakers"] = devices.counted([now.area])
    return page(request, "console/place.html", "territory", context)


def _inside(
    request: HttpRequest, area: str, place_id: int, day: date, carried: str, words: str
) -> dict[str, Any]:
    counts = queries.counts_within(area, day=day)
    if words:
        return {"counts": counts, "lines": mapping.found_lines(words, area, day, carried)}
    tier = request.GET.get("cap", "")
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    found = queries.listed(
        place_id,
        day=day,
        kind=Kind(tier) if tier in Kind.values else None,
        first=(first - 1) * PAGE,
        most=PAGE,
    )
    lines = [
        mapping.line_of(row, found.codes.get(row.place_id, ""), row.inside, carried) for row in found.rows
    ]
    return {
        "counts": counts,
        "lines": lines,
        "total": found.total,
        "tier": tier,
        "page": first,
        "next_page": first + 1 if first * PAGE < found.total else 0,
    }


@require_GET
def oddities(request: HttpRequest) -> HttpResponse:
    """This function will list what nothing took over, the links in doubt, or what the sources disagree on."""
    tabs: list[tuple[str, Any, Any]] = [
        ("", _("Không có nơi kế tục"), queries.without_successor()),
        ("nghi-ngo", _("Mối nối đáng ngờ"), queries.doubtful()),
        ("nguon", _("Các nguồn nói khác nhau"), queries.source_oddities()),
    ]
    counts = {value: rows.count() for value, _label, rows in tabs}
    wanted = request.GET.get("xem", "")
    show = wanted if wanted in counts else ""
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    since = (first - 1) * ODDITIES
    rows = {value: found[since : since + ODDITIES] for value, _label, found in tabs if value == show}
    context = {
        "show": show,
        "keeps": mapping.keeps_any(person(request), clock.now()),
        "tabs": [(value, label, counts[value]) for value, label, _rows in tabs],
        "gone": rows.get("", []),
        "unsure": rows.get("nghi-ngo", []),
        "told": rows.get("nguon", []),
        "page": first,
        "next_page": first + 1 if first * ODDITIES < counts[show] else 0,
    }
    return page(request, "console/oddities.html", "territory", context)


def found_place(place_id: int) -> Place:
    """This function will return a place, or say that there is none."""
    found = Place.objects.select_related("parent").filter(pk=place_id).first()
    if found is None:
        raise Http404(str(PlaceNotFound(area=place_id)))
    return found
