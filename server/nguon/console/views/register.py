"""Sổ loa: what the offices know of their boxes, those that have joined and those that have not."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from nguon.console.views.base import areas_of, number, page
from nguon.console.views.devices import kept_areas
from nguon.devices import queries as fleet

PAGE = 60
WAITING = "cho"


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """This function will list the register of the person's areas, all or what is looked for."""
    words, show = request.GET.get("q", "")[:100].strip(), request.GET.get("xem", "")
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    rows = fleet.registered_in(areas_of(request), words, waiting=show == WAITING)
    shown = list(rows[(first - 1) * PAGE : first * PAGE + 1])
    keeps = bool(kept_areas(request))
    context = {
        "rows": shown[:PAGE],
        "q": words,
        "show": show,
        "waiting": WAITING,
        "carry": urlencode({"q": words, "xem": show}),
        "page": first,
        "next_page": first + 1 if len(shown) > PAGE else 0,
        "may_keep": keeps,
    }
    return page(request, "console/register.html", "devices", context)
