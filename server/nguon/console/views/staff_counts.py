"""Số liệu nhân sự: how many people do which work in each place, and how many of them were trained."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from nguon.console import staff_tables
from nguon.console.views.base import page
from nguon.console.views.files import workbook
from nguon.console.views.staff import seen
from nguon.kernel import clock


def _asked(request: HttpRequest) -> tuple[list[str], date]:
    """Within which areas, and as at which day; a day to come or none is today."""
    areas, today = seen(request), clock.local(clock.now()).date()
    inside = staff_tables.narrowed(areas, request.GET.get("noi", "")[:120])
    try:
        day = parse_date(request.GET.get("ngay", "")) or today
    except ValueError:
        day = today
    return inside, min(day, today)


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """This function will show the numbers of the areas' own places, one tier at a time."""
    areas, day = _asked(request)
    table = staff_tables.read(areas, day)
    context: dict[str, Any] = {
        "table": table,
        "day": day,
        "today": clock.local(clock.now()).date(),
        "inside": request.GET.get("noi", "")[:120],
    }
    return page(request, "console/staff_counts.html", "staff", context)


@require_GET
def written(request: HttpRequest) -> HttpResponse:
    """This function will give the same numbers as a workbook."""
    areas, day = _asked(request)
    return workbook(staff_tables.written(staff_tables.read(areas, day), day), f"nhan-su-{day}.xlsx")
