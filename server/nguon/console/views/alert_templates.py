"""Mẫu báo động: words for each hazard, laid down by one person and approved by another, in peacetime."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.alerts import actions, errors, queries
from nguon.alerts.states import Hazard, Level
from nguon.audio.queries import media_path
from nguon.bulletins.states.languages import VIETNAMESE, languages
from nguon.console import alerts as shown
from nguon.console import voices
from nguon.console.serving import sound_file
from nguon.console.views.base import page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations import queries as places
from nguon.organisations.models import Place


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """This function will list the templates and phrases of the own areas: in use, and waiting for a second
    person."""
    return _page(request)


def _page(request: HttpRequest, fault: str = "") -> HttpResponse:
    user = person(request)
    own = shown.signing_areas(user, clock.now())
    if not own:
        raise PermissionDenied
    rows = [
        actions.settle_template(template=row, at=clock.now()) if row.media_id is None else row
        for row in queries.all_templates(own)
    ]
    context = {
        "fault": fault,
        "waiting": [shown.template_view(row, user) for row in rows if row.approved_at is None],
        "spoken": [row for row in rows if row.approved_at is not None and not row.phrase],
        "used": [shown.template_view(row, user) for row in rows if row.approved_at is not None],
        "places": [(row.area, row.label) for row in places.places(own, at=clock.now())],
        "hazards": Hazard.choices,
        "levels": Level.choices,
        "languages": [(code, name) for code, name in languages().items() if code != VIETNAMESE],
    }
    return page(request, "console/alert_templates.html", "duty", context, status=409 if fault else 200)


@require_POST
def seed(request: HttpRequest) -> HttpResponse:
    """This function will lay down the set that the law's rhythms are in."""
    try:
        made = actions.seed_templates(place=_place(request), by=person(request), at=clock.now())
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã lập {count} mẫu; người khác cần nghe và duyệt.").format(count=len(made)))
    return redirect("console:alert_templates")


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """This function will lay down one template."""
    given = request.POST
    title = given.get("title", "").strip()
    words = actions.Words(
        slug=fold(title).replace(" ", "-")[:40] or "mau",
        title=title[:200],
        text=given.get("text", "").strip(),
        extra=given.get("extra", "").strip(),
        hazard=given.get("hazard", "") if given.get("hazard") in Hazard.values else Hazard.OTHER,
        level=int(given["level"]) if given.get("level") in {"1", "2", "3"} else Level.URGENT,
        siren=given.get("siren") == "1",
    )
    try:
        user, at = person(request), clock.now()
        upload = voices.brought(request, user, at)
        actions.make_template(words=words, place=_place(request), by=user, at=at, upload_id=upload)
    except DomainError as error:
        return _page(request, str(error))
    return redirect("console:alert_templates")


@require_POST
def tongue(request: HttpRequest) -> HttpResponse:
    """This function will lay a template down anew with a recording in one more language."""
    user, at = person(request), clock.now()
    own = shown.signing_areas(user, at)
    rows = queries.all_templates(own)
    row = next((one for one in rows if str(one.pk) == request.POST.get("mau", "")), None)
    if row is None:
        raise PermissionDenied
    try:
        upload = voices.brought(request, user, at)
        if upload is None:
            raise errors.NoVoice
        language = request.POST.get("tieng", "")
        actions.add_tongue(template_id=row.pk, language=language, upload_id=upload, by=user, at=at)
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã nhận tiếng ghi; người khác cần nghe cả mẫu rồi duyệt."))
    return redirect("console:alert_templates")


@require_POST
def approve(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """This function will let a template be used."""
    try:
        actions.approve_template(template_id=template_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _page(request, str(error))
    return redirect("console:alert_templates")


@require_POST
def end(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """This function will take a template out of use."""
    try:
        actions.end_template(template_id=template_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _page(request, str(error))
    return redirect("console:alert_templates")


@require_http_methods(["GET"])
def sound(request: HttpRequest, template_id: UUID) -> HttpResponseBase:
    """This function will send what a template says."""
    rows = queries.all_templates(shown.signing_areas(person(request), clock.now()))
    row = rows.filter(pk=template_id).first()
    media = row.media if row else None
    path = media_path(media) if media else None
    if media is None or path is None or not path.is_file():
        raise Http404
    return sound_file(request, path, media.mime)


def _place(request: HttpRequest) -> Place:
    own = shown.signing_areas(person(request), clock.now())
    wanted = request.POST.get("noi", "")
    found = next(iter(places.places([wanted], at=clock.now())), None) if wanted in own else None
    if found is None:
        raise PermissionDenied
    return found
