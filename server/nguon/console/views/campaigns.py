"""Chiến dịch: the campaigns of one's areas, what was said in each, and adding one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins import actions, queries
from nguon.bulletins.queries.library import Asked, library
from nguon.console import reviewing
from nguon.console.forms_newsroom import CampaignForm
from nguon.console.views.base import page, person, place_at
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations.queries import labels

LISTED = 150
SHOWN = 30
AREAS = 50


def campaigns(request: HttpRequest) -> HttpResponse:
    """This function will list the campaigns that concern the person's areas, and add one."""
    if request.method != "POST":
        return _list(request, CampaignForm())
    form = CampaignForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    place = place_at(request.POST.get("at", "")[:120])
    if place is None:
        raise PermissionDenied
    given = actions.CampaignFields(**form.cleaned_data)
    try:
        made = actions.add_campaign(given=given, place=place, by=person(request), at=clock.now())
    except DomainError as error:
        return _list(request, form, fault=str(error), status=409)
    messages.success(request, _("Đã thêm chiến dịch “{title}”.").format(title=made.title))
    return redirect("console:campaign", made.pk)


@require_GET
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """This function will show one campaign with its bulletins, and how many there are in each area."""
    user, at = person(request), clock.now()
    found = queries.campaigns_seen(user, at).filter(pk=campaign_id).first()
    if found is None:
        raise Http404
    counts = queries.counts_by_area(user, found, at)
    named = labels([area for area, _n in counts[:AREAS]])
    context = {
        "campaign": found,
        "rows": reviewing.listed(library(user, Asked(campaign=found.pk), at)[:SHOWN], user),
        "counts": [(named.get(area, area), n) for area, n in counts[:AREAS]],
        "more": max(0, len(counts) - AREAS),
        "total": sum(n for _area, n in counts),
    }
    return page(request, "console/campaign.html", "bulletins", context)


def _list(request: HttpRequest, form: CampaignForm, *, fault: str = "", status: int = 200) -> HttpResponse:
    user, at = person(request), clock.now()
    every = request.GET.get("xem") == "tat-ca"
    rows = (queries.campaigns_seen if every else queries.campaigns)(user, at)
    found = list(rows[: LISTED + 1])
    counts = queries.counts_by_campaign(user, at)
    homes = areas_of(user, Role.ADMINISTRATOR, at)
    named = labels(homes)
    context: dict[str, Any] = {
        "rows": [(one, counts.get(one.pk, 0)) for one in found[:LISTED]],
        "more": len(found) > LISTED,
        "every": every,
        "homes": [(area, named.get(area, area)) for area in homes],
        "at": request.POST.get("at", ""),
        "form": form,
        "fault": fault,
    }
    return page(request, "console/campaigns.html", "bulletins", context, status=status)
