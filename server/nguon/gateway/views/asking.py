"""Who asks: a loudspeaker proves itself by signing each request with its own key."""

import functools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from nguon.areas.reach import everything
from nguon.devices.models import Device
from nguon.devices.queries import known
from nguon.health import actions as health
from nguon.kernel.clock import now, to_epoch
from nguon_protocol import http_auth
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_signer.client import SignerClient

View = Callable[..., HttpResponseBase]
TELL_EVERY = timedelta(seconds=60)
MOST_TOLD = 10_000
_TOLD: dict[UUID, datetime] = {}


def signer() -> SignerClient:
    """This function will return a client of the signer's socket."""
    return SignerClient(settings.NGUON_SIGNER_SOCKET)


def refusal(status: int, code: str, text: str) -> JsonResponse:
    """This function will answer a machine with a slug, and its technician with one sentence."""
    return JsonResponse({"error": code, "message": text}, status=status)


def body_of(request: HttpRequest) -> dict[str, Any] | None:
    """This function will return the JSON object of a request, or None when it is none."""
    try:
        found = json.loads(request.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def open_to_devices(method: str) -> Callable[[View], View]:
    """This function will open an address to machines without a session, for one method."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != method:
                return HttpResponse(status=405, headers={"Allow": method})
            # A machine proves itself by its key; what it may have is asked for it by name.
            with everything():
                return view(request, *args, **kwargs)

        return csrf_exempt(login_not_required(inner))

    return wrap


def for_device(method: str, *, any_time: bool = False) -> Callable[[View], View]:
    """This function will let a view be asked only by a loudspeaker in use that signed the request.

    `any_time` leaves the request's time out: who has no clock yet must be able to fetch one.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            device = _proven(request, any_time)
            if device is None:
                return refusal(401, "not-proven", "The request is not signed by a loudspeaker in use here.")
            if device.revoked_at is not None:
                return refusal(403, "revoked", "This loudspeaker was taken out of use.")
            return view(request, device, *args, **kwargs)

        return open_to_devices(method)(inner)

    return wrap


def _proven(request: HttpRequest, any_time: bool) -> Device | None:
    try:
        given = http_auth.parse(request.headers.get("Authorization", ""))
        device = known(given.device)
    except (ProtocolError, ValueError):
        return None
    if device is None:
        return None
    key = PublicKey.from_hex(device.alg, device.public_key)
    method, path, at = request.method or "", request.get_full_path(), now()
    if not http_auth.verify(given, key, method, path, request.body, to_epoch(at), None):
        _note_impostor(device, at)
        return None
    in_time = abs(given.ts - to_epoch(at)) <= http_auth.MAX_SKEW_S
    return device if any_time or in_time else None


def _note_impostor(device: Device, at: datetime) -> None:
    """Tell of a wrong key, but not as often as somebody asks with it: a write each time would help them."""
    before = _TOLD.get(device.pk)
    if device.revoked_at is None and (before is None or at - before >= TELL_EVERY):
        if len(_TOLD) >= MOST_TOLD:
            _TOLD.clear()
        _TOLD[device.pk] = at
        health.note_impostor(device_id=device.pk, at=at)
