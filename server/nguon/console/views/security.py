"""Bảo mật của tôi: where one is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts import actions, queries
from nguon.adapters import identity
from nguon.console import people as shown
from nguon.console.views.base import page, person
from nguon.console.views.people_acts import tell_ended
from nguon.kernel import clock


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """This function will show the browsers in which one is signed in, and the ways to sign in."""
    user, at = person(request), clock.now()
    context = {
        "sessions": shown.session_lines(user, at, request.session.session_key),
        "codes_left": queries.second_step_of(user),
        "identity": identity.known(),
        "linked": queries.identities_of(user),
    }
    return page(request, "console/security.html", "security", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """This function will end one session, or all but this one."""
    count = actions.end_sessions(
        user=person(request),
        by=person(request),
        at=clock.now(),
        only=request.POST.get("session", ""),
        keep=request.session.session_key or "",
    )
    tell_ended(request, count)
    return redirect("console:security")
