"""Display settings (theme, size of letters, contrast), and the page of a machine that fails."""

import sys
from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.defaults import server_error as fault_of_ours

from nguon.ui.context import CONTRASTS, COOKIE, SIZES, THEMES, Display
from nguon.ui.outage import outage_of

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """This function will keep one changed setting in the cookie and go back to the page."""
    wanted = Display.parse(request.COOKIES.get(COOKIE, ""))
    for name, allowed in (("theme", THEMES), ("size", SIZES), ("contrast", CONTRASTS)):
        value = request.POST.get(name, "")
        if value in allowed:
            wanted = replace(wanted, **{name: value})
    response: HttpResponse = (
        HttpResponse(status=204)
        if request.headers.get("X-Requested-With") == "fetch"
        else HttpResponseRedirect(_way_back(request))
    )
    response.set_cookie(COOKIE, str(wanted), max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _way_back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


def server_error(request: HttpRequest) -> HttpResponse:
    """This function will answer what nobody expected: a full disk or a database that is away in one sentence
    (status 503), anything else as a fault of ours (500). It asks the database nothing."""
    outage = outage_of(sys.exc_info()[1])
    if outage is None:
        return fault_of_ours(request)
    if request.headers.get("HX-Request"):
        text = f"{outage.title}. {outage.sentence}"
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    page = loader.get_template("ui/outage.html").render({"outage": outage})
    return HttpResponse(page, status=503)
