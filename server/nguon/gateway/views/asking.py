"""Who asks: a loudspeaker proves itself by signing each request with its own key."""

import functools
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from nguon.adapters.nats import Message
from nguon.areas.reach import everything
from nguon.devices.models import Device
from nguon.devices.queries import known
from nguon.gateway.gate import Gate
from nguon.health import actions as health
from nguon.kernel.clock import now, to_epoch
from nguon_protocol import http_auth
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey
from nguon_signer.client import SignerClient

View = Callable[..., HttpResponseBase]
TELL_EVERY = timedelta(seconds=60)
MOST_TOLD = 10_000
ASKED = "lsp.w."
GATE = Gate()
"""How often each loudspeaker may ask this process: what is more costs a look at its key, and no more."""
_TOLD: dict[UUID, tuple[datetime, PublicKey]] = {}
"""Loudspeakers in whose name somebody asks with a wrong key: when that was told, and the right one."""


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
            if not GATE.passes(Message(f"{ASKED}{device.pk}", b"")):
                _note_flood()
                return refusal(429, "too-many", "This loudspeaker asks too often; wait, and ask again.")
            return view(request, device, *args, **kwargs)

        return open_to_devices(method)(inner)

    return wrap


def _proven(request: HttpRequest, any_time: bool) -> Device | None:
    at = now()
    try:
        given = http_auth.parse(request.headers.get("Authorization", ""))
        name = UUID(given.device)
        if _is_told(request, given, _TOLD.get(name), at):
            return None
        device = known(name)
    except (ProtocolError, ValueError):
        return None
    if device is None:
        return None
    key = PublicKey.from_hex(device.alg, device.public_key)
    if not _signed(request, given, key):
        _note_impostor(device, key, at)
        return None
    in_time = abs(given.ts - to_epoch(at)) <= http_auth.MAX_SKEW_S
    return device if any_time or in_time else None


def _note_flood() -> None:
    if dropped := GATE.told(time.monotonic()):
        health.note_dropped(counts=dropped, at=now())


def _signed(request: HttpRequest, given: http_auth.Credentials, key: PublicKey) -> bool:
    path, at = request.get_full_path(), given.ts
    return http_auth.verify(given, key, request.method or "", path, request.body, at, None)


def _is_told(
    request: HttpRequest,
    given: http_auth.Credentials,
    before: tuple[datetime, PublicKey] | None,
    at: datetime,
) -> bool:
    """Whether this is somebody again of whom was told a moment ago: then the database is asked nothing. The
    loudspeaker itself, whose name it is, signs rightly and gets further."""
    return before is not None and at - before[0] < TELL_EVERY and not _signed(request, given, before[1])


def _note_impostor(device: Device, key: PublicKey, at: datetime) -> None:
    """Tell of a wrong key, but not as often as somebody asks with it: a write each time would help them."""
    if len(_TOLD) >= MOST_TOLD:
        _TOLD.clear()
    _TOLD[device.pk] = at, key
    if device.revoked_at is None:
        health.note_impostor(device_id=device.pk, at=at)
