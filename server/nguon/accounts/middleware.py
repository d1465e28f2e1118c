"""Who asks, told to the database: each request sees the rows of its person's areas and no others; and who is
nobody yet is asked to sign in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from nguon.accounts.models import User
from nguon.accounts.rules import keep_rights
from nguon.areas.reach import NOTHING, Reach, reaching
from nguon.kernel import clock
from nguon.organisations.queries import with_past

# Signing in and coming in by an invitation: people are looked for before anybody is known.
ENTRANCE = "/accounts/"


class ReachMiddleware:
    """Stands after AuthenticationMiddleware. Whoever is not signed in reaches nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """This function will keep what answers."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """This function will answer within the reach of whoever asks."""
        with reaching(_reach(request)):
            return self._answer(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Stands after ReachMiddleware. Whoever was sending a form when the session had ended comes back to the
    page of that form: the address that it was sent to shows no page."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        """This function will lead to the sign-in page, and from there back."""
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        came_from, back = request.headers.get("Referer", ""), "/"
        if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
            parts = urlsplit(came_from)
            back = urlunsplit(("", "", parts.path, parts.query, ""))
        return redirect_to_login(back, self.get_login_url(view_func))


def _reach(request: HttpRequest) -> Reach:
    key = str(request.session.get(SESSION_KEY, ""))
    entering = request.path_info.startswith(ENTRANCE)
    if not key.isdigit():
        return Reach(entering=True) if entering else NOTHING
    with reaching(Reach(person=int(key))):  # enough to read the own account and the own roles
        user = request.user
        if not isinstance(user, User):
            return Reach(entering=True) if entering else NOTHING
        own = keep_rights(user, clock.now()).areas
        past = with_past(own)
    return Reach(user.pk, tuple(past), entering, own=tuple(own))
