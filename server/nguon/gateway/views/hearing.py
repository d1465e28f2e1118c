"""The stream of a live session (LSP-1 section 6): the segments themselves prove whose voice it is."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from nguon.areas.reach import everything
from nguon.gateway.tails import Tail
from nguon.gateway.views.asking import refusal
from nguon.live import queries


@csrf_exempt
@login_not_required
async def live(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """This function will send what is said from now on, until the speaker has finished; of a session that is
    over its signed end alone.

    Who listens is not asked: it is what everybody near the loudspeakers hears.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    with everything():
        phase, end = await sync_to_async(queries.stream_of)(session_id)
    if phase == "unknown":
        return refusal(404, "live-unknown", "There is no such live session.")
    if phase == "ended":
        return HttpResponse(end, content_type="application/octet-stream")
    response = StreamingHttpResponse(Tail.of(session_id).blocks(), content_type="application/octet-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
