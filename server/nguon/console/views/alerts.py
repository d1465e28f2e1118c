"""Khẩn cấp and Diễn tập: choosing, signing by two, watching, ending with one press."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.actions import site
from nguon.alerts import actions, queries
from nguon.alerts.models import Alert, Template
from nguon.alerts.rules import may_sign
from nguon.alerts.states import OPEN, Ending, Hazard, Kind, Level, State
from nguon.audio.queries import media_path
from nguon.bulletins.actions import Hand
from nguon.cap import queries as messages_in
from nguon.console import alert_map, alert_report, picking, voices
from nguon.console import alerts as shown
from nguon.console.serving import sound_file
from nguon.console.views.base import areas_of, is_demo, number, page, person
from nguon.console.views.duty import communes_of
from nguon.console.views.keys import said_by
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

MOST_CHOICES = 60
FAST_SECONDS, SLOW_SECONDS = 2, 10
"""How often a page that stays open asks: in the first minutes, and when an alert sounds for hours."""
BUSY = timedelta(minutes=10)


@require_GET
def urgent(request: HttpRequest) -> HttpResponse:
    """This function will show what runs, what waits for a signature, and the templates to begin with."""
    return _front(request, drill=False)


@require_GET
def drills(request: HttpRequest) -> HttpResponse:
    """This function will show the page of drills: another page, another colour, never the siren."""
    return _front(request, drill=True)


def _front(request: HttpRequest, *, drill: bool) -> HttpResponse:
    user, at = person(request), clock.now()
    own = shown.signing_areas(user, at)
    open_ = [one for one in queries.open_alerts(areas_of(request)) if (one.kind == Kind.DRILL) == drill]
    past = [one for one in queries.past(areas_of(request)) if (one.kind == Kind.DRILL) == drill]
    context = {
        "drill": drill,
        "may": bool(own),
        "running": shown.views_of([one for one in open_ if one.state == State.SOUNDING]),
        "waiting": shown.views_of([one for one in open_ if one.state != State.SOUNDING]),
        "past": shown.views_of(past),
        "templates": [shown.template_view(row, user) for row in queries.templates_for(own)] if own else [],
        "table": shown.table(),
    }
    return page(request, "console/urgent.html", "duty", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str, template_id: UUID | None = None) -> HttpResponse:
    """This function will ask where (and what, where no template says it), and lay the alert down."""
    user, at = person(request), clock.now()
    own = shown.signing_areas(user, at)
    if not own:
        raise PermissionDenied
    template = None
    if template_id is not None:
        template = queries.templates_for(own).filter(pk=template_id).select_related("place").first()
        if template is None:
            raise Http404
    fault = ""
    if request.method == "POST":
        try:
            upload = None if template else voices.brought(request, user, at)
            wish = _wish(request, kind, template, upload)
            alert = actions.propose(wish=wish, by=user, at=at)
            return redirect("console:alert", alert.pk)
        except DomainError as error:
            fault = str(error)
    choices = communes_of(own, MOST_CHOICES)
    context = {
        "fault": fault,
        "drill": kind == "drill",
        "template": shown.template_view(template, user) if template else None,
        "choices": choices[:MOST_CHOICES],
        "wider": [row for row in own if row.count(".") == 1],
        "given": {*request.POST.getlist("targets")},
        "picker": picking.picker(user, "noi", at, picked=request.POST.get("noi", "")),
        "hazards": Hazard.choices,
        "levels": Level.choices,
        "text": request.POST.get("text", ""),
        "title": request.POST.get("title", ""),
        "upload": request.POST.get("upload", ""),
    }
    return page(request, "console/urgent_new.html", "duty", context, status=409 if fault else 200)


def _wish(request: HttpRequest, kind: str, template: Template | None, upload: UUID | None) -> actions.Wish:
    given = request.POST
    alone = kind != "drill" and given.get("mot-nguoi") == "1"
    blanks = {name.removeprefix("o-"): str(value) for name, value in given.items() if name.startswith("o-")}
    return actions.Wish(
        kind=Kind.DRILL if kind == "drill" else Kind.GLASS if alone else Kind.REAL,
        targets=tuple(one for one in (*given.getlist("targets"), *given.getlist("noi")) if one),
        template=template.pk if template else None,
        blanks=blanks,
        title=given.get("title", ""),
        text=given.get("text", ""),
        hazard=given.get("hazard", "") if given.get("hazard") in Hazard.values else Hazard.OTHER,
        level=number(given.get("level"), Level.URGENT)
        if given.get("level") in {"1", "2", "3"}
        else Level.URGENT,
        siren=given.get("siren") == "1",
        upload=upload,
    )


@require_GET
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will show one alert: to be signed, sounding, or over."""
    found = _visible(request, alert_id)
    if found.state == State.PREPARING:
        found = actions.settle(alert=found, at=clock.now())
    return page(request, "console/alert.html", "duty", _context(request, found))


def _context(request: HttpRequest, found: Alert, fault: str = "") -> dict[str, object]:
    user, at = person(request), clock.now()
    sounded = found.signed_at is not None
    old = found.signed_at is not None and at - found.signed_at > BUSY
    return {
        "pace": SLOW_SECONDS if old else FAST_SECONDS,
        "fault": fault,
        "alert": shown.view_of(found),
        # Looked up where the page shows it: not for what a page that stays open asks every two seconds.
        "crowd": SimpleLazyObject(lambda: shown.crowd_of(found)),
        "taken_back": messages_in.taken_back(found.pk) if found.source and found.state in OPEN else None,
        "signing": shown.signing(found, user, at, demo=is_demo()),
        "running": shown.running(found, at) if sounded else None,
        "timeline": shown.timeline(found) if sounded else [],
        "may_review": found.kind == Kind.GLASS
        and sounded
        and found.state == State.ENDED
        and not found.reviewed_at
        and not queries.mine(found, user),
    }


@require_GET
def state(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will send what is known of an alert now, for a page that stays open."""
    found = _visible(request, alert_id)
    if found.state == State.PREPARING:
        found = actions.settle(alert=found, at=clock.now())
    context = _context(request, found)
    answer = render(request, "console/parts/alert_state.html", context)
    if request.GET.get("luc") not in {None, found.state}:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
def wall(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will show the state of an alert large enough for a wall, with its map."""
    found = _visible(request, alert_id)
    if found.signed_at is None:
        raise Http404
    context = {**_context(request, found), "tile_address": settings.NGUON_MAP_TILES}
    return page(request, "console/alert_wall.html", "duty", context)


@require_GET
def map_data(request: HttpRequest, alert_id: UUID) -> JsonResponse:
    """This function will send where an alert was heard and where not, as GeoJSON."""
    found = _visible(request, alert_id)
    if found.signed_at is None:
        raise Http404
    return JsonResponse(alert_map.features(found, clock.now()), headers={"Cache-Control": "no-store"})


@require_POST
def sign(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will put this person's signature under the alert."""
    found = _to_act(request, alert_id)
    try:
        actions.sign(
            alert_id=alert_id,
            content_sha256=request.POST.get("content", ""),
            typed=request.POST.get("ten", ""),
            by=person(request),
            at=clock.now(),
            hand=None if is_demo() else Hand(said_by(request), site()),
        )
    except DomainError as error:
        found.refresh_from_db()
        return page(request, "console/alert.html", "duty", _context(request, found, str(error)), status=409)
    return redirect("console:alert", alert_id)


@require_POST
def end(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will end an alert with one press."""
    found = _to_act(request, alert_id, anywhere=True)
    wanted = request.POST.get("ly-do", "")
    ending = wanted if wanted in Ending.values else Ending.CANCELLED
    try:
        done = actions.end(alert_id=alert_id, ending=ending, by=person(request), at=clock.now())
    except DomainError as error:
        return page(request, "console/alert.html", "duty", _context(request, found, str(error)), status=409)
    why = str(Ending(done.ending).label)
    messages.success(request, _("Đã kết thúc “{title}”: {why}.").format(title=done.title, why=why))
    return redirect("console:alert", alert_id)


@require_POST
def again(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will lay down the same alert anew, with what its places hold now."""
    found = _to_act(request, alert_id)
    try:
        made = actions.propose_again(alert=found, by=person(request), at=clock.now())
    except DomainError as error:
        return page(request, "console/alert.html", "duty", _context(request, found, str(error)), status=409)
    return redirect("console:alert", made.pk)


@require_POST
def review(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will keep what another person thinks of an alert that one officer made alone."""
    found = _to_act(request, alert_id)
    try:
        actions.review(
            alert_id=alert_id, said=request.POST.get("nhan-xet", ""), by=person(request), at=clock.now()
        )
    except DomainError as error:
        return page(request, "console/alert.html", "duty", _context(request, found, str(error)), status=409)
    return redirect("console:alert", alert_id)


@require_GET
def sound(request: HttpRequest, alert_id: UUID) -> HttpResponseBase:
    """This function will send what an alert says."""
    found = _visible(request, alert_id)
    path = media_path(found.media) if found.media else None
    if found.media is None or path is None or not path.is_file():
        raise Http404
    return sound_file(request, path, found.media.mime)


def _visible(request: HttpRequest, alert_id: UUID) -> Alert:
    found = queries.visible(alert_id, person(request), clock.now())
    if found is None:
        raise Http404
    return found


def _to_act(request: HttpRequest, alert_id: UUID, *, anywhere: bool = False) -> Alert:
    """The alert, for whoever may sign for all of its places, or (`anywhere`) for one of them."""
    found = _visible(request, alert_id)
    one = any if anywhere else all
    if not one(may_sign(person(request), [area], clock.now()) for area in queries.areas_of(found)):
        raise PermissionDenied
    return found


@require_GET
def report(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """This function will send the report of an alert that sounded, as PDF."""
    found = _visible(request, alert_id)
    if found.signed_at is None:
        raise Http404
    answer = HttpResponse(alert_report.report(found, clock.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="bao-cao-{found.signed_at:%Y%m%d-%H%M}.pdf"'
    return answer
