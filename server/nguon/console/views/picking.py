"""The tree from which one place is picked, piece by piece."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nguon.console import picking
from nguon.console.views.base import person
from nguon.kernel import clock
from nguon.organisations.errors import PlaceNotFound

TEMPLATE = "console/parts/pick_tree.html"


def _purpose(slug: str) -> picking.Purpose:
    if slug not in picking.PURPOSES:
        raise Http404
    return picking.PURPOSES[slug]


@require_GET
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """This function will send the places that were looked for, or the beginning of the tree."""
    purpose, text, at = _purpose(slug), request.GET.get("q", "")[:100].strip(), clock.now()
    areas = picking.areas_for(person(request), purpose, at)
    found = picking.search(areas, purpose, text, at) if text else picking.roots(areas, purpose, at)
    return render(request, TEMPLATE, {"branches": found, "name": purpose.name})


@require_GET
def inside(request: HttpRequest, slug: str, area: str) -> HttpResponse:
    """This function will send what lies directly within one place."""
    purpose, at = _purpose(slug), clock.now()
    try:
        found = picking.inside(picking.areas_for(person(request), purpose, at), purpose, area, at)
    except PlaceNotFound as error:
        raise Http404 from error
    return render(request, TEMPLATE, {"branches": found, "name": purpose.name})
