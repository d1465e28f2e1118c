"""What every staff page needs: who asks, in which areas, how many bulletins wait."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nguon.accounts.models import User
from nguon.accounts.rules import SEES_PEOPLE, rights
from nguon.areas.paths import is_area
from nguon.bulletins import queries
from nguon.kernel import clock
from nguon.notices.queries import unread
from nguon.organisations.models import Place
from nguon.staff.rules import SEES_STAFF


def person(request: HttpRequest) -> User:
    """This function will return who is signed in; the middleware lets nobody else in."""
    return cast(User, request.user)


def is_demo() -> bool:
    """This function will say whether this is a demo, where a password is enough to approve."""
    return bool(settings.NGUON_MODE == "demo")


def areas_of(request: HttpRequest) -> list[str]:
    """This function will return the outermost areas in which the person has any role."""
    return rights(person(request), clock.now()).areas


def reads_of(request: HttpRequest) -> list[str]:
    """This function will return the areas of which the person reads bulletins: none for who only mends."""
    return queries.seen_areas(person(request), clock.now())


def page(
    request: HttpRequest, template: str, section: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """This function will draw a whole page within the frame of the staff pages."""
    user, at = person(request), clock.now()
    own = rights(user, at)
    frame = {
        "section": section,
        "notice_count": unread(user),
        "waiting_count": queries.waiting_for(user, at).count(),
        "sees_people": any(map(own.areas_of, SEES_PEOPLE)),
        "sees_staff": any(map(own.areas_of, SEES_STAFF)),
    }
    return render(request, template, {**frame, **context}, status=status)


def number(text: str | None, default: int = 0, most: int = 100_000_000) -> int:
    """This function will read a whole number from an address; what is none becomes the default."""
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 12 else default


def place_at(area: str) -> Place | None:
    """This function will return the place of an area that a form names; what is no area is none."""
    return Place.objects.filter(area=area).first() if is_area(area) else None
