"""POST of a message by a pinned sender: `Authorization: Bearer CREDENTIAL`, the XML as the body."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from nguon.adapters.cap.faults import Fault
from nguon.adapters.cap.reading import LARGEST
from nguon.areas.reach import everything
from nguon.cap import actions, errors
from nguon.cap.actions import Outcome
from nguon.cap.states import Way
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

_STATUS = {"not-valid": 400, "another-sender": 403, "from-the-future": 400, "changed": 409}


@csrf_exempt
@login_not_required
def alerts(request: HttpRequest) -> HttpResponse:
    """This function will take one message: 201 the first time, 200 when it had come before."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if not (request.META.get("CONTENT_LENGTH") or "0").isdigit() or _length(request) > LARGEST:
        return _refusal(413, "too-large", errors.sentence(Fault("too_large", about=str(LARGEST >> 20))))
    scheme, _separator, token = request.headers.get("Authorization", "").partition(" ")
    with everything():  # a machine proves itself by its credential
        sender = actions.sender_of_token(token.strip()) if scheme.lower() == "bearer" else None
        if sender is None:
            return _refusal(401, "no-credential", _("Thiếu mã của nơi gửi, hoặc mã không đúng."))
        at = clock.now()
        if not actions.admit(sender=sender, at=at):
            words = _("Nơi gửi này gửi quá 60 tin trong một phút; hãy gửi lại sau.")
            return _refusal(429, "too-many", words, headers={"Retry-After": "60"})
        try:
            outcome = actions.receive(sender=sender, data=request.read(LARGEST + 1), way=Way.POST, at=at)
        except DomainError as error:
            return _refusal(_status(error), error.code, str(error), _faults(error))
    return JsonResponse(_told(outcome), status=201 if outcome.fresh else 200)


def _length(request: HttpRequest) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _status(error: DomainError) -> int:
    """A body whose length was not told before is too large only when it is read."""
    faults = error.faults if isinstance(error, errors.NotValid) else ()
    too_large = any(one.code == "too_large" for one in faults)
    return 413 if too_large else _STATUS.get(error.code, 400)


def _told(outcome: Outcome) -> dict[str, Any]:
    row = outcome.received
    return {"id": str(row.pk), "state": row.state, "why": row.why, "unknown": row.unknown}


def _faults(error: DomainError) -> list[dict[str, Any]]:
    found = error.faults if isinstance(error, errors.NotValid) else ()
    return [
        {"code": one.code, "line": one.line, "grave": one.grave, "text": errors.sentence(one)}
        for one in found
    ]


def _refusal(
    status: int,
    code: str,
    text: str,
    faults: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JsonResponse:
    told = {"error": code, "message": text, "faults": faults or []}
    return JsonResponse(told, status=status, headers=headers)
