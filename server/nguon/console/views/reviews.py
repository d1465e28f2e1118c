"""Duyệt: the second person."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.actions import site
from nguon.bulletins import actions, queries
from nguon.bulletins.actions import Hand
from nguon.bulletins.models import Hearing, Revision
from nguon.bulletins.rules import ENOUGH_HEARD
from nguon.bulletins.states import State
from nguon.console import comparing, keys, reviewing
from nguon.console.forms import ReturnForm
from nguon.console.views.base import is_demo, page, person
from nguon.console.views.keys import said_by
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

SHOWN = 50
_SPAN = re.compile(r"\b([0-9]{1,9})-([0-9]{1,9})\b")


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """This function will list what this person may decide, and what waits for another one."""
    user, at = person(request), clock.now()
    context = {
        "rows": reviewing.rows(queries.waiting_for(user, at)[:SHOWN], user, to_decide=True),
        "own": reviewing.rows(queries.own_waiting(user)[:SHOWN], user),
    }
    return page(request, "console/reviews.html", "reviews", context)


@require_GET
def review(request: HttpRequest, revision_id: str) -> HttpResponse:
    """This function will show one bulletin to be heard and decided."""
    return _show(request, revision_id)


@require_POST
def heard(request: HttpRequest, revision_id: str) -> HttpResponse:
    """This function will keep which parts of the sound the person has played so far."""
    revision = _revision(request, revision_id)
    try:
        kept = actions.hear(
            revision_id=revision.pk, spans=_spans(request), by=person(request), at=clock.now()
        )
    except DomainError as error:
        return JsonResponse({"problem": str(error)}, status=409)
    return JsonResponse({"heard_ms": kept.heard_ms})


@require_POST
def approve(request: HttpRequest, revision_id: str) -> HttpResponse:
    """This function will approve exactly what the person saw; a second press changes nothing."""
    revision = _revision(request, revision_id)
    try:
        if request.POST.get("spans"):
            actions.hear(revision_id=revision.pk, spans=_spans(request), by=person(request), at=clock.now())
        actions.approve(
            revision_id=revision.pk,
            content_sha256=request.POST.get("content", ""),
            by=person(request),
            at=clock.now(),
            hand=None if is_demo() else Hand(said_by(request), site()),
        )
    except DomainError as error:
        return _show(request, revision_id, fault=str(error))
    revision.bulletin.refresh_from_db(fields=["state"])
    words = _("Đã duyệt “{title}”.")
    if revision.bulletin.state == State.SUBMITTED:
        words = _("Đã ghi lời duyệt của bạn. Cần thêm một người nữa duyệt, rồi “{title}” mới phát.")
    messages.success(request, words.format(title=revision.title))
    return redirect("console:bulletin", revision.bulletin_id)


@require_POST
def send_back(request: HttpRequest, revision_id: str) -> HttpResponse:
    """This function will return a bulletin to its writer with the reason."""
    revision, form = _revision(request, revision_id), ReturnForm(request.POST)
    if not form.is_valid():
        return _show(request, revision_id, form=form)
    try:
        actions.send_back(
            revision_id=revision.pk, reason=form.cleaned_data["reason"], by=person(request), at=clock.now()
        )
    except DomainError as error:
        return _show(request, revision_id, fault=str(error), form=form)
    messages.success(request, _("Đã trả lại “{title}” kèm lý do.").format(title=revision.title))
    return redirect("console:reviews")


def _spans(request: HttpRequest) -> list[tuple[int, int]]:
    """The parts that the browser says it played, `from-to` in ms, spaces between; rubbish is left out."""
    pairs = _SPAN.findall(request.POST.get("spans", "")[:4000])
    return [(int(start), int(end)) for start, end in pairs]


def _revision(request: HttpRequest, revision_id: str) -> Revision:
    found = queries.visible_revisions(person(request), clock.now()).filter(pk=revision_id).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, revision_id: str, *, fault: str = "", form: ReturnForm | None = None
) -> HttpResponse:
    revision = _revision(request, revision_id)
    known = Hearing.objects.filter(revision=revision, by=person(request)).first()
    context: dict[str, Any] = {
        "heard_before": " ".join(f"{start}-{end}" for start, end in known.spans) if known else "",
        "enough": str(ENOUGH_HEARD),
        "view": reviewing.view_of(revision, person(request), clock.now()),
        "differences": comparing.of(revision, person(request), clock.now()),
        "return_form": form or ReturnForm(),
        "due": queries.needed_by(revision) if revision.bulletin.state == State.SUBMITTED else None,
        "fault": fault,
        "touch": None if is_demo() else keys.to_approve(revision, person(request)),
    }
    return page(request, "console/review.html", "reviews", context, status=409 if fault else 200)
