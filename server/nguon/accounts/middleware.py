"""Who asks, told to the database: each request sees the rows of its person's areas and no others."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
