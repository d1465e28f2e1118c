"""Quy định duyệt: what an area asks of approvals, for its administrators."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.areas.paths import covers
from nguon.bulletins import actions, queries
from nguon.bulletins.states import Priority, Topic
from nguon.console.views.base import areas_of, number, page, person, place_at
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places

SHOWN = 100


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """This function will list the rules of one's areas and around them."""
    return _page(request, "")


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """This function will make a rule for what is submitted from now on."""
    place = place_at(request.POST.get("noi", "")[:120])
    if place is None:
        raise PermissionDenied
    topic, priority = number(request.POST.get("linh-vuc")), number(request.POST.get("muc"))
    try:
        actions.add_rule(
            place=place,
            topic=topic if topic in Topic.values else None,
            priority=priority if priority in Priority.values else None,
            second=request.POST.get("hai-nguoi") == "1",
            hours=number(request.POST.get("gio")) or None,
            by=person(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã đặt quy định; áp dụng cho bản tin gửi duyệt từ bây giờ."))
    return redirect("console:review_rules")


@require_POST
def end(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """This function will end a rule; what was submitted before keeps to it."""
    try:
        actions.end_rule(rule_id=rule_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã bỏ quy định. Bản tin gửi duyệt trước đó vẫn theo quy định cũ."))
    return redirect("console:review_rules")


def _page(request: HttpRequest, fault: str) -> HttpResponse:
    homes = rights(person(request), clock.now()).areas_of(Role.ADMINISTRATOR)
    labels = places.labels(homes)
    context = {
        "rows": [
            (row, any(covers(home, row.area) for home in homes))
            for row in queries.rules_in(areas_of(request))[:SHOWN]
        ],
        "homes": sorted(labels.items(), key=lambda pair: pair[1]),
        "topics": Topic.choices,
        "priorities": Priority.choices,
        "fault": fault,
    }
    return page(request, "console/review_rules.html", "reviews", context, status=409 if fault else 200)
