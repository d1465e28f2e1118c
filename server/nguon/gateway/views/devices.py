"""What a loudspeaker in use asks: the time and what is newest, documents, sound; and where it proves."""

import json
import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from nguon.audio import queries as audio
from nguon.control import actions as control
from nguon.deliveries import actions as deliveries
from nguon.deliveries import queries
from nguon.devices import actions as fleet
from nguon.devices.models import Device
from nguon.gateway.views.asking import body_of, for_device, open_to_devices, refusal, signer
from nguon.gateway.views.joining import standing
from nguon.gateway.views.ranges import partial
from nguon.health import actions as fleet_health
from nguon.kernel.clock import now
from nguon.releases import queries as programs
from nguon_signer.client import SignerRefused, SignerUnavailable

_NONCE = re.compile(r"[0-9a-f]{32}")
MOST_RECEIPTS = 500


@for_device("GET", any_time=True)
def beacon(request: HttpRequest, device: Device) -> HttpResponse:
    """This function will answer with the signed time and the newest documents of this loudspeaker (LSP-1
    rule 9).
    """
    nonce = request.GET.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        return refusal(400, "bad-nonce", "A nonce is 32 hex digits.")
    try:
        answer = signer().call("beacon", device=str(device.pk), nonce=nonce)
    except (SignerUnavailable, SignerRefused) as error:
        return refusal(503, "signer-away", str(error))
    fleet.seen(device_id=device.pk, at=now())
    return HttpResponse(answer["document"]["envelope"], content_type="application/json")


@for_device("GET")
def document(request: HttpRequest, device: Device, sha256: str) -> HttpResponse:
    """This function will hand a signed document over to a loudspeaker that it is meant for."""
    found = queries.document_for(device, sha256) or programs.document_for(device, sha256)
    if found is None:
        return refusal(404, "document-unknown", "There is no such document for this loudspeaker.")
    return HttpResponse(found.envelope, content_type="application/json")


@open_to_devices("GET")
def root(request: HttpRequest, v: int) -> HttpResponse:
    """This function will hand out a root by its version (LSP-1 rule 5): devices fetch one after the other.

    It needs no proof of who asks: a root is public, and a device that lags behind must be able to get it.
    """
    try:
        answer = signer().call("root", v=v)
    except SignerRefused:
        return refusal(404, "root-unknown", "There is no root of that version.")
    except SignerUnavailable as error:
        return refusal(503, "signer-away", str(error))
    return HttpResponse(answer["envelope"], content_type="application/json")


@for_device("GET")
def state(request: HttpRequest, device: Device) -> HttpResponse:
    """This function will tell a loudspeaker where it stands, and give it a fresh pass to the broker."""
    try:
        return JsonResponse(standing(device))
    except (SignerUnavailable, SignerRefused) as error:
        return refusal(503, "signer-away", str(error))


@for_device("POST")
def receipts(request: HttpRequest, device: Device) -> HttpResponse:
    """This function will take receipts when the broker is gone, and say up to which number all are here."""
    given = envelopes_of(request)
    if given is None:
        return refusal(400, "bad-request", f"Receipts are a list of at most {MOST_RECEIPTS} envelopes.")
    got = deliveries.receive(device_id=device.pk, envelopes=given, at=now())
    return JsonResponse({"acknowledged": got.acknowledged, "rejected": got.rejected})


@for_device("POST")
def health(request: HttpRequest, device: Device) -> HttpResponse:
    """This function will store what a loudspeaker says of itself."""
    body = body_of(request)
    if body is None:
        return refusal(400, "bad-request", "Health is a JSON object.")
    fleet_health.hear(said=[(device.pk, body)], at=now())
    return JsonResponse({"ok": True})


@for_device("POST")
def logs(request: HttpRequest, device: Device, order: UUID) -> HttpResponse:
    """This function will keep the last lines of a loudspeaker's log that somebody asked for."""
    if not control.keep_log(device=device, order=str(order), data=request.body, at=now()):
        return refusal(404, "log-not-asked", "Nobody asked for this log, or it is here already.")
    return JsonResponse({"ok": True})


@open_to_devices("GET")
def media(request: HttpRequest, sha256: str) -> HttpResponse:
    """This function will serve a sound or a program that a signed document names; any cache may keep it, the
    hash is the proof.
    """
    sound = queries.released_media(sha256)
    path = audio.media_path(sound) if sound else programs.bundle(sha256)
    if path is None or not path.is_file():
        return refusal(404, "media-unknown", "There is no such sound.")
    kind = "audio/ogg" if sound else "application/zip"
    answer = partial(request, path, kind) or HttpResponse(path.read_bytes(), content_type=kind)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Accept-Ranges"] = "bytes"
    return answer


def envelopes_of(request: HttpRequest) -> list[str] | None:
    """This function will return the envelopes of a JSON list (objects or their text), or None for anything
    else.
    """
    try:
        given = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(given, list) or len(given) > MOST_RECEIPTS:
        return None
    if not all(isinstance(one, str | dict) for one in given):
        return None
    return [one if isinstance(one, str) else json.dumps(one) for one in given]
