"""Phần mềm loa: newer programs of loudspeakers, wave by wave."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.rules import rights
from nguon.console import wording
from nguon.console.forms_releases import ReleaseForm, StartForm
from nguon.console.views.base import areas_of, number, page, person
from nguon.health.states import AlarmKind
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.releases import actions, queries, rules
from nguon.releases.errors import NotYours
from nguon.releases.models import Release, Turn
from nguon.releases.states import LIMIT, RELEASERS, SOAK_MINUTES, ReleaseState, TurnState
from nguon_signer.client import SignerClient

SHOWN = 50
TONES = {
    ReleaseState.ROLLING: "live",
    ReleaseState.DONE: "live",
    ReleaseState.HALTED: "bad",
    ReleaseState.REFUSED: "bad",
    ReleaseState.WITHDRAWN: "warn",
}


@require_http_methods(["GET", "POST"])
def releases(request: HttpRequest) -> HttpResponse:
    """This function will list the releases of one's areas, and take a signed one."""
    own, fault = areas_of(request), ""
    choices = _choices(request)
    form = ReleaseForm(choices, request.POST or None, request.FILES or None) if choices else None
    if request.method == "POST":
        if form is None:
            fault = str(NotYours())
        elif form.is_valid():
            try:
                made = _take(request, form)
                return redirect("console:release", made.pk)
            except DomainError as error:
                fault = str(error)
    rows = queries.releases_in(own)
    labels = places.labels([row.area for row in rows[:SHOWN]])
    context = {
        "releases": [_line(row, labels) for row in rows[:SHOWN]],
        "form": form,
        "fault": fault,
    }
    wrong = request.method == "POST"
    return page(request, "console/releases.html", "devices", context, status=422 if wrong else 200)


def _take(request: HttpRequest, form: ReleaseForm) -> Release:
    given = form.cleaned_data
    made = actions.add(
        area=given["area"],
        envelope=given["envelope"].read().decode("utf-8", "replace"),
        bundle=given["bundle"].read(),
        notes=given["notes"],
        by=person(request),
        at=clock.now(),
    )
    # Committed by now: the signer looks with eyes of its own.
    return actions.admit(release=made, signer=SignerClient(settings.NGUON_SIGNER_SOCKET), at=clock.now())


@require_GET
def release(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """This function will show one release: its waves, and what went wrong where."""
    row, at, user = _found(request, release_id), clock.now(), person(request)
    state = ReleaseState(row.state)
    may, counts = rules.can_release(user, row.area, at), queries.counts_of(row)
    context: dict[str, Any] = {
        "row": row,
        "label": places.labels([row.area]).get(row.area, row.area),
        "tone": TONES.get(state, ""),
        "waves": queries.waves_of(row),
        "counts": counts,
        "troubled": [(turn, _why(turn)) for turn in queries.troubled(row)],
        "model_count": queries.fleet_of(row).count(),
        "start": StartForm() if may and state == ReleaseState.READY else None,
        "may_halt": rules.can_halt(user, row.area, at) and state in (ReleaseState.ROLLING, ReleaseState.DONE),
        "may_resume": may and state == ReleaseState.HALTED,
        "may_withdraw": may
        and state in (ReleaseState.READY, ReleaseState.ROLLING, ReleaseState.HALTED, ReleaseState.DONE),
    }
    return page(request, "console/release.html", "devices", context)


@require_POST
def act(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """This function will begin, halt, go on with or withdraw a release."""
    row, user, at = _found(request, release_id), person(request), clock.now()
    what, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        if what == "start":
            soak = number(request.POST.get("soak"), SOAK_MINUTES)
            limit = number(request.POST.get("limit"), LIMIT)
            actions.start(release=row, soak_minutes=soak, limit=limit, by=user, at=at)
            messages.success(request, _("Đã mở đợt đầu tiên."))
        elif what == "halt":
            actions.halt(release=row, reason=reason, by=user, at=at)
            messages.success(request, _("Đã dừng. Loa chưa cập nhật giữ bản đang chạy."))
        elif what == "resume":
            actions.resume(release=row, by=user, at=at)
            messages.success(request, _("Đã cho cập nhật tiếp."))
        elif what == "withdraw":
            actions.withdraw(release=row, reason=reason, by=user, at=at)
            messages.success(request, _("Đã rút bản này."))
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:release", row.pk)


def _found(request: HttpRequest, release_id: UUID) -> Release:
    row = queries.release_of(areas_of(request), release_id)
    if row is None:
        raise Http404
    return row


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    own = rights(person(request), clock.now())
    areas = sorted({area for role in RELEASERS for area in own.areas_of(role)})
    return sorted(places.labels(areas).items(), key=lambda pair: pair[1])


def _line(row: Release, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "place": labels.get(row.area, row.area),
        "tone": TONES.get(ReleaseState(row.state), ""),
    }


def _why(turn: Turn) -> str:
    if turn.state == TurnState.ILL:
        return str(AlarmKind(turn.reason).label)
    return wording.reason(turn.reason) if turn.state == TurnState.FAILED and turn.reason else ""
