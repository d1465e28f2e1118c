"""One message to one browser: encrypted for it alone (RFC 8291), signed by us (RFC 8292), sent once."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nguon.adapters.push.rules import BadSubscription, Browser, checked, from_base64
from nguon.adapters.push.vapid import public_key, signing_key
from nguon.adapters.radio.faults import RadioFault
from nguon.kernel.later import later

if TYPE_CHECKING:
    import http_ece
    import httpcore
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec

    from nguon.adapters.radio import connecting
else:
    http_ece, httpcore, jwt = later("http_ece"), later("httpcore"), later("jwt")
    ec = later("cryptography.hazmat.primitives.asymmetric.ec")
    connecting = later("nguon.adapters.radio.connecting")

TIMEOUT = {"connect": 5.0, "read": 10.0, "write": 5.0, "pool": 5.0}
TOKEN_SECONDS = 3600
_GONE = {404, 410}


class PushGone(Exception):
    """The browser does not want to be told any more, or is not there any more: forget it."""


class PushRefused(Exception):
    """The service will not take this message; the same one again will not fare better."""


class PushUnavailable(Exception):
    """The service cannot be asked just now; the same message may be sent again later."""


@dataclass(frozen=True, slots=True)
class Service:
    """How this installation sends: the folder of its key, whom services may write to about it ("mailto:" or
    "https:"), and the hosts of its own network that it may ask."""

    folder: Path
    contact: str
    private: Collection[str] = ()


def send(service: Service, browser: Browser, data: bytes, *, seconds: int, urgent: bool, topic: str) -> None:
    """This function will hand one message to a browser's push service, which keeps it `seconds` at most while
    the browser is away; a newer one of the same `topic` (32 letters of base64url) takes its place there.

    Nothing is followed, and nothing of the answer is read but its number. Raises PushGone, PushRefused or
    PushUnavailable.
    """
    try:
        url = checked(browser, service.private).endpoint
        body = http_ece.encrypt(
            data,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=from_base64(browser.p256dh),
            auth_secret=from_base64(browser.auth),
            version="aes128gcm",
        )
    except (BadSubscription, ValueError, http_ece.ECEException) as error:
        raise PushGone("this is no subscription") from error
    headers: dict[str | bytes, str | bytes] = {
        "Authorization": _signed(service, url),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(seconds),
        "Urgency": "high" if urgent else "normal",
        "Topic": topic,
    }
    status = _asked(url, headers, body, service.private)
    if status in _GONE:
        raise PushGone(f"the service answered {status}")
    if status >= 500 or status == 429:
        raise PushUnavailable(f"the service answered {status}")
    if not 200 <= status < 300:
        raise PushRefused(f"the service answered {status}")


def _signed(service: Service, url: str) -> str:
    parts = urlsplit(url)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": service.contact,
    }
    token = jwt.encode(claims, signing_key(service.folder), algorithm="ES256")
    return f"vapid t={token}, k={public_key(service.folder)}"


def _asked(url: str, headers: dict[str | bytes, str | bytes], body: bytes, private: Collection[str]) -> int:
    try:
        with (
            httpcore.ConnectionPool(network_backend=connecting.Looked(private), max_connections=1) as pool,
            pool.stream(
                "POST", url, headers=headers, content=body, extensions={"timeout": TIMEOUT}
            ) as answer,
        ):
            return int(answer.status)
    except RadioFault as error:
        if error.code == "private":
            raise PushGone("not an address of the open network") from None
        raise PushUnavailable("the service is not found") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise PushUnavailable(f"the service does not answer ({type(error).__name__})") from None
