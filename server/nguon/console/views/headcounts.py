"""How many people live in a place, as whoever keeps the map enters it."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nguon.accounts.rules import rights
from nguon.console import mapping
from nguon.console.views.base import person
from nguon.console.views.territory import found_place
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import actions
from nguon.organisations.errors import BadHeadcount

LONGEST = 8


@require_POST
def count(request: HttpRequest, place_id: int) -> HttpResponse:
    """This function will keep one figure of a place."""
    place, user, at = found_place(place_id), person(request), clock.now()
    if not rights(user, at).may(mapping.KEEPER, place.area):
        raise PermissionDenied
    try:
        actions.add_headcount(
            place=place,
            people=_figure(request.POST.get("nguoi", "")),
            households=_figure(given) if (given := request.POST.get("ho", "").strip()) else None,
            counted_on=_day(request.POST.get("dem", "")),
            source=request.POST.get("nguon", ""),
            by=user,
            at=at,
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã ghi dân số của {place}.").format(place=place))
    return redirect("console:place", place_id)


def _figure(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= LONGEST):
        raise BadHeadcount(why=_("Số người, số hộ phải là số."))
    return int(plain)


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise BadHeadcount(why=_("Ngày đếm phải là ngày đã qua."))
    return found
