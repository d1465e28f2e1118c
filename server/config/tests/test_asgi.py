"""What machines send is read no further than it may be."""

import asyncio

from config.asgi import CAP_BYTES, Event, cut
from nguon.adapters.cap.reading import LARGEST


def test_a_body_in_chunks_ends_where_nobody_reads_on() -> None:
    asked = 0

    async def endless() -> Event:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def whole() -> int:
        receive, size = cut(endless, CAP_BYTES), 0
        while True:
            event = await receive()
            size += len(event["body"])
            if not event["more_body"]:
                return size

    assert CAP_BYTES == LARGEST + 1
    assert asyncio.run(whole()) == CAP_BYTES
    assert asked == CAP_BYTES // 65_536 + 1
