"""Display settings: theme, size of letters, contrast."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from nguon.ui.context import CONTRASTS, COOKIE, SIZES, THEMES, Display

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
