"""Tin cảnh báo: what came from other systems, and an officer's word on it; who may send."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.models import User
from nguon.accounts.queries import people_with
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.alerts.states import LONGEST_TEXT
from nguon.areas.paths import covers
from nguon.cap import actions, queries
from nguon.cap.models import Received, Sender
from nguon.cap.rules import short
from nguon.cap.states import State, Verdict
from nguon.console import alerts, cap_inbox
from nguon.console.forms_cap import AuthorisationForm, SenderForm
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places

SHOWN = 20
MOST_AREAS = 200


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """This function will show what waits for the officer's word, and below all that came."""
    user, at = person(request), clock.now()
    turn = max(1, number(request.GET.get("trang"), 1, most=1000))
    rows = list(queries.seen_by(user, at)[(turn - 1) * SHOWN : turn * SHOWN + 1])
    context = {
        "waiting": cap_inbox.lines(queries.waiting_for(user, at)) if turn == 1 else [],
        "rows": cap_inbox.lines(rows[:SHOWN]),
        "older": turn + 1 if len(rows) > SHOWN else 0,
        "on_duty": bool(rights(user, at).areas_of(Role.DUTY)),
        "administers": bool(rights(user, at).areas_of(Role.ADMINISTRATOR)),
    }
    return page(request, "console/cap.html", "cap", context)


@require_GET
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """This function will show one message, and ask for the officer's word."""
    return _message(request, _found(request, message_id))


@require_POST
def decide(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """This function will keep the officer's word on a message."""
    row = _found(request, message_id)
    verdict = request.POST.get("quyet-dinh", "")
    if verdict not in Verdict.values:
        return _message(request, row, _("Hãy chọn một quyết định."))
    try:
        actions.decide(
            message_id=row.pk,
            verdict=Verdict(verdict),
            areas=[area[:120] for area in request.POST.getlist("noi")[:MOST_AREAS]],
            reason=request.POST.get("ly-do", "")[:1000],
            text=request.POST.get("loi", "")[:10_000],
            by=person(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _message(request, row, str(error))
    messages.success(request, _("Đã ghi quyết định."))
    return redirect("console:cap_message", row.pk)


@require_GET
def source(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """This function will give a message word for word, to be kept and never opened as a page."""
    row = _found(request, message_id)
    return HttpResponse(
        bytes(row.xml),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="cap-{row.pk}.xml"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_http_methods(["GET", "POST"])
def senders(request: HttpRequest) -> HttpResponse:
    """This function will show who may send and what is authorised, and pin a new sender."""
    user, at = person(request), clock.now()
    own = rights(user, at).areas_of(Role.ADMINISTRATOR)
    form = SenderForm(_labelled(own), request.POST or None)
    if request.method != "POST":
        return _senders(request, own, form, at)
    if not own:
        raise PermissionDenied
    if not form.is_valid():
        return _senders(request, own, form, at)
    try:
        made = actions.add_sender(**form.cleaned_data, by=user, at=at)
    except DomainError as error:
        return _senders(request, own, form, at, fault=str(error))
    # The credential is on this one answer and nowhere else.
    return _senders(request, own, SenderForm(_labelled(own)), at, token=made.token, made=made.sender.name)


@require_POST
def end_sender(request: HttpRequest, sender_id: UUID) -> HttpResponse:
    """This function will take nothing more from a sender."""
    try:
        ended = actions.end_sender(sender_id=sender_id, by=person(request), at=clock.now())
        messages.success(request, _("Đã ngừng nhận tin của “{name}”.").format(name=ended.name))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:cap_senders")


@require_POST
def authorise(request: HttpRequest) -> HttpResponse:
    """This function will have the alerts of a sender prepared at once."""
    user, at = person(request), clock.now()
    own = rights(user, at).areas_of(Role.ADMINISTRATOR)
    form = AuthorisationForm(_labelled(own), _officers(own, at), request.POST)
    if not own:
        raise PermissionDenied
    if not form.is_valid():
        messages.error(request, _("Hãy chọn đủ hiểm họa, địa bàn, người trực ban và ngày."))
        return redirect("console:cap_senders")
    given = dict(form.cleaned_data)
    officer = User.objects.get(pk=given.pop("officer"))
    try:
        actions.authorise(**given, officer=officer, by=user, at=at)
        messages.success(request, _("Đã ủy quyền: tin đến thì báo động được lập sẵn, vẫn cần hai người ký."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:cap_senders")


@require_POST
def end_authorisation(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """This function will take an authorisation back."""
    try:
        actions.end_authorisation(authorisation_id=grant_id, by=person(request), at=clock.now())
        messages.success(request, _("Đã bỏ ủy quyền."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:cap_senders")


def _found(request: HttpRequest, message_id: UUID) -> Received:
    row = queries.seen_by(person(request), clock.now()).filter(pk=message_id).first()
    if row is None:
        raise Http404
    return row


def _message(request: HttpRequest, row: Received, fault: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    choices = queries.choices(row, user, at)
    context = {
        "card": cap_inbox.whole(row, at),
        "verdicts": cap_inbox.verdicts(row, user, at),
        "choices": [one for one in choices if not one.decided][:MOST_AREAS],
        "chosen": request.POST.getlist("noi"),
        "verdict": request.POST.get("quyet-dinh", ""),
        "reason": request.POST.get("ly-do", ""),
        "text": request.POST.get("loi", "") or short(row.text, LONGEST_TEXT),
        "speaks": row.kind != "Cancel",
        "made_before": alerts.made_of(queries.made_before(row)) if row.state == State.WAITING else [],
        "fault": fault,
    }
    return page(request, "console/cap_message.html", "cap", context, status=409 if fault else 200)


def _senders(
    request: HttpRequest,
    own: list[str],
    form: SenderForm,
    at: datetime,
    *,
    fault: str = "",
    token: str = "",
    made: str = "",
) -> HttpResponse:
    user = person(request)
    context = {
        "senders": [(row, _covered(row.area, own)) for row in _rows(user, at)],
        "authorisations": queries.authorisations_in(rights(user, at).areas),
        "form": form if own else None,
        "authorisation": AuthorisationForm(_labelled(own), _officers(own, at)) if own else None,
        "fault": fault,
        "token": token,
        "made": made,
        "address": request.build_absolute_uri("/cap/v1/alerts"),
    }
    return page(request, "console/cap_senders.html", "cap", context, status=409 if fault else 200)


def _rows(user: User, at: datetime) -> list[Sender]:
    return list(queries.senders_in(rights(user, at).areas).select_related("place"))


def _covered(area: str, own: list[str]) -> bool:
    return any(covers(one, area) for one in own)


def _labelled(own: list[str]) -> list[tuple[str, str]]:
    return sorted(places.labels(own).items(), key=lambda pair: pair[1])


def _officers(own: list[str], at: datetime) -> list[tuple[int, str]]:
    found = {one.pk: str(one) for area in own for one in people_with(Role.DUTY, area, at)}
    return sorted(found.items(), key=lambda pair: pair[1])
