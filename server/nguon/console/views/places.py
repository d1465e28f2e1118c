"""The tree of places, piece by piece."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nguon.console import tree
from nguon.console.views.base import person
from nguon.kernel import clock
from nguon.organisations.errors import PlaceNotFound

TEMPLATE = "console/compose/tree.html"


@require_GET
def children(request: HttpRequest, area: str) -> HttpResponse:
    """This function will send what lies directly within one place."""
    try:
        branches = tree.inside(person(request), area, clock.now())
    except PlaceNotFound as error:
        raise Http404 from error
    return render(request, TEMPLATE, {"branches": branches})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """This function will send the places, groups and loudspeakers that were looked for."""
    text = request.GET.get("q", "")[:100].strip()
    user, at = person(request), clock.now()
    branches = tree.search(user, text, at) if text else tree.roots(user, at)
    return render(request, TEMPLATE, {"branches": branches})
