"""A sample of a voice, spoken once for each manner: the same for everybody."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.audio import actions
from nguon.audio import queries as sounds
from nguon.audio.models import Rendering
from nguon.audio.rules import TEACHERS
from nguon.audio.states import UNFINISHED
from nguon.console.forms import MannerForm
from nguon.console.serving import sound_file
from nguon.console.views.base import person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

SAMPLE = "Kính chào bà con. Đây là giọng đọc thử của đài truyền thanh. Chúc bà con một ngày tốt lành."


@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """This function will ask for the sample of a voice in a manner, and send the box in which it appears."""
    own = rights(person(request), clock.now())
    if not any(own.areas_of(role) for role in TEACHERS):
        raise PermissionDenied
    form = MannerForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    manner = actions.Manner(
        voice=data.get("voice") or "",
        speed=data.get("speed") or actions.Manner.speed,
        pause_ms=data.get("pause_ms") or 0,
        jingle=data.get("jingle") or "",
    )
    try:
        made = actions.request_rendering(
            spoken_text=SAMPLE, manner=manner, by=person(request), at=clock.now()
        )
    except DomainError as error:
        return render(request, "console/compose/sample.html", {"problem": str(error)})
    return _box(request, made)


@require_GET
def state(request: HttpRequest, rendering_id: UUID) -> HttpResponse:
    """This function will send the box of a sample as it stands."""
    return _box(request, _sample(rendering_id))


@require_GET
def sound(request: HttpRequest, rendering_id: UUID) -> HttpResponseBase:
    """This function will send the sound of a sample."""
    media = _sample(rendering_id).media
    path = sounds.media_path(media) if media else None
    if media is None or path is None or not path.is_file():
        raise Http404
    return sound_file(request, path, media.mime)


def _sample(rendering_id: UUID) -> Rendering:
    """Only the sample: what else was spoken is another's draft."""
    found = Rendering.objects.select_related("media").filter(pk=rendering_id, spoken_text=SAMPLE).first()
    if found is None:
        raise Http404
    return found


def _box(request: HttpRequest, made: Rendering) -> HttpResponse:
    voice = next((one.name for one in sounds.voices() if one.id == made.voice), made.voice)
    context = {
        "voice": voice,
        "problem": made.problem,
        "poll": reverse("console:sample_state", args=[made.pk]) if made.state in UNFINISHED else "",
        "url": reverse("console:sample_sound", args=[made.pk]),
    }
    return render(request, "console/compose/sample.html", context)
