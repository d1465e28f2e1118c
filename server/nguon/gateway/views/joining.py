"""How a box joins: it shows a code, asks under it, and waits for an officer to vouch for it (LSP-1 rule
12).
"""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from nguon.devices import actions, queries
from nguon.devices.actions import code_hash
from nguon.devices.errors import BadKey, ClaimTaken, ClaimUnknown, KeyRevoked
from nguon.devices.models import Claim, Device
from nguon.devices.queries import authority as fleet_authority
from nguon.gateway.views.asking import body_of, open_to_devices, refusal, signer
from nguon.kernel.clock import now, to_epoch
from nguon_signer.client import SignerRefused, SignerUnavailable


@open_to_devices("POST")
def claims(request: HttpRequest) -> HttpResponse:
    """This function will note that a box asks to join."""
    asked = body_of(request)
    pub = asked.get("pub") if asked else None
    if asked is None or not isinstance(pub, dict) or len(request.body) > 4096:
        return refusal(400, "bad-request", "A claim has code, pub {alg, pub}, model and serial.")
    try:
        made = actions.claim(
            code=str(asked.get("code", "")),
            alg=str(pub.get("alg", "")),
            public_key=str(pub.get("pub", "")),
            model=str(asked.get("model", "")),
            serial=str(asked.get("serial", "")),
            at=now(),
            proof=str(asked.get("proof", "")),
        )
    except (BadKey, ClaimTaken, ClaimUnknown, KeyRevoked) as error:
        taken = isinstance(error, ClaimTaken | KeyRevoked)
        return refusal(409 if taken else 400, error.code, str(error))
    return JsonResponse({"claim": str(made.pk), **authority()}, status=202)


@open_to_devices("GET")
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """This function will tell a box that knows its code whether it has joined, and then all it needs."""
    found = Claim.objects.select_related("device", "device__place").filter(pk=claim_id).first()
    try:
        known = found is not None and found.code_hash == code_hash(request.GET.get("code", ""))
    except ClaimUnknown:
        known = False
    if found is None or not known:
        return refusal(404, "claim-unknown", "There is no such claim; make a new code.")
    if found.device is None:
        if found.expires_at <= now():
            return refusal(410, "claim-expired", "The code is out of time; make a new one.")
        return JsonResponse({"state": "waiting"})
    try:
        root = signer().call("root")["envelope"]
        answer = {"state": "enrolled", "root": root, **authority(), **standing(found.device)}
        # The box is to take the counters and the number of its next receipt from its first beacon.
        rejoined = found.used_at is not None and found.device.enrolled_at < found.used_at
        return JsonResponse(answer | {"rejoined": rejoined})
    except (SignerUnavailable, SignerRefused) as error:
        return refusal(503, "signer-away", str(error))


def authority() -> dict[str, str]:
    """This function will return the certificate authority for a loudspeaker to pin, when it is our own."""
    pem = fleet_authority()
    return {"ca": pem} if pem else {}


def standing(device: Device) -> dict[str, object]:
    """This function will return what a loudspeaker needs to know of itself and of the broker.

    Raises SignerUnavailable or SignerRefused.
    """
    credential = signer().call("credential", device=str(device.pk))
    return {
        "device": str(device.pk),
        "name": device.name,
        "area": device.area,
        "groups": queries.group_ids_of(device),
        "volume": device.volume,
        "broker": {
            "url": settings.NGUON_MQTT_URL,
            "jwt": credential["jwt"],
            "expires": credential["expires"],
        },
        "server_time": to_epoch(now()),
    }
