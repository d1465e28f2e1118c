"""The sound of a revision and the files beside it, to whoever may read it."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from nguon.audio.queries import file_path, media_path
from nguon.bulletins import queries
from nguon.bulletins.actions.submitting import sound_of
from nguon.console.serving import sound_file
from nguon.console.views.base import person
from nguon.kernel import clock


@require_GET
def sound(request: HttpRequest, revision_id: UUID) -> HttpResponseBase:
    """This function will send the sound of a revision that the person may read."""
    found = queries.visible_revisions(person(request), clock.now()).filter(pk=revision_id).first()
    media = (found.media or sound_of(found)) if found else None
    path = media_path(media) if media else None
    if media is None or path is None or not path.is_file():
        raise Http404
    return sound_file(request, path, media.mime)


@require_GET
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    """This function will send a file beside a bulletin that the person may read: to be saved, never run.

    Whatever it holds, a browser neither guesses its type nor lets it do anything in our name.
    """
    found = queries.attachment(person(request), attachment_id, clock.now())
    path = file_path(found.sha256) if found else None
    if found is None or path is None or not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.filename, content_type=found.mime
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
