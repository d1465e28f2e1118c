"""Nói trực tiếp: choosing where, speaking, and hearing again what was said."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.actions import site
from nguon.audio.queries import media_path
from nguon.bulletins.actions import Hand
from nguon.console import live, picking, speaking
from nguon.console.presenters import Chosen
from nguon.console.serving import sound_file
from nguon.console.views.base import areas_of, is_demo, number, page, person, reads_of
from nguon.console.views.duty import communes_of
from nguon.console.views.keys import said_by
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.live import actions, queries
from nguon.live.errors import SessionOver
from nguon.live.models import Session
from nguon.live.states import LENGTHS, Ending, Kind, State
from nguon.relays import queries as relays
from nguon_signer.client import SignerClient

PATIENCE = 3.0  # seconds; a voice does not wait longer for the signer


@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest) -> HttpResponse:
    """This function will ask where one wants to be heard, and show who speaks and who spoke."""
    user, at = person(request), clock.now()
    own = speaking.duty_areas(user, at)
    if not own:
        raise PermissionDenied
    fault = ""
    if request.method == "POST":
        wanted = [one for one in (*request.POST.getlist("targets"), *request.POST.getlist("noi")) if one]
        try:
            session = actions.prepare(
                targets=[_target(one) for one in wanted],
                minutes=number(request.POST.get("minutes"), LENGTHS[0]),
                title=request.POST.get("title", ""),
                by=user,
                at=at,
            )
            return redirect("console:live_session", session.pk)
        except DomainError as error:
            fault = str(error)
    told = live.readable(areas_of(request), reads_of(request))
    context = {
        "fault": fault,
        "choices": _choices(own),
        "given": {*request.POST.getlist("targets")},
        "title": request.POST.get("title", ""),
        "lengths": LENGTHS,
        "minutes": number(request.POST.get("minutes"), LENGTHS[1]),
        "picker": picking.picker(user, "noi", at, picked=request.POST.get("noi", "")),
        "on_air": speaking.lines(queries.on_air(told, Kind.VOICE)) if told else (),
        "lately": speaking.lines(queries.lately(told, at)) if told else (),
    }
    return page(request, "console/speak.html", "duty", context, status=409 if fault else 200)


def _target(text: str) -> str:
    if text[:2] in {"g/", "d/"}:
        try:
            return text[:2] + str(UUID(text[2:]))
        except ValueError:
            raise Http404 from None
    return text


def _choices(own: list[str]) -> list[Chosen]:
    return [*communes_of(own, speaking.MOST_CHOICES), *speaking.groups(own)]


@require_GET
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """This function will show one session: to its person with the microphone."""
    found = _visible(request, session_id)
    if found.kind == Kind.RELAY:
        return redirect(speaking.url_of(found, relays.bookings_of_sessions([found])))
    return page(request, "console/live.html", "duty", _context(request, found))


def _context(request: HttpRequest, found: Session) -> dict[str, object]:
    user = person(request)
    ready = found.state == State.READY and found.by_id == user.pk
    return {
        "view": speaking.view_of(found, user),
        "touch": speaking.to_open(found, user) if ready and not is_demo() else None,
        "hearing": queries.hearing(found) if found.state != State.READY else None,
    }


@require_GET
def hearing(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """This function will send how many loudspeakers hear a session now."""
    found = _visible(request, session_id)
    context = {"hearing": queries.hearing(found), "view": speaking.view_of(found, person(request))}
    return render(request, "console/parts/live_hearing.html", context)


@require_POST
def begin(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """This function will open the microphone."""
    _own(request, session_id)
    try:
        actions.open_session(
            session_id=session_id,
            by=person(request),
            at=clock.now(),
            hand=None if is_demo() else Hand(said_by(request), site()),
        )
    except DomainError as error:
        return JsonResponse({"phase": "refused", "text": str(error)}, status=409)
    return JsonResponse({"phase": "opening"})


@require_POST
def sound(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """This function will put what the microphone gave on the air: raw samples, mono, 16 bits."""
    found = _own(request, session_id)
    at = clock.now()
    try:
        heard = actions.hear(
            session_id=session_id,
            number=number(request.GET.get("n")),
            pcm=request.body,
            rate=number(request.GET.get("hz")),
            signer=SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=PATIENCE),
            by=person(request),
            at=at,
        )
    except SessionOver:
        found.refresh_from_db()
        said = speaking.view_of(found, person(request))
        return JsonResponse({"phase": "ended", "text": said.why}, status=409)
    except DomainError as error:
        return JsonResponse({"phase": "refused", "text": str(error)}, status=409)
    left = (heard.expires_at - at).total_seconds() if heard.expires_at else 0.0
    text = _("Bộ ký chưa trả lời; lời nói lúc này chưa tới loa.") if heard.phase == "away" else ""
    return JsonResponse({"phase": heard.phase, "left_ms": int(left * 1000), "text": text})


@require_POST
def finish(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """This function will end one's own session: finished, or because the browser lost the microphone."""
    _own(request, session_id)
    lost = request.POST.get("why") == Ending.MICROPHONE
    ending = Ending.MICROPHONE if lost else Ending.FINISHED
    signer = SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=PATIENCE)
    actions.end(session_id=session_id, ending=ending, signer=signer, by=person(request), at=clock.now())
    return JsonResponse({"phase": "ended", "text": speaking.sentence(ending)})


@require_GET
def recorded(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """This function will send what was said."""
    found = _visible(request, session_id)
    path = media_path(found.recording) if found.recording else None
    if found.recording is None or path is None or not path.is_file():
        raise Http404
    return sound_file(request, path, found.recording.mime)


def _visible(request: HttpRequest, session_id: UUID) -> Session:
    found = queries.visible(session_id, person(request), clock.now())
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, session_id: UUID) -> Session:
    found = queries.session_of(session_id, person(request))
    if found is None:
        raise Http404
    return found
