"""The web application, for uvicorn."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

CAP, CAP_BYTES = "/cap/v1/", (2 << 20) + 1
"""Where other machines send, and one byte more than is read there (nguon.adapters.cap.reading.LARGEST)."""


def cut(receive: Receive, most: int) -> Receive:
    """This function will end a body after so many bytes: Django lays the whole of it on the disk before
    anybody looks at it, and a body in chunks tells no length."""
    left = most

    async def cut_receive() -> Event:
        nonlocal left
        event = await receive()
        if event["type"] != "http.request":
            return event
        body = event.get("body", b"")[:left]
        left -= len(body)
        return {**event, "body": body, "more_body": bool(event.get("more_body")) and left > 0}

    return cut_receive


async def application(
    scope: Event, receive: Receive, send: Callable[[Mapping[str, Any]], Awaitable[None]]
) -> None:
    """This function will answer one request."""
    short = scope["type"] == "http" and scope["path"].startswith(CAP)
    await django(scope, cut(receive, CAP_BYTES) if short else receive, send)
