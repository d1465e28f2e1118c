"""What a bridge to a foreign box asks: which box it drives; and what it tells of that box."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from nguon.bridges import actions, queries
from nguon.devices.models import Device
from nguon.gateway.views.asking import body_of, for_device, refusal
from nguon.kernel.clock import now

MOST_BYTES = 16 * 1024


@for_device("POST")
def foreign(request: HttpRequest, device: Device) -> HttpResponse:
    """This function will take a bridge's report and answer with its box, the password sealed for it."""
    body = body_of(request) if len(request.body) <= MOST_BYTES else None
    row = actions.hear(device=device, said=body, at=now()) if body is not None else None
    if row is None:
        return refusal(400, "bad-request", "A bridge says its key to seal for, and reports of its box.")
    return JsonResponse(
        {"settings": queries.settings_of(row), "waived": queries.is_waived(device.area)},
        headers={"Cache-Control": "no-store"},
    )
