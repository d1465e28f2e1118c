"""Bản tin từ trên: taken, declined, put in order; and for the sender, who used what."""

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from nguon.console import supplying
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.supply import actions, queries
from nguon.supply.rules import is_sender
from nguon.supply.states import Progress
from nguon.ui.templatetags.ui import instant

SHOWN = 12
COMMUNES = 50


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """This function will show what came from above, and to who stands above communes what was sent."""
    return _inbox(request)


@require_POST
def take(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """This function will put a bulletin from above into the commune's programme, at the time proposed or
    another one."""
    try:
        made = actions.take(
            revision_id=revision_id,
            area=request.POST.get("xa", ""),
            instants=_instants(request),
            by=person(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _inbox(request, str(error))
    if not made:
        messages.warning(request, _("Giờ này đã có bản tin khác: hãy chọn thứ tự phát ở dưới."))
        return _back(request)
    first = made[0]
    messages.success(
        request,
        _("Đã xếp “{title}” vào chương trình: {time}.").format(
            title=first.revision.title, time=instant(first.at)
        ),
    )
    return _back(request)


@require_POST
def decline(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """This function will note that the commune does not use a bulletin, and why."""
    try:
        actions.decline(
            revision_id=revision_id,
            area=request.POST.get("xa", ""),
            reason=request.POST.get("ly-do", "")[:1000],
            by=person(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _inbox(request, str(error))
    messages.success(request, _("Đã ghi: xã không dùng bản tin này. Nơi gửi thấy lý do."))
    return _back(request)


@require_POST
def order(request: HttpRequest, clash_id: UUID) -> HttpResponse:
    """This function will keep the commune's word on which of two items goes first."""
    try:
        actions.order(
            clash_id=clash_id, decision=request.POST.get("chon", ""), by=person(request), at=clock.now()
        )
    except DomainError as error:
        return _inbox(request, str(error))
    messages.success(request, _("Đã ghi thứ tự và xếp lại giờ phát."))
    return _back(request)


@require_GET
def usage(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """This function will tell the sender what each commune did."""
    return _usage(request, revision_id)


@require_POST
def remind(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """This function will remind the communes that have not answered."""
    try:
        count = actions.remind(revision_id=revision_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _usage(request, revision_id, str(error))
    words = ngettext("Đã nhắc {count} xã chưa trả lời.", "Đã nhắc {count} xã chưa trả lời.", count)
    messages.success(request, words.format(count=count))
    return redirect("console:supply_usage", revision_id)


def _inbox(request: HttpRequest, fault: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    scope = supplying.scope_of(user, request.POST.get("xa") or request.GET.get("xa", ""), at)
    turn = max(1, number(request.GET.get("trang"), 1, most=1000))
    start = (turn - 1) * SHOWN
    context: dict[str, object] = {"scope": scope, "fault": fault}
    if scope.area:
        show_all = request.GET.get("xem") == "tat-ca"
        rows = queries.from_above(scope.area, at) if show_all else queries.unanswered(scope.area, at)
        found = list(rows[start : start + SHOWN + 1])
        context |= {
            "cards": supplying.cards(scope, found[:SHOWN], at),
            "orders": supplying.order_cards(queries.open_clashes(scope.area)[:SHOWN]),
            "show_all": show_all,
        }
    else:
        areas = list(scope.wide)
        found = list(queries.sent_by(areas)[start : start + SHOWN + 1]) if areas else []
        above = list(queries.from_above(areas[0], at)[:SHOWN]) if len(areas) == 1 and turn == 1 else []
        context |= {
            "sent": supplying.sent_lines(found[:SHOWN], at, ["vn"]),
            "above": supplying.sent_lines(above, at, areas),
        }
    context["older"] = turn + 1 if len(found) > SHOWN else 0
    return page(request, "console/supply.html", "supply", context, status=409 if fault else 200)


def _usage(request: HttpRequest, revision_id: UUID, fault: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    found = supplying.found(user, str(revision_id), at)
    if found is None:
        raise Http404
    revision, areas = found
    show = request.GET.get("xem", "")
    turn = max(1, number(request.GET.get("trang"), 1, most=1000))
    start = (turn - 1) * COMMUNES
    rows = list(queries.usage(revision, at, areas, show)[start : start + COMMUNES + 1])
    context = {
        "revision": revision,
        "sender": is_sender(areas, revision),
        "counts": queries.counts([revision], at, areas)[revision.pk],
        "rows": supplying.used_lines(revision, rows[:COMMUNES]),
        "show": show,
        "kinds": [(one.value, one.label, one.value == show) for one in Progress],
        "older": turn + 1 if len(rows) > COMMUNES else 0,
        "fault": fault,
    }
    return page(request, "console/supply_usage.html", "supply", context, status=409 if fault else 200)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('console:supply')}?xa={request.POST.get('xa', '')[:40]}")


def _instants(request: HttpRequest) -> list[datetime]:
    try:
        day = date.fromisoformat(request.POST.get("ngay", ""))
        hour = time.fromisoformat(request.POST.get("gio", ""))
    except ValueError:
        return []
    return [datetime.combine(day, hour.replace(tzinfo=None), clock.VIETNAM)]
