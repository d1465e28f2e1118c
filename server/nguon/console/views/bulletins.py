"""Bulletins: the list, and the whole life of one."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins import actions, queries
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.queries.library import library as find
from nguon.bulletins.rules import foreign_to
from nguon.bulletins.states import ContentType, State
from nguon.console import comparing, facts, library, lives, picking, reviewing
from nguon.console.forms import CorrectForm, WithdrawForm
from nguon.console.views.base import page, person
from nguon.journal.queries import facts_of
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations.queries import labels
from nguon.production.queries import origin as planned

PAGE = 30


@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """This function will list the bulletins that the person may read and looks for, last changed first."""
    user, at = person(request), clock.now()
    # The first of a name: the search for a place stands in the same form, and is called q as well.
    given = {name: next(iter(request.GET.getlist(name)), "")[:120].strip() for name in library.FIELDS}
    asked, wrong = library.read(given, at)
    after = library.key(request.GET.get("sau", "")[:40])
    found = list(find(user, asked, at, after=after)[: PAGE + 1])
    kept = {name: text for name, text in given.items() if text}
    last = found[PAGE - 1].bulletin_id if len(found) > PAGE else ""
    context = {
        "rows": reviewing.listed(found[:PAGE], user),
        "given": {name.replace("-", "_"): text for name, text in given.items()},
        "kept": kept,
        "filtered": bool(kept.keys() - {"q"}),
        "wrong": wrong,
        "selects": library.selects(user, given, at),
        "picker": picking.picker(user, "tim-ban-tin", at, picked=given["dia-ban"], folded=True),
        "older": f"?{urlencode({**kept, 'sau': last})}" if last else "",
    }
    return page(request, "console/bulletins.html", "bulletins", context)


@require_GET
def bulletin(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will show the life of one bulletin, from its revisions to every receipt."""
    return _show(request, _found(request, bulletin_id))


@require_POST
def withdraw(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will take a bulletin back everywhere."""
    found, form = _found(request, bulletin_id), WithdrawForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form)
    try:
        actions.withdraw(
            bulletin_id=found.pk, reason=form.cleaned_data["reason"], by=person(request), at=clock.now()
        )
    except DomainError as error:
        return _show(request, found, fault=str(error), form=form)
    messages.success(request, _("Đã thu hồi. Loa đang phát sẽ dừng, các lượt sau không phát nữa."))
    return redirect("console:bulletin", found.pk)


@require_POST
def copy(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will open a draft of the person's own from a bulletin."""
    found = _found(request, bulletin_id)
    try:
        draft = actions.copy(bulletin_id=found.pk, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, found, fault=str(error))
    messages.success(request, _("Đã chép thành bản nháp của bạn. Hãy xem lại nơi phát và giờ phát."))
    return redirect("console:edit", draft.bulletin_id)


@require_POST
def take_back(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will open again what its writer submitted and nobody decided in time."""
    found = _found(request, bulletin_id)
    try:
        draft = actions.take_back(bulletin_id=found.pk, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, found, fault=str(error))
    messages.success(request, _("Bản tin là bản nháp trở lại. Hãy chọn giờ khác rồi gửi duyệt."))
    return redirect("console:edit", draft.bulletin_id)


@require_POST
def correct(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will take a bulletin back everywhere and open its correction."""
    found, form = _found(request, bulletin_id), CorrectForm(request.POST)
    if not form.is_valid():
        return _show(request, found, correcting=form)
    try:
        draft = actions.correct(
            bulletin_id=found.pk, reason=form.cleaned_data["wrong"], by=person(request), at=clock.now()
        )
    except DomainError as error:
        return _show(request, found, fault=str(error), correcting=form)
    messages.success(request, _("Đã thu hồi ở mọi nơi. Hãy sửa chỗ sai rồi gửi duyệt bản đính chính."))
    return redirect("console:edit", draft.bulletin_id)


def _may_speak(revision: Revision, user: User, at: datetime) -> bool:
    """What is spoken live is approved, and its time is a duty officer's: a microphone is opened then."""
    live = revision.content_type == ContentType.LIVE and revision.bulletin.state == State.APPROVED
    return live and foreign_to(user, Role.DUTY, revision.targets.all(), at) is None


def _found(request: HttpRequest, bulletin_id: UUID) -> Bulletin:
    found = queries.visible(person(request), bulletin_id, clock.now())
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    found: Bulletin,
    *,
    fault: str = "",
    form: WithdrawForm | None = None,
    correcting: CorrectForm | None = None,
) -> HttpResponse:
    user, at = person(request), clock.now()
    revision = queries.latest_revision(found)
    shown, more = reviewing.airings(revision, at)
    writes = areas_of(user, Role.WRITER, at)
    named = labels(writes)
    origin, began = queries.relatives(found, user, at)
    life = [row for row in facts_of(f"bulletin:{found.pk}") if row.fact not in facts.QUIET]
    context = {
        "view": reviewing.view_of(revision, user, at),
        "airings": shown,
        "more_airings": max(0, more),
        "life": facts.sentences(life),
        "withdraw_form": form or WithdrawForm(),
        "correct_form": correcting or CorrectForm(),
        "may_copy": bool(writes),
        "homes": [(area, named.get(area, area)) for area in writes],
        "versions": lives.versions(found, user),
        "signed": lives.signed(revision),
        "relayed": lives.relayed(revision),
        "origin": origin,
        "origin_kind": found.origin_kind,
        "began": began,
        "plan": planned(user, found.pk, at),
        "may_take_back": found.state == State.SUBMITTED
        and found.author_id == user.pk
        and queries.has_passed(revision, at),
        "may_speak": _may_speak(revision, user, at),
        "differences": comparing.of(revision, user, at),
        "fault": fault,
    }
    return page(request, "console/bulletin.html", "bulletins", context, status=409 if fault else 200)
